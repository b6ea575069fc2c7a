"""What does not fit together, until a person or a later fact explains it."""
