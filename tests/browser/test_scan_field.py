"""The field for scanners that type and for people, and what the viewfinder says when there is no camera."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sync.gtin import check_digit

FIELD = "[data-scan]"


@pytest.fixture
def field(page: Page, scan_address: str) -> Page:
    return opened(page, scan_address)


def opened(page: Page, address: str) -> Page:
    """The page once it listens: that begins with the focus, after the field has been drawn."""
    page.goto(address)
    page.wait_for_function("() => document.activeElement?.matches('[data-scan]')")
    return page


def reads(page: Page, number: int = 0) -> list[dict[str, Any]]:
    """What was read, once there is so much of it."""
    page.wait_for_function("(number) => window.reads.length >= number", arg=number)
    return page.evaluate("() => window.reads.map(({ reading, source }) => ({ ...reading, source }))")


CONTROL = 2
KEYS = {"Enter": {"key": "Enter", "text": "\r"}, "Tab": {"key": "Tab"}}
KEYS |= {"\x1d": {"key": "]", "modifiers": CONTROL}}
PACE_S = 0.008


def scan(page: Page, code: str, end: str = "Enter") -> None:
    """What a scanner does: a key every 8 ms, however busy this machine is; the separator as Ctrl+]."""
    hand = page.context.new_cdp_session(page)
    began = time.time()
    for place, name in enumerate([*code, end]):
        key = {"timestamp": began + place * PACE_S, **KEYS.get(name, {"key": name, "text": name})}
        hand.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
        hand.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    hand.detach()


def test_the_field_waits_for_a_scanner_without_a_screen_keyboard(field: Page) -> None:
    expect(field.locator(FIELD)).to_be_focused()
    expect(field.locator(FIELD)).to_have_attribute("inputmode", "none")


@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_scan_ends_with_enter_or_tab(field: Page, end: str) -> None:
    scan(field, "9521234543213", end)
    [read] = reads(field, 1)
    assert (read["gtin"], read["source"]) == ("09521234543213", "wedge")
    expect(field.locator(FIELD)).to_have_value("")
    expect(field.locator(FIELD)).to_be_focused()


def test_the_separator_of_a_gs1_scan_arrives(field: Page) -> None:
    scan(field, "010952123454321310L7\x1d21S9\x1d17261231")
    [read] = reads(field, 1)
    assert (read["lot"], read["serial"], read["expiresOn"]) == ("L7", "S9", "2026-12-31")


def test_forty_scans_without_a_pause_are_forty_reads(field: Page) -> None:
    payloads = [f"952123450{number:03d}" for number in range(40)]
    codes = [payload + check_digit(payload) for payload in payloads]
    for code in codes:
        scan(field, code)
    assert [read["raw"] for read in reads(field, len(codes))] == codes


def test_twenty_times_the_same_code_are_twenty_reads(field: Page) -> None:
    for _ in range(20):
        scan(field, "9521234543213")
    assert len(reads(field, 20)) == 20


@pytest.mark.parametrize("elsewhere", ["#plain", "#check"])
def test_a_scan_while_something_else_has_the_focus_is_read_whole(field: Page, elsewhere: str) -> None:
    field.locator(elsewhere).focus()
    scan(field, "010952123454321310L7\x1d21S9")
    [read] = reads(field, 1)
    assert read["raw"] == "010952123454321310L7\x1d21S9"


def test_a_scan_under_an_open_sheet_waits_and_presses_no_button(field: Page) -> None:
    field.locator("#open-sheet").click()
    field.locator("#in-sheet").wait_for()
    field.wait_for_function("() => document.activeElement?.closest('dialog')")
    for code in ("9521234543213", "BIN-A-01-01"):
        scan(field, code)
    assert field.locator("#in-sheet").is_visible()
    assert reads(field) == []
    field.locator("#in-sheet").click()
    field.wait_for_function("() => window.reads.length === 2")
    assert [read["raw"] for read in reads(field)] == ["9521234543213", "BIN-A-01-01"]


def test_a_scan_in_whose_middle_a_sheet_opens_is_one_code(field: Page) -> None:
    field.evaluate("""() => {
        let keys = 0
        const open = () => { if (++keys === 4) document.querySelector('#open-sheet').click() }
        window.addEventListener('keydown', open, { capture: true })
    }""")
    scan(field, "9521234543213")
    expect(field.locator("#in-sheet")).to_be_visible()
    expect(field.locator(FIELD)).to_have_value("")
    field.locator("#in-sheet").click()
    field.wait_for_function("() => window.reads.length === 1")
    assert reads(field)[0]["raw"] == "9521234543213"


def test_a_person_types_with_the_keyboard_button(field: Page) -> None:
    field.get_by_role("button", name="Type with the keyboard").click()
    expect(field.locator(FIELD)).to_have_attribute("inputmode", "text")
    expect(field.locator(FIELD)).to_be_focused()
    field.keyboard.type("BIN-A-01-01", delay=70)
    field.get_by_role("button", name="Enter").click()
    [read] = reads(field, 1)
    assert (read["raw"], read["source"]) == ("BIN-A-01-01", "typed")


def test_an_empty_field_gives_nothing_and_lets_tab_pass(field: Page) -> None:
    field.keyboard.press("Enter")
    field.keyboard.press("Tab")
    assert reads(field) == []
    expect(field.locator(FIELD)).not_to_be_focused()


def refuse_camera(page: Page, error: str) -> None:
    script = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', '%s'))"
    page.add_init_script(script % error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "The camera is not allowed"),
        ("NotFoundError", "No camera found"),
        ("NotReadableError", "The camera is in use"),
    ],
)
def test_a_refused_camera_is_explained(page: Page, scan_address: str, error: str, said: str) -> None:
    refuse_camera(page, error)
    page.goto(scan_address)
    page.get_by_role("button", name="Scan with the camera").click()
    page.get_by_role("alert").get_by_text(said).wait_for()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    scan(page, "9521234543213")
    assert len(reads(page, 1)) == 1


def test_an_insecure_address_leads_to_the_phone_page(page: Page, scan_address: str) -> None:
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.goto(scan_address)
    page.get_by_role("button", name="Scan with the camera").click()
    link = page.get_by_role("link", name="Set up this phone")
    assert link.get_attribute("href") == "/phone"


def test_a_camera_that_is_taken_away_can_be_started_again(field: Page) -> None:
    field.get_by_role("button", name="Scan with the camera").click()
    field.locator("[data-state=running]").wait_for()
    field.evaluate(
        "() => document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
    )
    field.get_by_text("The camera stopped").wait_for()
    field.get_by_role("button", name="Try again").click()
    field.locator("[data-state=running]").wait_for()


def test_an_open_camera_is_open_again_on_the_next_visit(field: Page) -> None:
    field.get_by_role("button", name="Scan with the camera").click()
    field.locator("[data-state=running]").wait_for()
    field.reload()
    field.locator("[data-state=running]").wait_for()
    field.get_by_role("button", name="Close the camera").click()
    field.reload()
    field.get_by_role("button", name="Scan with the camera").wait_for()


def test_torch_and_zoom_are_offered_where_the_camera_has_them(page: Page, scan_address: str) -> None:
    page.add_init_script("""
      window.applied = []
      const track = MediaStreamTrack.prototype
      track.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 2.5 } })
      track.applyConstraints = async (wanted) => { window.applied.push(wanted.advanced[0]) }
    """)
    page.goto(scan_address)
    page.get_by_role("button", name="Scan with the camera").click()
    torch = page.get_by_role("button", name="Torch")
    torch.click()
    expect(torch).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Zoom to 2×").click()
    page.get_by_role("button", name="Zoom to 1×").wait_for()
    assert page.evaluate("() => window.applied") == [{"torch": True}, {"zoom": 2}]


def test_sounds_vibration_and_wake_lock_break_nothing_where_they_are_missing(
    page: Page, scan_address: str
) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.add_init_script("""
      delete window.AudioContext
      Object.defineProperty(Navigator.prototype, 'vibrate', { value: undefined })
      Object.defineProperty(Navigator.prototype, 'wakeLock', { value: undefined })
    """)
    scan(opened(page, scan_address), "9521234543213")
    page.get_by_role("button", name="Scan with the camera").click()
    page.locator("[data-state=running]").wait_for()
    assert len(reads(page, 1)) == 1
    assert problems == []


def test_a_camera_that_was_taken_away_meanwhile_comes_back_by_itself(field: Page) -> None:
    field.get_by_role("button", name="Scan with the camera").click()
    field.locator("[data-state=running]").wait_for()
    field.evaluate(
        "() => document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
    )
    field.locator("[data-state=lost]").wait_for()
    field.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    field.locator("[data-state=running]").wait_for()
