"""What changed after a cursor, in pages; when a device must start afresh."""

from typing import NamedTuple

import pytest

from sync.feed import must_start_afresh, page_of

FEED = ("here", 10, 50)


class At(NamedTuple):
    position: int


@pytest.mark.parametrize(
    ("cursor", "sid", "afresh"),
    [
        (10, "here", False),
        (50, "here", False),
        (9, "here", True),
        (51, "here", True),
        (30, "elsewhere", True),
        (30, None, True),
    ],
)
def test_a_cursor_counts_within_the_feed_of_its_own_server(
    cursor: int, sid: str | None, afresh: bool
) -> None:
    assert must_start_afresh(cursor, sid, FEED) is afresh


def test_who_heard_of_no_server_may_read_from_the_very_start() -> None:
    assert not must_start_afresh(0, None, ("here", 0, 50))
    assert must_start_afresh(0, None, FEED)


def test_a_full_page_ends_at_its_last_change() -> None:
    page = page_of([At(11), At(14), At(20)], 2, 50)
    assert ([change.position for change in page.changes], page.cursor, page.more) == ([11, 14], 14, True)


def test_the_last_page_ends_at_the_head_though_its_last_change_is_older() -> None:
    page = page_of([At(11), At(14)], 2, 50)
    assert ([change.position for change in page.changes], page.cursor, page.more) == ([11, 14], 50, False)


def test_walking_through_pages_shows_every_change_once() -> None:
    changes = [At(position) for position in (3, 5, 8, 9, 30)]
    seen, cursor, more = [], 0, True
    while more:
        rest = [change for change in changes if change.position > cursor][:3]
        page = page_of(rest, 2, 31)
        seen += page.changes
        cursor, more = page.cursor, page.more
    assert (seen, cursor) == (changes, 31)
