"""Taking a device out of use for good: where it was working is counted again."""
