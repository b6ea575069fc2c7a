"""The database under the simulator goes back to its copy, and fails in the ways the product must stand."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.catalog.models import Item
from app.database import database, is_passing, transaction
from app.stock.feed.models import Incarnation
from app.web.errors import Refusal
from tests.simulation.run import fresh_server
from tests.simulation.server import Server
from tests.simulation.storage import FAILURES


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with fresh_server() as server:
        yield server


def items() -> int:
    """How many items there are."""
    with database.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(Item)).scalar_one()


def incarnation() -> str:
    with database.engine.connect() as connection:
        return str(connection.execute(select(Incarnation.sid)).scalar_one())


def test_a_restored_server_knows_what_its_backup_knew(server: Server) -> None:
    server.furnish("before")
    known, sid = items(), incarnation()
    server.storage.back_up()
    server.furnish("after")
    assert items() > known
    server.restore()
    assert items() == known
    assert incarnation() != sid


def test_the_newest_backup_counts(server: Server) -> None:
    server.storage.back_up()
    server.furnish("newer")
    known = items()
    server.storage.back_up()
    server.restore()
    assert items() == known


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_may_pass_and_leaves_nothing_behind(server: Server, failure: str) -> None:
    known = items()
    with pytest.raises(Refusal) as raised, transaction() as connection:
        server.storage.fail(failure, connection)
    cause = raised.value.__cause__
    assert isinstance(cause, OperationalError)
    assert is_passing(cause)
    assert items() == known
