"""Every screen of the floor: accessible in three themes, no wider than the device, large for a thumb."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.barcodes import FRONT_END
from tests.browser.small_floor import GS1, OOLONG, TEAPOT, Floor, served_floor

AXE = (FRONT_END / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900), "narrow": (360, 640)}


TOO_WIDE = """() => {
  const edges = (part) => part.getBoundingClientRect()
  const texts = (part) => {
    const range = document.createRange()
    range.selectNodeContents(part)
    return range.getBoundingClientRect()
  }
  const isCut = (part) => texts(part).left < edges(part).left - 1 || texts(part).right > edges(part).right + 1
  const isWide = document.documentElement.scrollWidth > innerWidth
  const seen = (names) => [...document.querySelectorAll(names)].filter((part) => part.checkVisibility())
  const cut = seen('.way, .action-tile, .button, .segments label, .chip, .status-part').filter(isCut)
  const isSqueezed = (part) => part.scrollHeight > part.clientHeight + 1
  const squeezed = seen('.switch-row, .list-row, .banner, .endpoint, .scan-view').filter(isSqueezed)
  const wrong = [...cut, ...squeezed].map((part) => part.innerText)
  return isWide ? ['the screen', ...wrong] : wrong
}"""
"""What reaches beyond the edge of the device, or of what it is written on."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_floor(tmp_path_factory.mktemp("screens")) as url:
        yield url


@pytest.fixture
def floor(page: Page, address: str) -> Floor:
    return Floor(page, address)


Act = Callable[[Floor], object]


def nothing(floor: Floor) -> None:
    """The screen as it opens."""


def tap(selector: str) -> Act:
    return lambda floor: floor.page.locator(selector).first.click()


def scans(*codes: str) -> Act:
    return lambda floor: floor.scan(*codes)


def camera_refused(floor: Floor) -> None:
    """Open the camera that this browser may not use."""
    floor.page.evaluate(REFUSED)
    tap(".scan-start")(floor)
    expect(floor.page.locator(".scan-trouble")).to_be_visible()


REFUSED = """() => {
  const refuse = async () => { throw new DOMException('no', 'NotAllowedError') }
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: refuse }, configurable: true })
}"""
PEOPLE = [
    {"id": 4, "name": "Ana Lindqvist", "role": "operator"},
    {"id": 5, "name": "Bilal Öztürk", "role": "manager"},
]
SCREENS: dict[str, tuple[str, dict[str, Any], Act]] = {
    "home": ("", {}, nothing),
    "home, nothing to do": ("", {"unsent": 0, "connection": "online"}, nothing),
    "shut out": ("", {"connection": "revoked"}, tap(".status-button")),
    "sync": ("", {"updateWaiting": True, "connection": "sign_in"}, tap(".status-button")),
    "look up": ("/look-up", {}, nothing),
    "search": ("/look-up?text=tea", {}, nothing),
    "search without result": ("/look-up?text=zzzz", {}, nothing),
    "item": ("/items/11", {}, nothing),
    "item by serial": ("/items/15", {}, nothing),
    "item, none on hand": ("/items/17", {}, nothing),
    "item that is not here": ("/items/999", {}, nothing),
    "place": ("/locations/31", {}, nothing),
    "receive, empty": ("/receive", {}, nothing),
    "receive": ("/receive", {}, scans(GS1, "LOC-DOCK", TEAPOT)),
    "camera refused": ("/receive", {}, camera_refused),
    "keypad": ("/receive", {}, scans("LOC-DOCK", OOLONG)),
    "line": ("/receive", {}, lambda floor: tap(".line-goods")(floor.scan(GS1))),
    "unknown code": ("/receive", {}, scans("7612345000015")),
    "move": ("/move", {}, scans("LOC-A-01-01", "04006381333931")),
    "choosing a place": ("/move", {}, tap("button.endpoint")),
    "expired lot": ("/receive", {}, scans("LOC-DOCK", "(01)04006381333931(10)OLD1(17)250101(37)6")),
    "pick": ("/pick", {}, scans(TEAPOT)),
    "count, empty": ("/count", {}, nothing),
    "count": ("/count", {}, scans("LOC-A-01-01", "(01)04006381333931(10)T2401", TEAPOT)),
    "count of serials": ("/count", {}, lambda floor: tap(".line-goods")(floor.scan("LOC-A-01-03"))),
    "outbox": ("/outbox", {}, nothing),
    "record": ("/outbox", {}, tap("button.list-row")),
    "in doubt": ("/outbox?show=discrepancies", {}, nothing),
    "settings": ("/settings", {}, nothing),
    "sign in": ("", {"phase": "needs_sign_in"}, nothing),
    "first fetch": ("", {"phase": "bootstrapping", "bootstrap": {"done": 7, "total": 12}}, nothing),
    "starting": ("", {"phase": "starting"}, nothing),
    "starting late": ("", {"phase": "starting", "delay": "broken"}, nothing),
    "invited": ("", {"invitation": "code"}, nothing),
    "who": ("", {"locked": True, "people": PEOPLE}, nothing),
    "pin": ("", {"locked": True, "people": PEOPLE}, tap(".list-row")),
    "choosing a pin": ("", {"pinOffered": True}, nothing),
    "locked": ("", {"locked": True}, nothing),
    "viewer": ("/pick", {"user": {"id": 9, "name": "Vera Holm", "role": "viewer"}}, nothing),
    "no such screen": ("/nowhere", {}, nothing),
}


