"""The table of people that leaves the office: what their list shows."""

from app.lists.exports import Column, Table, moment
from app.lists.listing import Listing
from app.lists.table_rows import every_part
from app.people.models import User
from app.people.users import state_of, users_of, users_shape

PEOPLE_COLUMNS: tuple[Column[User], ...] = (
    Column("name", lambda user: user.name),
    Column("email", lambda user: user.email, "email"),
    Column("role", lambda user: user.role, "role"),
    Column("state", lambda user: state_of(user), "state"),
    Column("since (UTC)", lambda user: moment(user.created_at), "created_at"),
)


def people_table(listing: Listing) -> Table[User]:
    """Every person that the list would show, in its order."""
    return Table("people", PEOPLE_COLUMNS, every_part(users_of(listing), listing, users_shape()))
