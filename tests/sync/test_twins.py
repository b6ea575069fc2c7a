"""Words that Python and TypeScript must know alike and that no table of examples names one by one."""

import re

from sync.movement import ADJUSTMENT, KINDS, REASONS, UNIDENTIFIED, VIRTUAL
from sync.protocol import PULL_LIMIT_DEFAULT
from sync.quantity import DECIMALS, MAXIMUM, SCALE
from sync.wire_fields import LOT_MAX
from tests.house import ROOT

TWINS = ROOT / "app/static/pwa/src/sync"
OPERATION = (TWINS / "operation.ts").read_text()
MOVEMENT = (TWINS / "movement.ts").read_text()


def choices(name: str) -> tuple[str, ...]:
    """The words of a type of the twin, in their order."""
    (line,) = re.findall(rf"^export type {name} = (.*)$", OPERATION, re.M)
    return tuple(re.findall(r"'(\w+)'", line))


def test_reasons_are_the_same_for_both() -> None:
    assert choices("Reason") == REASONS


def test_kinds_of_operations_are_the_same_for_both() -> None:
    assert choices("Kind") == KINDS


def test_reserved_locations_are_the_same_for_both() -> None:
    (adjustment,) = re.findall(r"ADJUSTMENT = (\d+)$", MOVEMENT, re.M)
    (reserved,) = re.findall(r"VIRTUAL.* = new Set\(\[(.*)\]\)", MOVEMENT)
    numbers = {int(number) for number in reserved.replace("ADJUSTMENT", adjustment).split(", ")}
    assert (int(adjustment), numbers) == (ADJUSTMENT, set(VIRTUAL))


def test_numbers_of_the_law_are_the_same_for_both() -> None:
    written = "\n".join(file.read_text() for file in TWINS.glob("*.ts"))
    numbers = {
        name: int(digits)
        for name, digits in re.findall(r"^(?:export )?const (\w+) = (\d+)n?$", written, re.M)
    }
    wanted = {"DECIMALS": DECIMALS, "UNIDENTIFIED": UNIDENTIFIED, "RESERVED": max(VIRTUAL)}
    wanted |= {"LOT_LENGTH": LOT_MAX, "PULL_ROWS": PULL_LIMIT_DEFAULT}
    assert {name: numbers[name] for name in wanted} == wanted
    assert "const SCALE = 1_000_000n" in written and SCALE == 1_000_000
    assert "const MAXIMUM = 1_000_000_000n * SCALE" in written and MAXIMUM == 1_000_000_000 * SCALE
