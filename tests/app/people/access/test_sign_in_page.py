"""The sign-in page: where it leads, what it says, what it lets nobody find out."""

import re

import pytest
from flask import Flask

from app.people.access.entrance import safe_target
from tests.app.visitor import PASSWORD, Visitor, email_of


def fill_in(visitor: Visitor, email: str, password: str, target: str = "/") -> object:
    return visitor.client.post("/sign-in", data={"email": email, "password": password, "next": target})


def test_a_visitor_is_sent_to_the_door_and_back(staff: dict[str, int], visitor: Visitor) -> None:
    asked = visitor.get("/people?role=viewer&q=ana")
    assert asked.status_code == 302
    door = asked.headers["Location"]
    assert door.startswith("/sign-in?next=")
    page = visitor.get(door)
    assert 'name="next" value="/people?role=viewer&amp;q=ana"' in page.text
    answer = fill_in(visitor, email_of("administrator"), PASSWORD, "/people?role=viewer&q=ana")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people?role=viewer&q=ana")
    assert visitor.get("/people?role=viewer&q=ana").status_code == 200


def test_a_write_that_needs_signing_in_leads_to_no_page(staff: dict[str, int], visitor: Visitor) -> None:
    answer = visitor.client.post("/people/1/disable")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")


def test_a_fragment_asks_the_whole_page_to_sign_in(staff: dict[str, int], visitor: Visitor) -> None:
    answer = visitor.get("/people", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"], answer.data) == (200, "/sign-in", b"")


def test_one_who_is_signed_in_need_not_do_it_again(staff: dict[str, int], visitor: Visitor) -> None:
    fill_in(visitor, email_of("viewer"), PASSWORD)
    answer = visitor.get("/sign-in?next=/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/items?q=a%20b", "/items?q=a%20b"),
        ("/", "/"),
        (None, "/"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("/ok\r\nSet-Cookie: a=b", "/"),
        ("/" + "a" * 600, "/"),
    ],
)
def test_only_paths_of_this_site_are_returned_to(target: str | None, leads_to: str) -> None:
    assert safe_target(target, "/") == leads_to


def test_the_page_never_leads_to_another_site(staff: dict[str, int], visitor: Visitor) -> None:
    answer = fill_in(visitor, email_of("viewer"), PASSWORD, "//evil.example/")
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_told_beside_the_kept_address(staff: dict[str, int], visitor: Visitor) -> None:
    answer = fill_in(visitor, email_of("viewer"), "not this one")
    assert answer.status_code == 401
    assert "The e-mail address or the password is not right." in answer.text
    assert 'value="viewer@tallyman.example"' in answer.text
    assert "not this one" not in answer.text
    assert visitor.client.get_cookie("tallyman") is None


def test_what_is_typed_is_shown_as_text_only(visitor: Visitor) -> None:
    answer = fill_in(visitor, '"><script>alert(1)</script>', "x")
    assert "<script>alert" not in answer.text


def test_another_site_cannot_sign_somebody_in(staff: dict[str, int], app: Flask) -> None:
    client = app.test_client()
    form = {"email": email_of("viewer"), "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/sign-in", data=form, headers=headers)
        assert answer.status_code == 403
        assert client.get_cookie("tallyman") is None


def test_signing_out_leads_to_the_door_and_shuts_it(staff: dict[str, int], visitor: Visitor) -> None:
    visitor.sign_in(email_of("viewer"))
    stolen = visitor.client.get_cookie("tallyman")
    assert stolen is not None
    answer = visitor.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert visitor.client.get_cookie("tallyman") is None
    visitor.client.set_cookie("tallyman", stolen.value)
    assert visitor.get("/account").status_code == 302


def test_a_password_is_hidden_and_a_program_may_fill_it_in(visitor: Visitor) -> None:
    page = visitor.get("/sign-in").text
    [field] = re.findall(r"<input[^>]* name=\"password\"[^>]*>", page)
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page
