"""The beginning of an installation: its first person, and the small world to try things on."""
