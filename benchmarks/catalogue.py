"""100,000 items with a barcode each and 140,000 stock rows, written through the register and the tables.

Names and barcodes are those of real products where they are at hand, else made up: those are so regular that
they take half the bytes on the wire.
"""

import csv
import functools
from collections.abc import Iterator
from contextlib import closing

import psycopg
from flask import Flask
from sqlalchemy import Connection, delete, insert, select, update

from app import create_app
from app.catalog.drafts import ItemDraft
from app.catalog.models import Item
from app.catalog.register import write_new
from app.catalog.search_index import rebuild_index
from app.clock import now_ms
from app.database import disconnect, reading, transaction
from app.database.bulk import insert_into, write_rows
from app.people.access.passwords import hash_password
from app.people.models import User
from app.stock.feed.models import FeedCounter
from benchmarks.installation import furnish
from benchmarks.places import Place
from sync.gtin import check_digit
from sync.protocol import stock_hash
from sync.quantity import SCALE
from tests.app.visitor import PASSWORD
from tests.browser.conftest import SHARED
from tests.browser.device_page import EMAIL

PRODUCTS = SHARED / "products.csv"
FIRST_PLACE, PLACES = 10, 500
A_TIME = 2_500
WORDS = ("Tea", "Coffee", "Sugar", "Rice", "Honey", "Mug", "Filter", "Oats")
STOCK = insert_into("stock_level", "item_id", "lot", "location_id", "quantity", "changed_at", "named_at")


@functools.cache
def products() -> list[tuple[str, str]]:
    """Barcode and name of real products; none where the file is not at hand."""
    if not PRODUCTS.exists():
        return []
    with PRODUCTS.open(encoding="utf-8", newline="") as file:
        return [(row["barcode"], row["name"]) for row in csv.DictReader(file)]


def barcode(number: int) -> str:
    """The barcode of an item: its product's, or a GTIN-14 of the range for demonstrations."""
    if number < len(products()):
        return products()[number][0]
    digits = f"0952{number:09d}"
    return digits + check_digit(digits)


def name(number: int) -> str:
    """The name of an item: its product's, or words and the number."""
    if number < len(products()):
        return products()[number][1]
    return f"{WORDS[number % 8]} {WORDS[number // 8 % 8]} {number}"


def draft(number: int) -> ItemDraft:
    """One item of many."""
    code, group = f"ART-{number}", WORDS[number % 8]
    return ItemDraft(code, name(number), category=group, barcodes=(barcode(number),))


def fill(at: Place) -> None:
    """Furnish an empty place and write the whole catalogue."""
    furnish(at)
    app = create_app(at.settings)
    with app.app_context():
        with transaction() as connection:
            connection.execute(delete(Item).where(Item.id > 1))
            rebuild_index(connection)
            person = {"email": EMAIL, "name": "Ana", "role": "manager", "created_at": 0}
            connection.execute(insert(User).values(**person, password_hash=hash_password(PASSWORD)))
        ids = [item for portion in portions(at.sizes.items) for item in written(portion)]
        with transaction() as connection:
            write_stock(connection, ids, at.sizes.rows)
        disconnect()
    if at.engine == "postgresql":
        tidy(at)


def tidy(at: Place) -> None:
    """What PostgreSQL does by itself within minutes, but not in the copies of this place."""
    with closing(psycopg.connect(at.plain_url, autocommit=True)) as connection:
        connection.execute("VACUUM ANALYZE")


def ids_of(app: Flask) -> list[int]:
    """The ids of a filled place's items in order."""
    with app.app_context():
        with reading() as connection:
            found = connection.execute(select(Item.id).where(Item.id > 1).order_by(Item.id))
            ids = list(found.scalars())
        disconnect()
    return ids


def portions(items: int) -> Iterator[list[ItemDraft]]:
    """The drafts, as many at a time as one transaction takes."""
    for start in range(0, items, A_TIME):
        yield [draft(number) for number in range(start, start + A_TIME)]


def written(drafts: list[ItemDraft]) -> list[int]:
    """Write some items in one transaction."""
    with transaction() as connection:
        return write_new(connection, drafts, now_ms())


def write_stock(connection: Connection, ids: list[int], number: int) -> None:
    """Stock rows and their checksum."""
    rows = [
        (ids[n % len(ids)], "", FIRST_PLACE + (n * 7 + n // len(ids)) % PLACES, (n % 90 + 1) * SCALE, 0, 0)
        for n in range(number)
    ]
    write_rows(connection, STOCK, rows)
    total = sum(stock_hash(*row[:4]) for row in rows) % 2**32
    connection.execute(update(FeedCounter).values(stock_checksum=total))
