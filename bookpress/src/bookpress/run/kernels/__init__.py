"""The kernels that run chapters: how they start, how they are reached, and what they are started with."""

from bookpress.run.kernels.forks import PROGRAM, Forked, environment, name_imports
from bookpress.run.kernels.managers import ARGUMENTS, AsyncManager, Manager, Provisioner, transport

__all__ = ["ARGUMENTS", "PROGRAM", "AsyncManager", "Forked", "Manager", "Provisioner"]
__all__ += ["environment", "name_imports", "transport"]
