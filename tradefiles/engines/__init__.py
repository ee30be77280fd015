"""What carries out a question: DuckDB, embedded, unless Spark is asked for. Both get the same expressions, narwhals'."""

from tradefiles.engines.embedded import DuckDB
from tradefiles.engines.scanning import MEMORY, Engine, Failure, parts, trade

__all__ = ["MEMORY", "DuckDB", "Engine", "Failure", "parts", "spark", "trade"]
