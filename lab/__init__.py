"""What measures the project: speed, sameness, what the tests catch. Nothing else needs it."""
