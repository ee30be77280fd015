"""Tables and figures: how a chapter shows and exports them."""

from bookpress.exhibits import fonts
from bookpress.exhibits.show import figure, table
from bookpress.exhibits.titles import titled

__all__ = ["figure", "fonts", "table", "titled"]
