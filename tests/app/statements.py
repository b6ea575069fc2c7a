"""Listens to what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.database import database


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent meanwhile, its blanks made one; inside an application context."""
    heard: list[str] = []

    def hears(*said: Any) -> None:
        heard.append(" ".join(said[2].split()))

    engine = database.engine
    event.listen(engine, "before_cursor_execute", hears)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hears)
