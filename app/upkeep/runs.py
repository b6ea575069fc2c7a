"""What was done to keep the installation, as it is written down: each backup and check, and how it ended."""

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.clock import DAY_MS, now_ms
from app.database import transaction
from app.upkeep.models import UpkeepRun

KEPT_MS = 400 * DAY_MS


def last_run(connection: Connection, kind: str, sound_only: bool = False) -> Any:
    """The latest run of a kind, or the latest that ended well; None where there is none."""
    wanted = (UpkeepRun.kind == kind, *([UpkeepRun.sound] if sound_only else []))
    order = (UpkeepRun.finished_at.desc(), UpkeepRun.id.desc())
    query = select(UpkeepRun.__table__).where(*wanted).order_by(*order).limit(1)
    return connection.execute(query).mappings().first()


def latest_checks(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The last checks, the newest first."""
    newest_first = UpkeepRun.finished_at.desc()
    query = select(UpkeepRun.__table__).where(UpkeepRun.kind == "check").order_by(newest_first).limit(limit)
    rows = connection.execute(query).mappings()
    return [{**row, "summary": json.loads(row["summary"])} for row in rows]


def record(kind: str, started_at: int, sound: bool, summary: dict[str, Any]) -> None:
    """Write down how a run ended, and forget those of long ago."""
    now = now_ms()
    row = {"kind": kind, "started_at": started_at, "finished_at": now, "sound": sound}
    with transaction() as connection:
        connection.execute(insert(UpkeepRun).values(**row, summary=json.dumps(summary)))
        connection.execute(delete(UpkeepRun).where(UpkeepRun.finished_at < now - KEPT_MS))
