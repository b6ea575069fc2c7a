"""A furnished book in an open write transaction."""

import pytest
from sqlalchemy import Connection

from tests.app.stock.bench import Hand, furnish


@pytest.fixture
def book(connection: Connection) -> Connection:
    """The small world of facts: items, places, people and the devices a, b and c."""
    furnish(connection)
    return connection


@pytest.fixture
def hand() -> Hand:
    """Somebody who moves, counts and takes back."""
    return Hand()
