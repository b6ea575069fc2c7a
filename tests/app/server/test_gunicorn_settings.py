"""What gunicorn.conf.py works out."""

import gc
from collections.abc import Iterator

import pytest

from app.server.gunicorn_settings import ease_collector


@pytest.fixture
def collector() -> Iterator[None]:
    """The collector of dead objects, afterwards as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_was_loaded_at_the_start_is_never_gone_through_again(collector: None) -> None:
    frozen, pace = gc.get_freeze_count(), gc.get_threshold()[0]
    ease_collector()
    assert gc.get_freeze_count() > frozen
    assert gc.get_threshold()[0] > pace
