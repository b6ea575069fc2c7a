"""The office without a mouse: everything is reached, seen, opened, sent and left by keys alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.office_house import OfficeHouse
from tests.browser.office_site import sign_in
from tests.contract.house import House

LISTS = ("/items", "/movements", "/discrepancies", "/locations", "/devices")
MOST_PRESSES = 200

WATCH = """() => {
  const stops = (window.stops = [])
  const named = (one) => one.id || one.name || one.textContent.trim() || one.outerHTML.slice(0, 80)
  const ringed = (one) => {
    const style = getComputedStyle(one)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  }
  const around = (one) => [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean)
  const seen = (one) => {
    const box = one.getBoundingClientRect()
    const [x, y] = [box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2]
    const above = document.elementFromPoint(x, y)
    return !!above && (one.contains(above) || above.contains(one))
  }
  addEventListener('keydown', (event) => {
    const one = document.activeElement
    if (event.key !== 'Tab' || one === document.body || one.id === 'content') return
    const mark = around(one).find(ringed)
    const within = stops.at(-1)?.one === one // a further part of a date, which the browser itself marks
    stops.push({ one, name: named(one), ringed: !!mark || within, seen: seen(mark ?? one) })
  }, true)
}"""
"""Notes, whenever Tab is pressed, what had the focus, whether that could be seen and was covered."""

FOUND = """() => {
  const within = (one) => !one.closest('[inert], dialog:not([open]), [popover]:not(:popover-open):not(.side)')
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
  const wanted = [...document.querySelectorAll(kinds)].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && within(one)
      && one.checkVisibility({ visibilityProperty: true })
      && !(one.type === 'radio' && !one.checked && document.querySelector(`[name="${one.name}"]:checked`)),
  )
  const reached = new Set(stops.map(({ one }) => one))
  const groups = new Set([...reached].filter((one) => one.type === 'radio').map((one) => one.name))
  const content = document.getElementById('content')
  return {
    missed: wanted.filter((one) => window.whole || content.contains(one))
      .filter((one) => !reached.has(one) && !groups.has(one.name)).map((one) => one.outerHTML.slice(0, 120)),
    bare: stops.filter((stop) => !stop.ringed).map(({ name }) => name),
    hidden: stops.filter((stop) => !stop.seen).map(({ name }) => name),
    backwards: stops.slice(1).filter(({ one }, at) => !one.closest('.live-rows')
      && stops[at].one.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING)
      .map(({ name }) => name),
  }
}"""
"""What Tab never came to, and where the focus could not be seen, was covered, or went back.

The rows of the live table are filled anew while one goes through them: only their lines have an order.
"""

HURRIED = """([key, times]) => Array.from({ length: times }, () => {
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  return document.activeElement.closest('[role=row]')?.ariaRowIndex
})"""
"""Presses a key over and over before the browser has time to draw; the lines that it came to."""

ENDED = "() => document.activeElement.matches('body, .skip-link')"


@pytest.fixture(scope="module")
def desk(browser: Browser, office_house: OfficeHouse) -> Iterator[BrowserContext]:
    """A browser in which the administrator has signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=office_house.address)
    sign_in(context.new_page(), "administrator").close()
    yield context
    context.close()


@pytest.fixture
def page(desk: BrowserContext) -> Iterator[Page]:
    """A window of it."""
    page = desk.new_page()
    yield page
    page.close()


def awake(page: Page, path: str) -> Page:
    """The page once its scripts have run and nothing of it is still to come."""
    page.goto(path)
    page.wait_for_function("() => 'htmx-internal-data' in (document.querySelector('[hx-get]') ?? {})")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    return page


