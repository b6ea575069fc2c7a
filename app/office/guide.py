"""The first steps: from an empty database to the first scan, with what is done already."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select

from app.catalog.models import Item
from app.people.devices.models import Device
from app.people.devices.register import OFFICE
from app.people.guard import may
from app.people.models import User
from app.stock.book.models import Movement, Operation
from app.warehouse.models import Location
from app.web.errors import Refusal
from app.words import t
from sync.movement import UNIDENTIFIED


@dataclass(frozen=True)
class Step:
    """One step: where it is taken, who may take it, whether it is done."""

    name: str
    icon: str
    path: str
    role: str
    is_done: bool


@dataclass(frozen=True)
class Guide:
    """The steps that the one who asks may take, in their order."""

    steps: Sequence[Step]
    is_empty: bool
    """Whether nothing was entered yet, so that the demonstration can be planted."""

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.done == len(self.steps)

    @property
    def next_name(self) -> str:
        """The step to take next; empty when all are done."""
        return next((step.name for step in self.steps if not step.is_done), "")


def guide_of(connection: Connection) -> Guide:
    """The steps as they stand."""

    def there(condition: ColumnElement[bool]) -> bool:
        return bool(connection.scalar(select(exists().where(condition))))

    steps = (
        Step("places", "map-pin", "/locations", "manager", there(Location.kind == "bin")),
        Step("items", "package-plus", "/items", "manager", there(Item.id != UNIDENTIFIED)),
        Step("people", "user-plus", "/people/new", "administrator", people_count(connection) > 1),
        Step("device", "smartphone", "/phone", "manager", there(phone_in_use())),
        Step("stock", "scan-barcode", "/floor", "operator", there(Operation.device_id != OFFICE)),
    )
    return Guide([step for step in steps if may(step.role)], is_empty(connection))


def phone_in_use() -> ColumnElement[bool]:
    """Whether a device is one that somebody holds."""
    return (Device.id != OFFICE) & Device.revoked_at.is_(None)


def people_count(connection: Connection) -> int:
    """How many people may sign in."""
    active = select(func.count()).select_from(User).where(User.disabled_at.is_(None))
    return int(connection.scalar(active) or 0)


def is_empty(connection: Connection) -> bool:
    """Whether nobody entered a place, an item or a movement yet."""
    own = (Location.kind != "virtual", Item.id != UNIDENTIFIED, Movement.id > 0)
    return not any(connection.scalar(select(exists().where(condition))) for condition in own)


def refuse_filled(connection: Connection) -> None:
    """Raises Refusal 409 where something was entered: made-up goods must never stand among real ones."""
    if not is_empty(connection):
        raise Refusal(409, "not_empty", t("office.demo_not_empty"))
