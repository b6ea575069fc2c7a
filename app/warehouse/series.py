"""Many places at once: from a pattern to a preview, from the preview to the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.values.text import BadText, clean_line
from app.warehouse.changes import PlaceDraft, is_open, parent_of, refuse_taken, tell, write_new
from app.warehouse.patterns import BadPattern, aisle_of, spelled_out
from app.warehouse.places import Place, places_by_barcode, places_by_code
from app.warehouse.tree import default_barcode
from app.web.errors import refused_field
from app.words import t

CODE_LIMIT = 64


@dataclass(frozen=True)
class Series:
    """Places to be made by a pattern under one."""

    kind: str
    parent_id: int | None
    pattern: str
    with_aisles: bool = False
    """Whether bins stand in aisles named by the beginning of their code, made where they are missing."""


@dataclass(frozen=True)
class Preview:
    """What a series would make."""

    codes: Sequence[str]
    aisles: Sequence[str]
    """Aisles that would be made with it."""
    taken: Sequence[str]
    """Codes that exist already: while there are any, nothing is made."""


def preview(connection: Connection, series: Series) -> Preview:
    """What a series would make. Raises Refusal 422 for a pattern or a parent that will not do."""
    parent_of(connection, series.kind, series.parent_id)
    codes = codes_of(series.pattern)
    aisles = aisles_of(series, codes)
    present = places_by_code(connection, [*codes, *aisles])
    by_barcode = places_by_barcode(connection, [default_barcode(code) for code in codes])
    taken = [code for code in codes if code in present or default_barcode(code) in by_barcode]
    return Preview(codes, [code for code in aisles if code not in present], taken)


def add_series(connection: Connection, series: Series) -> list[int]:
    """Make every place of a series, or none; the ids. Raises Refusal 409 ``code_taken``, and 422."""
    planned = preview(connection, series)
    if planned.taken:
        listed = ", ".join(planned.taken[:5])
        message = t("warehouse.series_taken", count=len(planned.taken), listed=listed)
        raise refused_field("pattern", message, 409, "code_taken", taken=list(planned.taken[:100]))
    parent = parent_of(connection, series.kind, series.parent_id)
    ids = made(connection, "aisle", planned.aisles, parent) if planned.aisles else []
    ids += made_in_aisles(connection, series, planned.codes, parent)
    tell(connection, ids)
    return ids


def made_in_aisles(
    connection: Connection, series: Series, codes: Sequence[str], parent: Place | None
) -> list[int]:
    """Make the places of the series, each under its aisle where they stand in aisles."""
    if not series.with_aisles:
        return made(connection, series.kind, codes, parent)
    aisles = places_by_code(connection, list(dict.fromkeys(aisle_of(code) or "" for code in codes)))
    ids = []
    for code, aisle in aisles.items():
        if not is_open(aisle):
            raise refused_field("pattern", t("warehouse.row_site_closed"))
        if aisle.kind != "aisle":
            raise refused_field("pattern", t("warehouse.not_an_aisle", code=code))
        ids += made(connection, "bin", [each for each in codes if aisle_of(each) == code], aisle)
    return ids


def made(connection: Connection, kind: str, codes: Sequence[str], parent: Place | None) -> list[int]:
    """Make places of one kind under one."""
    drafts = [PlaceDraft(kind, code, barcode=default_barcode(code)) for code in codes]
    refuse_taken(connection, drafts, None)
    return write_new(connection, drafts, parent)


def codes_of(pattern: str) -> list[str]:
    """The codes of a pattern, each fit to be one. Raises Refusal 422."""
    try:
        codes = [clean_line(code, CODE_LIMIT, required=True) for code in spelled_out(pattern)]
    except (BadPattern, BadText) as problem:
        raise refused_field("pattern", str(problem)) from problem
    if len(set(codes)) < len(codes):
        raise refused_field("pattern", t("warehouse.pattern_repeats"))
    return codes


def aisles_of(series: Series, codes: Sequence[str]) -> list[str]:
    """The aisles in which the bins of a series stand. Raises Refusal 422."""
    if not series.with_aisles:
        return []
    if series.kind != "bin":
        raise refused_field("with_aisles", t("warehouse.aisles_for_bins"))
    found = [aisle_of(code) for code in codes]
    if None in found:
        raise refused_field("with_aisles", t("warehouse.no_aisle_part"))
    return [aisle for aisle in dict.fromkeys(found) if aisle]
