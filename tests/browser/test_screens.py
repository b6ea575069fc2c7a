"""The floor's screens on the small world, without server: the flows and every state."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.small_floor import GS1, OOLONG, SCALE, TEAPOT, Floor, served_floor

SLOWER_THAN_A_SCANNER_MS = 150


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_floor(tmp_path_factory.mktemp("screens")) as url:
        yield url


@pytest.fixture
def floor(page: Page, address: str) -> Floor:
    return Floor(page, address)


# Receiving


def test_one_scan_fills_a_line_and_confirming_records_it(floor: Floor) -> None:
    floor.show("/receive").scan(GS1, "LOC-DOCK", TEAPOT, TEAPOT)
    floor.press("Receive 2 lines")
    expect(floor.page.locator(".toast")).to_contain_text("2 lines received")
    tea, pot = floor.captured(2)
    assert (tea["item"], tea["lot"], tea["expires_on"], tea["quantity"]) == (11, "T2402", "2027-10-01", "24")
    assert (pot["item"], pot["from"], pot["to"], pot["quantity"]) == (14, 1, 21, "2")


def test_lines_survive_a_reload_and_wait_on_the_first_screen(floor: Floor) -> None:
    floor.show("/receive").scan(GS1, "LOC-DOCK")
    floor.page.reload()
    expect(floor.page.locator(".line")).to_contain_text("Assam tea 250 g")
    floor.show("")
    expect(floor.page.get_by_text("Begun, not confirmed")).to_be_visible()


def test_two_quick_taps_record_once(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", TEAPOT)
    floor.page.locator(".action-bar .primary").evaluate("(button) => { button.click(); button.click() }")
    expect(floor.page.locator(".toast")).to_be_visible()
    floor.captured(1)


def test_twenty_codes_from_a_fast_scanner_are_twenty(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK")
    for _ in range(20):
        floor.page.keyboard.type(TEAPOT)
        floor.page.keyboard.press("Enter")
    expect(floor.page.locator(".line-quantity")).to_contain_text("20")
    expect(floor.page.locator(".line")).to_have_count(1)


def test_what_cannot_be_stored_is_said_and_stays_on_the_list(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", TEAPOT)
    floor.page.evaluate("() => { window.faults.capture = 'The disk is full.' }")
    floor.press("Receive 1 line")
    expect(floor.page.locator(".toast.red")).to_contain_text("The disk is full.")
    expect(floor.page.locator(".line")).to_have_count(1)
    floor.page.evaluate("() => { window.faults.capture = '' }")
    floor.press("Receive 1 line")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    floor.captured(1)


def test_undo_takes_every_line_back(floor: Floor) -> None:
    floor.show("/receive").scan(GS1, "LOC-DOCK", TEAPOT).press("Receive 2 lines").press("Undo")
    expect(floor.page.get_by_text("2 records taken back")).to_be_visible()
    operations = floor.captured(4)
    assert [operation["kind"] for operation in operations] == ["move", "move", "reverse", "reverse"]


def test_goods_by_weight_ask_for_their_quantity(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", OOLONG)
    for key in ("2", ".", "5"):
        floor.page.get_by_role("group", name="Digits").get_by_role(
            "button", name=key if key != "." else "Decimal point", exact=True
        ).click()
    floor.press("2.5 kg")
    expect(floor.page.locator(".line").first).to_contain_text("2.5")
    assert "2.5 kg" in floor.lines()[0]


def test_missing_details_are_asked_about_and_do_not_block(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", "04006381333931").press("Receive 1 line")
    expect(floor.page.locator("dialog")).to_contain_text("no lot, no expiry date")
    floor.press("Record anyway")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    assert "lot" not in floor.captured(1)[0]


def test_an_unknown_code_is_recorded_under_itself(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", "7612345000015")
    floor.press("Record as unidentified").press("Receive 1 line")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    (operation,) = floor.captured(1)
    assert "item" not in operation and operation["code"] == "7612345000015"


def test_a_warning_is_seen_above_an_open_sheet(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", SCALE, "SC-1")
    floor.page.locator(".line-goods").click()
    field = floor.page.get_by_label("Serial numbers")
    field.fill("SC-1")
    field.press("Enter")
    expect(floor.page.locator(".toast")).to_contain_text("SC-1 is on the list already")
    assert floor.page.locator(".toasts").evaluate("(part) => part.matches(':popover-open')")


def test_serials_are_taken_after_the_product_code_once_each(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", SCALE, "SC-1", "SC-2", "SC-1")
    expect(floor.page.locator(".toast.amber")).to_contain_text("SC-1 is on the list already")
    floor.press("Receive 1 line")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    assert floor.captured(1)[0]["serials"] == ["SC-1", "SC-2"]


def test_the_place_of_the_last_receipt_is_offered_and_is_easily_another(floor: Floor) -> None:
    floor.show("/receive").scan("LOC-DOCK", TEAPOT).press("Receive 1 line")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    floor.show("/receive").scan(TEAPOT)
    expect(floor.page.locator(".endpoint.open")).to_contain_text("Scan or tap")
    floor.press("DOCK")
    expect(floor.page.locator("button.endpoint")).to_contain_text("DOCK")
    expect(floor.page.get_by_text("Last time to")).to_have_count(0)
    floor.page.locator("button.endpoint").click()
    expect(floor.page.get_by_role("dialog")).to_be_visible()


# Moving and picking


def test_moving_works_from_place_to_place(floor: Floor) -> None:
    floor.show("/move").scan("LOC-DOCK", TEAPOT, "LOC-A-01-01", TEAPOT, "LOC-A-01-02").press("Move 2 lines")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    assert [(move["from"], move["to"]) for move in floor.captured(2)] == [(21, 31), (21, 32)]


def test_a_place_where_the_goods_stand_is_suggested(floor: Floor) -> None:
    floor.show("/pick").scan(TEAPOT)
    floor.page.get_by_role("button", name="A-01-02 · 7").click()
    floor.press("Pick 1 line")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    assert floor.captured(1)[0]["from"] == 32


def test_a_pick_may_go_to_scrap(floor: Floor) -> None:
    floor.show("/pick").scan("LOC-A-01-02", TEAPOT)
    floor.press("Customer").press("Broken, expired, lost").press("Pick 1 line")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    (operation,) = floor.captured(1)
    assert (operation["to"], operation["reason"]) == (3, "scrap")


def test_more_than_on_hand_is_warned_of_and_recorded(floor: Floor) -> None:
    floor.show("/pick").scan("LOC-A-01-02", TEAPOT)
    floor.page.locator(".line-quantity").click()
    floor.page.wait_for_function("() => document.activeElement?.closest('dialog')")
    for digit in "12":
        floor.page.keyboard.press(digit)
        floor.page.wait_for_timeout(SLOWER_THAN_A_SCANNER_MS)
    expect(floor.page.locator(".keypad-hint")).to_contain_text("Only 7 piece on hand here")
    floor.page.keyboard.press("Enter")
    floor.press("Pick 1 line")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    assert floor.captured(1)[0]["quantity"] == "12"


def test_a_scanner_under_the_keypad_changes_no_quantity(floor: Floor) -> None:
    floor.show("/pick").scan("LOC-A-01-02", TEAPOT)
    floor.page.locator(".line-quantity").click()
    floor.page.wait_for_function("() => document.activeElement?.closest('dialog')")
    floor.wedge(TEAPOT)
    expect(floor.page.locator("dialog output")).to_contain_text("1")
    floor.page.keyboard.press("Escape")
    expect(floor.page.locator(".line-quantity")).to_contain_text("2")


# Counting


def test_a_count_compares_asks_for_the_rest_and_records_the_found(floor: Floor) -> None:
    floor.show("/count").scan("LOC-A-01-01", "(01)04006381333931(10)T2401(37)24", TEAPOT)
    expect(floor.page.locator(".line").filter(has_text="as expected")).not_to_have_count(0)
    expect(floor.page.locator(".line").filter(has_text="Found here")).not_to_have_count(0)
    floor.press("Confirm count").press("They are not there: count them as 0")
    expect(floor.page.locator(".toast.green")).to_contain_text("4 counts recorded")
    counted = {(count["item"], count.get("lot", "")): count["quantity"] for count in floor.captured(4)}
    assert counted == {(11, "T2401"): "24", (11, "T2402"): "0", (14, ""): "1", (16, ""): "0"}


def test_a_blind_count_hides_what_is_expected(floor: Floor) -> None:
    floor.show("/settings").page.get_by_role("switch", name="Blind counting").check()
    floor.show("/count").scan("LOC-A-01-01")
    expect(floor.page.locator(".line")).to_have_count(0)
    floor.scan("(01)04006381333931(10)T2401")
    expect(floor.page.locator(".line")).to_have_count(1)
    assert "book" not in floor.lines()[0]
    expect(floor.page.locator(".line-as-expected")).to_have_count(0)


def test_a_tap_counts_a_line_as_expected_unless_it_has_serials(floor: Floor) -> None:
    floor.show("/count").scan("LOC-A-01-01")
    floor.press("As expected: Assam tea 250 g")
    line = floor.page.locator(".line", has_text="T2401")
    expect(line).to_contain_text("as expected")
    expect(line.locator(".line-as-expected")).to_have_count(0)
    expect(line.locator(".line-quantity")).to_contain_text("24")
    expect(floor.page.locator(".line", has_text="book −4").locator(".line-as-expected")).to_have_count(0)
    floor.show("/count").scan("LOC-A-01-03").press("Forget it")
    expect(floor.page.locator(".line", has_text="Tea scale")).to_be_visible()
    expect(floor.page.locator(".line-as-expected")).to_have_count(0)


def test_serials_not_seen_are_recorded_as_absent(floor: Floor) -> None:
    floor.show("/count").scan("LOC-A-01-03")
    floor.page.locator(".line-goods").click()
    floor.page.get_by_role("checkbox", name="SC-00042").check()
    floor.press("Done").press("Confirm count")
    expect(floor.page.locator(".toast.green")).to_be_visible()
    (count,) = floor.captured(1)
    assert (count["serials"], count["absent"]) == (["SC-00042"], ["SC-00041", "SC-00047"])


def test_leaving_a_begun_count_is_asked(floor: Floor) -> None:
    floor.show("/count").scan("LOC-A-01-02", TEAPOT, "LOC-A-01-01")
    expect(floor.page.locator("dialog")).to_contain_text("Leave this count?")
    floor.press("Cancel")
    expect(floor.page.locator(".endpoint")).to_contain_text("A-01-02")


# States


def test_a_viewer_looks_and_does_not_record(floor: Floor) -> None:
    viewer = {"user": {"id": 9, "name": "Vera Holm", "role": "viewer"}}
    floor.show("/pick", viewer)
    expect(floor.page.get_by_role("heading", name="You may look, not record")).to_be_visible()
    floor.show("/items/11", viewer)
    expect(floor.page.locator(".action-bar")).to_have_count(0)


def test_an_update_waits_while_anything_is_unsent(floor: Floor) -> None:
    floor.show("", {"updateWaiting": True, "unsent": 2})
    floor.page.locator(".status-button").click()
    expect(floor.page.get_by_role("button", name="Update now")).to_be_disabled()
    floor.page.evaluate("() => { window.floor.unsent.value = 0 }")
    expect(floor.page.get_by_role("button", name="Update now")).to_be_enabled()


def test_the_count_of_unsent_is_open_until_it_is_known(floor: Floor) -> None:
    floor.show("", {"unsent": None})
    expect(floor.page.locator(".status-button")).to_contain_text("…")
    expect(floor.page.locator(".status-button")).not_to_contain_text("All sent")


def test_typing_finds_items_and_places(floor: Floor) -> None:
    floor.show("/look-up").page.get_by_role("searchbox").fill("leaf darj")
    floor.press("Darjeeling")
    expect(floor.page.locator(".item-head")).to_contain_text("18")


def test_a_locked_device_shows_no_facts(floor: Floor) -> None:
    floor.show("/items/11", {"locked": True})
    expect(floor.page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(floor.page.get_by_text("Assam")).to_have_count(0)
