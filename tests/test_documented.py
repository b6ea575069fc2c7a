"""Every command is told of where people look for it."""

import re

import pytest

from app.cli import COMMANDS
from tests.house import ROOT

PAGES = "\n".join(page.read_text() for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))))
OF_MANAGE = re.findall(r'^    "([a-z-]+)": \(', (ROOT / "manage").read_text(), re.MULTILINE)
WORDS = [f"./manage {name}" for name in OF_MANAGE] + [f"flask {command.name}" for command in COMMANDS]


@pytest.mark.parametrize("words", WORDS)
def test_every_command_stands_in_the_documentation(words: str) -> None:
    assert re.search(rf"{re.escape(words)}(?![\w-])", PAGES), f"nobody reads of {words}"


def test_the_commands_are_found_at_all() -> None:
    assert {"./manage run", "./manage worker", "flask check", "flask reset-second-factor"} <= set(WORDS)


SECURITY = (ROOT / "docs/security.md").read_text()


@pytest.mark.parametrize(("file", "test"), sorted(set(re.findall(r"`([\w./-]+\.py)::(\w+)`", SECURITY))))
def test_every_test_that_proves_a_protection_exists(file: str, test: str) -> None:
    assert re.search(rf"^def {test}\(", (ROOT / "tests" / file).read_text(), re.MULTILINE)


def test_every_file_that_protects_exists() -> None:
    named = set(re.findall(r"`((?:app|sync|docs)/[\w./@-]+\.\w+)`", SECURITY))
    assert len(named) > 40
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
