"""What monitoring reads, and who may."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from app.clock import now_ms
from app.database import database, transaction
from app.people.devices.models import Device
from app.upkeep.nightly import recorded_check
from app.upkeep.runs import record
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone, statuses
from tests.house import ROOT


def figures(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_pushes_verdicts_and_requests_are_counted(client: FlaskClient, phone: Phone, world: World) -> None:
    phone.hello()
    sound = phone.move(world.sugar, SUPPLIER, world.dock, "5")
    phone.move(world.sugar, 999_999, world.dock, "5")
    statuses(phone.push())
    statuses(phone.push([sound]))
    phone.captured[-1]["seq"] = 2
    assert phone.push([{**sound, "id": "0199aaaa-0000-7000-8000-000000000000", "seq": 9}]).status_code == 409
    found = figures(client)
    assert found['tallyman_pushes_total{outcome="taken"}'] == 2
    assert found['tallyman_pushes_total{outcome="gap"}'] == 1
    verdicts = ("applied", "quarantined", "duplicate")
    assert [found[f'tallyman_operations_total{{verdict="{one}"}}'] for one in verdicts] == [1, 1, 1]
    assert found['tallyman_request_seconds_count{endpoint="sync.push",method="POST",status="2xx"}'] == 2
    assert found["tallyman_quarantine"] == 1
    assert found["tallyman_feed_head"] > 0
    assert found["tallyman_sockets"] == 0


def test_ages_and_differences_are_those_of_the_database(
    app: Flask, client: FlaskClient, phone: Phone, world: World
) -> None:
    assert "tallyman_ledger_differences" not in figures(client)
    with app.app_context():
        with transaction() as connection:
            stuck = {"pending": 3, "oldest_unsent_at": now_ms() - 600_000, "contact_at": now_ms()}
            connection.execute(update(Device).where(Device.id == phone.device).values(**stuck))
            connection.execute(text("UPDATE feed_counter SET stock_checksum = 7"))
        recorded_check()
        database.session.remove()
    found = figures(client)
    assert found["tallyman_unsent_operations"] == 3
    assert 600 <= found["tallyman_oldest_unsent_seconds"] < 660
    assert found["tallyman_devices_stuck"] == 1
    assert found["tallyman_ledger_differences"] == 1
    assert found["tallyman_check_age_seconds"] < 60


def test_every_figure_that_alerts_and_documentation_name_exists(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        recorded_check()
        record("backup", 1, True, {})
        database.session.remove()
    known = {re.split(r"[{ ]", line)[0] for line in client.get("/metrics").text.splitlines()}
    known |= {
        line.split()[2] for line in client.get("/metrics").text.splitlines() if line.startswith("# TYPE")
    }
    for name in ("docs/deploy/alerts.yml", "docs/deployment.md"):
        named = set(re.findall(r"\btallyman_(?!device\b)[a-z_]+", (ROOT / name).read_text()))
        assert len(named) > 10
        assert {
            figure for figure in named if figure not in known and figure.removesuffix("_count") not in known
        } == set()


def test_strangers_and_whoever_comes_through_a_proxy_may_not_read(client: FlaskClient) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.168.7.9"}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.168.7.9"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer guess"}).status_code == 200


@pytest.mark.parametrize(("shown", "status"), [("secret", 200), ("guess", 403), ("", 403)])
def test_the_token_opens_it_from_anywhere(app: Flask, client: FlaskClient, shown: str, status: int) -> None:
    app.config["TALLYMAN"] = replace(app.config["TALLYMAN"], metrics_token="secret")
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": "192.168.7.9"})
    assert answer.status_code == status


def test_without_its_database_it_says_just_that(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def gone() -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr("app.monitoring.metrics.reading", gone)
    found = figures(client)
    assert found["tallyman_database_up"] == 0
    assert "tallyman_feed_head" not in found
