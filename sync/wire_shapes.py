"""The shapes of operations and of their bodies as they stand on the wire, before anything is checked."""

from typing import Annotated, Any

import msgspec

from sync.protocol import EXACT_MAX


class WireLine(msgspec.Struct):
    """``line`` of an operation."""

    kind: str
    id: str


class WireClocks(msgspec.Struct):
    """The clocks of an operation."""

    at: Annotated[int, msgspec.Meta(ge=-EXACT_MAX, le=EXACT_MAX)]
    mono: Annotated[float, msgspec.Meta(ge=0, le=EXACT_MAX)] | None = None
    boot: str | None = None
    offset: Annotated[int, msgspec.Meta(ge=-EXACT_MAX, le=EXACT_MAX)] | None = None


class WireOperation(msgspec.Struct):
    """An operation without its body."""

    id: str
    seq: int
    v: int
    kind: str
    at: int
    body: dict[str, Any]
    mono: float | None = None
    boot: str | None = None
    offset: int | None = None
    actor: int | None = None
    line: WireLine | None = None


class WirePack(msgspec.Struct):
    """The packs in which goods were captured: their number, and the factor that the device used."""

    id: int
    factor: Any
    quantity: Any
    unit: str | None = None


class WireMove(msgspec.Struct, rename={"origin": "from", "destination": "to"}):
    """The body of a ``move``."""

    origin: int
    destination: int
    quantity: Any
    item: int | None = None
    lot: str | None = None
    serials: list[str] | None = None
    code: str | None = None
    symbology: str | None = None
    expires_on: str | None = None
    reason: str | None = None
    pack: WirePack | None = None


class WireCount(msgspec.Struct):
    """The body of a ``count``."""

    location: int
    quantity: Any
    item: int | None = None
    lot: str | None = None
    serials: list[str] | None = None
    absent: list[str] | None = None
    code: str | None = None
    reason: str | None = None
    pack: WirePack | None = None


class WireReverse(msgspec.Struct):
    """The body of a ``reverse``."""

    target: str
    reason: str | None = None


class WireTask(msgspec.Struct):
    """The body of a ``task``."""

    task: str
    state: str
