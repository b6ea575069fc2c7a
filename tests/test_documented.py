"""Every command is told of where people look for it."""

import re

import pytest

from app.cli import COMMANDS
from app.settings.known import KNOWN
from tests.house import ROOT

PAGES = "\n".join(page.read_text() for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))))
OF_MANAGE = re.findall(r'^    "([a-z-]+)": \(', (ROOT / "manage").read_text(), re.MULTILINE)
WORDS = [f"./manage {name}" for name in OF_MANAGE] + [f"flask {command.name}" for command in COMMANDS]


@pytest.mark.parametrize("words", WORDS)
def test_every_command_stands_in_the_documentation(words: str) -> None:
    assert re.search(rf"{re.escape(words)}(?![\w-])", PAGES), f"nobody reads of {words}"


def test_the_commands_are_found_at_all() -> None:
    assert {"./manage run", "./manage worker", "flask check", "flask reset-second-factor"} <= set(WORDS)


HISTORY = "decisions.md"
"""Speaks of what was there on its day."""
FOLDERS = ("app", "sync", "docs", "tests", "migrations", "benchmarks", "src")
FRONT_END = ROOT / "app/static/pwa"


def named_paths() -> set[str]:
    """What the pages name as a file or folder of the house; names in angle brackets stand for many."""
    pages = [page for page in (ROOT / "docs").glob("*.md") if page.name != HISTORY]
    texts = [page.read_text() for page in (ROOT / "README.md", ROOT / "sync/README.md", *pages)]
    return set(re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./@-]*)`", "\n".join(texts)))


def test_every_file_and_folder_that_is_named_exists() -> None:
    named = named_paths()
    missing = [name for name in sorted(named) if not any((top / name).exists() for top in (ROOT, FRONT_END))]
    assert {"app/stock/book/posting.py", "src/sync/barcode.ts", "tests/vectors/barcode.json"} <= named
    assert missing == []


def test_the_map_leaves_no_room_out() -> None:
    rooms = [*FOLDERS[:-1], *(f"app/{room.parent.name}" for room in ROOT.glob("app/*/__init__.py"))]
    rooms += [f"src/{room.name}" for room in (FRONT_END / "src").iterdir() if room.is_dir()]
    rooms += ["app/exchange", "app/templates", "app/words", "app/static/pwa"]
    plan = (ROOT / "README.md").read_text().partition("## A map of the house")[2]
    assert [room for room in rooms if not re.search(rf"`{room}[/`]", plan)] == []


@pytest.mark.parametrize("name", [known.name for known in KNOWN])
def test_every_setting_of_the_office_stands_in_the_documentation(name: str) -> None:
    assert re.search(rf"^\|.*\(`{name}`\).*\|.*\|.*\|$", PAGES, re.MULTILINE), f"nobody reads of {name}"


SECURITY = (ROOT / "docs/security.md").read_text()


@pytest.mark.parametrize(("file", "test"), sorted(set(re.findall(r"`([\w./-]+\.py)::(\w+)`", SECURITY))))
def test_every_test_that_proves_a_protection_exists(file: str, test: str) -> None:
    assert re.search(rf"^def {test}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE)


def test_every_file_that_protects_exists() -> None:
    named = set(re.findall(r"`((?:app|sync|docs)/[\w./@-]+\.\w+)`", SECURITY))
    assert len(named) > 40
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
