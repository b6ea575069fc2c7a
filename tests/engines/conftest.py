"""The real app on the small world, and where each browser is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.day import Day, working_day
from tests.needs import firefox_from_system, from_system, webkit_from_system


@pytest.fixture
def day(tmp_path: Path, prepared_home: Path) -> Iterator[Day]:
    (tmp_path / "home").mkdir()
    with working_day(tmp_path / "home", prepared_home) as running:
        yield running


@pytest.fixture
def chromium_path() -> str:
    path = from_system()
    assert path, "needs Chromium"
    return path


@pytest.fixture
def firefox_path() -> str:
    path = os.environ.get("FIREFOX") or firefox_from_system()
    assert path, "needs Firefox"
    return path


@pytest.fixture
def webkit_path() -> str:
    path = os.environ.get("WEBKIT") or webkit_from_system()
    assert path, "needs WebKitGTK: webkit2gtk-driver, xvfb, gir1.2-webkit2-4.1 and python3-gi"
    return path
