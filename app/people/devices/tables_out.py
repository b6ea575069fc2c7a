"""The table of devices that leaves the office: what their list shows."""

from app.clock import now_ms
from app.lists.exports import Column, Table, moment
from app.lists.listing import Listing
from app.people.access.browsers import device_words
from app.people.devices.desk import DeviceLine, every_device

DEVICE_COLUMNS: tuple[Column[DeviceLine], ...] = (
    Column("name", lambda line: line.device.name),
    Column("kind", lambda line: device_words(line.device.agent)),
    Column("person", lambda line: line.person, "person"),
    Column("state", lambda line: line.state, "state"),
    Column("unsent", lambda line: line.device.pending, "pending"),
    Column("oldest unsent (UTC)", lambda line: moment(line.device.oldest_unsent_at), "pending"),
    Column("last contact (UTC)", lambda line: moment(line.device.contact_at), "contact_at"),
    Column("version", lambda line: line.device.app_version, "version"),
    Column("enrolled (UTC)", lambda line: moment(line.device.enrolled_at)),
)


def devices_table(listing: Listing) -> Table[DeviceLine]:
    """Every device that the list would show, in its order."""
    return Table("devices", DEVICE_COLUMNS, every_device(listing, now_ms()))
