"""The commands of ``flask``: what an installation needs beside its pages."""

import signal
import sys
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.database import transaction
from app.database.schema import register_migrations, upgrade
from app.jobs.worker import work_forever
from app.people.access.second_factor import remove_factor
from app.people.access.sign_ins import revoke_all
from app.people.models import User
from app.setup.first_run import add_administrator, plant, prepared
from app.upkeep.commands import backup, move_database, plainly, refuse_strange, restore_command
from app.upkeep.in_use import hold


def register_commands(app: Flask) -> None:
    """Offer the commands; to the server, which is not started by one, they are of no use."""
    if click.get_current_context(silent=True):
        register_migrations(app)
    for command in COMMANDS:
        app.cli.add_command(command)


@click.command("database-upgrade")
@with_appcontext
def database_upgrade() -> None:
    """Bring the database up to date."""
    upgrade()


@click.command("set-up")
@with_appcontext
def set_up() -> None:
    """Bring the database up to date; on the first run also add an administrator and the demonstration."""
    if said := prepared():
        click.echo(said)


@click.command("create-administrator")
@click.option("--email", required=True)
@click.option("--name", default="Administrator", show_default=True)
@click.password_option(envvar="TALLYMAN_ADMIN_PASSWORD")
@with_appcontext
def create_administrator(email: str, name: str, password: str) -> None:
    """Add a person who may do everything."""
    add_administrator(email, password, name)
    click.echo(f"{email} may sign in.")


@click.command("reset-second-factor")
@click.option("--email", required=True)
@with_appcontext
def reset_second_factor(email: str) -> None:
    """Ask a person for no code any more who lost phone and recovery codes; every session of theirs ends."""
    address = email.strip().casefold()
    with transaction() as connection:
        user_id = connection.scalar(select(User.id).where(User.email == address))
        if user_id is None:
            raise click.ClickException(f"Nobody is known as {address}.")
        if not remove_factor(connection, user_id):
            raise click.ClickException(f"{address} has no second factor.")
        revoke_all(user_id)
    click.echo(f"{address} may sign in with the password alone, and should set a second factor up again.")


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Fill an empty warehouse with the small demonstration world."""
    plant()


@click.command("check")
@with_appcontext
def check() -> None:
    """Rebuild what is derived from the book and compare; ends with 1 where something differs."""
    from app.upkeep.nightly import recorded_check

    with plainly("Nothing was checked."):
        refuse_strange()
        found = recorded_check()
    for difference in found:
        click.echo(difference)
    if found:
        sys.exit(1)
    click.echo("The book, the levels and the feed agree.")


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do the background work until SIGTERM or Ctrl-C."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    hold(current_app.config["TALLYMAN"].home)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    work_forever(app, stopping)


COMMANDS = (
    *(database_upgrade, set_up, create_administrator, reset_second_factor, seed, check),
    *(worker, backup, restore_command, move_database),
)
"""What ``flask`` offers beside its own."""
