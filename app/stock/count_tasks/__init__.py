"""Places that are to be counted again."""
