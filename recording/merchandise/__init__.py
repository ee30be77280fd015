"""Trade in goods by economy, product and partner, and the classifications that goods are counted by."""

from recording.merchandise import baci, classifications, comtrade, exporters, wits

__all__ = ["baci", "classifications", "comtrade", "exporters", "wits"]
