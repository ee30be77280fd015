"""Tables and figures: how a chapter shows and exports them."""

from bookpress.exhibits.show import figure, table

__all__ = ["figure", "table"]
