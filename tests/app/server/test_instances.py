"""Two instances behind the nginx file that we ship: live views, sticking devices, the death of one."""

import os
import re
import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.database import database, reading
from app.server.certificates import Certificates
from app.stock.book.check import differences
from app.stock.book.models import Operation
from tests.app.floor import World
from tests.app.phone import SUPPLIER, Phone
from tests.app.test_live_served import Browser
from tests.proxied import SHIPPED, nginx, site
from tests.serving import Served, free_port, serving
from tests.wired import NoAnswer, Wire, deliver, wire

SOME = 50
"""Operations after which a phone is in the middle of its work, of which it does two hundred."""


@dataclass
class House:
    """Two instances, and nginx before them."""

    url: str
    instances: tuple[Served, Served]
    context: ssl.SSLContext

    def port(self, number: int) -> str:
        return self.instances[number].url.removeprefix("http://")


@pytest.fixture
def phones_before(phones: Callable[..., Phone], world: World) -> list[Phone]:
    """Four phones, enrolled before the instances start."""
    return [phones() for _ in range(4)]


@pytest.fixture
def house(app: Flask, settings: Settings, phones_before: list[Phone], tmp_path: Path) -> Iterator[House]:
    with app.app_context():
        database.engine.dispose()
    files = Certificates.of(settings.home)
    files.ensure()
    how = {"DATABASE_URL": settings.database_url, "PROXIES": "1", "TLS_PORT": "0"}
    first = serving(settings.home, "wsgi:app", **how)
    second = serving(settings.home, "wsgi:app", **how)
    with first as one, second as two:
        ports = free_port(), free_port()
        with nginx(tmp_path / "nginx", site((one, two), files, ports), ports[0]):
            context = ssl.create_default_context(cafile=files.authority)
            yield House(f"https://127.0.0.1:{ports[0]}", (one, two), context)


def cookie_at(house: House, instance: str) -> str:
    """A device cookie, given by the server, that leads to this instance."""
    for _ in range(64):
        stranger = Wire(house.url, context=house.context)
        given = re.match(r"tallyman_device=[0-9a-f]{16}", stranger.get("/sign-in").headers["Set-Cookie"])
        assert given
        known = Wire(house.url, given.group(), house.context)
        known.get("/healthz")
        if known.heard_from == {instance}:
            return given.group()
    raise AssertionError(f"no device is led to {instance}")


def recorded(app: Flask) -> list[str]:
    with app.app_context(), reading() as connection:
        assert differences(connection) == []
        return sorted(connection.execute(select(Operation.id)).scalars())


def test_devices_stick_and_every_instance_shows_what_came_to_the_other(
    house: House, phones_before: list[Phone], world: World
) -> None:
    cookies = [cookie_at(house, house.port(number)) for number in range(2)]
    screens = [Browser(one) for one in house.instances]
    for screen in screens:
        screen.sign_in("manager")
        screen.listen("websocket")
    shown = [screen.hint(0)["head"] for screen in screens]
    for turn, phone in enumerate(phones_before):
        line = wire(phone, house.url, cookie=cookies[turn % 2], context=house.context)
        assert phone.hello().status_code == 200
        deliver(phone, [phone.move(world.sugar, SUPPLIER, world.dock, "1")])
        assert line.heard_from == {house.port(turn % 2)}
        head = phone.push([]).json["head"]
        for number, screen in enumerate(screens):
            if shown[number] < head:
                shown[number] = screen.hint(head)["head"]
    for screen in screens:
        screen.socket.disconnect()


def test_the_proxy_keeps_programs_at_one_instance_tells_who_asks_and_hides_the_metrics(
    house: House, phones_before: list[Phone], world: World
) -> None:
    lines = [wire(phone, house.url, context=house.context) for phone in phones_before]
    for _ in range(3):
        for phone in phones_before:
            assert phone.hello().status_code == 200
    assert {len(line.heard_from) for line in lines} == {1}, "without a cookie the credential decides"
    outside = Wire(house.url, context=house.context)
    answer = outside.get("/sign-in")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert outside.get("/metrics").status_code == 404
    assert Wire(house.instances[0].url).get("/metrics").status_code == 200


def test_an_instance_that_dies_while_phones_push_loses_and_doubles_nothing(
    app: Flask, house: House, phones_before: list[Phone], world: World
) -> None:
    cookies = [cookie_at(house, house.port(number)) for number in range(2)]
    troubles: list[BaseException] = []

    def work(phone: Phone) -> None:
        try:
            phone.hello()
            for _ in range(40):
                deliver(phone, [phone.move(world.sugar, SUPPLIER, world.dock, "1") for _ in range(5)])
        except (AssertionError, NoAnswer) as error:
            troubles.append(error)

    lines = [
        wire(phone, house.url, cookie=cookies[turn % 2], context=house.context)
        for turn, phone in enumerate(phones_before)
    ]
    workers = [threading.Thread(target=work, args=(phone,)) for phone in phones_before]
    for worker in workers:
        worker.start()
    while len(phones_before[1].captured) < SOME and workers[1].is_alive():
        time.sleep(0.01)
    kill(house.instances[1])
    for worker in workers:
        worker.join()
    assert troubles == []
    assert house.port(0) in lines[1].heard_from
    assert recorded(app) == sorted(one["id"] for phone in phones_before for one in phone.captured)


def kill(served: Served) -> None:
    """SIGKILL to the instance and its worker at once."""
    children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
    for number in (served.process.pid, *map(int, children)):
        os.kill(number, signal.SIGKILL)
    served.process.wait()


def test_the_shipped_file_marks_every_line_that_is_to_be_changed() -> None:
    marked = [line for line in SHIPPED.read_text().splitlines() if "<-" in line and not line.startswith("#")]
    assert len(marked) == 7


def test_the_shipped_file_keeps_browsers_to_tls_and_one_time_links_out_of_its_log() -> None:
    text = SHIPPED.read_text()
    assert 'add_header Strict-Transport-Security "max-age=31536000" always;' in text
    [door] = re.findall(r"location /join/ \{(.*?)\}", text, re.DOTALL)
    assert "access_log off;" in door and "proxy_pass http://tallyman;" in door
