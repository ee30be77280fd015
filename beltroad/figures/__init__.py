"""What the book draws: Figure 1 and its explorer, the map, panels that several chapters share, one colour for one meaning."""

from beltroad.figures.colours import COLOURS

__all__ = ["COLOURS"]
