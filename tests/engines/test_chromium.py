"""A shift without network in Chromium."""

from functools import partial
from pathlib import Path

from tests.browser.day import Day
from tests.engines.chromium import Chromium
from tests.engines.shift import at_work, come_back, work_without_network


def test_a_shift_without_network_ends_at_what_the_server_has(
    day: Day, chromium_path: str, tmp_path: Path
) -> None:
    with at_work(partial(Chromium, chromium_path), tmp_path / "profile", day) as worker:
        work_without_network(worker, day)
        come_back(worker, day)
