"""Putting a backup in the place of what is there: prepared and checked aside before anything is touched."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import Connection, delete, inspect, text, update
from sqlalchemy.exc import IntegrityError

from app.clock import now_ms
from app.config import Settings
from app.database import database, reading, transaction
from app.database.schema import is_current, upgrade
from app.people.device_models import DeviceInvite
from app.people.models import EntryLink, SignIn
from app.stock.check import differences
from app.stock.models import Incarnation
from app.upkeep.archive import DATABASE, HOME, Manifest, read_manifest, unpack
from app.upkeep.backups import database_file, settings, stamp_of
from app.upkeep.copies import copy_sqlite, examine, install_sqlite
from app.upkeep.in_use import InUse, alone
from app.upkeep.office_changes import OfficeChanges, changes_after, write_changes
from app.upkeep.operation_log import OperationLog, read_log, replay_log
from app.upkeep.row_copy import copy_from_file, copy_into_file
from app.upkeep.shut_outs import ShutOuts, carry_shut_outs, shut_outs_of


class CannotRestore(Exception):
    """The backup cannot take the place of what is there, which is untouched; the text is for a person."""


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

    Raises CannotRestore, BadArchive or Damaged before anything was changed.
    """
    manifest = read_manifest(source)
    refuse_too_new(manifest, until)
    home = settings().home
    with guarded(home, while_running), tempfile.TemporaryDirectory(dir=home, prefix=".restoring-") as scratch:
        stage = Path(scratch)
        unpack(source, stage)
        examine(stage / DATABASE)
        known, lost = left_behind(), changes_after(manifest.taken_at)
        log = read_log_of_replaced(manifest, until)
        replayed = prepare(stage / DATABASE, known, log)
        aside = set_aside(home, stage)
        write_changes(lost, aside)
        install(home, stage)
    return Restored(manifest, aside, replayed, lost)


def refuse_too_new(manifest: Manifest, until: int | None) -> None:
    """Raises CannotRestore for a time that the backup is too new for."""
    if until is not None and until < manifest.recorded_to:
        raise CannotRestore("The backup was taken after that time: choose an older one.")


@contextmanager
def guarded(home: Path, while_running: bool) -> Iterator[None]:
    """Work while nothing else runs on the home folder, unless it was told to. Raises CannotRestore."""
    if while_running:
        yield
        return
    try:
        with alone(home):
            yield
    except InUse:
        raise CannotRestore(
            "The server or its worker is running. Stop it first, or say --while-running."
        ) from None


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
    with reading() as connection:
        return read_log(connection, manifest.recorded_to, until)


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
            database.session.remove()
            database.engine.dispose()
    whole = path.with_suffix(".whole")
    copy_sqlite(path, whole)
    for name in (f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    whole.replace(path)


def aside_settings(path: Path) -> Settings:
    """The installation's settings, but for the database."""
    return replace(settings(), database_url=f"sqlite:///{path}", log_level="warning", redis_url=None)


def set_aside(home: Path, stage: Path) -> Path:
    """Keep what is about to be replaced; returns the folder it is kept in."""
    aside = home / "replaced" / stamp_of(now_ms())
    aside.mkdir(parents=True, mode=0o700)
    database.session.remove()
    live = database_file()
    if live is None:
        keep_tables(aside)
    elif live.exists():
        keep_database(live, aside)
    for top in tops(stage):
        if (home / top).exists():
            shutil.move(home / top, aside / top)
    return aside


def keep_tables(aside: Path) -> None:
    """Copy what a database server holds; one without our tables gets them, and nothing is lost.

    Raises CannotRestore for a database of another release.
    """
    with reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            current_app.logger.info("the database is empty")
        elif is_current(connection):
            copy_into_file(connection, aside / DATABASE)
        else:
            raise CannotRestore("The database is of another release: bring it up to date first.")
    upgrade()


def keep_database(live: Path, aside: Path) -> None:
    """Copy the database; one too damaged to be copied is kept as the files that it is."""
    try:
        copy_sqlite(live, aside / live.name)
    except Exception as error:  # whatever is wrong with it, it must not be lost
        current_app.logger.warning("the replaced database is damaged and kept as it is: %s", error)
        (aside / live.name).unlink(missing_ok=True)
        database.engine.dispose()
        for file in live.parent.glob(f"{live.name}*"):
            shutil.move(file, aside / file.name)


def install(home: Path, stage: Path) -> None:
    """Put everything in its place."""
    for top in tops(stage):
        shutil.move(stage / HOME / top, home / top)
    if file := database_file():
        install_sqlite(stage / DATABASE, file)
        return
    with transaction() as connection:
        copy_from_file(stage / DATABASE, connection)


def tops(stage: Path) -> list[str]:
    """The files and folders of the home folder that the backup holds."""
    kept = stage / HOME
    return sorted(path.name for path in kept.iterdir()) if kept.exists() else []
