"""What more than one chapter of the edition needs: data, trade arithmetic, exhibits, claims."""

__version__ = "1.0.0"
