"""Office pages of the stock."""

from flask import Blueprint, render_template

from app.people.guard import require_role

pages = Blueprint("stock", __name__)


@pages.route("/stock")
@require_role("viewer")
def live() -> str:
    """Stock by item and location, changing by itself as phones sync."""
    return render_template("stock/live.html")
