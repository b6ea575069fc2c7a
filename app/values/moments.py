"""Times and quantities in pages: written in full by the server, in the reader's own habit by the browser."""

import functools
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from flask import Flask
from markupsafe import Markup

from app.values.zones import house_zone, house_zone_name
from app.words import house_numbers, language, number
from sync.quantity import format_quantity


def register_moments(app: Flask) -> None:
    """Offer the filters ``moment``, ``ago`` and ``quantity`` to templates."""
    app.jinja_env.filters.update(moment=moment, ago=ago, quantity=quantity)
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


def quantity(millionths: int, unit: str = "") -> Markup:
    """Millionths as people read them: grouped by thousands, the unit smaller beside it."""
    return _quantity(millionths, unit, language(), house_numbers())


@functools.lru_cache(maxsize=4096)
def _quantity(millionths: int, unit: str, _language: str, _numbers: str) -> Markup:
    """The quantity in this language, or with these signs; lists repeat small ones."""
    sign = "\u2212" if millionths < 0 else ""
    written = sign + number(Decimal(format_quantity(abs(millionths))))
    named = Markup(' <span class="unit">%s</span>') % unit if unit else ""
    return Markup('<span class="quantity">%s%s</span>') % (written, named)
