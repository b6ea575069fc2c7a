"""The server dies by SIGKILL while phones push: nothing is lost, nothing counts twice."""

from flask import Flask

from app.config import Settings
from app.database import database
from tests.crash.bench import Audit, Manner, killed_under_load
from tests.crash.place import furnished


def test_a_killed_server_loses_and_doubles_nothing(app: Flask, settings: Settings) -> None:
    with app.app_context():
        phones, goods = furnished(3)
        database.session.remove()
        audit = killed_under_load(settings, phones, goods, 3, Manner(seed=7))
    assert audit.is_clean, audit.told()
    assert audit.captured == audit.acknowledged > 100


def test_the_audit_sees_what_is_lost_and_what_counts_twice() -> None:
    clean = Audit(1, 5, 5, [], [], [], [])
    assert clean.is_clean
    for wrong in ("lost", "doubled", "strange", "differences"):
        assert not Audit(**{**vars(clean), wrong: ["x"]}).is_clean
    assert "0 lost" in clean.told()
