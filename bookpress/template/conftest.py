"""Chapters are tested by nbval with the engine's kernels; see `bookpress.testing`."""

pytest_plugins = ["bookpress.testing"]
