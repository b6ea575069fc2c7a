"""A furnished house, and everyone who comes to its door: each role, a program, a device, a stranger."""

import threading
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import delete, select, update

from app.clock import now_ms
from app.database import database, transaction
from app.jobs.worker import work_once
from app.people.access.counters import Counters
from app.people.access.models import PersonalToken, SecondFactor, SignIn
from app.people.access.passwords import hash_password
from app.people.access.personal_tokens import SCOPES
from app.people.access.throttle import EXTENSION
from app.people.devices.models import Device
from app.people.models import User
from app.people.roles import ROLES
from app.setup.seed import known_ids, seed_world
from tests.app.floor import enrol
from tests.app.imports.desk import uploaded
from tests.app.phone import SUPPLIER, Phone
from tests.app.visitor import PASSWORD, Visitor, email_of

CALLERS = (*reversed(ROLES), "token", "device", "nobody")
TABLE = "code,name\nNEW-1,New one\n,Without a code\n"


@dataclass
class House:
    """The application with all that it holds, and what its visitors show at the door."""

    app: Flask
    staff: dict[str, int] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    phone: Phone = field(init=False)
    token: str = ""
    known: dict[str, list[Any]] = field(default_factory=dict)
    """Values that name something, by the name of the field or the part of an address that takes them."""

    def shown(self, caller: str) -> dict[str, dict[str, str]]:
        """The headers and cookies that this caller sends with every request."""
        plain = {"Accept-Encoding": "identity"}
        if caller == "nobody":
            return {"headers": plain}
        if caller in ("device", "token"):
            credential = f"Device {self.phone.credential}" if caller == "device" else f"Bearer {self.token}"
            return {"headers": {"Authorization": credential, **plain}}
        visitor = self.visitors[caller]
        cookie = visitor.client.get_cookie("tallyman")
        return {
            "headers": {"X-CSRF-Token": visitor.csrf_token, **plain},
            "cookies": {"tallyman": cookie.value if cookie else ""},
        }


def furnished(app: Flask) -> House:
    """The small world, people, a phone with a short pick and a held entry, an import, a token."""
    house = House(app)
    with app.app_context():
        house.staff = hired()
        seed_world()
        database.session.remove()
    for role in ROLES:
        house.visitors[role] = Visitor(app.test_client())
        house.visitors[role].sign_in(email_of(role))
    bring_a_phone(house)
    administrator = house.visitors["administrator"]
    token = {"name": "Program", "scopes": [*SCOPES], "days": 90}
    house.token = administrator.post("/api/account/tokens", json=token).json["token"]
    house.known |= known_values(house)
    return house


def hired() -> dict[str, int]:
    """One person of each role; their numbers."""
    stored, now = hash_password(PASSWORD), now_ms()
    people = [
        User(email=email_of(role), name=f"Ana {role}", role=role, password_hash=stored, created_at=now)
        for role in reversed(ROLES)
    ]
    with transaction():
        database.session.add_all(people)
    return {person.role: person.id for person in people}


def bring_a_phone(house: House) -> None:
    """Enrol it, and push what leaves a discrepancy and entries that are held."""
    house.phone = phone = Phone(house.app.test_client(), actor=house.staff["operator"])
    enrol(house.visitors["operator"], phone)
    with house.app.app_context(), transaction() as connection:
        items, places = known_ids(connection)
    house.known |= {"item": list(items.values())[:4], "location": [places["A-01-01"], places["DOCK"]]}
    phone.move(items["PAN-HONY-340"], places["A-02-05"], places["PACK"], "4000", reason="pick")
    phone.move(55_555, SUPPLIER, places["DOCK"], "1", lot="<b>X1")
    phone.capture("dance", steps=3)
    assert phone.hello().status_code == 200
    assert phone.push().status_code == 200


def known_values(house: House) -> dict[str, list[Any]]:
    """What the house holds, by the names under which it is asked for."""
    administrator = house.visitors["administrator"]
    path = uploaded(administrator, TABLE)
    number = path.rsplit("/", 1)[1]
    job = administrator.ask("PUT", f"{path}/check").json
    work(house.app)
    items, places = house.known["item"], house.known["location"]
    finding = administrator.get("/api/stock/discrepancies").json["rows"][0]["id"]
    people = list(house.staff.values())
    held = [row["id"] for row in administrator.get("/api/stock/quarantine").json["rows"]]
    return {
        "item_id": items, "survivor": items, "survivor_id": items,
        "place_id": places, "from": places, "to": places, "parent": places, "within": places,
        "user_id": people, "user": people, "actor": people[-1:],
        "device": [house.phone.device], "sid": [house.phone.sid], "epoch": [1], "schema": [1], "cursor": [0],
        "number": [finding, *held], "import_id": [number], "task": [1],
        "job_id": [job["id"]] if "id" in job else [number],
        "operation_id": [house.phone.captured[0]["id"]], "operation": [house.phone.captured[0]["id"]],
        "target": [house.phone.captured[0]["id"]],
        "current": [PASSWORD], "lot": ["T2401"], "serial": ["HH7-00418"],
        "quantity": ["1", "2.5", "-1", "1e9"], "kind": ["move", "count", "items", "bin", "csv", "xlsx"],
    }  # fmt: skip


def mend(house: House) -> None:
    """Put right what a request may have done to those who ask: they come in again as they were."""
    house.app.extensions[EXTENSION] = Counters(None)
    with house.app.app_context(), transaction() as connection:
        stored = hash_password(PASSWORD)
        for role, number in house.staff.items():
            as_hired = {"role": role, "disabled_at": None, "all_sites": True, "email": email_of(role)}
            connection.execute(update(User).where(User.id == number).values(**as_hired, password_hash=stored))
        connection.execute(delete(SecondFactor))
        connection.execute(update(PersonalToken).values(revoked_at=None))
        connection.execute(update(Device).values(revoked_at=None, stolen_at=None, retired_at=None))
        known = set(connection.scalars(select(SignIn.csrf_token).where(SignIn.revoked_at.is_(None))))
    for role, visitor in house.visitors.items():
        if visitor.csrf_token not in known:
            visitor.sign_in(email_of(role))


def work(app: Flask) -> None:
    """Do what waits in the background."""
    with app.app_context():
        while work_once(app, threading.Event()):
            pass
