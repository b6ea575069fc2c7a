"""The second factor: set up, asked for, taken once, throttled, required."""

import dataclasses
import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from flask import Flask
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from sqlalchemy import select, update

from app import create_app
from app.clock import now_ms
from app.config import Settings
from app.database import database, transaction
from app.people.access.entrance import HALF_OPEN_S
from app.people.access.factor_grace import is_required
from app.people.access.models import SecondFactor, SignIn
from app.people.access.owner import FRESH_MS
from app.people.access.passwords import LETTERS
from app.people.access.random_tokens import digest
from app.people.access.second_factor import matching_step
from app.people.models import User
from tests.app.visitor import PASSWORD, Visitor, email_of

Enter = Callable[[str], Visitor]
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The key of RFC 6238, appendix B, in base 32."""


MOMENT_S = int(time.time()) // 30 * 30 + 15


@pytest.fixture(autouse=True)
def midway(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the second factor the clock stands in the middle of a step: no test may end in the next one."""
    monkeypatch.setattr("app.people.access.second_factor.now_ms", lambda: MOMENT_S * 1000)


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(MOMENT_S + 30 * steps)


def set_up(browser: Visitor) -> tuple[str, list[str]]:
    """Confirmed by the code of the half minute before, so that the present one is still to be used."""
    secret = browser.post("/api/account/second-factor").json["secret"]
    answer = browser.ask("PUT", "/api/account/second-factor", json={"code": code_of(secret, -1)})
    assert answer.status_code == 200, answer.json
    return secret, answer.json["codes"]


def sign_in(visitor: Visitor, role: str, **more: str) -> Any:
    return visitor.client.post("/api/session", json={"email": email_of(role), "password": PASSWORD, **more})


