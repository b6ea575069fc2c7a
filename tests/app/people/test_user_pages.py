"""Pages on which administrators look after people, and one's own account."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.app.floor import World
from tests.app.phone import Phone
from tests.app.visitor import PASSWORD, Visitor, email_of

Enter = Callable[[str], Visitor]
SHOWN_LINK = re.compile(r'<code id="link">http://localhost(/join/[^<]+)</code>')


def shown_link(page: str) -> str:
    found = SHOWN_LINK.search(page)
    assert found is not None
    return unescape(found.group(1))


def test_a_person_is_invited_by_a_link_that_is_shown_once(signed_in: Enter, visitor: Visitor) -> None:
    administrator = signed_in("administrator")
    form = {"name": "Gita Rao", "email": "gita@tallyman.example", "role": "operator"}
    page = administrator.post("/people/new", data=form)
    assert page.status_code == 200
    link = shown_link(page.text)
    assert "Welcome, Gita Rao" in visitor.client.get(link).text
    joined = visitor.client.post(link, data={"password": "a shelf of green tea"})
    assert (joined.status_code, joined.headers["Location"]) == (303, "/")
    assert "Gita Rao" in visitor.client.get("/account").text
    assert visitor.sign_in(form["email"], "a shelf of green tea").status_code == 200
    assert link not in administrator.get("/people").text


def test_a_person_is_invited_to_some_sites_alone(signed_in: Enter, world: World, visitor: Visitor) -> None:
    administrator = signed_in("administrator")
    main = administrator.get(f"/api/locations/{world.dock}").json["site"]
    form = {"name": "Gita Rao", "email": "gita@tallyman.example", "role": "operator", "reach": "some"}
    refused = administrator.post("/people/new", data={**form, "sites": [str(main), str(world.dock)]})
    assert refused.status_code == 422 and "There is no such site." in refused.text
    assert f'name="sites" value="{main}" checked' in refused.text
    assert administrator.post("/people/new", data={**form, "sites": str(main)}).status_code == 200
    user = administrator.get("/api/users?search=gita").json["rows"][0]
    body = administrator.get(f"/api/users/{user['id']}/sites").json
    assert body == {"all_sites": False, "sites": [main]}
    chief = {**form, "email": "chief@tallyman.example", "role": "administrator"}
    assert administrator.post("/people/new", data=chief).status_code == 200
    assert administrator.get("/api/users?search=chief").json["rows"][0]["all_sites"] is True


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_it(signed_in: Enter) -> None:
    form = {"name": "Gita", "email": "no address", "role": "manager"}
    page = signed_in("administrator").post("/people/new", data=form)
    assert page.status_code == 422
    assert 'value="no address"' in page.text and 'value="Gita"' in page.text
    assert 'aria-invalid="true" aria-describedby="email-problem email-hint"' in page.text
    assert 'value="manager" required checked' in page.text
    assert "One field needs another look." in page.text


def test_a_taken_address_is_told_beside_the_field(signed_in: Enter) -> None:
    form = {"name": "Other", "email": email_of("viewer"), "role": "viewer"}
    page = signed_in("administrator").post("/people/new", data=form)
    assert page.status_code == 422
    assert "Somebody has this address already." in page.text


def test_an_empty_form_names_every_field(signed_in: Enter) -> None:
    page = signed_in("administrator").post("/people/new", data={})
    assert page.status_code == 422
    assert "3 fields need another look." in page.text


def test_a_change_is_saved_and_told_on_the_next_page(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    path = f"/people/{staff['viewer']}"
    assert administrator.post(path, data={"name": "Vera", "role": "operator"}).headers["Location"] == path
    page = administrator.get(path).text
    assert "Saved." in page and "<h1>Vera</h1>" in page
    assert "Saved." not in administrator.get(path).text


def test_the_page_keeps_the_last_administrator(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator = signed_in("administrator")
    path = f"/people/{staff['administrator']}"
    demoted = administrator.post(path, data={"name": "Ana", "role": "viewer"})
    assert demoted.status_code == 422
    assert "This is the last administrator." in demoted.text
    administrator.post(f"{path}/disable")
    assert "This is the last administrator." in administrator.get(path).text
    assert administrator.get("/people").status_code == 200


def test_shutting_out_and_letting_in_again(signed_in: Enter, staff: dict[str, int], visitor: Visitor) -> None:
    administrator = signed_in("administrator")
    path = f"/people/{staff['viewer']}"
    administrator.post(f"{path}/disable")
    assert "Shut out since" in administrator.get(path).text
    assert visitor.sign_in(email_of("viewer")).status_code == 401
    administrator.post(f"{path}/enable")
    assert visitor.sign_in(email_of("viewer")).status_code == 200


def test_a_link_leads_to_a_new_password_and_ends_every_session(
    signed_in: Enter, staff: dict[str, int], visitor: Visitor
) -> None:
    administrator, operator = signed_in("administrator"), signed_in("operator")
    page = administrator.post(f"/people/{staff['operator']}/link")
    assert operator.get("/account").status_code == 200, "until the link is used nothing ends"
    visitor.client.post(shown_link(page.text), data={"password": "a shelf of green tea"})
    assert operator.get("/account").status_code == 302
    assert visitor.sign_in(email_of("operator"), PASSWORD).status_code == 401
    assert visitor.sign_in(email_of("operator"), "a shelf of green tea").status_code == 200


def test_signing_a_person_out_everywhere(signed_in: Enter, staff: dict[str, int]) -> None:
    administrator, operator = signed_in("administrator"), signed_in("operator")
    assert administrator.post(f"/people/{staff['operator']}/sessions").status_code == 303
    assert operator.get("/account").status_code == 302


def test_an_unknown_person_is_a_page_that_says_so(signed_in: Enter) -> None:
    administrator = signed_in("administrator")
    for answer in (administrator.get("/people/999"), administrator.post("/people/999/disable")):
        assert answer.status_code == 404
        assert "There is no such person." in answer.text


def test_one_changes_the_own_password(signed_in: Enter, visitor: Visitor) -> None:
    here, there = signed_in("viewer"), signed_in("viewer")
    answer = here.post("/account/password", data={"current": PASSWORD, "password": "a brand new shelf"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "Your password was changed." in here.get("/account").text
    assert there.get("/account").status_code == 302
    assert visitor.sign_in(email_of("viewer"), PASSWORD).status_code == 401
    assert visitor.sign_in(email_of("viewer"), "a brand new shelf").status_code == 200


CHANGE = {"current": PASSWORD, "password": "a brand new shelf"}


@pytest.mark.parametrize(("kept", "left"), [({}, 0), ({"keep_tokens": "1"}, 1)])
def test_a_new_password_ends_the_tokens_for_programs_unless_they_are_to_be_kept(
    signed_in: Enter, kept: dict[str, str], left: int
) -> None:
    browser = signed_in("viewer")
    assert "Keep my tokens" not in browser.get("/account").text
    browser.post("/api/account/tokens", json={"name": "Sheet", "scopes": [], "days": 30})
    assert "Otherwise 1 token ends" in browser.get("/account").text
    assert browser.post("/account/password", data=CHANGE | kept).status_code == 303
    assert len(browser.get("/api/account/tokens").json["rows"]) == left


@pytest.mark.parametrize(("chosen", "status"), [({}, 200), ({"end_devices": "1"}, 401)])
def test_a_new_password_signs_one_out_on_devices_where_one_wants_it(
    signed_in: Enter, phones: Callable[[str], Phone], chosen: dict[str, str], status: int
) -> None:
    browser = signed_in("operator")
    assert "on my devices" not in browser.get("/account").text
    mine, other = phones("operator"), phones("manager")
    assert "1 device, on which you signed in last" in browser.get("/account").text
    assert browser.post("/account/password", data=CHANGE | chosen).status_code == 303
    assert mine.hello().status_code == status
    assert other.hello().status_code == 200


@pytest.mark.parametrize(
    ("current", "password", "words"),
    [
        ("not mine", "a brand new shelf", "This is not your current password."),
        (PASSWORD, "short", "A password has at least 12 characters."),
        (PASSWORD, "viewer@tallyman.example", "A password is not one&#39;s own name or address."),
        (PASSWORD, "Password2026!", "This password is too easy to guess"),
        (PASSWORD, "", "Length must be between 1 and 1000."),
    ],
)
def test_a_refused_password_changes_nothing(
    signed_in: Enter, visitor: Visitor, current: str, password: str, words: str
) -> None:
    page = signed_in("viewer").post("/account/password", data={"current": current, "password": password})
    assert page.status_code == 422
    assert words in page.text
    assert visitor.sign_in(email_of("viewer"), PASSWORD).status_code == 200


def test_guessing_the_own_password_is_slowed_down_too(signed_in: Enter) -> None:
    browser = signed_in("viewer")
    given = {"current": "a guess", "password": "a brand new shelf"}
    tried = [browser.ask("PUT", "/api/account/password", json=given).status_code for _ in range(10)]
    assert tried[0] == 422 and tried[-1] == 429
