"""The bench itself: what it measures where, and that one fault or one who waits does not hold up the rest."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks.bounded import Unmeasured, bounded
from benchmarks.crowd import CLIENTS, Meeting, together
from benchmarks.places import Ground, Place
from benchmarks.sections import SECTIONS, Section
from benchmarks.table import Line

LONG_S = 3600


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    return Ground("sqlite", tmp_path, None)


def figure(at: Place) -> list[Line]:
    return [Line("G5", "instances", f"{at.instances}", "≥ 1")]


def fault(_: Place) -> list[Line]:
    raise RuntimeError("no hint came")


def test_places_are_chosen_by_database_and_by_instances() -> None:
    assert bench.columns_of(["sqlite", "postgresql"], "1,2") == ["sqlite", "postgresql", "two"]
    assert bench.columns_of(["sqlite", "postgresql"], "2") == ["two"]
    assert bench.columns_of(["sqlite"], "1,2") == ["sqlite"]


def test_sections_are_chosen_one_by_one_and_unknown_ones_are_named() -> None:
    assert bench.asked(["--only", "push"]).only == "push"
    assert set(bench.asked([]).only.split(",")) == set(SECTIONS)
    with pytest.raises(SystemExit, match="no section is called pull"):
        bench.asked(["--only", "pull,push"])


def test_figures_of_tiny_sizes_are_not_for_the_page() -> None:
    with pytest.raises(SystemExit, match="mean nothing"):
        bench.asked(["--quick", "--readme"])


def test_a_section_that_fails_is_named_in_the_table(monkeypatch: pytest.MonkeyPatch, ground: Ground) -> None:
    monkeypatch.setitem(SECTIONS, "push", Section("G5", fault))
    monkeypatch.setitem(SECTIONS, "wire", Section("G6", figure))
    lines = [line for name in ("push", "wire") for line in bench.tried(name, "sqlite", ground)]
    assert [(line.what, line.cell, line.column) for line in lines] == [
        ("section push", "failed: RuntimeError: no hint came", "sqlite"),
        ("instances", "1", "sqlite"),
    ]


def test_where_a_place_cannot_matter_the_table_says_so_by_a_word_if_the_place_was_asked_for() -> None:
    lines = [Line("G4", "rows lost", "0", "0", column="postgresql")]
    word = SECTIONS["feed"].same["two"]
    told = list(bench.words(["feed"], ["postgresql", "two"], lines))
    assert [(line.column, line.cell) for line in told] == [("two", word)]
    assert list(bench.words(["feed"], ["postgresql"], lines)) == []


def test_work_that_waits_for_ever_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "child"
    for limit_s in (0.5, 5, 50):
        with pytest.raises(Unmeasured, match="longer than"):
            bounded(limit_s, started, note)
        if note.exists():
            break
    child = int(note.read_text())
    deadline = time.monotonic() + 10
    while runs(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not runs(child)


def started(note: Path) -> None:
    child = os.fork()
    if child:
        note.with_suffix(".new").write_text(str(child))
        note.with_suffix(".new").rename(note)
    time.sleep(LONG_S)


def runs(process: int) -> bool:
    """Whether it is there and not only waits to be taken note of."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_work_that_dies_is_told_of() -> None:
    with pytest.raises(Unmeasured, match="died"):
        bounded(30, os._exit, 1)


def test_clients_begin_together_and_one_that_breaks_off_keeps_nobody_waiting() -> None:
    assert sorted(bounded(120, together, number_of)) == list(range(CLIENTS))
    with pytest.raises(Unmeasured, match="a client broke off: ValueError: the third"):
        bounded(120, together, third_fails)


def number_of(number: int, meeting: Meeting) -> int:
    meeting.wait()
    return number


def third_fails(number: int, meeting: Meeting) -> int:
    if number == 3:
        raise ValueError("the third")
    meeting.wait()
    return number
