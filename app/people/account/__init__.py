"""One's own account: password, browsers, second factor, tokens."""
