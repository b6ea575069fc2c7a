"""Clients that are in the field go on working: what they once sent is answered as it was answered then."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask

import app.clock
from app.database import database, reading, transaction
from tests.traffic.replay import Replay, moment_of
from tests.traffic.world import balances, credentials, furnished

RECORDED = sorted((Path(__file__).parents[2] / "vectors" / "traffic").glob("*.json"))


class Moment:
    """Stands in for the time module that ``app.clock`` reads."""

    now_at = 0

    def time_ns(self) -> int:
        return self.now_at * 1_000_000


def replayed(flask: Flask, recorded: dict[str, Any]) -> Replay:
    """Send everything again, each request at its own time."""
    moment = Moment()
    moment.now_at = recorded["traffic"][0]["at"]
    with patch.object(app.clock, "time", moment):
        with flask.app_context(), transaction() as connection:
            assert furnished(connection) == recorded["world"]
            replay = Replay(flask.test_client(), credentials(connection, recorded["world"]["person"]))
        for each in recorded["traffic"]:
            moment.now_at = max(moment.now_at, moment_of(each))
            replay.ask(each)
    return replay


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_what_an_earlier_client_sent_is_answered_as_it_was_then(app: Flask, path: Path) -> None:
    recorded = json.loads(path.read_text())
    replay = replayed(app, recorded)
    assert replay.differences == []
    assert {device: replay.shown(device) for device in replay.keys} == dict.fromkeys(
        replay.keys, recorded["balances"]
    )
    with app.app_context(), reading() as connection:
        assert balances(connection) == recorded["balances"]
        database.session.remove()


def test_every_kind_of_operation_and_answer_was_recorded() -> None:
    traffic = [each for path in RECORDED for each in json.loads(path.read_text())["traffic"]]
    operations = [one for each in traffic for one in (each["sent"] or {}).get("operations", ())]
    verdicts = [one for each in traffic for one in (each["answered"] or {}).get("verdicts", ())]
    assert {one["kind"] for one in operations} == {"move", "count", "reverse", "task", "void"}
    assert {one["status"] for one in verdicts} == {"applied", "duplicate", "quarantined"}
    assert {each["path"].partition("/")[0] for each in traffic} == {"hello", "push", "pull", "snapshot"}


def test_a_server_that_forgot_an_operation_version_is_noticed(app: Flask) -> None:
    with patch("sync.wire.OPERATION_VERSIONS", (2,)):
        replay = replayed(app, json.loads(RECORDED[0].read_text()))
    assert any("verdict" in difference for difference in replay.differences)


def test_a_server_that_leaves_a_field_out_is_noticed(app: Flask) -> None:
    recorded = json.loads(RECORDED[0].read_text())
    recorded["traffic"][0]["answered"]["colour"] = "red"
    assert replayed(app, recorded).differences == ["hello: no colour any more"]
