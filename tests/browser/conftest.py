"""One Chromium a session, the system's own; and data-driven tests only where the data lie."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from app import create_app
from app.database import database
from tests.browser.day import PATIENCE_MS
from tests.browser.office_house import OfficeHouse
from tests.browser.office_house import office_house as serve_house
from tests.browser.scan_page import build, served
from tests.conftest import settings_at

SHARED = Path(__file__).parents[3] / "shared" / "data"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

NEEDED = {"test_scan_photographs.py": SHARED / "barcode-photos", "test_products.py": SHARED / "products.csv"}
collect_ignore = [name for name, source in NEEDED.items() if not source.exists()]


expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "the browser tests need Chromium"
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(chromium_path: str) -> dict[str, object]:
    """What pytest-playwright starts its one browser with."""
    return {
        "executable_path": chromium_path,
        "args": [
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            "--autoplay-policy=no-user-gesture-required",
        ],
    }


@pytest.fixture(scope="session")
def scan_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page that holds nothing but the scan field is served."""
    with served(build(tmp_path_factory.mktemp("scan-page") / "dist")) as address:
        yield address


@pytest.fixture(scope="session")
def browser(browser_type: BrowserType, browser_type_launch_args: dict[str, object]) -> Iterator[Browser]:
    """The one browser; the plugin's own fixtures for it and for pages trip over a warning of pytest 9."""
    browser = browser_type.launch(**browser_type_launch_args)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def office_house(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHouse]:
    """The office over something of each kind, for those who only look at it."""
    home = tmp_path_factory.mktemp("house")
    shutil.copy(prepared_home / "tallyman.sqlite3", home / "tallyman.sqlite3")
    app = create_app(settings_at(home))
    with serve_house(app) as served:
        yield served
    with app.app_context():
        database.engine.dispose()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a phone's size with storage of its own."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()
