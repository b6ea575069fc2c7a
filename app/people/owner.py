"""Whether it is the owner of a session who asks: they have just signed in, or know the password."""

from flask import request
from sqlalchemy import select

from app.clock import now_ms
from app.database import database
from app.people.entrance import confirm_password
from app.people.guard import current_person
from app.people.models import SignIn
from app.people.users import user_by_id

FRESH_MS = 10 * 60 * 1000


def is_fresh(session: str) -> bool:
    """Whether a session was opened with the password a moment ago."""
    opened_at = database.session.scalar(select(SignIn.created_at).where(SignIn.token_hash == session))
    return opened_at is not None and now_ms() - opened_at < FRESH_MS


def confirm_owner(password: str) -> None:
    """Make sure of the owner. Raises Refusal 422 beside ``current``, or 429."""
    person = current_person()
    if password or not is_fresh(person.session):
        confirm_password(user_by_id(person.id), password, request.remote_addr or "")
