"""The small world and its phones."""

from tests.app.floor import phone, phones, world

__all__ = ["phone", "phones", "world"]
