"""The office's map: which pages stand where, who may see them, and the keys that lead there."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, current_app
from werkzeug.exceptions import HTTPException

from app.people.guard import may

EXTENSION = "tallyman.paths"


@dataclass(frozen=True)
class Entry:
    """One page of the office."""

    path: str
    words: str
    icon: str
    role: str = "viewer"
    key: str = ""
    """With ``g`` before it, it leads there."""
    tab: bool = False
    """Whether a phone shows it in the bar at the bottom."""


@dataclass(frozen=True)
class Group:
    """Pages that belong together."""

    name: str
    words: str
    entries: Sequence[Entry]


MAP = (
    Group(
        "start",
        "",
        (Entry("/", "office.home", "house", key="h", tab=True),),
    ),
    Group(
        "stock",
        "office.group_stock",
        (
            Entry("/stock", "office.stock", "boxes", key="s", tab=True),
            Entry("/lots", "stock.lots", "calendar-clock", key="x"),
            Entry("/serials", "stock.serials_list", "hash", key="n"),
            Entry("/movements", "office.movements", "arrow-right-left", key="m"),
            Entry("/discrepancies", "office.discrepancies", "scale", key="d", tab=True),
            Entry("/quarantine", "office.quarantine", "shield-alert", role="manager", key="q"),
            Entry("/recounts", "stock.recounts", "clipboard-list", key="r"),
            Entry("/verify", "stock.verify", "shield-check", key="v"),
        ),
    ),
    Group(
        "catalogue",
        "office.group_catalogue",
        (
            Entry("/items", "office.items", "package", key="i", tab=True),
            Entry("/locations", "office.locations", "map-pin", key="l"),
            Entry("/imports", "office.imports", "file-up", role="manager", key="f"),
        ),
    ),
    Group(
        "house",
        "office.group_house",
        (
            Entry("/people", "office.people", "users", role="administrator", key="p"),
            Entry("/devices", "office.devices", "smartphone", role="manager", key="e"),
            Entry("/health", "upkeep.health", "activity", role="administrator", key="b"),
            Entry("/audit", "office.audit", "history", role="administrator", key="t"),
            Entry("/settings", "settings.settings", "settings", role="administrator", key=","),
            Entry("/api/", "office.api", "book-open", key="a"),
        ),
    ),
)


ACTIONS = (
    Entry("/floor/receive", "office.act_receive", "package-plus", role="operator"),
    Entry("/floor/move", "office.act_move", "arrow-right-left", role="operator"),
    Entry("/floor/count", "office.act_count", "clipboard-check", role="operator"),
    Entry("/stock/adjust", "stock.adjust", "scale", role="manager"),
    Entry("/items/new", "office.act_item", "square-plus", role="manager"),
    Entry("/imports/new", "office.act_import", "file-up", role="manager"),
    Entry("/phone", "office.act_phone", "qr-code", role="manager"),
    Entry("/people/new", "office.act_person", "user-plus", role="administrator"),
)
"""What people come to do, one click from the first page."""


def actions() -> list[Entry]:
    """The actions that exist and that the one who asks may take."""
    return [entry for entry in ACTIONS if may(entry.role) and exists(entry.path)]


def navigation() -> list[Group]:
    """The part of the map that exists and that the one who asks may see."""
    return [
        Group(group.name, group.words, entries)
        for group in MAP
        if (entries := [entry for entry in group.entries if may(entry.role) and exists(entry.path)])
    ]


def pages_of(groups: Sequence[Group]) -> list[Entry]:
    """Every page of some groups, one after the other."""
    return [entry for group in groups for entry in group.entries]


def register_navigation(app: Flask) -> None:
    """Offer the map to templates."""
    app.extensions[EXTENSION] = {}
    app.jinja_env.globals.update(
        navigation=navigation, actions=actions, pages_of=pages_of, is_within=is_within, exists=exists
    )


def is_within(path: str, here: str) -> bool:
    """Whether the page that is shown belongs to an entry."""
    return here == path or (path != "/" and here.startswith(path.rstrip("/") + "/"))


def exists(path: str) -> bool:
    """Whether there is such a page."""
    known: dict[str, bool] = current_app.extensions[EXTENSION]
    if path not in known:
        known[path] = _matches(path)
    return known[path]


def _matches(path: str) -> bool:
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return False
    return True
