"""A few seconds of what ``./manage bench --only feed`` does for a minute."""

from collections.abc import Sequence
from multiprocessing import dummy
from unittest.mock import patch

from flask import Flask
from sqlalchemy import Connection

from app.config import Settings
from app.database import publish, transaction
from tests.soak.cells import furnish
from tests.soak.feed import soak

SECONDS = 2


def test_who_follows_the_feed_misses_nothing(app: Flask, settings: Settings) -> None:
    with app.app_context(), transaction() as connection:
        furnish(connection)
    found = soak(settings, SECONDS, [2, 2], dummy)
    assert found.lost == []
    assert found.commits > 20
    assert found.p99_s > 0


def test_a_change_that_is_not_published_is_noticed(app: Flask, settings: Settings) -> None:
    def forgetful(connection: Connection, changes: Sequence[tuple[str, str]]) -> int:
        return publish(connection, changes[1:])

    with app.app_context(), transaction() as connection:
        furnish(connection)
    with patch("tests.soak.feed.publish", forgetful):
        assert soak(settings, 0.3, [2], dummy).lost != []
