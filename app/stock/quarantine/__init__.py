"""What could not be posted, kept verbatim until a person decides."""
