"""The page of the audit trail, for administrators."""

from flask import Blueprint, Response, render_template, request

from app.database import reading
from app.lists.asked_filters import span_of
from app.lists.exports import asked_kind, download
from app.people.audit.listing import (
    KINDS,
    act_words,
    acts_known,
    audit_table,
    changes_of,
    kind_words,
    list_entries,
    listing_asked,
    people_named,
)
from app.people.guard import require_role
from app.people.views.columns import as_seen
from app.people.views.saved_views import list_page

audit_pages = Blueprint("audit_pages", __name__, url_prefix="/audit")

PATHS = {
    "user": "/people/",
    "item": "/items/",
    "location": "/locations/",
    "device": "/devices/",
    "discrepancy": "/discrepancies/",
    "quarantine": "/quarantine/",
    "import": "/imports/",
}
"""Where a subject of each kind is looked at."""


@audit_pages.route("")
@require_role("administrator")
@list_page
def entries() -> Response | str:
    """The trail; with ``as`` the whole of it as a file."""
    with reading() as connection:
        people, acts = people_named(connection), acts_known(connection)
    listing = listing_asked(request.args, people, acts)
    if kind := asked_kind():
        return download(as_seen(audit_table(listing)), kind)
    words = {"act_words": act_words, "kind_words": kind_words, "changes_of": changes_of}
    choices = {"people": people, "acts": acts, "kinds": KINDS, "paths": PATHS}
    page = list_entries(listing, *span_of(listing.filters))
    return render_template("people/audit.html", page=page, **choices, **words)
