"""The command lines: what they share, and the engine's commands, a file a family."""

__all__ = ["audit", "command", "new", "notebooks", "publishing", "record"]
