"""What clients of each release send and get, recorded once and replayed against every later server."""