def walked(page: Page, whole: bool = False) -> dict[str, list[str]]:
    """Presses Tab until the page ends; what was wrong on the way."""
    page.evaluate("(whole) => { window.whole = whole }", whole)
    page.evaluate(WATCH)
    if whole:
        page.keyboard.press("Tab")
    else:
        page.evaluate("() => document.getElementById('content').focus()")
    for _ in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        if page.evaluate(ENDED):
            break
    found: dict[str, list[str]] = page.evaluate(FOUND)
    if not page.evaluate(ENDED):
        found["trapped"] = [page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")]
    return {name: what for name, what in found.items() if what}


def test_tab_goes_through_every_page_and_shows_where_it_is(page: Page, office_house: OfficeHouse) -> None:
    wrong = {"/": walked(awake(page, "/"), whole=True)}
    for path in (*LISTS, *main_pages(office_house.house)):
        wrong[path] = walked(awake(page, path))
    assert {path: found for path, found in wrong.items() if found} == {}


def main_pages(house: House) -> list[str]:
    """Pages of every make: the live table, one thing of each kind, forms, a tree of cards."""
    item, place = house.known["item"][0], house.known["location"][0]
    person, device = house.staff["operator"], house.phone.device
    return [
        "/stock", f"/items/{item}", f"/items/{item}/edit", f"/locations/{place}", f"/people/{person}",
        f"/devices/{device}", "/people/new", "/stock/adjust", "/imports/new", "/settings", "/account",
    ]  # fmt: skip


def test_what_opens_takes_the_focus_and_gives_it_back(page: Page, office_house: OfficeHouse) -> None:
    house = office_house.house
    item, person = house.known["item"][0], house.staff["operator"]
    for path in ("/items?q=tea", f"/items/{item}", f"/people/{person}", f"/devices/{house.phone.device}"):
        awake(page, path)
        openers = page.locator("[popovertarget]:visible, [data-opens]:visible")
        assert openers.count() > 2
        for opener in openers.all():
            check_opener(page, opener)


def check_opener(page: Page, opener: Locator) -> None:
    """A menu or a dialog, opened and left by keys."""
    target = opener.evaluate("(one) => one.getAttribute('popovertarget') ?? one.dataset.opens")
    opened = page.locator(f"#{target}")
    opener.focus()
    page.keyboard.press("Enter")
    expect(opened.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_menu_is_walked_through_with_arrows_and_closes_when_left(page: Page) -> None:
    awake(page, "/items?q=tea")
    page.locator("[popovertarget=user-menu]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="My account")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#user-menu")).to_be_hidden()


def test_the_keys_are_listed_and_the_list_gives_the_focus_back(page: Page) -> None:
    awake(page, "/items")
    page.keyboard.press("j")
    row = page.locator("[data-row]").first
    expect(row).to_be_focused()
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keyboard")
    for words in ("Stock", "Discrepancies", "Items", "Next row"):
        expect(listed.get_by_text(words, exact=False).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(row).to_be_focused()


@pytest.mark.parametrize("path", [*LISTS, "/stock"])
def test_a_row_is_opened_with_enter(page: Page, path: str) -> None:
    awake(page, path)
    row = page.locator("[data-row]:visible").first
    expect(row).to_be_visible()
    page.keyboard.press("j")
    expect(row).to_be_focused()
    there = str(row.get_attribute("href"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{there}")


def test_a_refused_form_puts_the_focus_on_what_is_wrong(page: Page, office_house: OfficeHouse) -> None:
    item = office_house.house.known["item"][0]
    for path in ("/items/new", "/locations/new", "/stock/adjust", "/stock/move", f"/items/{item}/packs/new"):
        awake(page, path)
        page.locator("#content :is(input, select):visible").first.focus()
        page.locator("#content input[type=text]:visible").first.press("Enter")
        expect(page.locator("[role=alert]")).to_be_visible()
        wrong = page.locator("[aria-invalid=true], .field.wrong input").first
        expect(wrong).to_be_focused()


def test_the_live_table_is_walked_without_losing_a_line(page: Page) -> None:
    awake(page, "/stock")
    expect(page.locator("[data-live=link]")).to_have_text("Live")
    lines = int(page.locator("[data-live=table]").get_attribute("aria-rowcount") or 0) - 1
    there = [str(number + 2) for number in range(lines)]
    assert page.evaluate(HURRIED, ["j", lines]) == there
    assert page.evaluate(HURRIED, ["k", lines - 1]) == there[-2::-1]
    expect(page.locator("[data-row]:focus")).to_be_in_viewport()


def test_a_branch_of_the_places_opens_by_its_button_and_by_its_line(page: Page) -> None:
    awake(page, "/locations")
    within = page.locator("[data-branch] [aria-expanded=false]").first.get_attribute("aria-controls")
    mark, below = page.locator(f"[aria-controls={within}]"), page.locator(f"#{within}")
    mark.focus()
    page.keyboard.press("Enter")
    expect(below.locator("[data-row]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(below).to_be_hidden()
    page.locator("[data-branch]", has=mark).locator(".node-facts").click()
    expect(mark).to_have_attribute("aria-expanded", "true")
    expect(below.locator("[data-row]").first).to_be_visible()
