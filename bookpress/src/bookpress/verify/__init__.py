"""Does it come out the same? What moved between two results, and why."""

__all__ = ["causes", "comparison", "downloads", "notebooks"]
