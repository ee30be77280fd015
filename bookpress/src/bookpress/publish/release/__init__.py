"""How a book comes before others: what services read of its repository, what editors ask for, what is left to do."""

__all__ = ["checklist", "documents", "launch", "services"]
