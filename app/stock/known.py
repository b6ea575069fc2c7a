"""Operations that came before: under which content, and with what verdict."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.stock.listed import listed
from sync.protocol import OpenedDiscrepancy, Verdict
from sync.wire import Heading


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the ids in a push."""

    digests: dict[str, frozenset[str]]
    """The contents under which each id came before."""
    posted: dict[str, str]
    """The content that was posted under an id."""
    held: dict[tuple[str, str], tuple[str, str]]
    """Reason and message of what was held back, by id and content."""


def known_of(connection: Connection, headings: Sequence[Heading]) -> Known:
    """Which operations of a push came before."""
    names = [(heading.id,) for heading in headings]
    digests: dict[str, set[str]] = defaultdict(set)
    posted, held = {}, {}
    for row in listed(connection, ("id",), names, CAME_BEFORE):
        digests[row.id].add(row.digest)
        if row.reason is None:
            posted[row.id] = row.digest
        else:
            held[row.id, row.digest] = (row.reason, row.message)
    return Known({name: frozenset(found) for name, found in digests.items()}, posted, held)


def repeated(connection: Connection, known: Known, headings: Sequence[Heading]) -> dict[str, Verdict]:
    """The verdicts that these known operations were given, by content."""
    again = [heading for heading in headings if known.posted.get(heading.id) == heading.digest]
    opened = defaultdict(list)
    for row in listed(connection, ("id",), [(heading.id,) for heading in again], OPENED):
        opened[row.cause_id].append(OpenedDiscrepancy(row.id, row.kind))
    verdicts = {heading.digest: Verdict(heading.id, "duplicate", opened[heading.id]) for heading in again}
    for heading in headings:
        if heading.digest not in verdicts and (heading.id, heading.digest) in known.held:
            reason, message = known.held[heading.id, heading.digest]
            verdicts[heading.digest] = Verdict(heading.id, "quarantined", [], reason, message)
    return verdicts


CAME_BEFORE = """
SELECT o.id, o.digest, NULL AS reason, NULL AS message FROM {wanted} CROSS JOIN operation o
WHERE o.id = wanted.id
UNION ALL
SELECT q.operation_id, q.digest, q.reason, q.message FROM {wanted} CROSS JOIN quarantine q
WHERE q.operation_id = wanted.id"""
OPENED = """
SELECT d.id, d.kind, d.cause_id FROM {wanted} CROSS JOIN discrepancy d
WHERE d.cause_id = wanted.id ORDER BY d.id"""