IN_EVERY_THEME = ("home", "item", "receive", "count", "keypad", "outbox", "sync", "settings")
LOOKS = [
    ("phone", "light", tuple(SCREENS)),
    ("tablet", "dark", IN_EVERY_THEME),
    ("desk", "sun", IN_EVERY_THEME),
]


@pytest.mark.parametrize(("size", "theme", "names"), LOOKS)
def test_screens_are_accessible(
    browser: Browser, address: str, size: str, theme: str, names: tuple[str, ...]
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_init_script(f"localStorage.clear(); localStorage.setItem('tallyman.theme', '{theme}')")
    found: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    for name in names:
        path, state, act = SCREENS[name]
        floor = Floor(page, address).show(path, state)
        act(floor)
        floor.drawn()
        found += [f"{name}: {finding}" for finding in findings(page)]
    context.close()
    assert not found, "\n".join(found)


def findings(page: Page) -> list[str]:
    """What axe finds; sizes are measured below, for it takes a row half under the lower bar for small."""
    page.evaluate(AXE)
    options = {"runOnly": RULES, "rules": {"target-size": {"enabled": False}}}
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{violation['impact']} {violation['id']} {node['target']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def speak(route: Route, language: str) -> None:
    """Answer with the page as the server writes it for someone of this language."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('lang="en"', f'lang="{language}"'))


@pytest.mark.parametrize("size", ["narrow", "phone", "tablet"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_wider_than_its_place(browser: Browser, address: str, size: str, language: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_init_script("localStorage.clear()")
    context.route("**/floor**", lambda route: speak(route, language))
    page = context.new_page()
    wide = []
    for name in (*IN_EVERY_THEME, "move", "search", "expired lot", "in doubt", "place"):
        path, state, act = SCREENS[name]
        floor = Floor(page, address).show(path, state)
        act(floor)
        floor.drawn()
        wide += [f"{name}: {part}" for part in page.evaluate(TOO_WIDE)]
    context.close()
    assert wide == []


@pytest.mark.parametrize("name", ["home", "receive", "count", "keypad", "outbox", "item", "sync"])
def test_what_is_pressed_is_large_enough_for_a_thumb(floor: Floor, name: str) -> None:
    path, state, act = SCREENS[name]
    act(floor.show(path, state))
    floor.drawn()
    sizes = floor.page.evaluate(
        """() => [...document.querySelectorAll('button, .button, a.list-row, .action-tile, .way')]
            .concat(...document.querySelectorAll('[data-scan]'))
            .filter((part) => part.checkVisibility() && !part.closest('.segments, .switch-row, .camera'))
            .filter((part) => part.offsetHeight < 48 || part.offsetWidth < 48)
            .map((part) => `${part.outerHTML.slice(0, 80)} ${part.offsetWidth}x${part.offsetHeight}`)"""
    )
    assert sizes == []


def test_what_one_does_all_day_is_in_view_on_a_small_phone(floor: Floor) -> None:
    floor.page.set_viewport_size({"width": 360, "height": 640})
    floor.show("")
    for name in ("Receive", "Move", "Pick", "Count"):
        expect(floor.page.locator(".action-tile").filter(has_text=name)).to_be_in_viewport(ratio=0.9)
    needs = floor.page.locator(".needs .list-row:not(.more)")
    expect(needs).to_have_count(2)
    floor.press("4 more")
    expect(needs).to_have_count(6)
