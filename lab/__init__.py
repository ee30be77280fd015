"""What measures the project: speed, sameness, and what the tests catch. Nothing else needs it."""
