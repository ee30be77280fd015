"""Trade in goods by economy, product and partner, and the classifications that goods are counted by."""

from recording.merchandise import classifications, comtrade, exporters, wits

__all__ = ["classifications", "comtrade", "exporters", "wits"]
