"""The commands by which an operator keeps the installation."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from app.database import database, reading
from app.database.postgresql import normalised
from app.stock.feed.models import Incarnation
from app.upkeep.archive import BadArchive, Manifest
from app.upkeep.backups import NoRoom, backup_folder, looked_through, prune
from app.upkeep.copies import Damaged
from app.upkeep.in_use import refuse_broken_off
from app.upkeep.nightly import recorded_backup
from app.upkeep.office_changes import FILE
from app.upkeep.replacing import CannotRestore
from app.upkeep.restoring import Restored, rehearse, restore
from app.upkeep.trouble import in_a_line, sentence_of
from app.web.errors import Refusal

TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
AFTERWARDS = """\
Phones send all that they remember as soon as they reach the server; what was recorded after the backup
comes back by itself. Everybody signs in again in the office."""

MOVED = """\
Now set DATABASE_URL to the new database and start again: devices go on as if nothing had happened.
The old database stays as it is, under a new identity; keep it until you are content."""


@contextmanager
def plainly(outcome: str) -> Iterator[None]:
    """Say what went wrong, and what came of it, in a sentence instead of a traceback."""
    try:
        yield
    except (CannotRestore, BadArchive, Damaged, NoRoom, OSError) as error:
        raise click.ClickException(f"{sentence_of(error)} {outcome}") from error
    except (SQLAlchemyError, Refusal) as error:
        why = in_a_line(error.__cause__ or error)
        raise click.ClickException(f"The database cannot be used: {why}. {outcome}") from error


def refuse_strange() -> None:
    """Raises ClickException where the database holds nothing of ours: another home folder is meant."""
    with reading() as connection:
        if inspect(connection).has_table(Incarnation.__tablename__):
            return
    where, home = database.engine.url.render_as_string(), current_app.config["TALLYMAN"].home
    raise click.ClickException(
        f"There is no installation in {where} (TALLYMAN_HOME is {home}). Are these the server's settings?"
    )


@click.command("backup")
@click.argument("to", required=False, type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Then delete all but the newest so many.")
@click.option("--list", "only_list", is_flag=True, help="Show the backups there are, and make none.")
@with_appcontext
def backup(to: Path | None, keep: int | None, only_list: bool) -> None:
    """Back the whole installation up into one file, while it runs.

    TO is a file that ends in .tar.gz, or a folder; without it the folder that BACKUP_FOLDER names.
    """
    if only_list:
        show_backups(to)
        return
    refuse_broken_off(current_app.config["TALLYMAN"].home)
    with plainly("There is no new backup."):
        refuse_strange()
        made = recorded_backup(to)
    click.echo(f"{made.path}  {size_text(made.bytes)}, {made.manifest.operations} operations")
    for gone in prune(keep, made.path.parent) if keep else []:
        click.echo(f"deleted {gone}")


def show_backups(folder: Path | None) -> None:
    """A line for each backup, the newest first."""
    found, unreadable = looked_through(folder or backup_folder())
    for one in found:
        words = f"{size_text(one.bytes):>9} {one.manifest.operations:9} operations"
        click.echo(f"{moment_text(one.manifest.taken_at)} {words}  {one.path}")
    for path in unreadable:
        click.echo(f"cannot be read: {path}", err=True)
    if not found:
        click.echo("There is no backup yet.")


def size_text(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{size / 1000:.0f} kB"


def moment_text(moment: int) -> str:
    """A moment in the server's own time."""
    return f"{datetime.datetime.fromtimestamp(moment / 1000).astimezone():%Y-%m-%d %H:%M:%S}"


@click.command("restore")
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--until", type=click.DateTime(TIMES), help="Add what was recorded up to then.")
@click.option("--while-running", is_flag=True, help="Also while the server runs; restart it then.")
@click.option("--rehearse", "only_rehearse", is_flag=True, help="Only try whether it could be restored.")
@with_appcontext
def restore_command(
    source: Path, until: datetime.datetime | None, while_running: bool, only_rehearse: bool
) -> None:
    """Put a backup in the place of what is there, which is kept aside.

    With --until, in the server's own time, the operations that the present database recorded after the
    backup are played into it up to that time.
    """
    with plainly("Nothing was changed."):
        if only_rehearse:
            click.echo(rehearsed_text(rehearse(source)))
        else:
            click.echo(told(restore(source, milliseconds(until), while_running), until))


def rehearsed_text(manifest: Manifest) -> str:
    """What came of a rehearsal."""
    of = f"the backup of {moment_text(manifest.taken_at)} with {manifest.operations} operations"
    return f"It can be restored: {of} is whole, and its book is sound. Nothing was changed."


@click.command("move-database")
@click.argument("to", metavar="TO")
@with_appcontext
def move_database(to: str) -> None:
    """Move the installation to the empty database TO: postgresql://user:password@host/name.

    Everything is copied and proved by a replay of all facts, or nothing is. Afterwards set DATABASE_URL.
    """
    from app import create_app
    from app.upkeep.moving import CannotMove, move

    try:
        moved = move(create_app, normalised(to), show_progress)
    except CannotMove as error:
        raise click.ClickException(f"{error} Nothing was moved.") from error
    click.echo(f"Moved and proved {moved.rows} rows of {moved.tables} tables, {moved.operations} operations.")
    click.echo(MOVED)


def show_progress(table: str, done: int, total: int) -> None:
    """A line for each table that takes longer than one batch, and for each when it is done."""
    click.echo(f"{table}: {done} of {total}")


def milliseconds(moment: datetime.datetime | None) -> int | None:
    """A moment of the server's own time as milliseconds; the whole minute or second is included."""
    if moment is None:
        return None
    return int(moment.astimezone().timestamp() * 1000)


def told(done: Restored, until: datetime.datetime | None) -> str:
    """What an operator wants to know afterwards."""
    lines = [f"Restored the backup of {moment_text(done.manifest.taken_at)}; its book is sound."]
    if until:
        lines.append(f"Played in {done.replayed} operations that were recorded after it, up to {until}.")
    lines += [*lost_text(done), f"What was there before lies in {done.aside}."]
    return "\n".join([*lines, AFTERWARDS])


def lost_text(done: Restored) -> list[str]:
    """What the office must do again, in a few lines."""
    lost = done.lost
    if not lost.readable:
        return [
            "What the office changed after the backup cannot be told: the replaced database is not readable."
        ]
    if not lost.changes:
        return ["The office changed nothing after the backup."]
    kinds = ", ".join(f"{kind} {count}" for kind, count in lost.kinds.most_common())
    return [
        f"The office made {len(lost.changes)} changes after the backup that are NOT in it ({kinds}).",
        f"They stand in {done.aside / FILE}, to be made again by hand.",
    ]
