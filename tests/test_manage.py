"""The script that prepares everything: what is done already is not done again."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from tests.house import ROOT


@pytest.fixture
def manage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    specification = spec_from_loader("manage", SourceFileLoader("manage", str(ROOT / "manage")))
    assert specification is not None
    module = module_from_spec(specification)
    assert specification.loader is not None
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_a_step_is_repeated_only_when_what_it_reads_has_changed(manage: ModuleType, tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("tea 1")
    done: list[str] = []

    def run() -> None:
        manage.step("Tea", stamp, [lock], lambda: done.append(lock.read_text()))

    run()
    run()
    lock.write_text("tea 2")
    run()
    assert done == ["tea 1", "tea 2"]


def test_a_step_that_failed_is_done_again(manage: ModuleType, tmp_path: Path) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("tea")
    with pytest.raises(SystemExit):
        manage.step("Tea", stamp, [lock], lambda: manage.call(["false"]))
    assert not stamp.exists()


def test_a_command_that_fails_shows_what_it_said(
    manage: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        manage.call([sys.executable, "-c", "print('no paper'); raise SystemExit(3)"])
    assert "no paper" in capsys.readouterr().out


def test_the_build_reads_sources_and_words_and_not_what_it_writes(manage: ModuleType) -> None:
    found = {str(path.relative_to(ROOT)) for path in manage.sources()}
    assert "app/static/pwa/vite.config.ts" in found
    assert "app/words/en/common.json" in found
    assert not any("node_modules" in name or "/dist/" in name or "/generated/" in name for name in found)


@pytest.mark.parametrize(("words", "status"), [((), 2), (("dance",), 2), (("--help",), 0)])
def test_it_lists_its_commands(words: tuple[str, ...], status: int) -> None:
    ended = subprocess.run([sys.executable, str(ROOT / "manage"), *words], capture_output=True, text=True)
    assert ended.returncode == status
    for command in ("run", "test", "check", "backup", "restore", "bench", "simulate", "crash", "worker"):
        assert f"./manage {command}" in ended.stdout


def test_it_needs_nothing_but_python() -> None:
    ended = subprocess.run(
        [sys.executable, "-S", "-I", str(ROOT / "manage"), "--help"], capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
