"""Who may import what, and who may see which import."""

from typing import Any

from app.database import reading
from app.imports.kinds import Kind, kind_of, known_kinds
from app.imports.state import import_of
from app.people.guard import check_role, current_person, may
from app.web.errors import Refusal
from app.words import t


def own_alone() -> int | None:
    """The one whose imports are all that the one who asks may see; None for all people's.

    One who sees some sites only gets their own: tables of others may name any site.
    """
    asking = current_person()
    return None if asking.sites is None else asking.id


def allowed_names() -> list[str]:
    """The kinds that the one who asks may import."""
    return [kind.name for kind in known_kinds().values() if may(kind.role)]


def allowed_kind(name: str) -> Kind:
    """A kind that the one who asks may import. Raises Refusal 404 and 403."""
    kind = kind_of(name)
    check_role(kind.role)
    return kind


def allowed_import(import_id: str) -> dict[str, Any]:
    """An import of such a kind that the one who asks may see. Raises Refusal 404 and 403."""
    with reading() as connection:
        found = dict(import_of(connection, import_id))
    if own_alone() not in (None, found["user_id"]):
        raise Refusal(404, "not_found", t("imports.import_unknown"))
    allowed_kind(found["kind"])
    return found


def grants_rights(found: dict[str, Any]) -> bool:
    """Whether an import says who may do what."""
    return allowed_kind(found["kind"]).role == "administrator"
