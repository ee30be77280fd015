"""Figures by economy and year, a module a field."""

from recording.indicators import capital, indices, politics, wiod, worldbank

__all__ = ["capital", "indices", "politics", "wiod", "worldbank"]
