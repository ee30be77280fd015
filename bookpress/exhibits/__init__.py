"""Tables and figures: how a chapter shows them, how they are exported, and what they were made from."""

from bookpress.exhibits.show import figure, source_line, table

__all__ = ["figure", "source_line", "table"]
