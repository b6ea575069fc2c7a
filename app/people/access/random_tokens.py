"""Random tokens: what a browser or device keeps, and the digest that we keep of it."""

import hashlib
import secrets


def new_token() -> str:
    """A random secret of 256 bits, safe in cookies, headers and addresses."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the database stores of a token, 64 characters: no use to one who reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()
