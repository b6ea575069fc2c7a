"""Door to the first steps: the page, putting them away, and the demonstration to try things on."""

from flask import Blueprint, Response, flash, render_template, request

from app.database import reading
from app.office.guide import Guide, guide_of, refuse_filled
from app.people.guard import require_role
from app.setup.seed import seed_world
from app.web.replies import to_page
from app.words import t

guide_pages = Blueprint("guide_pages", __name__, url_prefix="/guide")

COOKIE = "tallyman-guide"
AWAY = "away"
KEPT_S = 400 * 24 * 3600
"""As long as browsers keep a cookie."""


def guide_on_home() -> Guide | None:
    """What the first page shows of the steps: nothing when all are done or this browser put them away."""
    with reading() as connection:
        found = guide_of(connection)
    return None if found.is_done or request.cookies.get(COOKIE) == AWAY else found


@guide_pages.route("")
@require_role("manager")
def show() -> str:
    """All steps, also when they are done or put away."""
    with reading() as connection:
        return render_template("guide.html", guide=guide_of(connection))


@guide_pages.route("/away", methods=["POST"])
@require_role("manager")
def put_away() -> Response:
    """Show the steps on the first page no more, in this browser."""
    flash(t("office.guide_was_put_away"), "green")
    answer = to_page("office.home")
    answer.set_cookie(
        COOKIE, AWAY, max_age=KEPT_S, secure=request.is_secure, httponly=True, samesite="Lax", path="/"
    )
    return answer


@guide_pages.route("/demonstration", methods=["POST"])
@require_role("administrator")
def plant() -> Response:
    """Fill an empty installation with the demonstration warehouse."""
    with reading() as connection:
        refuse_filled(connection)
    seed_world()
    flash(t("office.demo_planted"), "green")
    return to_page("office.home")
