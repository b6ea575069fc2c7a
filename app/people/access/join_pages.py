"""The page behind a link that opens the door once: choose a password, and come in."""

from flask import Blueprint, Response, make_response, render_template, request

from app.database import transaction
from app.people.access.credentials import end_former_session, keep_cookie, origin_of, session_days
from app.people.access.entry_links import owner_of, redeem
from app.people.access.passwords import hash_password
from app.people.access.second_factor import has_factor
from app.people.access.sign_ins import open_sign_in
from app.people.guard import person
from app.people.models import User
from app.people.schemas import NewPasswordSchema
from app.people.users import checked_password, shortest_password
from app.web.errors import Refusal
from app.web.forms import Problems, problems_of, read_form
from app.web.replies import to_page

join = Blueprint("join", __name__, url_prefix="/join")

LINK = "/<string(maxlength=64):token>"


@join.route(LINK, methods=["GET", "POST"])
def welcome(token: str) -> Response:
    """Greet the one whom the link is for, and take the password."""
    try:
        user = owner_of(token)
    except Refusal as refusal:
        return make_response(render_template("people/link_gone.html", message=refusal.message), 404)
    if request.method == "GET":
        return _form(user, {})
    values, problems = read_form(NewPasswordSchema())
    if not problems:
        try:
            return _come_in(token, checked_password(values["password"], (user.email, user.name)))
        except Refusal as refusal:
            problems = problems_of(refusal)
    return _form(user, problems)


def _come_in(token: str, password: str) -> Response:
    secret = hash_password(password)
    with transaction() as connection:
        user = redeem(connection, token, secret)
        needs_code = has_factor(user.id)
        opened = None if needs_code else open_sign_in(user, origin_of(request), session_days())
    if opened is None:
        return to_page("people.sign_in")
    end_former_session()
    answer = to_page("office.home")
    keep_cookie(answer, opened[0])
    return answer


def _form(user: User, problems: Problems) -> Response:
    page = render_template(
        "people/join.html", user=user, other=person(), problems=problems, shortest=shortest_password()
    )
    answer = make_response(page, 422 if problems else 200)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
