"""``./manage run`` once everything is installed: the database, the server, the worker, and their end."""

import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import click

from app import create_app
from app.config import home_of, settings_from
from app.database import disconnect
from app.server.certificates import Certificates
from app.server.children import Child, is_answering
from app.server.ports import chosen_ports
from app.server.welcome import welcome
from app.setup.first_run import prepared
from app.upkeep.in_use import refuse_broken_off

ROOT = Path(__file__).parent.parent.parent
START_S = 60
LARGEST_LOG_BYTES = 20 * 1024 * 1024


def main() -> None:
    """Set up, start, say where it is, and watch until told to stop."""
    home = home_of(os.environ)
    port, tls_port = chosen_ports(os.environ)
    os.environ.update(PORT=str(port), TLS_PORT=str(tls_port), TALLYMAN_HOME=str(home))
    os.environ.setdefault("LOG_FORMAT", "json")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_broken_off(home)
    print("Database …", flush=True)
    sign_in = set_up()
    certificates = Certificates.of(home)
    certificates.ensure()
    children = start(home)
    try:
        wait_until_ready(children, port)
        addresses = [*map(str, certificates.addresses())]
        print(welcome((port, tls_port), addresses, certificates.fingerprint(), sign_in), flush=True)
        watch(children)
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.stop()


def set_up() -> str:
    """Bring the database up to date; returns what the first run has to say about signing in."""
    app = create_app(replace(settings_from(), log_level="warning", log_format="plain"))
    with app.app_context():
        try:
            return prepared()
        except click.ClickException as error:
            raise SystemExit(error.message) from error
        finally:
            disconnect()


def start(home: Path) -> list[Child]:
    """The server and the worker, each with a log of its own."""
    logs = home / "logs"
    logs.mkdir(exist_ok=True)
    mode = os.environ.get("SERVER_MODE") or "eventlet"
    server = [sys.executable, "-m", "gunicorn", "-k", mode, "-w", "1", "wsgi:app"]
    worker = [sys.executable, "-m", "flask", "worker"]
    commands = {"server": server, "worker": worker}
    return [Child(name, command, fresh_log(logs / f"{name}.log")) for name, command in commands.items()]


def fresh_log(path: Path) -> Path:
    """The log to write on with; one that has grown large is put aside first."""
    if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
        shutil.move(path, path.with_suffix(".old.log"))
    return path


def wait_until_ready(children: list[Child], port: int) -> None:
    """Return when the server answers; end with its log when it cannot."""
    deadline = time.monotonic() + START_S
    while not is_answering(port):
        if children[0].has_ended() or time.monotonic() > deadline:
            raise SystemExit(f"The server did not start. Its log says:\n{children[0].last_words()}")
        time.sleep(0.1)


def watch(children: list[Child]) -> None:
    """Start again what ends by itself, until SIGINT or SIGTERM comes."""
    while True:
        for child in children:
            if child.has_ended():
                print(f"The {child.name} ended by itself and is started again. {child.log}", flush=True)
                child.restart()
        time.sleep(0.5)


def stop_by_signal(_number: int, _frame: object) -> None:
    """SIGTERM is Ctrl-C for those who have no keyboard; a shell's background process ignores the latter."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop_by_signal)
    try:
        main()
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
