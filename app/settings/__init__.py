"""The settings in force: what administrators decided in the office, over the environment's defaults.

A variable that is set in the environment of the server wins and is shown as fixed: whoever runs the machine
has the last word. Every other setting of ``KNOWN`` can be changed on the page and holds at once; other
processes see it within seconds.
"""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flask import Flask, current_app, g, request
from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import SQLAlchemyError

from app.clock import now_ms
from app.config import Settings
from app.database import publish, reading
from app.database.upserts import insert
from app.people.audit.trail import record as write_down
from app.settings.known import KNOWN, Known
from app.settings.models import Setting
from app.values.text import BadText
from app.values.zones import ZONE
from app.web.errors import Refusal
from app.words import HOUSE, NUMBERS, t

EXTENSION = "tallyman.settings"
FRESH_S = 5
"""How long what was read is taken for true; a change here is seen at once."""

SPEECHLESS = ("health", "metrics", "pwa", "sync")
"""Doors at which nobody reads pages."""

TOLD_TO_DEVICES = {"time_zone", "number_format", "idle_minutes"}
"""Settings that phones hear of with their people."""


def register_settings(app: Flask) -> None:
    """Let every request speak the language of the house, by its clock and in its numbers."""
    app.before_request(speak_as_decided)


def speak_as_decided() -> None:
    """Note what the house speaks; machines that only ask whether we live, and files, need no database."""
    if request.blueprint not in SPEECHLESS and request.endpoint != "static":
        with suppress(Refusal, SQLAlchemyError):
            held = in_force()
            g.setdefault(HOUSE, held.language)
            g.setdefault(NUMBERS, held.number_format)
            g.setdefault(ZONE, held.time_zone)


def in_force() -> Settings:
    """The settings that hold now: what was decided in the office, where no variable overrules it."""
    base: Settings = current_app.config["TALLYMAN"]
    kept: tuple[float, Settings, Settings] | None = current_app.extensions.get(EXTENSION)
    if kept is None or time.monotonic() - kept[0] > FRESH_S or kept[1] is not base:
        with reading() as connection:
            kept = (time.monotonic(), base, as_stored(connection))
        current_app.extensions[EXTENSION] = kept
    return kept[2]


def as_stored(connection: Connection) -> Settings:
    """The settings that hold as of this very moment, also where another instance changed them just now."""
    base: Settings = current_app.config["TALLYMAN"]
    return replace(base, **free(base, stored(connection)))


def free(base: Settings, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the environment of the server leaves to the office."""
    fixed = {known.name for known in KNOWN if is_fixed(base, known)}
    return {name: value for name, value in values.items() if name not in fixed}


def stored(connection: Connection) -> dict[str, Any]:
    """What stands in the table, of settings that are known."""
    names = {known.name for known in KNOWN}
    rows = connection.execute(select(Setting.name, Setting.value))
    found = {row.name: json.loads(row.value) for row in rows if row.name in names}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def is_fixed(base: Settings, known: Known) -> bool:
    """Whether the environment of the server decides."""
    return known.variable in base.given


def read_settings(typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of a form, and what is wrong by name; what it does not hold stays as it is."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    base: Settings = current_app.config["TALLYMAN"]
    for known in KNOWN:
        if known.name not in typed or is_fixed(base, known):
            continue
        try:
            values[known.name] = known.read(typed[known.name].strip())
        except BadText as problem:
            problems[known.name] = str(problem)
    return values, problems


def decide(connection: Connection, user_id: int, values: Mapping[str, Any]) -> None:
    """Keep settings; one that is back at its default is forgotten, so that a later default holds."""
    base: Settings = current_app.config["TALLYMAN"]
    before = {name: getattr(replace(base, **stored(connection)), name) for name in values}
    for name, value in values.items():
        if value == getattr(base, name):
            connection.execute(delete(Setting).where(Setting.name == name))
            continue
        row = {"value": json.dumps(value, ensure_ascii=False), "user_id": user_id, "updated_at": now_ms()}
        added = insert(connection, Setting).values(name=name, **row)
        connection.execute(added.on_conflict_do_update(index_elements=["name"], set_=row))
    if before != dict(values):
        write_down(connection, "changed", ("setting", "office", t("settings.settings")), before, values)
    if any(before[name] != values[name] for name in TOLD_TO_DEVICES & values.keys()):
        publish(connection, [("person", "0")])


def forget_read() -> None:
    """Read the table anew next time; call it once a change is committed."""
    current_app.extensions.pop(EXTENSION, None)


def shown(value: Any) -> str:
    """A value as its field shows it."""
    return "\n".join(value) if isinstance(value, tuple) else str(value)
