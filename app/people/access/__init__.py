"""What lets a person in: password, second factor, sessions, links and tokens."""
