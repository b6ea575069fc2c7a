"""Putting a backup in the place of what is there: prepared and checked aside before anything is touched."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from app.clock import now_ms
from app.config import Settings
from app.database import database, disconnect, reading, transaction
from app.database.schema import newest_revision, revisions, upgrade
from app.people.access.models import EntryLink, SignIn
from app.people.devices.models import DeviceInvite
from app.settings import in_force
from app.stock.book.check import differences
from app.stock.feed.models import Incarnation
from app.upkeep.archive import DATABASE, Manifest, read_manifest, unpack
from app.upkeep.backups import database_file, refuse_without_room
from app.upkeep.copies import copy_sqlite, examine
from app.upkeep.in_use import InUse, alone
from app.upkeep.office_changes import OfficeChanges, changes_after
from app.upkeep.operation_log import OperationLog, read_log, replay_log
from app.upkeep.replacing import CannotRestore, exchange
from app.upkeep.shut_outs import ShutOuts, carry_shut_outs, shut_outs_of
from app.upkeep.trouble import in_a_line

STAGE = ".restoring-"


@dataclass(frozen=True)
class Restored:
    """What became of it."""

    manifest: Manifest
    aside: Path
    """What was there before."""
    replayed: int
    """Operations taken from the replaced database, for a point in time."""
    lost: OfficeChanges
    """What the office changed after the backup: it is not in it."""


def restore(source: Path, until: int | None = None, while_running: bool = False) -> Restored:
    """Restore a backup; with ``until`` (milliseconds) also what the replaced database recorded up to then.

    Raises CannotRestore, BadArchive, Damaged, NoRoom or OSError before anything was changed.
    """
    manifest, home = acceptable(source, until), in_force().home
    with guarded(home, while_running), staged(source, manifest, home) as stage:
        lost = changes_after(manifest.taken_at)
        replayed = prepare(stage / DATABASE, left_behind(), read_log_of_replaced(manifest, until))
        aside = exchange(home, stage, lost)
    return Restored(manifest, aside, replayed, lost)


def rehearse(source: Path) -> Manifest:
    """Do all of a restore but the exchange, also while the server runs: whether the backup would serve.

    Raises as ``restore`` does.
    """
    manifest = acceptable(source, None)
    with staged(source, manifest, in_force().home) as stage:
        prepare(stage / DATABASE, ShutOuts(), OperationLog())
    return manifest


def acceptable(source: Path, until: int | None) -> Manifest:
    """What a backup says of itself. Raises BadArchive; CannotRestore for one that does not fit."""
    manifest = read_manifest(source)
    if manifest.revision not in revisions():
        made_by = f"{manifest.version}, tables {manifest.revision}"
        raise CannotRestore(
            f"It was made by another release ({made_by}; this one knows those up to {newest_revision()}):"
            " restore it with that one."
        )
    if until is not None and until < manifest.recorded_to:
        raise CannotRestore("The backup was taken after that time: choose an older one.")
    return manifest


@contextmanager
def staged(source: Path, manifest: Manifest, home: Path) -> Iterator[Path]:
    """A backup unpacked beside the live data and looked at; gone afterwards.

    Raises BadArchive, Damaged, NoRoom and OSError.
    """
    refuse_without_room(home, room_for(manifest), "A restore")
    with tempfile.TemporaryDirectory(dir=home, prefix=STAGE) as scratch:
        stage = Path(scratch)
        unpack(source, stage)
        examine(stage / DATABASE)
        yield stage


def room_for(manifest: Manifest) -> int:
    """Bytes that a restore takes at its height: all that is unpacked, and the database twice over."""
    file = database_file()
    live = file.stat().st_size if file and file.exists() else 0
    return sum(one.bytes for one in manifest.files.values()) + 2 * manifest.files[DATABASE].bytes + live


@contextmanager
def guarded(home: Path, while_running: bool) -> Iterator[None]:
    """Work while nothing else runs on the home folder, unless it was told to. Raises CannotRestore."""
    if while_running:
        yield
        return
    try:
        with alone(home):
            sweep(home)
            yield
    except InUse:
        raise CannotRestore(
            "The server or its worker is running. Stop it first, or say --while-running."
        ) from None


def sweep(home: Path) -> None:
    """Remove what a restore left behind that was killed: nobody else is at work."""
    for path in home.glob(f"{STAGE}*"):
        shutil.rmtree(path)


def left_behind() -> ShutOuts:
    """Who is shut out now: a restore must let nobody in again."""
    try:
        with reading() as connection:
            return shut_outs_of(connection)
    except Exception as error:  # the replaced database may be in any state: that is why one restores
        current_app.logger.warning("who is shut out now cannot be read: %s", error)
        return ShutOuts()


def read_log_of_replaced(manifest: Manifest, until: int | None) -> OperationLog:
    """What the replaced database recorded after the backup and up to ``until``; nothing without one."""
    if until is None:
        return OperationLog()
    try:
        with reading() as connection:
            return read_log(connection, manifest.recorded_to, until)
    except SQLAlchemyError as error:
        text_of = "What came after the backup cannot be read from the present database"
        raise CannotRestore(f"{text_of}: {in_a_line(error)}. Restore without --until.") from error


def prepare(path: Path, known: ShutOuts, log: OperationLog) -> int:
    """Make the unpacked database what the installation will be: current, of a new incarnation, sound.

    Returns how many operations of the log were new to it. Raises CannotRestore where the log does not fit,
    or the database is not sound.
    """
    with opened(path) as app:
        upgrade()
        with transaction() as connection:
            begin_anew(connection)
            carry_shut_outs(connection, known)
        try:
            replayed = replay_log(log)
        except IntegrityError as error:
            raise CannotRestore(f"What came after the backup does not fit it: {error.orig}.") from error
        with reading() as connection:
            found = differences(connection)
        if found:
            app.logger.error("differences in the backup: %s", found[:20])
            raise CannotRestore(f"The book of the backup is not sound: {found[0]} (of {len(found)}).")
    database.session.rollback()
    return replayed


def begin_anew(connection: Connection) -> None:
    """A new incarnation, to which phones send all that they remember; people sign in again.

    A link or a code that was used or withdrawn after the backup would open a door once more: none is left.
    """
    connection.execute(update(Incarnation).values(sid=str(uuid.uuid4()), started_at=now_ms()))
    for opening in (SignIn, EntryLink, DeviceInvite):
        connection.execute(delete(opening))
    connection.execute(text("DELETE FROM job WHERE state IN ('queued', 'running')"))


@contextmanager
def opened(path: Path) -> Iterator[Flask]:
    """An application on another database file; afterwards that is one file again."""
    from app import create_app

    aside = aside_settings(path)
    app = create_app(aside)
    with app.app_context():
        try:
            yield app
        finally:
            disconnect()
    whole = path.with_suffix(".whole")
    copy_sqlite(path, whole)
    for name in (f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    whole.replace(path)


def aside_settings(path: Path) -> Settings:
    """The installation's settings, but for the database."""
    return replace(in_force(), database_url=f"sqlite:///{path}", log_level="warning", redis_url=None)
