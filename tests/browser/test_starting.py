"""The floor app's start on a device whose storage takes its time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.day import Day, working_day

LATE = """
const open = indexedDB.open.bind(indexedDB)
const gate = new Promise((resolve) => (window.openGate = resolve))
IDBFactory.prototype.open = function (...given) {
  const late = {}
  gate.then(() => {
    const request = open(...given)
    for (const name of ['onupgradeneeded', 'onsuccess', 'onerror', 'onblocked']) {
      request[name] = (event) => late[name]?.call(request, event)
    }
    Object.defineProperty(late, 'result', { get: () => request.result })
    Object.defineProperty(late, 'transaction', { get: () => request.transaction })
  })
  return late
}
"""
"""Openings of the database wait until the test lets them through."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory, prepared_home: Path) -> Iterator[Day]:
    with working_day(tmp_path_factory.mktemp("starting"), prepared_home) as running:
        yield running


def test_a_storage_that_hangs_is_said_and_the_app_starts_when_it_answers(page: Page, day: Day) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(LATE)
    page.goto(f"{day.url}/floor")
    expect(page.get_by_role("alert")).to_contain_text("does not answer yet")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.evaluate("() => window.openGate()")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
