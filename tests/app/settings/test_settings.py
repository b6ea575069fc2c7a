"""Settings of the office: read, refused, kept, in force at once, and fixed where the environment decides."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.config import Settings
from app.database import database
from app.people.audit.models import AuditEntry
from app.people.users import checked_password, shortest_password
from app.settings import in_force
from app.settings.known import KNOWN, language_choices
from app.settings.models import Setting
from app.values.text import BadText
from app.web.errors import Refusal
from app.words import languages
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
BY_NAME = {known.name: known for known in KNOWN}


@pytest.fixture
def owner(signed_in: Enter) -> Visitor:
    return signed_in("administrator")


def now_in_force(app: Flask) -> Settings:
    with app.app_context():
        return in_force()


def rows(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {row.name: row.value for row in database.session.scalars(select(Setting))}


def test_every_known_setting_is_one_of_the_settings_and_its_default_can_be_typed(settings: Settings) -> None:
    for known in KNOWN:
        value = getattr(settings, known.name)
        typed = "\n".join(value) if isinstance(value, tuple) else str(value)
        assert known.read(typed) == value, known.name


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("session_days", "0"),
        ("session_days", "-1"),
        ("session_days", "1.5"),
        ("session_days", ""),
        ("session_days", "9" * 20),
        ("session_days", "１４"),
        ("second_factor", "never"),
        ("backup_at", "24:00"),
        ("backup_at", "2:00"),
        ("check_at", "whenever"),
        ("time_zone", "Mars/Olympus"),
        ("number_format", "roman"),
        ("idle_minutes", "241"),
        ("audit_days", "89"),
        ("audit_days", "-1"),
        ("sign_in_days", "0"),
        ("company_name", "x" * 61),
        ("company_name", "a\x00b"),
        ("units", " \n "),
        ("units", "x" * 17),
        ("units", "\n".join(f"u{n}" for n in range(61))),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, typed: str) -> None:
    with pytest.raises(BadText):
        BY_NAME[name].read(typed)


def test_a_change_holds_at_once_is_shown_and_written_down(app: Flask, owner: Visitor) -> None:
    form = {"company_name": "Ridgeway & Sons", "units": "piece\n kg \nkg\ncarton", "session_days": "3"}
    assert owner.post("/settings", data=form).status_code == 303
    held = now_in_force(app)
    assert (held.company_name, held.session_days) == ("Ridgeway & Sons", 3)
    assert held.units == ("piece", "kg", "carton")
    assert "Ridgeway &amp; Sons" in owner.get("/").text
    assert '<option value="carton">' in owner.get("/items/new").text
    with app.app_context():
        entry = database.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "setting")).one()
        assert "Ridgeway" in entry.after and '"session_days":14' in entry.before.replace(" ", "")


def test_a_setting_back_at_its_default_is_forgotten(app: Flask, owner: Visitor) -> None:
    owner.post("/settings", data={"session_days": "3", "link_hours": "5"})
    assert rows(app) == {"session_days": "3", "link_hours": "5"}
    owner.post("/settings", data={"session_days": "14"})
    assert rows(app) == {"link_hours": "5"}


def test_nothing_is_kept_when_one_field_is_wrong_and_nothing_typed_is_lost(
    app: Flask, owner: Visitor
) -> None:
    refused = owner.post("/settings", data={"company_name": "Ridgeway", "backup_at": "soon"})
    assert refused.status_code == 422
    assert 'value="soon"' in refused.text and 'value="Ridgeway"' in refused.text
    assert rows(app) == {}


def test_a_password_rule_holds_for_the_next_password(app: Flask, owner: Visitor) -> None:
    owner.post("/settings", data={"password_length": "40"})
    with app.app_context():
        assert shortest_password() == 40
        with pytest.raises(Refusal):
            checked_password("thirty-nine characters are not enough..", ())


@pytest.fixture
def fixed(settings: Settings) -> Iterator[Flask]:
    """An application whose environment names how many backups are kept."""
    app = create_app(replace(settings, backup_keep=7, given=frozenset({"BACKUP_KEEP"})))
    yield app
    with app.app_context():
        database.engine.dispose()


def test_the_environment_of_the_server_wins_and_the_page_says_so(
    app: Flask, owner: Visitor, fixed: Flask, staff: dict[str, int]
) -> None:
    assert owner.post("/settings", data={"backup_keep": "30"}).status_code == 303
    assert now_in_force(app).backup_keep == 30
    assert now_in_force(fixed).backup_keep == 7
    browser = Visitor(fixed.test_client())
    assert browser.sign_in("administrator@tallyman.example").status_code == 200
    page = browser.get("/settings").text
    assert "Decided by BACKUP_KEEP" in page and 'name="backup_keep"' not in page
    assert browser.post("/settings", data={"backup_keep": "99"}).status_code == 303
    assert rows(fixed) == {"backup_keep": "30"}


def test_the_page_shows_where_everything_is_kept_and_no_secret(
    app: Flask, signed_in: Enter, settings: Settings
) -> None:
    page = signed_in("administrator").get("/settings").text
    assert str(settings.home) in page
    assert settings.secret_key not in page


def test_only_administrators_decide(signed_in: Enter) -> None:
    manager = signed_in("manager")
    assert manager.get("/settings").status_code == 403
    assert manager.post("/settings", data={"session_days": "1"}).status_code == 403
    assert 'href="/settings"' not in manager.get("/").text


def test_pages_speak_the_language_of_the_house_unless_a_person_chose_one(app: Flask, owner: Visitor) -> None:
    with app.app_context():
        assert [value for value, _words in language_choices()] == ["auto", *languages()]
    german = {"Accept-Language": "de"}
    assert 'lang="de"' in owner.get("/settings", headers=german).text
    assert owner.post("/settings", data={"language": "en"}).status_code == 303
    assert 'lang="en"' in owner.get("/settings", headers=german).text
    assert 'lang="en"' in app.test_client().get("/sign-in", headers=german).text
    owner.client.set_cookie("tallyman-language", "de")
    assert 'lang="de"' in owner.get("/settings").text
    assert owner.post("/settings", data={"language": "xx"}).status_code == 422
