"""The tree of places: what may stand under what."""

from app.words import t

KINDS = ("site", "zone", "aisle", "bin")
"""From the largest to the smallest; virtual locations stand beside the tree."""

ABOVE: dict[str, tuple[str, ...]] = {
    "site": (),
    "zone": ("site",),
    "aisle": ("site", "zone"),
    "bin": ("site", "zone", "aisle"),
}
"""What each kind may stand under; a site stands under nothing."""

BARCODE_PREFIX = "LOC-"
"""So that the label of a place is never taken for the code of an item."""


def misplaced(kind: str, above: str | None) -> str | None:
    """Why a place of this kind cannot stand under one of the kind ``above``; None when it can."""
    allowed = ABOVE[kind]
    if above is None:
        return t(f"warehouse.needs_above_{kind}") if allowed else None
    if not allowed:
        return t("warehouse.site_alone")
    if above not in allowed:
        names = {"kind": t(f"warehouse.kind_{kind}"), "above": t(f"warehouse.kind_{above}")}
        return t("warehouse.misplaced", **names)
    return None


def default_barcode(code: str) -> str:
    """What is printed on the label of a place that was given no barcode of its own."""
    return BARCODE_PREFIX + code


def kinds_below(kind: str | None) -> tuple[str, ...]:
    """What may be added under a place of this kind; at the top a site."""
    if kind is None:
        return ("site",)
    return tuple(lower for lower in KINDS if kind in ABOVE[lower])
