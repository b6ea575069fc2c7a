"""Every check there is, in one command; ``./manage test`` prepares what it needs and comes here.

The quick stages come first and are named with their outcome; pytest comes last, so the last line of the
output is its summary. The exit status is 0 only if every stage passed.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.needs import find_chromium

ROOT = Path(__file__).parent.parent
FRONT_END = ROOT / "app" / "static" / "pwa"
LIMIT_S = 3000
"""A run that takes longer hangs."""


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