@pytest.mark.parametrize(("moment", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")])
def test_the_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert matching_step(RFC_SECRET, code, moment, 0) == moment // 30


def test_a_clock_may_be_half_a_minute_off_and_no_more() -> None:
    assert matching_step(RFC_SECRET, "287082", 59 + 30, 0) == 1
    assert matching_step(RFC_SECRET, "287082", 59 + 60, 0) is None
    assert matching_step(RFC_SECRET, "287082", 59, 1) is None, "a step that was used is over"


def test_a_code_is_asked_for_once_it_is_set_up(signed_in: Enter, visitor: Visitor) -> None:
    secret, _codes = set_up(signed_in("viewer"))
    asked = sign_in(visitor, "viewer")
    assert (asked.status_code, asked.json["code"]) == (401, "second_factor_required")
    assert visitor.client.get_cookie("tallyman") is None
    assert sign_in(visitor, "viewer", code=code_of(secret)).status_code == 200


def test_only_one_who_knows_the_password_learns_of_it(signed_in: Enter, visitor: Visitor) -> None:
    set_up(signed_in("viewer"))
    body = {"email": email_of("viewer"), "password": "not this one"}
    assert visitor.client.post("/api/session", json=body).json["code"] == "wrong_credentials"


def test_a_code_is_taken_once(signed_in: Enter, visitor: Visitor) -> None:
    secret, _codes = set_up(signed_in("viewer"))
    code = code_of(secret)
    assert sign_in(visitor, "viewer", code=code).status_code == 200
    again = sign_in(visitor, "viewer", code=code)
    assert (again.status_code, again.json["code"]) == (401, "wrong_code")


def test_a_recovery_code_is_taken_once_however_it_is_written(signed_in: Enter, visitor: Visitor) -> None:
    browser = signed_in("viewer")
    _secret, codes = set_up(browser)
    assert len(set(codes)) == 10
    assert sign_in(visitor, "viewer", code=codes[0].upper().replace("-", " ")).status_code == 200
    assert sign_in(visitor, "viewer", code=codes[0]).json["code"] == "wrong_code"
    assert browser.get("/api/account/second-factor").json["codes_left"] == 9


def test_recovery_codes_are_too_many_to_try_out_by_whoever_has_the_database(signed_in: Enter) -> None:
    _secret, codes = set_up(signed_in("viewer"))
    letters = {len(code.replace("-", "")) for code in codes}
    assert letters == {25} and 25 * math.log2(len(LETTERS)) > 112


def test_guessing_codes_is_slowed_down(signed_in: Enter, visitor: Visitor) -> None:
    secret, _codes = set_up(signed_in("viewer"))
    answers = [sign_in(visitor, "viewer", code="000000") for _ in range(7)]
    assert [answer.status_code for answer in answers[:6]] == [401] * 6
    assert (answers[-1].status_code, answers[-1].json["code"]) == (429, "retry_after")
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert sign_in(visitor, "viewer", code=code_of(secret)).status_code == 429


def test_nothing_changes_before_the_first_code_is_right(signed_in: Enter, visitor: Visitor) -> None:
    browser = signed_in("viewer")
    first = browser.post("/api/account/second-factor").json["secret"]
    assert browser.post("/api/account/second-factor").json["secret"] == first, "a reload shows the same"
    refused = browser.ask("PUT", "/api/account/second-factor", json={"code": "000000"})
    assert (refused.status_code, list(refused.json["errors"]["json"])) == (422, ["code"])
    assert sign_in(visitor, "viewer").status_code == 200


def test_the_secret_is_sealed(app: Flask, signed_in: Enter) -> None:
    secret, _codes = set_up(signed_in("viewer"))
    with app.app_context():
        kept = database.session.scalar(select(SecondFactor.secret))
    assert kept and secret not in kept


def test_it_is_removed_with_the_password_only(signed_in: Enter, visitor: Visitor) -> None:
    browser = signed_in("viewer")
    set_up(browser)
    path = "/api/account/second-factor/removal"
    assert browser.post(path, json={"current": "a guess"}).status_code == 422
    assert sign_in(visitor, "viewer").json["code"] == "second_factor_required"
    assert browser.post(path, json={"current": PASSWORD}).status_code == 204
    assert sign_in(visitor, "viewer").status_code == 200


def test_new_recovery_codes_end_those_before(signed_in: Enter, visitor: Visitor) -> None:
    browser = signed_in("viewer")
    _secret, old = set_up(browser)
    new = browser.post("/api/account/second-factor/codes", json={"current": PASSWORD}).json["codes"]
    assert sign_in(visitor, "viewer", code=old[0]).json["code"] == "wrong_code"
    assert sign_in(visitor, "viewer", code=new[0]).status_code == 200


def test_an_administrator_takes_it_from_one_who_lost_the_phone(
    signed_in: Enter, visitor: Visitor, staff: dict[str, int]
) -> None:
    viewer, administrator = signed_in("viewer"), signed_in("administrator")
    set_up(viewer)
    assert administrator.delete(f"/api/users/{staff['viewer']}/second-factor").status_code == 204
    assert viewer.get("/api/session").status_code == 401
    assert sign_in(visitor, "viewer").status_code == 200
    assert administrator.delete(f"/api/users/{staff['viewer']}/second-factor").status_code == 404


def test_an_administrator_takes_it_away_on_the_page_of_a_person(
    signed_in: Enter, visitor: Visitor, staff: dict[str, int]
) -> None:
    viewer, administrator = signed_in("viewer"), signed_in("administrator")
    set_up(viewer)
    assert administrator.post(f"/people/{staff['viewer']}/second-factor").status_code == 303
    assert viewer.get("/api/session").status_code == 401
    assert sign_in(visitor, "viewer").status_code == 200


def test_a_link_does_not_lead_around_it(signed_in: Enter, visitor: Visitor, staff: dict[str, int]) -> None:
    set_up(signed_in("viewer"))
    made = signed_in("administrator").post(f"/api/users/{staff['viewer']}/link").json["link"]
    joined = visitor.client.post(made, data={"password": "a shelf of green tea"})
    assert (joined.status_code, joined.headers["Location"]) == (303, "/sign-in")
    assert visitor.client.get_cookie("tallyman") is None


def test_the_pages_ask_for_the_code_in_a_second_step(signed_in: Enter, visitor: Visitor) -> None:
    secret, _codes = set_up(signed_in("viewer"))
    form = {"email": email_of("viewer"), "password": PASSWORD, "next": "/account"}
    page = visitor.client.post("/sign-in", data=form)
    assert page.status_code == 200 and "One more step" in page.text and PASSWORD not in page.text
    half = page.text.split('name="half" value="')[1].split('"')[0]
    wrong = visitor.client.post("/sign-in/code", data={"half": half, "code": "000000", "next": "/account"})
    assert wrong.status_code == 401 and "This code is not right" in wrong.text
    right = {"half": half, "code": code_of(secret), "next": "/account"}
    answer = visitor.client.post("/sign-in/code", data=right)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert visitor.client.get("/account").status_code == 200


def test_the_second_step_must_follow_within_ten_minutes(
    signed_in: Enter, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _codes = set_up(signed_in("viewer"))
    page = visitor.client.post("/sign-in", data={"email": email_of("viewer"), "password": PASSWORD})
    half = page.text.split('name="half" value="')[1].split('"')[0]
    late = int(time.time()) + HALF_OPEN_S + 2
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: late)
    answer = visitor.client.post("/sign-in/code", data={"half": half, "code": code_of(secret)})
    assert answer.status_code == 401
    assert visitor.client.get_cookie("tallyman") is None


@pytest.mark.parametrize("half", ["", "made up", "a.b.c"])
def test_a_made_up_first_step_leads_back_to_the_door(visitor: Visitor, half: str) -> None:
    answer = visitor.client.post("/sign-in/code", data={"half": half, "code": "123456"})
    assert answer.status_code == 401 and 'id="password"' in answer.text


def test_a_first_step_counts_as_we_signed_it_alone_and_until_the_password_changes(
    app: Flask, signed_in: Enter, visitor: Visitor, staff: dict[str, int]
) -> None:
    secret, _codes = set_up(signed_in("viewer"))
    with app.app_context():
        stored = str(database.session.scalar(select(User.password_hash).where(User.id == staff["viewer"])))
    key = str(app.secret_key)
    foreign = [("another", "half open", stored), (key, "cookie-session", stored), (key, "half open", "older")]
    for signed, salt, known in [*foreign, (key, "half open", stored)]:
        half = URLSafeTimedSerializer(signed, salt=salt).dumps([staff["viewer"], digest(known)])
        answer = visitor.client.post("/sign-in/code", data={"half": half, "code": code_of(secret)})
        assert answer.status_code == (401 if (signed, salt, known) in foreign else 303), (signed, salt, known)


def test_the_pages_set_it_up(signed_in: Enter) -> None:
    browser = signed_in("viewer")
    page = browser.get("/account/second-factor")
    assert "<svg" in page.text
    secret = page.text.split('<code id="secret">')[1].split("<")[0].replace(" ", "")
    refused = browser.post("/account/second-factor", data={"code": "000000"})
    assert refused.status_code == 422 and "This code is not right" in refused.text
    done = browser.post("/account/second-factor", data={"code": code_of(secret)})
    assert done.status_code == 200 and "Your recovery codes" in done.text
    assert "10 left" in browser.get("/account/second-factor").text


def test_a_session_that_is_not_fresh_sets_none_up_without_the_password(app: Flask, signed_in: Enter) -> None:
    browser = signed_in("viewer")
    with app.app_context(), transaction() as connection:
        connection.execute(update(SignIn).values(created_at=now_ms() - FRESH_MS - 1))
    assert 'name="current"' in browser.get("/account/second-factor").text
    given = {"code": code_of(browser.post("/api/account/second-factor").json["secret"])}
    refused = browser.ask("PUT", "/api/account/second-factor", json=given)
    assert refused.status_code == 422 and "current" in refused.json["errors"]["json"]
    page = browser.post("/account/second-factor", data={**given, "current": "wrong"})
    assert page.status_code == 422 and 'id="current-problem"' in page.text
    assert browser.get("/api/account/second-factor").json["active"] is False
    assert browser.post("/account/second-factor", data={**given, "current": PASSWORD}).status_code == 200


def test_who_must_have_one() -> None:
    assert [is_required("administrators", role) for role in ("manager", "administrator")] == [False, True]
    assert is_required("everyone", "viewer")
    assert not is_required("optional", "administrator")


@pytest.fixture
def strict(settings: Settings) -> Iterator[Flask]:
    """The same house, in which administrators must have one, with a week of grace."""
    app = create_app(dataclasses.replace(settings, second_factor="administrators"))
    yield app
    with app.app_context():
        database.engine.dispose()


def test_after_the_time_of_grace_one_comes_no_further(strict: Flask, staff: dict[str, int]) -> None:
    browser = Visitor(strict.test_client())
    browser.sign_in(email_of("administrator"))
    home = browser.get("/people")
    assert home.status_code == 200 and "Your role needs a second factor." in home.text
    with strict.app_context(), transaction() as connection:
        connection.execute(update(SecondFactor).values(due_at=1))
    assert browser.get("/people").headers["Location"] == "/account/second-factor"
    refused = browser.get("/api/users")
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_needed")
    assert browser.get("/account").status_code == 200
    pulled = browser.post("/api/sync/v1/pull", json={"cursor": 0, "schema": 1})
    assert (pulled.status_code, pulled.json["code"]) == (403, "second_factor_needed")
    assert browser.get("/api/sync/v1/snapshot").status_code == 403
    set_up(browser)
    assert browser.get("/people").status_code == 200


def test_signing_in_again_gives_no_more_time(strict: Flask, staff: dict[str, int]) -> None:
    browser = Visitor(strict.test_client())
    browser.sign_in(email_of("administrator"))
    with strict.app_context(), transaction() as connection:
        connection.execute(update(SecondFactor).values(due_at=1))
    browser.sign_in(email_of("administrator"))
    assert browser.get("/people").headers["Location"] == "/account/second-factor"


def test_others_are_not_asked(strict: Flask, staff: dict[str, int]) -> None:
    browser = Visitor(strict.test_client())
    browser.sign_in(email_of("manager"))
    assert browser.get("/api/account/second-factor").json == {
        "active": False,
        "codes_left": 0,
        "due_at": None,
    }
