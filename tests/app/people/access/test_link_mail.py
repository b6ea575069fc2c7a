"""Links by e-mail: sent through the worker, in the reader's language, never logged."""

import json
import logging
import re
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.config import Post, post_from
from app.database import database, transaction
from app.jobs.models import Job
from app.mail import Letter, deliver
from tests.app.imports.desk import work
from tests.app.visitor import Visitor
from tests.mailbox import Mailbox, open_mailbox

Enter = Callable[[str], Visitor]
GITA = {"name": "Gita Rao", "email": "gita@tallyman.example", "role": "operator"}
LINK = re.compile(r"http://localhost/join/[\w-]+")


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    with open_mailbox() as server:
        app.config["TALLYMAN"] = replace(app.config["TALLYMAN"], post=server.post)
        yield server


def jobs(app: Flask) -> list[Job]:
    with app.app_context():
        return list(database.session.scalars(select(Job).where(Job.name == "people.send_link")))


def test_an_invitation_is_sent_and_its_link_lets_the_person_in(
    app: Flask, mailbox: Mailbox, signed_in: Enter, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = signed_in("administrator").post("/people/new", data=GITA).text
    assert "An e-mail with the link is on its way to gita@tallyman.example." in page
    work(app)
    (letter,) = mailbox.letters
    assert (letter["To"], letter["From"]) == (GITA["email"], "Tallyman <stock@tallyman.example>")
    assert letter["Subject"] == "Your access to Tallyman"
    plain, html = (part.get_content() for part in letter.iter_parts())
    link = LINK.search(plain)
    assert link and f'href="{link.group()}"' in html and "Hello Gita Rao," in plain
    path = link.group().removeprefix("http://localhost")
    kept = json.dumps([[job.payload, job.result, job.message] for job in jobs(app)])
    assert path not in caplog.text and path not in kept
    assert visitor.client.post(path, data={"password": "a shelf of green tea"}).status_code == 303


def test_it_speaks_the_language_that_was_chosen_for_the_reader(
    app: Flask, mailbox: Mailbox, signed_in: Enter, staff: dict[str, int]
) -> None:
    administrator = signed_in("administrator")
    administrator.post("/people/new", data={**GITA, "language": "de"})
    answer = administrator.post(f"/api/users/{staff['viewer']}/link")
    assert answer.json["mailed"] is True
    work(app)
    assert sorted(letter["Subject"] for letter in mailbox.letters) == [
        "A new password for Tallyman",
        "Ihr Zugang zu Tallyman",
    ]


def test_a_name_is_no_markup_in_a_letter(app: Flask, mailbox: Mailbox, signed_in: Enter) -> None:
    signed_in("administrator").post("/people/new", data={**GITA, "name": "<b>Gita</b>"})
    work(app)
    plain, html = (part.get_content() for part in mailbox.letters[0].iter_parts())
    assert "<b>Gita</b>" in plain and "&lt;b&gt;Gita&lt;/b&gt;" in html


def test_a_server_that_is_busy_is_asked_again_and_a_refusal_is_final(
    app: Flask, mailbox: Mailbox, signed_in: Enter
) -> None:
    administrator = signed_in("administrator")
    mailbox.refusal = "451 come back"
    administrator.post("/people/new", data=GITA)
    work(app)
    (job,) = jobs(app)
    assert (job.state, job.attempts) == ("queued", 1)
    mailbox.refusal = "550 nobody of this name"
    with app.app_context(), transaction() as connection:
        connection.execute(update(Job).values(run_at=0))
    work(app)
    (job,) = jobs(app)
    assert job.state == "failed" and mailbox.letters == []
    told = administrator.get(f"/api/jobs/{job.id}").json["error"]
    assert told == "The mail server does not take messages to gita@tallyman.example: 550 nobody of this name"


def test_a_link_that_was_replaced_meanwhile_is_not_sent(
    app: Flask, mailbox: Mailbox, signed_in: Enter, staff: dict[str, int]
) -> None:
    administrator = signed_in("administrator")
    for _ in range(2):
        administrator.post(f"/api/users/{staff['viewer']}/link")
    work(app)
    assert len(mailbox.letters) == 1


def test_without_a_mail_server_the_link_is_shown_and_nothing_is_queued(app: Flask, signed_in: Enter) -> None:
    page = signed_in("administrator").post("/people/new", data=GITA).text
    assert LINK.search(page) and "on its way" not in page and "Hand the link over yourself" not in page
    assert jobs(app) == []


def test_nothing_is_handed_over_in_the_clear_where_privacy_is_asked_for() -> None:
    with open_mailbox() as server:
        private = replace(server.post, tls="starttls")
        with pytest.raises(smtplib.SMTPNotSupportedError):
            deliver(Letter("ana@tallyman.example", "s", "p", "<p>p</p>"), private)
        assert server.letters == []


def test_the_environment_names_the_mail_server() -> None:
    assert post_from({}) is None
    given = {"SMTP_HOST": "mail.example.com", "SMTP_USER": "stock@example.com", "SMTP_PASSWORD": "hidden"}
    post = post_from(given)
    assert post == Post(
        "mail.example.com", 587, "stock@example.com", "stock@example.com", "hidden", "starttls"
    )
    assert "hidden" not in repr(post)
    assert post_from({**given, "SMTP_TLS": "tls"}) == replace(post, port=465, tls="tls")
    with pytest.raises(ValueError, match="SMTP_TLS"):
        post_from({**given, "SMTP_TLS": "sometimes"})
