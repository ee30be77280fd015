"""What belongs to an edition: its folder, its files, what its chapters read, its identifiers, its citation."""
