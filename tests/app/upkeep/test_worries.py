"""Which figures should worry an administrator."""

from dataclasses import replace

import pytest

from app.upkeep.state import Phones, Queue, Run, State
from app.upkeep.worries import Expected, worries

NOW = 10**12
HOUR = 3_600_000
WELL = State(
    phones=Phones(3, 3, 0, None, ()),
    queue=Queue(0, None, 0, 0),
    backup=Run(NOW - HOUR, True, {}),
    backup_failed=None,
    check=Run(NOW - HOUR, True, {"count": 0}),
    firm=0,
    provisional=0,
    quarantined=0,
    head=7,
    started_at=1,
    database_bytes=1,
)
ROOM = Expected(True, True, 100 << 30)


@pytest.mark.parametrize(
    ("state", "expected", "words"),
    [
        (WELL, ROOM, []),
        (replace(WELL, check=Run(NOW, False, {"count": 2})), ROOM, ["worry_unsound"]),
        (replace(WELL, check=None), ROOM, ["worry_unchecked"]),
        (replace(WELL, check=None), replace(ROOM, checks=False), []),
        (replace(WELL, check=Run(NOW - 27 * HOUR, True, {"count": 0})), ROOM, ["worry_unchecked"]),
        (replace(WELL, backup=Run(NOW - 27 * HOUR, True, {})), ROOM, ["worry_no_backup"]),
        (replace(WELL, backup=None), replace(ROOM, backups=False), []),
        (replace(WELL, backup_failed=Run(NOW, False, {"error": "x"})), ROOM, ["worry_backup_failed"]),
        (replace(WELL, queue=Queue(1, NOW - HOUR, 0, 2)), ROOM, ["worry_queue", "worry_failed"]),
        (replace(WELL, queue=Queue(9, NOW - 1000, 1, 0)), ROOM, []),
        (replace(WELL, phones=Phones(3, 3, 5, 1, ("Tablet",))), ROOM, ["worry_stuck"]),
        (replace(WELL, phones=Phones(3, 2, 5, 1, (), ("Tablet",))), ROOM, ["worry_silent"]),
        (WELL, replace(ROOM, free_bytes=1 << 20), ["worry_disk"]),
    ],
)
def test_each_figure_worries_for_its_own_reason(state: State, expected: Expected, words: list[str]) -> None:
    assert [worry.words.removeprefix("upkeep.") for worry in worries(state, expected, NOW)] == words
