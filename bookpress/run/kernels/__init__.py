"""The kernels that run chapters: how they start, how they are reached, and what they are started with."""

from bookpress.run.kernels.forks import ONE_THREAD, PROGRAM, Forked, name_imports
from bookpress.run.kernels.managers import ARGUMENTS, AsyncManager, Manager, Provisioner, transport

__all__ = ["ARGUMENTS", "ONE_THREAD", "PROGRAM", "AsyncManager", "Forked", "Manager", "Provisioner"]
__all__ += ["name_imports", "transport"]
