"""Door to the office: the first page, the jump to an item or a location, and what the frame needs."""

from contextlib import suppress

from flask import Blueprint, Flask, redirect, render_template, request
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from app.database import database
from app.lists.listing import PER_PAGE_CHOICES, searched_for
from app.office.guide_pages import guide_on_home
from app.office.jump import exact_target, jump_targets
from app.office.navigation import register_navigation
from app.office.overview import attention
from app.people.guard import require_role
from app.people.views.columns import hidden_columns
from app.people.views.saved_views import address_of, keeps_views, views_of
from app.settings import in_force
from app.stock.shelf import latest
from app.values.moments import register_moments
from app.values.quantities import register_quantities
from app.web.assets import register_assets
from app.web.errors import Refusal
from app.web.row_addresses import register_row_addresses
from sync.movement import REASONS

office = Blueprint("office", __name__)

LATEST_MOVEMENTS = 12
THEMES = ("light", "dark", "sun")


class NoteSession(SecureCookieSessionInterface):
    """Flask's signed cookie carries only the note for the next page ("saved"); secure where TLS is."""

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002 - Flask's signature
        """Beside the session's own cookie."""
        return "tallyman-note"

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's signature
        """Over TLS it never travels in the open."""
        return request.is_secure

    def get_cookie_samesite(self, app: Flask) -> str:  # noqa: ARG002 - Flask's signature
        """Not for other sites."""
        return "Lax"


def register_office(app: Flask) -> None:
    """Give templates what the frame of every page needs."""
    app.session_interface = NoteSession()
    register_assets(app)
    register_moments(app)
    register_quantities(app)
    register_row_addresses(app)
    register_navigation(app)
    app.jinja_env.globals.update(theme=theme, is_closed=is_closed, per_page_choices=PER_PAGE_CHOICES)
    app.jinja_env.globals.update(in_force=in_force, company_name=company_name)
    app.jinja_env.globals.update(hidden_columns=hidden_columns, move_reasons=REASONS)
    app.jinja_env.globals.update(views_of=views_of, keeps_views=keeps_views, view_address=address_of)
    app.jinja_env.filters["initials"] = initials
    app.register_blueprint(office)


@office.route("/")
@require_role("viewer")
def home() -> str:
    """What needs a person, and what moved last."""
    return render_template(
        "home.html",
        attention=attention(),
        movements=latest(database.session.connection(), limit=LATEST_MOVEMENTS),
        guide=guide_on_home(),
    )


@office.route("/search")
@require_role("viewer")
def search() -> AnyResponse | str:
    """Jump to the one thing that was meant, or show what it may be."""
    words = searched_words()
    target = exact_target(words) if words else None
    if target:
        return redirect(target)
    return render_template("search.html", jump=words, found=jump_targets(words, 50))


@office.route("/search/suggestions")
@require_role("viewer")
def suggestions() -> str:
    """The first few, while one types."""
    words = searched_words()
    return render_template("parts/jump.html", words=words, found=jump_targets(words, 8))


def searched_words() -> str:
    """What was typed into the bar."""
    return searched_for(request.args.get("q", ""))


def theme() -> str:
    """The theme that this browser chose; empty while the system decides."""
    chosen = request.cookies.get("tallyman-theme", "")
    return chosen if chosen in THEMES else ""


def company_name() -> str:
    """Whose warehouse it is; nothing where the database cannot say so: errors are shown in this frame."""
    with suppress(Refusal, SQLAlchemyError):
        return in_force().company_name
    return ""


def is_closed(group: str) -> bool:
    """Whether this browser folded a group of the navigation."""
    return group in request.cookies.get("tallyman-closed", "").split(".")


def initials(name: str) -> str:
    """Two letters that stand for a person."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()[:2]
