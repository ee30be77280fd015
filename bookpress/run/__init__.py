"""How chapters run: kernels, results that still hold, the form in which notebooks are stored."""
