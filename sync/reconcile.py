"""The law, a batch at a time: the same book as replaying every fact, from the slice a batch touches."""

from collections.abc import Sequence

from sync.batch import Batch
from sync.findings import find
from sync.movement import Operation
from sync.settlement import Ledger, Settlement


def settle(operations: Sequence[Operation], ledger: Ledger) -> Settlement:
    """Post new operations, given in their order of arrival, into their slice of the book.

    The result is the same book, and the same open discrepancies, in whatever order and batches the same
    operations arrive: that of ``sync.ledger.replay``.
    """
    batch = Batch(ledger)
    for operation in operations:
        batch.admit(operation)
    if not batch.posted:
        return batch.settlement
    batch.take_back()
    batch.post()
    batch.follow_serials()
    batch.reckon_cells()
    find(batch)
    return batch.settlement
