"""Chromium without a window, driven by Playwright."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from tests.engines.engine import ENTER, SEPARATOR

KEYS = {SEPARATOR: "Control+]", ENTER: "Enter"}


class Chromium:
    """One Chromium on one profile."""

    def __init__(self, path: str, profile: Path) -> None:
        self.playwright: Playwright = sync_playwright().start()
        self.context = self.playwright.chromium.launch_persistent_context(
            profile, executable_path=path, args=["--no-sandbox"], viewport={"width": 390, "height": 844}
        )
        self.page = self.context.pages[0]

    def go(self, address: str) -> None:
        self.page.goto(address)

    def reload(self) -> None:
        self.page.reload()

    def evaluate(self, function: str, *arguments: Any) -> Any:
        return self.page.evaluate(f"(given) => ({function})(...given)", arguments)

    def click(self, path: str) -> None:
        self.page.locator(f"xpath={path}").first.click()

    def strokes(self, text: str) -> None:
        for key in text:
            self.page.keyboard.press(KEYS.get(key, key))

    def lose_network(self) -> None:
        self.context.set_offline(True)

    def find_network(self) -> None:
        self.context.set_offline(False)

    def end(self) -> None:
        self.context.close()
        self.playwright.stop()
