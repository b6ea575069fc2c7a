"""Making backups, and which of them are kept."""

import datetime
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.pool import NullPool

from app.clock import now_ms
from app.config import VERSION
from app.database import database, reading
from app.settings import in_force
from app.stock.book.models import Operation
from app.stock.feed.models import FeedCounter, Incarnation
from app.upkeep.archive import DATABASE, HOME, BadArchive, Manifest, read_manifest, write_archive
from app.upkeep.copies import copy_sqlite
from app.upkeep.owners import give
from app.upkeep.row_copy import copy_into_file
from app.upkeep.sizes import database_bytes

ENDING = ".tar.gz"
NAME = "tallyman-"
LEFT_OUT = {"logs", "snapshots", "backups", "replaced", "in-use.lock"}
"""In the home folder, but made anew or no part of the installation."""
ROOM = 2
"""Free disk that a backup asks for, as a multiple of the database: the copy, and the archive beside it."""
SCRATCH = ".backup-"
BROKEN_OFF_S = 6 * 3600
"""What a backup leaves behind when it is killed goes after so long: another may be at work just now."""


class NoRoom(Exception):
    """There is too little free disk; the text is for a person."""


@dataclass(frozen=True)
class Backup:
    """One backup on disk."""

    path: Path
    bytes: int
    manifest: Manifest


def backup_folder() -> Path:
    """Where backups are kept unless a place is named."""
    return in_force().backup_folder or in_force().home / "backups"


def make_backup(to: Path | None = None) -> Backup:
    """Write a backup to a file, or under a name of its own into a folder.

    Raises NoRoom, Damaged, BadArchive (it could not be read back) and OSError.
    """
    moment, home = now_ms(), in_force().home
    target = target_of(to or backup_folder(), moment)
    make_folder(target.parent, home)
    sweep(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=SCRATCH) as scratch:
        copy = Path(scratch) / DATABASE
        manifest = copied_database(copy, moment)
        whole = write_archive(target, manifest, {copy.name: copy, **kept_files(home)})
    give(target, home)
    return Backup(target, target.stat().st_size, whole)


def target_of(to: Path, moment: int) -> Path:
    """The file that a backup is written to: a folder gets one named after the moment."""
    return to if to.name.endswith(ENDING) else to / f"{NAME}{stamp_of(moment)}{ENDING}"


def make_folder(folder: Path, home: Path) -> None:
    """Make the folder for backups where there is none."""
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
        give(folder, home)


def sweep(folder: Path) -> None:
    """Remove what backups left behind that were broken off long ago."""
    for path in [*folder.glob(f"{SCRATCH}*"), *folder.glob(f".*{ENDING}.part")]:
        if time.time() - path.stat().st_mtime > BROKEN_OFF_S:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def stamp_of(moment: int) -> str:
    """A moment as it stands in file names: UTC, to the millisecond, sorted as they passed."""
    at = datetime.datetime.fromtimestamp(moment / 1000, datetime.UTC)
    return f"{at:%Y-%m-%dT%H%M%S}.{moment % 1000:03}Z"


def copied_database(target: Path, moment: int) -> Manifest:
    """Copy the database to ``target``; what the manifest says of it."""
    with reading() as connection:
        refuse_without_room(target.parents[1], database_bytes(connection) * ROOM, "A backup")
        if connection.dialect.name == "postgresql":
            copy_into_file(connection, target)
    if file := database_file():
        copy_sqlite(file, target)
    copied = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    with copied.connect() as connection:
        return replace(manifest_of(connection, moment), engine=database.engine.dialect.name)


def database_file() -> Path | None:
    """Where SQLite keeps the database; None where another engine does."""
    url = database.engine.url
    return Path(url.database or "") if database.engine.dialect.name == "sqlite" else None


def refuse_without_room(folder: Path, needed: int, what: str) -> None:
    """Raises NoRoom where so many bytes would fill the disk and stop the server."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(f"{what} needs {(needed >> 20) + 1} MB; {folder} has {free >> 20} MB free.")


def manifest_of(connection: Connection, moment: int) -> Manifest:
    """What a database says of itself, read in one snapshot."""
    query = select(func.count(Operation.id), func.coalesce(func.max(Operation.recorded_at), 0))
    operations, recorded_to = connection.execute(query).one()
    return Manifest(
        taken_at=moment,
        version=VERSION,
        revision=connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one(),
        engine=connection.dialect.name,
        sid=connection.execute(select(Incarnation.sid)).scalar_one(),
        head=connection.execute(select(FeedCounter.position)).scalar_one(),
        operations=operations,
        recorded_to=recorded_to,
    )


def kept_files(home: Path) -> dict[str, Path]:
    """Everything else that must be kept, by its name in the archive: uploads, photos, keys, certificates."""
    return {HOME + str(path.relative_to(home)): path for path in walked(home)}


def walked(home: Path) -> Iterator[Path]:
    """The files of the home folder, without the database and what can be made anew."""
    own = file.name if (file := database_file()) else "."
    for top in sorted(home.iterdir()):
        if top.name in LEFT_OUT or top.name.startswith((".", own)):
            continue
        yield from sorted(path for path in top.rglob("*") if path.is_file()) if top.is_dir() else [top]


def listed_backups(folder: Path | None = None) -> list[Backup]:
    """The backups in a folder that can be read, the newest first."""
    return looked_through(folder or backup_folder())[0]


def looked_through(folder: Path) -> tuple[list[Backup], list[Path]]:
    """The backups in a folder, the newest first; and files that are named so and cannot be read."""
    found: list[Backup] = []
    unreadable: list[Path] = []
    for path in sorted(folder.glob(f"{NAME}*{ENDING}")):
        try:
            found.append(Backup(path, path.stat().st_size, read_manifest(path)))
        except (BadArchive, OSError):
            unreadable.append(path)
    return sorted(found, key=lambda backup: backup.manifest.taken_at, reverse=True), unreadable


def prune(keep: int, folder: Path | None = None) -> list[Path]:
    """Delete all but the newest ``keep`` backups of a folder; returns what is gone."""
    old = [backup.path for backup in listed_backups(folder)[max(1, keep) :]]
    for path in old:
        path.unlink(missing_ok=True)
    return old
