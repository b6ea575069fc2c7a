"""Background work over JSON: how far a job is and what it brought."""

import json
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import select

from app.database import reading
from app.jobs import WHOLE, shown_words
from app.jobs.models import Job
from app.people.guard import require_role
from app.web.api import Blueprint
from app.web.errors import Refusal
from app.words import t

jobs = Blueprint("jobs", __name__, url_prefix="/api/jobs", description="Work that goes on in the background.")


class JobSchema(Schema):
    """A job as its starter sees it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "queued, running, done or failed"})
    progress = fields.Float(required=True, metadata={"description": "0 to 1"})
    message = fields.String(required=True, metadata={"description": "What it is doing, for a person."})
    result = fields.Raw(required=True, metadata={"description": "What it returned; null until done."})
    error = fields.String(required=True, metadata={"description": "Why it failed, or why it is tried again."})
    created_at = fields.Integer(required=True)
    finished_at = fields.Integer(required=True, allow_none=True)


@jobs.route("/<job_id>", methods=["GET"])
@require_role("viewer")
@jobs.response(200, JobSchema)
def show(job_id: str) -> dict[str, Any]:
    """How far a job is

    Its id is a secret of those to whom it was given. 404 once it has been over for a week.
    """
    with reading() as connection:
        row = connection.execute(select(Job).where(Job.id == job_id)).mappings().first()
    if row is None:
        raise Refusal(404, "not_found", t("jobs.unknown"))
    result = json.loads(row["result"]) if row["result"] else None
    told = {"result": result, "error": shown_words(row["error"])}
    return {**row, **told, "progress": row["progress"] / WHOLE}
