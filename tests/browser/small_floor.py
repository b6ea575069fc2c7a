"""The floor app on the small world, without server: a page of it, and what a person does there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.scan_page import build, served

CONFIGURATION = "tests/screens/preview/vite.config.ts"
GS1 = "(01)04006381333931(10)T2402(17)271001(37)24"
TEAPOT = "04006381333962"
READY = "() => window.floor && document.querySelector('#app > *')"
ALL_TAKEN = "() => !document.querySelector('[data-scan]')?.value"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
OOLONG = "04006381333955"
SCALE = "04006381333979"


@contextmanager
def served_floor(folder: Path) -> Iterator[str]:
    """Build the screens on the small world into a folder and serve them; gives the address."""
    with served(build(folder / "dist", CONFIGURATION), shell="floor") as address:
        yield address


BURST = """(keys) => {
  for (const key of keys) {
    const place = document.activeElement ?? document.body
    for (const type of ['keydown', 'keyup']) {
      place.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true }))
    }
  }
}"""


@dataclass
class Floor:
    """A device on the small world."""

    page: Page
    address: str

    def show(self, path: str, state: dict[str, Any] | None = None) -> "Floor":
        self.page.goto(f"{self.address}floor{path}")
        self.page.wait_for_function(READY)
        for name, value in (state or {}).items():
            self.page.evaluate("([name, value]) => { window.floor[name].value = value }", [name, value])
        return self.drawn()

    def drawn(self) -> "Floor":
        """Wait until what was set stands on the screen, and effects have run."""
        self.page.evaluate(TWO_FRAMES)
        return self

    def scan(self, *codes: str) -> "Floor":
        for code in codes:
            field = self.page.locator("[data-scan]")
            field.fill(code)
            field.press("Enter")
            self.page.wait_for_function(ALL_TAKEN)
        return self.drawn()

    def wedge(self, code: str) -> "Floor":
        """A scanner that types: its keys follow each other at its own pace, however busy the machine is."""
        self.page.evaluate(BURST, [*code, "Enter"])
        return self

    def press(self, name: str) -> "Floor":
        self.page.get_by_role("button", name=name).first.click()
        return self

    def captured(self, number: int) -> list[dict[str, Any]]:
        """The newest operations, oldest of them first, once there are so many more than at the beginning."""
        entries = self.page.evaluate("() => window.outbox(500)")
        new = [entry for entry in entries if str(entry["id"]).startswith("fake-")]
        assert len(new) == number, [entry["body"] for entry in new]
        return [{"kind": entry["kind"], **entry["body"]} for entry in reversed(new)]

    def lines(self) -> list[str]:
        return [" ".join(text.split()) for text in self.page.locator(".line").all_inner_texts()]
