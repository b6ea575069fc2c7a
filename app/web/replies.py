"""How a page answers a form: on to another page, back to one that says why not, or the form once more."""

from typing import Any

from flask import Response, flash, make_response, redirect, url_for

from app.web.errors import Refusal


def to_page(endpoint: str, **values: Any) -> Response:
    """Send the browser on to a page, which it asks for anew: going back sends no form again."""
    return make_response(redirect(url_for(endpoint, **values), 303))


def told(refusal: Refusal, endpoint: str, **values: Any) -> Response:
    """Send the browser to a page that says why not. What is not there has none: that refusal is raised."""
    if refusal.status == 404:
        raise refusal
    flash(refusal.message, "red")
    return to_page(endpoint, **values)


def once_more(form: str) -> Response:
    """The form again, nothing lost, with what is wrong beside its fields."""
    return make_response(form, 422)
