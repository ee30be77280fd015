"""What measures the project: speed, sameness, and what the tests catch. Nothing else needs it."""

__all__ = ["bench", "copies", "large_files", "mutants", "ratios", "rebuilt", "stock", "twice"]
