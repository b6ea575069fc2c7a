"""What those who watch over an installation read: health, log, metrics, the name of a request."""
