"""What belongs to an edition: its folder, its files, what its chapters read, its identifiers, its citation."""

__all__ = ["book", "citation", "files", "identifiers", "inputs", "interrupts"]
