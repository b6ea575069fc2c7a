"""The one SQLAlchemy object; transactions that cooperate; the feed counter."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask, Response
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import DeclarativeBase, Session

from app.clock import now_ms
from app.database import postgresql, sqlite
from app.database.bulk import upsert_into, write_rows
from app.database.passing import WRITING, unavailable
from app.web.errors import crash_response, error_response
from app.words import t

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

CHECKSUM_MODULUS = 2**32

ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
"""What each database needs of us, by SQLAlchemy's name of it."""


class Base(DeclarativeBase):
    """The base of every table; constraints are named so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMING)


database = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class FeedMoved:
    """Wakes whoever waits for the feed to move in this process, in plain and in green threads alike."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.count = 0

    def notify(self) -> None:
        """Say that the feed moved; call after the commit."""
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def wait(self, seen: int, timeout_s: float) -> int:
        """Wait until ``count`` differs from ``seen`` or the time is over; returns the new count."""
        with self._condition:
            self._condition.wait_for(lambda: self.count != seen, timeout_s)
            return self.count


feed_moved = FeedMoved()


def init_database(app: Flask) -> None:
    """Bind the database to the application; a locked one answers 503, a value that fits nowhere 422."""
    database.init_app(app)
    with app.app_context():
        ENGINES[database.engine.dialect.name].cooperate(database.engine)

    @app.errorhandler(DataError)
    def impossible(_error: DataError) -> Response:
        return error_response(422, "invalid", t("error.invalid"))

    @app.errorhandler(SQLAlchemyError)
    def failed(error: SQLAlchemyError) -> Response:
        if not is_passing(error) and not isinstance(error, NoConnectionLeft):
            return crash_response(error)
        refusal = unavailable()
        return error_response(refusal.status, refusal.code, refusal.message, **refusal.fields)


@contextmanager
def transaction() -> Iterator[Connection]:
    """One write transaction: committed at the end of the block, rolled back by any exception.

    Yields the connection that ``database.session`` uses too, so rows and objects may be mixed. Objects
    loaded before are read again under the write lock. Never sleep or call another server inside.
    Raises Refusal 503 ``unavailable`` when the database stays locked or has no space.
    """
    session = database.session()
    refuse_pending(session)
    if session.info.get(WRITING):
        raise RuntimeError("a transaction is already open: pass its connection on instead")
    session.rollback()
    with passing_failures(), marked(session, WRITING):
        connection = session.connection(execution_options={WRITING: True})
        try:
            connection.info.pop("feed_moved", None)
            yield connection
            session.flush()
            moved = connection.info.pop("feed_moved", False)
            session.commit()
        except BaseException:
            session.rollback()
            raise
    if moved:
        feed_moved.notify()


@contextmanager
def reading() -> Iterator[Connection]:
    """One snapshot: everything read in the block belongs together. Inside a transaction, that one."""
    session = database.session()
    if session.info.get(WRITING) or session.info.get("reading"):
        yield session.connection()
        return
    refuse_pending(session)
    session.commit()
    with passing_failures(), marked(session, "reading"):
        try:
            yield session.connection()
            refuse_pending(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise


def disconnect() -> None:
    """Give the session back and close every connection: who leaves the application for good goes so."""
    database.session.remove()
    database.engine.dispose()


@contextmanager
def marked(session: Session, mark: str) -> Iterator[None]:
    """Note in the session what it is being used for."""
    session.info[mark] = True
    try:
        yield
    finally:
        session.info.pop(mark, None)


@contextmanager
def passing_failures() -> Iterator[None]:
    """What fails because a database is locked or full raises Refusal 503 ``unavailable`` instead."""
    try:
        yield
    except DBAPIError as error:
        if is_passing(error):
            raise unavailable() from error
        raise


def is_passing(error: BaseException) -> bool:
    """Whether either database says that the failure may be gone when the request is repeated."""
    return any(engine.is_passing(error) for engine in ENGINES.values())


def refuse_pending(session: Session) -> None:
    """Raises RuntimeError for objects changed outside of ``transaction()``: they would be lost in silence."""
    if session.new or session.deleted or any(session.is_modified(changed) for changed in session.dirty):
        raise RuntimeError("an object was changed outside of transaction()")


def publish(connection: Connection, changes: Sequence[tuple[str, str]], checksum_delta: int = 0) -> int:
    """Give each changed row, named by (entity, key), the next position in the feed; returns the new head.

    Call it last in the transaction: the counter row is what concurrent writers queue for.
    ``checksum_delta`` is added to the checksum of the stock, modulo 2**32.
    """
    distinct = list(dict.fromkeys(changes))
    head = int(
        connection.execute(
            ADVANCE, {"n": len(distinct), "delta": checksum_delta % CHECKSUM_MODULUS}
        ).scalar_one()
    )
    if distinct:
        write_rows(connection, RECORD, [*changed_rows(distinct, head)])
        connection.info["feed_moved"] = True
    return head


def changed_rows(distinct: Sequence[tuple[str, str]], head: int) -> Iterator[tuple[str, str, int, int]]:
    """The rows of the feed for these changes, of which the last one stands at ``head``."""
    changed_at = now_ms()
    for position, (entity, key) in enumerate(distinct, head - len(distinct) + 1):
        yield entity, key, position, changed_at


ADVANCE = text(
    "UPDATE feed_counter SET position = position + :n,"
    f" stock_checksum = (stock_checksum + :delta) % {CHECKSUM_MODULUS} WHERE id = 1 RETURNING position"
)
RECORD = upsert_into("feed_change", ("entity", "key"), ("position", "changed_at"))
