"""The commands by which an operator keeps the installation."""

import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.database.postgresql import normalised
from app.upkeep.archive import BadArchive
from app.upkeep.backups import NoRoom, listed_backups, prune
from app.upkeep.copies import Damaged
from app.upkeep.nightly import recorded_backup
from app.upkeep.office_changes import FILE
from app.upkeep.restoring import CannotRestore, Restored, restore

TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
AFTERWARDS = """\
Phones send all that they remember as soon as they reach the server; what was recorded after the backup
comes back by itself. Everybody signs in again in the office."""

MOVED = """\
Now set DATABASE_URL to the new database and start again: devices go on as if nothing had happened.
The old database stays as it is, under a new identity; keep it until you are content."""


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
    try:
        made = recorded_backup(to)
    except (NoRoom, Damaged, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{made.path}  {size_text(made.bytes)}, {made.manifest.operations} operations")
    for gone in prune(keep, made.path.parent) if keep else []:
        click.echo(f"deleted {gone}")


def show_backups(folder: Path | None) -> None:
    """A line for each backup, the newest first."""
    found = listed_backups(folder)
    for one in found:
        words = f"{size_text(one.bytes):>9} {one.manifest.operations:9} operations"
        click.echo(f"{moment_text(one.manifest.taken_at)} {words}  {one.path}")
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
@with_appcontext
def restore_command(source: Path, until: datetime.datetime | None, while_running: bool) -> None:
    """Put a backup in the place of what is there, which is kept aside.

    With --until, in the server's own time, the operations that the present database recorded after the
    backup are played into it up to that time.
    """
    try:
        done = restore(source, milliseconds(until), while_running)
    except (CannotRestore, BadArchive, Damaged) as error:
        raise click.ClickException(f"{error} Nothing was changed.") from error
    click.echo(told(done, until))


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
