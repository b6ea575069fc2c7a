"""The register of packs: the one place that writes packs, their factors, and all barcodes of items."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from app.catalog.drafts import ItemDraft
from app.catalog.items import ItemRecord
from app.catalog.models import ItemBarcode, Pack, PackFactor
from app.catalog.packs import PackDraft, PackRecord
from app.database.bulk import insert_into, write_rows
from app.database.keys import chunks

Holders = dict[str, int | None]
"""By barcode the pack that bears it; None for the item itself."""

NEW_PACK = insert_into("pack", "item_id", "name", "created_at")
NEW_FACTOR = insert_into("pack_factor", "pack_id", "valid_from", "factor")
NEW_BARCODE = insert_into("item_barcode", "code", "item_id", "pack_id")


def write_new_packs(
    connection: Connection, wanted: Sequence[tuple[int, PackDraft]], now: int
) -> dict[tuple[int, str], int]:
    """Write new packs of items; their ids by item and name. Each factor has held since ever."""
    write_rows(connection, NEW_PACK, [(item, draft.name, now) for item, draft in wanted])
    ids: dict[tuple[int, str], int] = {}
    for chunk in chunks([item for item, _ in wanted]):
        rows = connection.execute(select(Pack.id, Pack.item_id, Pack.name).where(Pack.item_id.in_(chunk)))
        ids.update(((row.item_id, row.name), row.id) for row in rows)
    factors = [(ids[item, draft.name], 0, draft.factor) for item, draft in wanted]
    write_rows(connection, NEW_FACTOR, factors)
    return ids


def write_new_barcodes(
    connection: Connection, made: Sequence[tuple[int, ItemDraft]], packs: Mapping[tuple[int, str], int]
) -> None:
    """Write the barcodes of new items and of their packs, whose ids are given."""
    rows: list[tuple[str, int, int | None]] = [
        (code, item, None) for item, draft in made for code in draft.barcodes
    ]
    rows += [
        (code, item, packs[item, pack.name])
        for item, draft in made
        for pack in draft.packs
        for code in pack.barcodes
    ]
    write_rows(connection, NEW_BARCODE, rows)


def write_changed_packs(
    connection: Connection, changes: Sequence[tuple[ItemRecord, ItemDraft]], now: int
) -> None:
    """Write what drafts change about the packs and barcodes of items; new barcodes must be free.

    Packs that a draft leaves out are put away with their barcodes, those that come back bring them along.
    """
    new = [(record.id, pack) for record, draft in changes for pack in draft.packs if pack.id is None]
    made = write_new_packs(connection, new, now) if new else {}
    for record, draft in changes:
        if draft.packs != record.packs:
            change_packs(connection, record, draft, now)
    exchange_barcodes(connection, changes, made)


def change_packs(connection: Connection, record: ItemRecord, draft: ItemDraft, now: int) -> None:
    """Change those packs of one item that were there before."""
    wanted = {pack.id: pack for pack in draft.packs}
    for known in record.all_packs:
        pack = wanted.get(known.id)
        archived_at = now if pack is None else None
        name = known.name if pack is None else pack.name
        if (archived_at is None) != (known.archived_at is None) or name != known.name:
            values = {"archived_at": archived_at, "name": name}
            connection.execute(update(Pack).where(Pack.id == known.id).values(**values))
        if pack is not None and pack.factor != known.factor:
            write_factor(connection, known, pack, now)


def write_factor(connection: Connection, known: PackRecord, pack: PackDraft, now: int) -> None:
    """Write another factor: a correction in the place of the one that holds, a change from now on."""
    since = known.spans[-1].since
    if pack.is_correction:
        held = (PackFactor.pack_id == known.id, PackFactor.valid_from == since)
        connection.execute(update(PackFactor).where(*held).values(factor=pack.factor))
    else:
        begins = {"pack_id": known.id, "valid_from": max(now, since + 1), "factor": pack.factor}
        connection.execute(insert(PackFactor).values(**begins))


def exchange_barcodes(
    connection: Connection,
    changes: Sequence[tuple[ItemRecord, ItemDraft]],
    made: Mapping[tuple[int, str], int],
) -> None:
    """Take off the barcodes that drafts no longer hold, or hold elsewhere, and put on the new ones."""
    gone: list[str] = []
    fresh: list[tuple[str, int, int | None]] = []
    for record, draft in changes:
        before, after = holders_before(record, draft), holders_after(record, draft, made)
        gone += [code for code, holder in before.items() if after.get(code, -1) != holder]
        fresh += [(code, record.id, to) for code, to in after.items() if before.get(code, -1) != to]
    for chunk in chunks(gone):
        connection.execute(delete(ItemBarcode).where(ItemBarcode.code.in_(chunk)))
    write_rows(connection, NEW_BARCODE, fresh)


def holders_before(record: ItemRecord, draft: ItemDraft) -> Holders:
    """Who bears which barcode, without the packs that are put away."""
    kept = {pack.id for pack in draft.packs}
    on_packs = {code: pack.id for pack in record.all_packs if pack.id in kept for code in pack.barcodes}
    return dict.fromkeys(record.barcodes) | on_packs


def holders_after(record: ItemRecord, draft: ItemDraft, made: Mapping[tuple[int, str], int]) -> Holders:
    """Who shall bear which barcode."""
    on_packs = {
        code: made[record.id, pack.name] if pack.id is None else pack.id
        for pack in draft.packs
        for code in pack.barcodes
    }
    return dict.fromkeys(draft.barcodes) | on_packs
