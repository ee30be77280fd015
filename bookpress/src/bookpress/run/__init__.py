"""How chapters run: notebooks, kernels, results that still hold, the form in which notebooks are stored; a module for each."""

__all__ = ["interrupts", "ipynb", "kernels", "nbval_plugin", "results", "runner", "stored"]
