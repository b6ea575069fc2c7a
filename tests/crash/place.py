"""Where the crash bench works when nobody gives it a place: an installation and a few phones of its own."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert

from app import create_app
from app.catalog.changes import add_item
from app.catalog.drafts import ItemDraft
from app.clock import now_ms
from app.config import Settings
from app.database import Base, database, publish, transaction
from app.database.base_rows import seed_base_rows
from app.people.devices.enrolment import enrol
from app.people.models import User
from app.warehouse.models import Location
from tests.app.phone import Phone
from tests.crash.bench import Goods


@contextmanager
def own_place(home: Path, url: str, count: int) -> Iterator[tuple[Settings, list[Phone], Goods]]:
    """Settings, enrolled phones and goods on an empty database at ``url``; in an application's context."""
    settings = Settings(home=home, database_url=url, secret_key="only for the bench", log_level="warning")
    app = create_app(settings)
    with app.app_context():
        with transaction() as connection:
            Base.metadata.create_all(connection)
            seed_base_rows(connection)
        phones, goods = furnished(count)
        database.session.remove()
        yield settings, phones, goods
        database.session.remove()
        database.engine.dispose()


def furnished(count: int) -> tuple[list[Phone], Goods]:
    """One item, two places, one person, and so many phones."""
    now = now_ms()
    times = {"created_at": now, "updated_at": now}
    with transaction() as connection:
        item = add_item(connection, ItemDraft("TEA", "Tea"))
        places = [
            connection.execute(
                insert(Location).values(code=code, barcode=f"LOC-{code}", kind="bin", **times)
            ).inserted_primary_key[0]
            for code in ("DOCK", "A-01-01")
        ]
        who = {"email": "ana@example.com", "name": "Ana", "role": "operator", "password_hash": "-"}
        person = connection.execute(insert(User).values(**who, created_at=now)).inserted_primary_key[0]
        phones = [Phone(None, actor=person) for _ in range(count)]  # type: ignore[arg-type]
        for phone in phones:
            phone.device = str(uuid.uuid4())
            phone.credential = enrol(connection, phone.device, "phone", (person, ""), 30).credential
        publish(connection, [("location", str(place)) for place in places])
    return phones, Goods(item, *places)
