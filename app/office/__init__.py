"""The frame of the office: its first page, its map, the jump, the first steps."""
