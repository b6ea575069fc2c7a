"""Every page of the office: nobody is kept out of it, and none runs over the edge of its window."""

from typing import Any

from playwright.sync_api import Browser, Page

from app.web.assets import DIST
from tests.browser.office_house import OfficeHouse
from tests.browser.office_site import axe_source, sign_in

SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}
QUICK = "() => axe.run(document, { resultTypes: ['violations'], elementRef: false })"


def barriers(page: Page) -> list[str]:
    """What keeps people out of a page, according to axe; every finding of any weight."""
    found: dict[str, Any] = page.evaluate(QUICK)
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


def overruns(page: Page, size: str) -> list[str]:
    """That a page is wider than its window."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    drawn = page.evaluate("() => document.documentElement.scrollWidth")
    return [f"{drawn} px wide"] if drawn > width else []


def listen(page: Page) -> list[str]:
    """What the browser complains of from now on: scripts that fail, and what the policy forbids."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_no_page_keeps_anybody_out_or_runs_over_its_edge(browser: Browser, office_house: OfficeHouse) -> None:
    width, height = SIZES["phone"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=True, is_mobile=True,
        base_url=office_house.address,
    )  # fmt: skip
    page = sign_in(context.new_page(), "administrator")
    paths, source = office_house.pages(), axe_source(DIST.parent)
    assert len(paths) > 55
    wrong, complaints = {}, listen(page)
    for path in paths:
        complaints.clear()
        answer = page.goto(path)
        page.evaluate(source)
        found = barriers(page) + [wide for size in reversed(SIZES) for wide in overruns(page, size)]
        wrong[path] = found + (complaints if answer and answer.ok else [])
    assert {path: found for path, found in wrong.items() if found} == {}
    context.close()
