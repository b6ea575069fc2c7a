"""The one command that runs every check: nothing that fails or is missing may look like success."""

import sys
from pathlib import Path

import pytest

from tests import everything
from tests.everything import Stage

PASSING = Stage("passing", [sys.executable, "-c", "print('fine')"])
FAILING = Stage("failing", [sys.executable, "-c", "print('broken at line 7'); raise SystemExit(3)"])


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a real browser nor a real run of pytest, unless a test says so."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(everything, "STAGES", (PASSING,))
    monkeypatch.setattr(everything, "find_chromium", lambda: "/usr/bin/true")
    monkeypatch.setattr(everything, "pytest", lambda _arguments: 0)
    monkeypatch.setenv("CHROMIUM", "")


def test_all_is_well_only_if_every_stage_passed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert everything.main([]) == 0
    monkeypatch.setattr(everything, "STAGES", (FAILING, PASSING))
    assert everything.main([]) == 1
    said = capsys.readouterr().out
    assert "broken at line 7" in said
    assert "FAILED before pytest: failing" in said
    assert "fine" not in said


def test_pytests_own_failure_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everything, "pytest", lambda _arguments: 5)
    assert everything.main([]) == 5


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("1", 1)])
def test_a_missing_browser_is_named_and_in_ci_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, status: int
) -> None:
    given: list[list[str]] = []
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(everything, "find_chromium", lambda: None)
    monkeypatch.setattr(everything, "pytest", lambda arguments: given.append(arguments) or 0)
    assert everything.main(["-k", "tea"]) == status
    assert "MISSING: Chromium" in capsys.readouterr().out
    assert given == [["--ignore", "tests/browser", "-k", "tea"]]


def test_the_last_line_is_pytests(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    test = tmp_path / "test_tea.py"
    test.write_text("def test_tea(): pass\n")
    monkeypatch.undo()
    monkeypatch.setattr(everything, "STAGES", (FAILING,))
    monkeypatch.setattr(everything, "find_chromium", lambda: "/usr/bin/true")
    assert everything.main(["-n", "0", "-p", "no:cacheprovider", str(test)]) == 1
    assert "1 passed" in capfd.readouterr().out.splitlines()[-1]
