"""What belongs to an edition: its folder, its files, what its chapters read, its identifiers, its citation and language."""

__all__ = ["book", "catalogue", "citation", "files", "identifiers", "inputs", "scratch", "texts"]
