"""How long a session lasts, and what ends it."""

import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.clock import DAY_MS, now_ms
from app.database import database, transaction
from app.people.access.models import SignIn
from app.people.access.sign_ins import LONGEST_DAYS, RENEWAL_MS
from app.people.models import User
from tests.app.visitor import PASSWORD, Visitor, email_of

Enter = Callable[[str], Visitor]


def change_sessions(app: Flask, **values: int) -> None:
    with app.app_context(), transaction() as connection:
        connection.execute(update(SignIn).values(**values))


def only_session(app: Flask) -> SignIn:
    with app.app_context():
        return database.session.scalars(database.select(SignIn)).one()


def test_a_session_ends_by_itself(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("viewer")
    change_sessions(app, expires_at=now_ms() - 1)
    assert browser.get("/api/session").json["code"] == "sign_in_required"
    assert browser.get("/account").headers["Location"].startswith("/sign-in?next=")


def test_a_session_in_use_lasts_on(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("viewer")
    change_sessions(app, seen_at=now_ms() - RENEWAL_MS - 1, expires_at=now_ms() + 60_000)
    answer = browser.get("/api/session")
    assert "Max-Age=1209600" in answer.headers["Set-Cookie"]
    row = only_session(app)
    assert row.expires_at > now_ms() + 13 * DAY_MS
    assert row.seen_at > now_ms() - 60_000


def test_even_a_session_in_use_ends_after_three_months(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("viewer")
    change_sessions(app, created_at=now_ms() - LONGEST_DAYS * DAY_MS + 60_000)
    assert browser.get("/api/session").status_code == 200
    change_sessions(app, created_at=now_ms() - LONGEST_DAYS * DAY_MS - 1)
    assert browser.get("/api/session").status_code == 401


def test_a_session_ends_once_nobody_has_used_it_for_as_long_as_the_office_allows(
    signed_in: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in("administrator").post("/settings", data={"session_days": "3"})
    browser, began = signed_in("viewer"), time.time_ns()

    def days_on(days: float) -> int:
        monkeypatch.setattr("app.clock.time.time_ns", lambda: began + int(days * DAY_MS) * 1_000_000)
        return browser.get("/api/session").status_code

    assert [days_on(days) for days in (2.9, 5.8, 8.7)] == [200, 200, 200], "in use every third day"
    assert days_on(8.7 + 3.01) == 401
    answer = browser.get("/account")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=")
    browser.sign_in(email_of("viewer"))
    assert browser.get("/account").status_code == 200


def test_a_session_is_not_written_at_every_request(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("viewer")
    before = only_session(app)
    answer = browser.get("/api/session")
    after = only_session(app)
    assert "Set-Cookie" not in answer.headers
    assert (after.seen_at, after.expires_at) == (before.seen_at, before.expires_at)


def test_a_revoked_session_opens_nothing(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("viewer")
    change_sessions(app, revoked_at=now_ms())
    assert browser.get("/api/session").status_code == 401


def test_the_session_of_a_closed_account_opens_nothing_though_nobody_ended_it(
    app: Flask, signed_in: Enter
) -> None:
    browser = signed_in("viewer")
    with app.app_context(), transaction() as connection:
        connection.execute(update(User).values(disabled_at=now_ms()))
    assert browser.get("/api/session").status_code == 401


@pytest.mark.parametrize("token", ["", "x", "é" * 30, "a" * 4000])
def test_a_made_up_cookie_opens_nothing(signed_in: Enter, visitor: Visitor, token: str) -> None:
    assert signed_in("viewer").get("/api/session").status_code == 200, "somebody else is in"
    visitor.client.set_cookie("tallyman", token)
    assert visitor.get("/api/session").status_code == 401


def test_the_plain_cookie_does_not_count_over_tls(signed_in: Enter) -> None:
    browser = signed_in("viewer")
    cookie = browser.client.get_cookie("tallyman")
    assert cookie is not None
    answer = browser.client.get(
        "/api/session", base_url="https://localhost", headers={"Cookie": f"tallyman={cookie.value}"}
    )
    assert answer.status_code == 401


def test_one_sees_where_one_is_signed_in_and_ends_it(signed_in: Enter) -> None:
    here, there = signed_in("viewer"), signed_in("viewer")
    rows = here.get("/api/account/sessions").json["rows"]
    assert [row["current"] for row in rows].count(True) == 1
    other = next(row["id"] for row in rows if not row["current"])
    assert here.delete(f"/api/account/sessions/{other}").status_code == 204
    assert there.get("/api/session").status_code == 401
    assert here.get("/api/session").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(signed_in: Enter) -> None:
    mine, yours = signed_in("administrator"), signed_in("viewer")
    row = yours.get("/api/account/sessions").json["rows"][0]
    answer = mine.delete(f"/api/account/sessions/{row['id']}")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert yours.get("/api/session").status_code == 200


def test_the_account_page_ends_the_others_only(signed_in: Enter) -> None:
    here, there = signed_in("viewer"), signed_in("viewer")
    page = here.get("/account")
    assert "this browser" in page.text and "Sign out all others" in page.text
    assert here.post("/account/sessions").status_code == 303
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_coming_in_anew_ends_the_session_from_before(staff: dict[str, int], visitor: Visitor) -> None:
    visitor.sign_in(email_of("viewer"))
    stolen = visitor.client.get_cookie("tallyman")
    assert stolen is not None
    visitor.sign_in(email_of("manager"))
    thief = visitor.client.application.test_client()
    thief.set_cookie("tallyman", stolen.value)
    assert thief.get("/api/session").status_code == 401
    visitor.client.post("/sign-in", data={"email": email_of("operator"), "password": PASSWORD})
    assert visitor.get("/api/session").json["user"]["role"] == "operator"
    with visitor.client.application.app_context():
        ended = database.session.scalars(select(SignIn.revoked_at).order_by(SignIn.created_at)).all()
    assert [moment is not None for moment in ended] == [True, True, False]
