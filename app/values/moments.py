"""Times in pages: written in full by the server, in the reader's own habit by the browser."""

import functools
from datetime import UTC, datetime, tzinfo

from flask import Flask
from markupsafe import Markup

from app.values.zones import house_zone, house_zone_name


def register_moments(app: Flask) -> None:
    """Offer the filters ``moment`` and ``ago`` to templates."""
    app.jinja_env.filters.update(moment=moment, ago=ago)
    app.jinja_env.globals["house_zone_name"] = house_zone_name


def moment(at: int | None, style: str = "moment", never: str = "—") -> Markup:
    """A time in milliseconds as a <time> element; the browser rewrites it in the reader's habit."""
    if at is None:
        return Markup("<span class=soft>{}</span>").format(never)
    return _element(at, style, house_zone())


@functools.lru_cache(maxsize=4096)
def _element(at: int, style: str, zone: tzinfo) -> Markup:
    """The element; rows of a list were often written in one moment."""
    written = datetime.fromtimestamp(at / 1000, UTC)
    here = written.astimezone(zone)
    text = f"{here.day} {here:%b %Y, %H:%M %Z}"
    parts = (written.isoformat(timespec="milliseconds"), style, text)
    return Markup('<time datetime="%s" data-moment="%s">%s</time>') % parts


def ago(at: int | None, never: str = "—") -> Markup:
    """A time as its distance from now, kept up by the browser."""
    return moment(at, "ago", never)
