"""What several tests begin with."""

from small import second_book

__all__ = ["second_book"]
