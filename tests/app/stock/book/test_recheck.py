"""What merging and archiving items change about open discrepancies, though no fact changes."""

from flask import Flask
from sqlalchemy import Connection, update

from app.catalog.changes import archive_item, unarchive_item
from app.catalog.merging import merge_item, unmerge_item
from app.catalog.models import Item
from app.stock.book.check import differences
from sync.movement import CUSTOMER, SUPPLIER
from tests.app.stock.bench import Hand, open_findings, push
from tests.sync.facts import A1, CUP, OLD, TIN


def open_now(connection: Connection) -> set[tuple[str, str]]:
    return {finding.name for finding in open_findings(connection)}


def test_a_merger_covers_a_shortage_and_parting_shows_it_again(book: Connection, hand: Hand) -> None:
    unmerge_item(book, CUP)
    push(book, "a", [hand.move(SUPPLIER, A1, "5"), hand.move(A1, CUSTOMER, "2", item=CUP)])
    assert open_now(book) == {("negative", f"{CUP}||{A1}")}
    merge_item(book, CUP, TIN)
    assert open_now(book) == set()
    assert differences(book) == []
    unmerge_item(book, CUP)
    assert open_now(book) == {("negative", f"{CUP}||{A1}")}
    assert differences(book) == []


def test_a_shortage_that_a_merger_does_not_cover_is_the_survivors(book: Connection, hand: Hand) -> None:
    unmerge_item(book, CUP)
    push(book, "a", [hand.move(SUPPLIER, A1, "1"), hand.move(A1, CUSTOMER, "2", item=CUP)])
    merge_item(book, CUP, TIN)
    assert open_now(book) == {("negative", f"{TIN}||{A1}")}
    assert differences(book) == []


def test_an_item_that_is_brought_back_was_never_put_away(book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, A1, minute=1, item=OLD)])
    assert {kind for kind, _ in open_now(book)} == {"archived_moved"}
    unarchive_item(book, OLD)
    assert open_now(book) == set()
    assert differences(book) == []
    archive_item(book, OLD)
    assert open_now(book) == set()
    assert differences(book) == []


def test_parting_items_is_told_in_the_feed(app: Flask, book: Connection, hand: Hand) -> None:
    push(book, "a", [hand.move(SUPPLIER, A1, "5"), hand.move(A1, CUSTOMER, "2", item=CUP)])
    book.execute(update(Item).where(Item.id == CUP).values(updated_at=1))
    before = set(book.exec_driver_sql("SELECT entity, key, position FROM feed_change"))
    unmerge_item(book, CUP)
    told = set(book.exec_driver_sql("SELECT entity, key, position FROM feed_change")) - before
    assert {entity for entity, _, _ in told} == {"item", "discrepancy"}
