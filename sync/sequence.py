"""The dense sequence of one device and epoch: what is new, what came before, where a push must stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.heading import Heading


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a push was read no further: ``gap`` with the number expected, ``fork`` with the last one known."""

    code: str
    seq: int


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a push: ``new``, ``known`` (the same was sent before) or ``reuse`` of a known id."""

    heading: Heading
    seq: int
    standing: str
    index: int


@dataclass(slots=True)
class Walk:
    """A push as far as it can be taken: its steps, the last sequence number now, and why it stopped."""

    applied_seq: int
    steps: list[Step] = field(default_factory=list)
    stop: Stop | None = None


NOBODY: Mapping[int, str] = {}


def follow(
    headings: Sequence[Heading],
    applied_seq: int,
    known: Mapping[str, frozenset[str]],
    taken: Mapping[int, str] = NOBODY,
) -> Walk:
    """Walk through a push. ``known`` holds the digests under which each known id came before.

    An operation that names no sequence number takes the one that its neighbours leave it, else the one
    that is due. One sent before counts again where it is due: a device that started a new epoch renumbers
    what it had not heard of. Where another id stands under its number (``taken``, as far as known
    operations were renumbered), a second installation fills the same epoch: a fork, though all was heard
    of, for what follows would be put behind what the other one captured.
    """
    walk = Walk(applied_seq)
    digests = dict(known)
    for index, (heading, number) in enumerate(zip(headings, numbers(headings), strict=True)):
        due = walk.applied_seq + 1
        standing = standing_of(heading, digests)
        seq = number or (due if standing == "new" else walk.applied_seq)
        if seq > due:
            walk.stop = Stop("gap", due)
        elif seq < due and (standing == "new" or taken.get(number or 0, heading.id) != heading.id):
            walk.stop = Stop("fork", walk.applied_seq)
        if walk.stop:
            break
        walk.applied_seq = max(walk.applied_seq, seq)
        walk.steps.append(Step(heading, seq, standing, index))
        digests[heading.id] = digests.get(heading.id, frozenset()) | {heading.digest}
    return walk


def numbers(headings: Sequence[Heading]) -> list[int | None]:
    """The sequence number of each: its own, or the one that a neighbour's leaves it; None where none does."""
    found = [heading.seq for heading in headings]
    for index in range(len(found) - 2, -1, -1):
        following = found[index + 1]
        if found[index] is None and following is not None and following > 1:
            found[index] = following - 1
    for index in range(1, len(found)):
        before = found[index - 1]
        if found[index] is None and before is not None:
            found[index] = before + 1
    return found


def standing_of(heading: Heading, known: Mapping[str, frozenset[str]]) -> str:
    """Whether an operation came before, or another one under its id."""
    if heading.id not in known:
        return "new"
    return "known" if heading.digest in known[heading.id] else "reuse"
