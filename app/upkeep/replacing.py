"""The exchange itself: what is there goes aside, what was prepared takes its place; all of it, or nothing."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError

from app.clock import now_ms
from app.database import database, reading, transaction
from app.database.schema import is_current, upgrade
from app.upkeep.archive import DATABASE, HOME
from app.upkeep.backups import database_file, stamp_of
from app.upkeep.copies import Damaged, copy_sqlite, install_sqlite
from app.upkeep.in_use import BROKEN_OFF
from app.upkeep.office_changes import OfficeChanges, write_changes
from app.upkeep.owners import give
from app.upkeep.row_copy import copy_from_file, copy_into_file
from app.upkeep.trouble import in_a_line


class CannotRestore(Exception):
    """The backup cannot take the place of what is there, which is untouched; the text is for a person."""


class Moves:
    """Files and folders that were moved, so that they can be moved back."""

    def __init__(self) -> None:
        self.done: list[tuple[Path, Path]] = []

    def move(self, source: Path, target: Path) -> None:
        """Move one."""
        shutil.move(source, target)
        self.done.append((source, target))

    def undo(self) -> None:
        """Move all of them back, the last one first."""
        while self.done:
            source, target = self.done.pop()
            shutil.move(target, source)


def exchange(home: Path, stage: Path, lost: OfficeChanges) -> Path:
    """Put what lies in ``stage`` in the place of what is there; returns the folder in which that is kept.

    ``lost`` is written beside it. Raises CannotRestore, with everything as it was.
    """
    aside = home / "replaced" / stamp_of(now_ms())
    aside.mkdir(parents=True, mode=0o700)
    moves = Moves()
    try:
        keep(aside, moves)
        write_changes(lost, aside)
        with marked(home, aside):
            put(home, stage, aside, moves)
    except BaseException as error:
        moves.undo()
        shutil.rmtree(aside)
        raise CannotRestore(f"It cannot be put in place: {in_a_line(error)}.") from error
    give(home, home)
    return aside


@contextmanager
def marked(home: Path, aside: Path) -> Iterator[None]:
    """Note while it lasts that this is neither the one nor the other: no server starts on what is left."""
    mark = home / BROKEN_OFF
    mark.write_text(str(aside))
    try:
        yield
    except BaseException:
        mark.unlink()
        raise
    mark.unlink()


def keep(aside: Path, moves: Moves) -> None:
    """Keep the database that is about to be replaced."""
    database.session.remove()
    live = database_file()
    if live is None:
        keep_tables(aside)
    elif live.exists():
        keep_file(live, aside, moves)


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
            raise CannotRestore("the database is of another release: bring it up to date first")
    upgrade()


def keep_file(live: Path, aside: Path, moves: Moves) -> None:
    """Copy the database; one too damaged to be copied is kept as the files that it is."""
    try:
        copy_sqlite(live, aside / live.name)
    except (Damaged, DatabaseError) as error:
        current_app.logger.warning("the replaced database is damaged and kept as it is: %s", error)
        (aside / live.name).unlink(missing_ok=True)
        database.engine.dispose()
        for file in sorted(live.parent.glob(f"{live.name}*")):
            moves.move(file, aside / file.name)


def put(home: Path, stage: Path, aside: Path, moves: Moves) -> None:
    """Exchange the files, which can be moved back; then the database, in one transaction."""
    for top in tops(stage):
        if (home / top).exists():
            moves.move(home / top, aside / top)
        moves.move(stage / HOME / top, home / top)
    if file := database_file():
        install_sqlite(stage / DATABASE, file)
        return
    with transaction() as connection:
        copy_from_file(stage / DATABASE, connection)


def tops(stage: Path) -> list[str]:
    """The files and folders of the home folder that the backup holds."""
    kept = stage / HOME
    return sorted(path.name for path in kept.iterdir()) if kept.exists() else []
