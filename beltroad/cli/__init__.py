"""The commands of the subject, a file a family."""

__all__ = ["exporters", "reading", "searching"]
