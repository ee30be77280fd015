"""What carries out a question: DuckDB, embedded."""

from tradefiles.engines.embedded import DuckDB
from tradefiles.engines.scanning import MEMORY, Engine, Failure, parts, trade

__all__ = ["MEMORY", "DuckDB", "Engine", "Failure", "parts", "trade"]
