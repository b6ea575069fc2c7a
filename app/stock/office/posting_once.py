"""Posting for programs: a request that is sent again, because its answer was lost, counts once."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.stock.book.models import Operation
from app.stock.feed.models import FeedCounter
from app.stock.office.posting import Draft, post_office
from app.web.errors import Refusal
from app.words import t
from sync.protocol import Verdict


def post_drafts(connection: Connection, user_id: int, drafts: Sequence[Draft], now: int) -> dict[str, Any]:
    """Post these drafts, or none of them; those that were posted before under their id count no more.

    The last statement of a transaction. Raises Refusal 409 ``id_reuse`` for other content under a known
    id, and 422 with the reason for what cannot be posted.
    """
    refuse_repeated(drafts)
    known = known_drafts(connection, drafts)
    fresh = [draft for draft in drafts if draft.id not in known]
    if not fresh:
        head = connection.execute(select(FeedCounter.position)).scalar_one()
        return {"operations": [duplicate(draft) for draft in drafts], "head": head}
    result = post_office(connection, user_id, fresh, now)
    new = iter(result.verdicts)
    return {
        "operations": [duplicate(draft) if draft.id in known else next(new) for draft in drafts],
        "head": result.head,
    }


def duplicate(draft: Draft) -> Verdict:
    """The verdict of what was posted before."""
    return Verdict(str(draft.id), "duplicate", [])


def refuse_repeated(drafts: Sequence[Draft]) -> None:
    """One request names an id once. Raises Refusal 409 ``id_reuse``."""
    named = [draft.id for draft in drafts if draft.id]
    if len(set(named)) < len(named):
        raise id_reuse()


def known_drafts(connection: Connection, drafts: Sequence[Draft]) -> set[str]:
    """The ids that were posted before, with the same content. Raises Refusal 409 ``id_reuse``."""
    named = {draft.id: draft for draft in drafts if draft.id}
    query = select(Operation.id, Operation.kind, Operation.body).where(Operation.id.in_(named))
    known = connection.execute(query).all() if named else []
    for row in known:
        draft, written = named[row.id], msgspec.json.decode(row.body)
        if (draft.kind, draft.body) != (row.kind, written.get("body")):
            raise id_reuse()
    return {row.id for row in known}


def id_reuse() -> Refusal:
    """The refusal of an id that stands for something else."""
    return Refusal(409, "id_reuse", t("exchange.id_reuse"))
