"""What goes after its days, what stays, and that somebody looked at it before."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from app.clock import DAY_MS, now_ms
from app.database import Base, reading, transaction
from app.imports.files import table_path
from app.imports.models import ImportEntry, TableImport
from app.imports.steering import sweep_imports
from app.jobs import Task
from app.jobs.models import Job
from app.people.access.models import EntryLink, SignIn
from app.people.audit.models import AuditEntry
from app.settings import in_force
from app.upkeep import nightly, retention
from app.upkeep.models import UpkeepRun
from app.upkeep.nightly import tidy_job
from app.upkeep.retention import KEPT, let_go, outlook
from tests.app.books import assert_sound
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]
DEFAULTS = {"audit_days": 0, "sign_in_days": 30, "job_days": 7, "import_days": 90}
WORK = {"name": "work", "payload": "{}", "run_at": 0, "created_at": 1}
RECORDS = (AuditEntry, SignIn, EntryLink, Job, TableImport, ImportEntry)


def ago(days: float) -> int:
    return now_ms() - int(days * DAY_MS)


@pytest.fixture
def old(app: Flask, staff: dict[str, int]) -> int:
    """Of each sort one record a year old, and one that stands; the person whose they are."""
    mine, named = {"user_id": staff["manager"]}, {"subject_kind": "item", "subject_id": "1"}
    table = {**mine, "kind": "items", "file_name": "t.csv", "bytes": 9}
    with app.app_context(), transaction() as connection:
        for name, days in (("old", 365), ("new", 1)):
            begun, ended = {"created_at": ago(days)}, {"expires_at": ago(days - 2)}
            put(connection, AuditEntry, at=ago(days), actor_kind="system", action=name, **named)
            put(connection, SignIn, token_hash=name, csrf_token="x", seen_at=1, **mine, **begun, **ended)
            put(connection, EntryLink, token_hash=name, **mine, **begun, **ended)
            put(connection, Job, id=name, **WORK, state="failed", finished_at=ago(days))
            put(connection, TableImport, id=name, state="done", **table, **begun)
            put(connection, ImportEntry, import_id=name, subject="1", act="created", version=1)
        put(connection, TableImport, id="busy", state="undoing", created_at=ago(365), **table)
        put(connection, Job, id="waits", **WORK, state="queued")
    return staff["manager"]


def put(connection: Any, model: type[Base], **values: Any) -> None:
    connection.execute(insert(model).values(**values))


def there(model: type[Base]) -> int:
    with reading() as connection:
        return connection.scalar(select(func.count()).select_from(model)) or 0


def goes(days: dict[str, int]) -> dict[str, int | None]:
    with reading() as connection:
        return {line.name: line.goes for line in outlook(connection, days, now_ms())}


def test_the_outlook_tells_exactly_what_then_goes_and_only_that(app: Flask, old: int) -> None:
    with app.app_context():
        foreseen = goes(DEFAULTS)
        assert foreseen == {"audit_days": 0, "sign_in_days": 2, "job_days": 1, "import_days": 1}
        before = {model: there(model) for model in RECORDS}
        gone = let_go(DEFAULTS)
        assert gone == {name: count for name, count in foreseen.items() if name != "audit_days"}
        left = {model: before[model] - there(model) for model in RECORDS}
        assert left == {AuditEntry: -1, SignIn: 1, EntryLink: 1, Job: 1, TableImport: 1, ImportEntry: 1}
        with reading() as connection:
            assert set(connection.scalars(select(TableImport.id))) == {"new", "busy"}
            assert set(connection.scalars(select(Job.id))) == {"new", "waits"}
            told = connection.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (told.actor_kind, told.action) == ("system", "removed")
        assert told.after == '{"sign_in_days":2,"job_days":1,"import_days":1}'
        assert let_go(DEFAULTS) == dict.fromkeys(gone, 0)


def test_the_audit_trail_goes_only_where_the_office_wants_it(app: Flask, old: int) -> None:
    with app.app_context():
        assert goes({**DEFAULTS, "audit_days": 400})["audit_days"] == 0
        assert goes({**DEFAULTS, "audit_days": 90})["audit_days"] == 1
        assert let_go({**DEFAULTS, "audit_days": 90})["audit_days"] == 1


def test_it_goes_in_parts_so_that_others_get_their_turn(
    app: Flask, old: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PART_ROWS", 3)
    with app.app_context():
        with transaction() as connection:
            ended = [
                {**WORK, "state": "done", "id": f"done {number}", "finished_at": 1} for number in range(6)
            ]
            connection.execute(insert(Job), ended)
        assert let_go(DEFAULTS)["job_days"] == 7


def test_nothing_of_the_book_can_go() -> None:
    kept = {source.key.class_.__tablename__ for sources in KEPT.values() for source in sources}
    assert kept == {"audit_entry", "sign_in", "entry_link", "job", "table_import"}


def test_the_night_lets_go_once_and_writes_it_down(installed: Flask, old: int) -> None:
    with installed.app_context():
        for _ in range(2):
            tidy_job(Task("1", "night", {}, "lease", 1))
        with reading() as connection:
            [run] = connection.execute(select(UpkeepRun.__table__)).all()
        assert (run.kind, run.sound) == ("tidy", True) and '"import_days": 1' in run.summary


def test_a_night_that_failed_is_written_down_and_not_tried_again_till_tomorrow(
    installed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_days: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(nightly, "let_go", fail)
    with installed.app_context():
        with pytest.raises(OSError, match="no room"):
            tidy_job(Task("1", "night", {}, "lease", 1))
        tidy_job(Task("1", "night", {}, "lease", 1))
        with reading() as connection:
            [run] = connection.execute(select(UpkeepRun.__table__)).all()
        assert (run.kind, run.sound) == ("tidy", False)


def test_the_page_shows_what_would_go_and_saves_it_only_once_that_is_agreed_to(
    app: Flask, signed_in: Enter, old: int
) -> None:
    owner = signed_in("administrator")
    assert shown_on(owner.get("/settings").text) == ["nothing", "2", "1", "1"]
    typed = {"audit_days": "90", "sign_in_days": "30", "job_days": "7", "import_days": "soon"}
    preview = owner.post("/settings/keeping", data=typed).text
    assert shown_on(preview) == ["1", "2", "1", "not clear yet"] and "Let it go for good" in preview
    refused = owner.post("/settings", data={**typed, "import_days": "90"})
    assert refused.status_code == 422 and "agree to it" in refused.text
    assert shown_on(refused.text) == ["1", "2", "1", "1"]
    with app.app_context():
        assert in_force().audit_days == 0
    assert owner.post("/settings", data={"audit_days": "90", "agreed": "1"}).status_code == 303
    with app.app_context():
        assert in_force().audit_days == 90
    assert owner.post("/settings", data={"audit_days": "365"}).status_code == 303, (
        "what keeps more asks nobody"
    )


def shown_on(page: str) -> list[str]:
    """What the outlook says of each sort."""
    cells = re.findall(r'data-label="Goes the coming night">(.*?)</td>', page)
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


def test_an_import_that_went_takes_its_file_with_it_and_no_stock(
    app: Flask, old: int, world: World, phone: Phone
) -> None:
    path = table_path_of(app)
    phone.move(world.sugar, SUPPLIER, world.bin_a, "5")
    phone.push()
    with app.app_context():
        let_go(DEFAULTS)
        sweep_imports(Task("1", "sweep", {}, "lease", 1))
        assert not path.exists()
        assert_sound(app)


def table_path_of(app: Flask) -> Path:
    """The file of the old import, as it lies there."""
    with app.app_context():
        path = table_path("old")
    path.write_text("code;name")
    return path
