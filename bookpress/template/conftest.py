"""Chapters are tested by nbval with the engine's kernels; see `bookpress.run.nbval_plugin`."""

pytest_plugins = ["bookpress.run.nbval_plugin"]
