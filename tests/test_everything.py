"""The one command that runs every check: nothing that fails or is missing may look like success."""

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import everything
from tests.everything import Stage, Suite

PASSING = Stage("passing", [sys.executable, "-c", "print('fine')"])
BROWSERS = ("Chromium", "Firefox", "WebKit")
FAILING = Stage("failing", [sys.executable, "-c", "print('broken at line 7'); raise SystemExit(3)"])


class Runs:
    """Stands in for pytest: which suites were run, and how they end."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.files: list[str] = []
        self.codes: dict[str, int] = {}

    def __call__(self, suite: Suite, _arguments: list[str], outcomes: Counter[str]) -> int:
        self.names.append(suite.name)
        self.files += suite.arguments
        code = self.codes.get(suite.name, 0)
        outcomes.update({"failed" if code else "passed": 3})
        return code


@pytest.fixture(autouse=True)
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Neither a real browser nor a real run of pytest, unless a test says so."""
    runs = Runs()
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(everything, "STAGES", (PASSING,))
    for browser in BROWSERS:
        monkeypatch.setattr(everything, f"find_{browser.lower()}", lambda: "/usr/bin/true")
        monkeypatch.setenv(browser.upper(), "")
    monkeypatch.setattr(everything, "pytest", runs)
    return runs


def test_all_is_well_only_if_every_stage_passed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert everything.main([]) == 0
    monkeypatch.setattr(everything, "STAGES", (FAILING, PASSING))
    assert everything.main([]) == 1
    said = capsys.readouterr().out
    assert "broken at line 7" in said
    assert "FAILED: failing" in said
    assert "fine" not in said


def test_a_suite_that_fails_hides_no_other(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    runs.codes["Python"] = 1
    assert everything.main([]) == 1
    assert runs.names == [*(suite.name for suite in everything.SUITES), "Engines"]
    *_, before, last = capsys.readouterr().out.splitlines()
    assert before == "FAILED: Python tests"
    assert last == f"{3 * (len(runs.names) - 1)} passed, 3 failed"


def test_a_suite_runs_on_the_database_that_it_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    test = tmp_path / "test_engine.py"
    test.write_text(
        "import os\ndef test_engine(): assert os.environ['TALLYMAN_TEST_DATABASE'] == 'postgresql'\n"
    )
    monkeypatch.undo()
    monkeypatch.delenv("TALLYMAN_TEST_DATABASE", raising=False)
    arguments = ["-n", "0", "-p", "no:cacheprovider", str(test)]
    assert everything.pytest(Suite("some", [], database="postgresql"), arguments, Counter()) == 0
    assert everything.pytest(Suite("some", []), arguments, Counter()) == 1


def test_a_run_in_which_no_test_ran_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everything, "pytest", lambda *_: everything.NONE_FOUND)
    assert everything.main(["-k", "nothing is called so"]) == 1


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize(("ci", "status"), [("", 0), ("1", 1)])
def test_a_missing_browser_is_named_and_in_ci_a_failure(
    monkeypatch: pytest.MonkeyPatch,
    runs: Runs,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    status: int,
    browser: str,
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(everything, f"find_{browser.lower()}", lambda: None)
    assert everything.main(["-k", "tea"]) == status
    assert f"MISSING: {browser}" in capsys.readouterr().out
    asked = {f"tests/engines/test_{name.lower()}.py" for name in BROWSERS if name != browser}
    assert {file for file in runs.files if "engines/test_" in file} == asked
    assert ("Browser" in runs.names) == (browser != "Chromium")


def test_big_browsers_are_not_fetched_for_tests_that_need_none(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(everything, "find_webkit", lambda: asked.append("webkit"))
    everything.main(["tests/sync"])
    assert asked == []
    everything.main(["tests/engines/test_webkit.py"])
    assert asked == ["webkit"]


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("1", 1)])
def test_a_missing_program_is_named_and_in_ci_a_failure(
    monkeypatch: pytest.MonkeyPatch, runs: Runs, capsys: pytest.CaptureFixture[str], ci: str, status: int
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(everything, "find_nginx", lambda: None)
    assert everything.main(["-k", "tea"]) == status
    assert "MISSING: nginx" in capsys.readouterr().out


def test_a_path_runs_what_it_names_and_the_last_line_adds_up(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    test = tmp_path / "test_tea.py"
    test.write_text("def test_tea(): pass\ndef test_milk(): assert False\n")
    monkeypatch.undo()
    monkeypatch.setattr(everything, "STAGES", (PASSING,))
    monkeypatch.setattr(everything, "find_chromium", lambda: "/usr/bin/true")
    assert everything.main(["-n", "0", "-p", "no:cacheprovider", str(test)]) == 1
    said = capfd.readouterr().out
    assert "FAILED: Chosen tests" in said
    assert said.splitlines()[-1] == "1 passed, 1 failed"
