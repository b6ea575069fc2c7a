"""Links that open the door, sent by e-mail where there is a mail server; sealed while they wait."""

from dataclasses import dataclass

from flask import current_app, render_template
from sqlalchemy import Connection, select

from app.clock import now_ms
from app.config import Post
from app.database import reading
from app.jobs import JobFailed, Task, enqueue
from app.mail import Letter, Undeliverable, deliver
from app.people.access.entry_links import FreshLink
from app.people.access.models import EntryLink
from app.people.access.random_tokens import digest
from app.people.access.second_factor import sealed, unsealed
from app.people.models import User
from app.settings import in_force
from app.words import language, languages, speaking, t

SEND_LINK = "people.send_link"


@dataclass(frozen=True)
class Reader:
    """The one whom a link is for."""

    name: str
    email: str
    invited: bool


def post() -> Post | None:
    """The mail server; None where links are handed over by hand."""
    found: Post | None = current_app.config["TALLYMAN"].post
    return found


def send_link(connection: Connection, fresh: FreshLink, address: str, spoken: str = "") -> bool:
    """Have a link sent to its owner, in their language where it is known; False where there is no mail."""
    if post() is None:
        return False
    with speaking(spoken if spoken in languages() else language()):
        hidden = {"token": digest(fresh.token), "address": sealed(address)}
        enqueue(connection, SEND_LINK, hidden, f"{SEND_LINK}:{hidden['token']}")
    return True


def send_link_job(task: Task) -> dict[str, bool]:
    """Write to the owner of a link that still opens the door. Raises JobFailed where mail is refused."""
    server, address = post(), unsealed(task.payload["address"])
    with reading() as connection:
        reader = reader_of(connection, task.payload["token"])
    if server is None or reader is None or not address:
        return {"sent": False}
    try:
        deliver(letter_to(reader, address), server)
    except Undeliverable as refused:
        raise JobFailed("jobs.mail_refused", email=reader.email, said=str(refused)) from refused
    return {"sent": True}


def reader_of(connection: Connection, token_hash: str) -> Reader | None:
    """Whom a link is for, while it opens the door."""
    asked = (
        select(User.name, User.email, User.password_hash)
        .join(EntryLink, EntryLink.user_id == User.id)
        .where(EntryLink.token_hash == token_hash, EntryLink.used_at.is_(None))
        .where(EntryLink.expires_at > now_ms(), User.disabled_at.is_(None))
    )
    found = connection.execute(asked).first()
    return Reader(found.name, found.email, found.password_hash == "") if found else None


def letter_to(reader: Reader, address: str) -> Letter:
    """What is written, in the language spoken now."""
    kind = "invited" if reader.invited else "reset"
    company = in_force().company_name or "Tallyman"
    parts = {
        "greeting": t("mail.greeting", name=reader.name),
        "text": t(f"mail.{kind}_text", company=company, email=reader.email),
        "verb": t(f"mail.{kind}_verb"),
        "once": t("mail.once"),
        "stranger": t("mail.stranger"),
    }
    plain = "\n\n".join((parts["greeting"], parts["text"], address, parts["once"], parts["stranger"]))
    page = render_template("mail/link.html", **parts, address=address)
    return Letter(reader.email, t(f"mail.{kind}_subject", company=company), plain + "\n", page)
