"""The subject of this edition: the arithmetic of trade, the country lists, and what colours mean."""

__version__ = "3.0.0.dev0"
