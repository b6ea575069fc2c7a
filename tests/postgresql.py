"""A PostgreSQL server for the tests: started once, reached through a socket in a folder, gone afterwards."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from tests.needs import find_postgresql

ENGINE = "TALLYMAN_TEST_DATABASE"
"""The environment's name for the database that the tests run on: sqlite (the default) or postgresql."""

SERVER = "TALLYMAN_TEST_SERVER"
"""The environment's name for the folder of the running server's socket."""

PEOPLE = ("postgres", "nobody")
"""Who may run the server where we are root, which PostgreSQL refuses."""

QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "listen_addresses": "",
}
"""Nothing of a test needs to outlive the computer."""

LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
START_S = 60
DIE_WITH_PARENT = 1
"""Linux: PR_SET_PDEATHSIG."""


def is_postgresql() -> bool:
    """Whether this run of the tests is about PostgreSQL."""
    return os.environ.get(ENGINE) == "postgresql"


class Server:
    """One running server with its files in a folder of its own."""

    def __init__(self, settings: Mapping[str, str] = QUICK) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tallyman-pg-"))
        self.person = other_person()
        self.programs = self.reachable(found())
        if self.person:
            shutil.chown(self.folder, self.person)
        self.run("initdb", "-D", str(self.folder / "files"), "-U", "postgres", "--auth=trust", *LOCALE)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [self.programs / "postgres", "-D", self.folder / "files", "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, preexec_fn=end_with_parent, **self.as_person()
            )
        self.wait()

    def as_person(self) -> dict[str, Any]:
        """How a program is started that refuses to run as root."""
        if not self.person:
            return {}
        return {"user": self.person, "group": pwd.getpwnam(self.person).pw_gid, "extra_groups": []}

    def reachable(self, programs: Path) -> Path:
        """The folder of the programs, or a copy that the other person can reach."""
        if not self.person or self.reaches(programs):
            return programs
        self.folder.chmod(0o755)
        shutil.copytree(programs.parent, self.folder / "installed", symlinks=True)
        return self.folder / "installed" / programs.name

    def reaches(self, programs: Path) -> bool:
        """Whether the other person may start what is in the folder."""
        try:
            asked = [programs / "initdb", "--version"]
            return subprocess.run(asked, capture_output=True, **self.as_person()).returncode == 0
        except PermissionError:
            return False

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs; what it said is shown if it fails."""
        command = [self.programs / program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, **self.as_person())
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")

    def wait(self) -> None:
        """Return when the server answers."""
        deadline = time.monotonic() + START_S
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                connect(self.folder).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")

    def stop(self) -> None:
        """End it at once; its files are of no further use."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()
        shutil.rmtree(self.folder)


def found() -> Path:
    """PostgreSQL's programs. Raises RuntimeError where there are none."""
    programs = find_postgresql()
    if programs is None:
        raise RuntimeError("There is no PostgreSQL here, and none could be installed.")
    return programs


def other_person() -> str:
    """Whom the server runs as where we are root."""
    if os.geteuid() != 0:
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in PEOPLE if name in known)


def end_with_parent() -> None:
    """Ask Linux to end the server when the run of the tests dies, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGQUIT)


def connect(folder: Path, name: str = "postgres") -> "psycopg.Connection[Any]":
    """A connection of a test's own, past the application; every statement is its own transaction."""
    return psycopg.connect(f"host={folder} dbname={name} user=postgres", autocommit=True)
