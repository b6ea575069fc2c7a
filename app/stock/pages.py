"""Office pages of the stock: the live page, and what forms offer while one types."""

from flask import Blueprint, render_template, request

from app.database import reading
from app.people.guard import require_role
from app.stock.named_goods import item_choices, place_choices

pages = Blueprint("stock", __name__)


@pages.route("/stock")
@require_role("viewer")
def live() -> str:
    """Stock by item and location, changing by itself as phones sync."""
    return render_template("stock/live.html")


@pages.route("/stock/choices/items")
@require_role("viewer")
def item_options() -> str:
    """Items that a form offers for what was typed so far."""
    with reading() as connection:
        return render_template("stock/options.html", choices=item_choices(connection, _typed()))


@pages.route("/stock/choices/places")
@require_role("viewer")
def place_options() -> str:
    """Places that a form offers for what was typed so far."""
    with reading() as connection:
        return render_template("stock/options.html", choices=place_choices(connection, _typed()))


def _typed() -> str:
    """What stands in the field that asks."""
    return request.args.get(request.args.get("field", ""), "").strip()[:200]
