"""Every check there is, in one command; ``./manage test`` prepares what it needs and comes here.

The quick stages come first and are named with their outcome, then one suite of tests after the other: the
browser's by themselves, for a busy machine makes people wait and tests fail. The last line adds all up. The
exit status is 0 only if every stage and every suite passed. With a path (``./manage test tests/sync``) only
the tests that it names are run.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.needs import find_chromium, find_firefox, find_nginx, find_redis, find_webkit
from tests.postgresql import ENGINE

ROOT = Path(__file__).parent.parent
FRONT_END = ROOT / "app" / "static" / "pwa"
LIMIT_S = 3000
"""A run that takes longer hangs."""
NONE_FOUND = 5
"""What pytest ends with when its arguments leave no test over."""
OUTCOME = re.compile(r"\b(\d+) (passed|failed|error)")


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


@dataclass(frozen=True)
class Suite:
    """Tests that pytest runs together."""

    name: str
    arguments: Sequence[str]
    needs: str = ""
    """An environment variable without which they cannot run."""
    database: str = ""
    """The database to run them on, where that is not to be left to the environment."""


ENGINES = "tests/engines"
BROWSERS = ("CHROMIUM", "FIREFOX", "WEBKIT")
"""The environment variables that say where each of them is."""
SUITES = (
    Suite("Python", ["--ignore", "tests/browser", "--ignore", "tests/engines"]),
    Suite(
        "PostgreSQL",
        ["tests/app", "tests/crash", "tests/simulation", "tests/soak"],
        database="postgresql",
    ),
    Suite("Browser", ["tests/browser"], needs="CHROMIUM"),
)


def main(arguments: list[str]) -> int:
    """Run every stage and suite, whatever the ones before said; 0 only if all passed."""
    failed = failed_stages()
    failed += missing(arguments)
    outcomes: Counter[str] = Counter()
    for suite in suites_for(arguments):
        code = pytest(suite, arguments, outcomes)
        if code not in (0, NONE_FOUND):
            failed.append(f"{suite.name} tests")
    if failed:
        print(f"FAILED: {', '.join(failed)}")
    print(f"{outcomes['passed']} passed, {outcomes['failed'] + outcomes['error']} failed", flush=True)
    return 1 if failed or not outcomes["passed"] else 0


def missing(arguments: list[str]) -> list[str]:
    """Get what the suites need; what cannot be had is named, and in continuous integration a failure."""
    return missing_browsers(arguments) + missing_programs()


def missing_programs() -> list[str]:
    """Get the programs that tests start, before many processes would ask for them at once."""
    found = {"nginx": find_nginx(), "redis-server": find_redis()}
    gone = [name for name, path in found.items() if path is None]
    for name in gone:
        print(f"MISSING: {name}. The tests that start it will fail; install it and try again.", flush=True)
    return gone if os.environ.get("CI") else []


def missing_browsers(arguments: list[str]) -> list[str]:
    """Get the browsers, and say where each of them is; the big ones only where their tests may be run."""
    found = {"Chromium": find_chromium()}
    if not is_chosen(arguments) or any(ENGINES in argument for argument in arguments):
        found |= {"Firefox": find_firefox(), "WebKit": find_webkit()}
    for name, path in found.items():
        os.environ[name.upper()] = path or ""
        lacking = f"MISSING: {name}. Its tests cannot run; install it and try again."
        print(f"{name}: {path}" if path else lacking, flush=True)
    gone = [f"{name} tests" for name, path in found.items() if not path]
    return gone if os.environ.get("CI") else []


def is_chosen(arguments: list[str]) -> bool:
    """Whether a path says which tests to run."""
    return any((ROOT / argument.split("::")[0]).exists() for argument in arguments)


def suites_for(arguments: list[str]) -> list[Suite]:
    """All suites that can be run here; where a path is given, what it names."""
    if is_chosen(arguments):
        return [Suite("Chosen", [])]
    return [*(suite for suite in SUITES if not suite.needs or os.environ.get(suite.needs)), *engines()]


def engines() -> list[Suite]:
    """What every browser is asked that is here, in one run."""
    here = [f"{ENGINES}/test_{name.lower()}.py" for name in BROWSERS if os.environ.get(name)]
    return [Suite("Engines", here)] if here else []


def failed_stages() -> list[str]:
    """Run the stages, those of one folder one after the other, the folders side by side; who failed."""
    folders = dict.fromkeys(stage.folder for stage in STAGES)
    lanes = [[stage for stage in STAGES if stage.folder == folder] for folder in folders]
    with ThreadPoolExecutor(len(lanes)) as pool:
        outcomes = pool.map(lambda lane: [stage.name for stage in lane if not passes(stage)], lanes)
        return [name for names in outcomes for name in names]


def passes(stage: Stage) -> bool:
    """Run one stage; what it says is shown only if it fails."""
    started = time.monotonic()
    ended = subprocess.run(
        stage.command, cwd=stage.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    took = f"{time.monotonic() - started:.0f} s"
    outcome = f"ok, {took}" if ended.returncode == 0 else f"FAILED, {took}\n{ended.stdout}"
    print(f"{stage.name} … {outcome}", flush=True)
    return ended.returncode == 0


def pytest(suite: Suite, arguments: list[str], outcomes: Counter[str]) -> int:
    """Run one suite on all cores, show what it says, and add up what came of its tests."""
    print(f"{suite.name} tests …", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal"]
    whole = [*command, *suite.arguments, *arguments]
    last = ""
    environ = {**os.environ, **({ENGINE: suite.database} if suite.database else {})}
    with subprocess.Popen(whole, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environ) as process:
        alarm = threading.Timer(LIMIT_S, process.kill)
        alarm.start()
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line if OUTCOME.search(line) else last
        alarm.cancel()
    outcomes.update({name: int(number) for number, name in OUTCOME.findall(last)})
    return process.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
