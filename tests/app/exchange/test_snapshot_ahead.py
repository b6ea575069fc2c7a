"""After a large import the snapshot for phones is ready before one asks."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.exchange import snapshot
from tests.app.imports.desk import imported, undone
from tests.app.visitor import Visitor


@pytest.fixture
def manager(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("manager")


def test_an_import_and_its_undoing_leave_a_fresh_snapshot(
    app: Flask, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "STALE_CHANGES", 1)
    path = imported(app, manager, "code,name\nA,Tea\nB,Coffee\nC,Cocoa\n")
    first = ready(app)
    undone(app, manager, path)
    assert ready(app).cursor > first.cursor
    monkeypatch.setattr(snapshot, "build", lambda sites: pytest.fail("a phone had to wait"))
    assert manager.get("/api/sync/v1/snapshot").status_code == 200


def ready(app: Flask) -> Any:
    with app.app_context():
        kept = snapshot.kept_manifest(None)
    assert kept is not None
    return kept
