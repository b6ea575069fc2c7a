"""Taking back: a counter-entry says that an operation never happened; nothing is edited."""

from sqlalchemy import Connection, select

from app.stock.book.models import Operation
from app.stock.office.posting import Draft
from app.web.errors import Refusal
from app.words import t

TAKEN_BACK = ("move", "count")


def reversal_of(connection: Connection, operation_id: str, reason: str) -> Draft:
    """The counter-entry to an operation.

    Raises Refusal 404 for one that never came, 409 for one that was taken back already or moves nothing.
    """
    columns = (Operation.kind, Operation.reversed_by_id)
    found = connection.execute(select(*columns).where(Operation.id == operation_id)).first()
    if found is None:
        raise Refusal(404, "not_found", t("exchange.unknown_operation"))
    if not stands(found.kind, found.reversed_by_id):
        raise Refusal(409, "not_reversible", t("stock.not_reversible"))
    return Draft("reverse", {"target": operation_id, "reason": reason})


def stands(kind: str, reversed_by: str | None) -> bool:
    """Whether an operation is a movement or a count, and nobody took it back."""
    return kind in TAKEN_BACK and reversed_by is None
