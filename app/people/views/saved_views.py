"""Saved views: named searches, orders and filters of a list; a person's own, or shown to all."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import current_app, redirect, request
from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from werkzeug.wrappers import Response as AnyResponse

from app.clock import now_ms
from app.database import database
from app.database.driver import quick_rows
from app.people.guard import current_person, may, person
from app.people.views.models import DefaultView, SavedView
from app.web.errors import Refusal
from app.words import t

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

NAME_LIMIT = 60
QUERY_LIMIT = 2_000
VIEWS_LIMIT = 50
"""Views of one list that one person may keep."""

PASSING = {"view", "page", "as"}
"""Parts of an address that a view does not keep."""


@dataclass(frozen=True)
class View:
    """One view as a person sees it."""

    id: int
    name: str
    query: str
    is_shared: bool
    is_own: bool
    is_default: bool


@dataclass(frozen=True)
class ViewDraft:
    """A view as it shall stand."""

    page: str
    name: str
    query: str
    is_shared: bool = False
    is_default: bool = False


def list_page(view: Callable[Parameters, Result]) -> Callable[Parameters, Result | AnyResponse]:
    """Let a list have views: opened without any question, it shows the person's default view."""

    @functools.wraps(view)
    def opened(*args: Parameters.args, **named: Parameters.kwargs) -> Result | AnyResponse:
        found = None if request.query_string else default_view(current_person().id, str(request.endpoint))
        return redirect(f"{request.path}?{address_of(found)}") if found else view(*args, **named)

    vars(opened)["is_list"] = True
    return opened


def keeps_views(page: str) -> bool:
    """Whether there is such a list, and the one who asks may see it."""
    view = current_app.view_functions.get(page)
    return getattr(view, "is_list", False) and may(getattr(view, "needed_role", "administrator"))


def views_of(page: str) -> list[View]:
    """The views of a list that the one who asks may use: their own first, then those of others."""
    asking = person()
    if asking is None or not keeps_views(page):
        return []
    asked = {"user": asking.id, "page": page}
    found = quick_rows(database.session.connection(), views_query(), asked)
    return [View(*row[:3], *map(bool, row[3:])) for row in found]


@functools.cache
def views_query() -> Select[*tuple[Any, ...]]:
    """What a ``View`` holds of those of a list that a person may use."""
    mine, page = bindparam("user", type_=Integer), bindparam("page", type_=String)
    own = SavedView.user_id == mine
    usual = (DefaultView.view_id == SavedView.id) & (DefaultView.user_id == mine) & (DefaultView.page == page)
    columns = (SavedView.id, SavedView.name, SavedView.query, SavedView.is_shared)
    asked = select(*columns, own.label("is_own"), DefaultView.view_id.is_not(None).label("is_default"))
    usable = asked.outerjoin(DefaultView, usual).where(SavedView.page == page, or_(own, SavedView.is_shared))
    return usable.order_by(own.desc(), func.lower(SavedView.name)).limit(200)


def address_of(view: View | SavedView) -> str:
    """What stands behind the question mark while the view is shown."""
    return f"{view.query}&view={view.id}" if view.query else f"view={view.id}"


def default_view(user_id: int, page: str) -> SavedView | None:
    """The view with which a list opens; one that is shown to all no more is nobody else's."""
    usable = or_(SavedView.user_id == user_id, SavedView.is_shared)
    chosen = (DefaultView.user_id == user_id) & (DefaultView.page == page)
    joined = select(SavedView).join(DefaultView, DefaultView.view_id == SavedView.id)
    return database.session.scalars(joined.where(chosen, usable)).first()


def kept_query(typed: str) -> str:
    """The part of an address that a view keeps. Raises Refusal 422 for one without end."""
    pairs = [(name, value) for name, value in parse_qsl(typed.lstrip("?")) if name not in PASSING]
    query = urlencode(pairs)
    if len(query) > QUERY_LIMIT:
        raise Refusal(422, "invalid", t("lists.query_long"))
    return query


def keep_view(connection: Connection, user_id: int, draft: ViewDraft) -> int:
    """Save a view; one of the same name of the same person is replaced. Raises Refusal 409 ``too_many``."""
    now = now_ms()
    values = {"query": draft.query, "is_shared": draft.is_shared, "updated_at": now}
    mine = (SavedView.user_id == user_id, SavedView.page == draft.page)
    replaced = update(SavedView).where(*mine, SavedView.name == draft.name).values(values)
    view_id = connection.scalar(replaced.returning(SavedView.id))
    if view_id is None:
        refuse_more(int(connection.scalar(select(func.count()).where(*mine)) or 0))
        place = {"user_id": user_id, "page": draft.page, "name": draft.name, "created_at": now}
        view_id = connection.scalar(insert(SavedView).values(**values, **place).returning(SavedView.id))
    open_with(connection, user_id, draft.page, view_id if draft.is_default else None)
    return int(view_id or 0)


def refuse_more(count: int) -> None:
    """Raises Refusal 409 where a person has as many views of a list as one may have."""
    if count >= VIEWS_LIMIT:
        raise Refusal(409, "too_many", t("lists.too_many", limit=VIEWS_LIMIT))


def change_view(connection: Connection, view: SavedView, user_id: int, draft: ViewDraft) -> None:
    """Rename or share a view, or open the list with it; of another person's only the last.

    Raises Refusal 409 ``name_taken``.
    """
    if view.user_id == user_id:
        other = select(SavedView.id).where(
            SavedView.user_id == user_id, SavedView.page == view.page, SavedView.name == draft.name
        )
        if connection.scalar(other.where(SavedView.id != view.id)):
            raise Refusal(409, "name_taken", t("lists.name_taken", name=draft.name))
        named = {"name": draft.name, "is_shared": draft.is_shared, "updated_at": now_ms()}
        connection.execute(update(SavedView).where(SavedView.id == view.id).values(named))
    usual = default_view(user_id, view.page)
    if draft.is_default or (usual is not None and usual.id == view.id):
        open_with(connection, user_id, view.page, view.id if draft.is_default else None)


def open_with(connection: Connection, user_id: int, page: str, view_id: int | None) -> None:
    """Say which view a list opens with for a person; None for the whole list."""
    mine = (DefaultView.user_id == user_id, DefaultView.page == page)
    connection.execute(delete(DefaultView).where(*mine))
    if view_id is not None:
        connection.execute(insert(DefaultView).values(user_id=user_id, page=page, view_id=view_id))


def usable_view(view_id: int) -> SavedView:
    """A view that the one who asks may use. Raises Refusal 404."""
    found = database.session.get(SavedView, view_id)
    usable = found is not None and (found.user_id == current_person().id or found.is_shared)
    if found is None or not usable or not keeps_views(found.page):
        raise Refusal(404, "not_found", t("lists.unknown"))
    return found


def drop_view(connection: Connection, view: SavedView) -> None:
    """Delete a view: its owner may, and an administrator. Raises Refusal 403."""
    if view.user_id != current_person().id and not may("administrator"):
        raise Refusal(403, "not_allowed", t("lists.not_yours"))
    connection.execute(delete(DefaultView).where(DefaultView.view_id == view.id))
    connection.execute(delete(SavedView).where(SavedView.id == view.id))
