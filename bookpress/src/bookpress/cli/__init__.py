"""The command lines: what they share, and the engine's commands, a file a family."""

__all__ = ["audit", "command", "completion", "new", "notebooks", "publishing", "record", "upgrade"]
