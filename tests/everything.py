"""Every check there is, in one command; ``./manage test`` prepares what it needs and comes here.

The quick stages come first and are named with their outcome; pytest comes last, so the last line of the
output is its summary. The exit status is 0 only if every stage passed.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FRONT_END = ROOT / "app" / "static" / "pwa"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIMIT_S = 3000
"""A run that takes longer hangs."""

PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


@dataclass(frozen=True)
class Stage:
    """One command that passes or fails."""

    name: str
    command: list[str]
    folder: Path = ROOT


STAGES = (
    Stage("Python lint", ["ruff", "check", "."]),
    Stage("Python format", ["ruff", "format", "--check", "."]),
    Stage("Python types", ["mypy"]),
    Stage("Front-end types", ["npm", "run", "types"], FRONT_END),
    Stage("Front-end tests", ["npm", "test"], FRONT_END),
)


def main(arguments: list[str]) -> int:
    """Run every stage, whatever the ones before it said."""
    failed = [stage.name for stage in STAGES if not passes(stage)]
    chromium = find_chromium()
    left_out = [] if chromium else ["--ignore", "tests/browser"]
    if chromium:
        print(f"Chromium: {chromium}", flush=True)
        os.environ["CHROMIUM"] = chromium
    else:
        print("MISSING: Chromium. The browser tests cannot run; install chromium and try again.", flush=True)
        failed += ["browser tests"] if os.environ.get("CI") else []
    if failed:
        print(f"FAILED before pytest: {', '.join(failed)}", flush=True)
    code = pytest([*left_out, *arguments])
    return code or (1 if failed else 0)


def passes(stage: Stage) -> bool:
    """Run one stage; what it says is shown only if it fails."""
    print(f"{stage.name} …", end=" ", flush=True)
    started = time.monotonic()
    ended = subprocess.run(
        stage.command, cwd=stage.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    took = f"{time.monotonic() - started:.0f} s"
    print(f"ok, {took}" if ended.returncode == 0 else f"FAILED, {took}\n{ended.stdout}", flush=True)
    return ended.returncode == 0


def pytest(arguments: list[str]) -> int:
    """Run all Python tests, the simulation and the browser ones included, on all cores."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", *arguments]
    try:
        return subprocess.run(command, cwd=ROOT, timeout=LIMIT_S).returncode
    except subprocess.TimeoutExpired:
        print(f"pytest did not end within {LIMIT_S} s", flush=True)
        return 1


def find_chromium() -> str | None:
    """Chromium's path: from the system, else Playwright's own, else by apt where we are root."""
    ways: tuple[Callable[[], str | None], ...] = (from_system, from_playwright, from_apt)
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


def from_apt() -> str | None:
    """Debian's and Ubuntu's package."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    succeeds(["apt-get", "update", "-qq"])
    succeeds(["apt-get", "install", "-y", "-qq", "chromium"])
    return from_system()


def succeeds(command: list[str]) -> bool:
    """Whether the command ends well; its output is of no interest."""
    try:
        return subprocess.run(command, capture_output=True, timeout=600).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
