"""What every request and answer goes through, whichever area it is for."""
