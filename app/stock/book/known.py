"""Operations that came before: under which content, and with what verdict."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.database.listed import listed
from sync.heading import Heading
from sync.protocol import OpenedDiscrepancy, Verdict


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the ids in a push."""

    digests: dict[str, frozenset[str]]
    """The contents under which each id came before."""
    posted: dict[str, str]
    """The content that was posted under an id."""
    held: dict[tuple[str, str], tuple[str, str]]
    """Reason and message of what was held back, by id and content."""
    places: frozenset[tuple[str, str, int, int]]
    """Where each id stands: id, device, epoch, sequence number."""

    def moved(self, device: str, epoch: int, headings: Sequence[Heading]) -> list[int]:
        """The numbers under which an epoch sends again what stands elsewhere: renumbered, or not its own."""
        return [
            heading.seq
            for heading in headings
            if heading.seq and heading.id in self.digests
            if (heading.id, device, epoch, heading.seq) not in self.places
        ]


def known_of(connection: Connection, headings: Sequence[Heading]) -> Known:
    """Which operations of a push came before."""
    names = [(heading.id,) for heading in headings]
    digests: dict[str, set[str]] = defaultdict(set)
    posted, held, places = {}, {}, set()
    for row in listed(connection, ("id",), names, CAME_BEFORE):
        digests[row.id].add(row.digest)
        places.add((row.id, row.device_id, row.epoch, row.seq))
        if row.reason is None:
            posted[row.id] = row.digest
        else:
            held[row.id, row.digest] = (row.reason, row.message)
    found_under = {name: frozenset(found) for name, found in digests.items()}
    return Known(found_under, posted, held, frozenset(places))


def occupants(connection: Connection, device: str, epoch: int, numbers: Sequence[int]) -> dict[int, str]:
    """The ids that stand under these numbers of an epoch; none for a number that a known operation took."""
    keys = [(device, epoch, number) for number in numbers]
    return {row.seq: row.id for row in listed(connection, ("device", "number", "seq"), keys, OCCUPANTS)}


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
SELECT o.id, o.digest, o.device_id, o.epoch, o.seq, NULL AS reason, NULL AS message
FROM {wanted} CROSS JOIN operation o WHERE o.id = wanted.id
UNION ALL
SELECT q.operation_id, q.digest, q.device_id, q.epoch, q.seq, q.reason, q.message
FROM {wanted} CROSS JOIN quarantine q WHERE q.operation_id = wanted.id"""
OCCUPANTS = """
SELECT o.seq, o.id FROM {wanted} CROSS JOIN operation o
WHERE o.device_id = wanted.device AND o.epoch = wanted.number AND o.seq = wanted.seq
UNION ALL
SELECT q.seq, q.operation_id FROM {wanted} CROSS JOIN quarantine q
WHERE q.device_id = wanted.device AND q.epoch = wanted.number AND q.seq = wanted.seq"""
OPENED = """
SELECT d.id, d.kind, d.cause_id FROM {wanted} CROSS JOIN discrepancy d
WHERE d.cause_id = wanted.id ORDER BY d.id"""
