"""A shift without network in Firefox."""

from functools import partial
from pathlib import Path

from tests.browser.day import Day
from tests.engines.firefox import Firefox
from tests.engines.shift import at_work, come_back, work_without_network


def test_a_shift_without_network_ends_at_what_the_server_has(
    day: Day, firefox_path: str, tmp_path: Path
) -> None:
    with at_work(partial(Firefox, firefox_path), tmp_path / "profile", day) as worker:
        work_without_network(worker, day)
        come_back(worker, day)
