"""Who must have a second factor, and how long one may still come in without."""

from app.clock import DAY_MS
from app.database import database
from app.people.access.models import SecondFactor
from app.people.models import User
from app.people.roles import TOP
from app.settings import in_force

EVERYONE, TOP_ONLY = "everyone", "administrators"


def is_required(policy: str, role: str) -> bool:
    """Whether a person of this role must have a second factor."""
    return policy == EVERYONE or (policy == TOP_ONLY and role == TOP)


def is_required_of(role: str) -> bool:
    """The same under the policy of this installation."""
    return is_required(in_force().second_factor, role)


def grace_ms() -> int:
    """How long one may come in without, in milliseconds."""
    return in_force().second_factor_days * DAY_MS


def grace_of(user: User, moment: int) -> SecondFactor | None:
    """A user's second factor at sign-in; where one is required and missing, the time of grace begins."""
    found = database.session.get(SecondFactor, user.id)
    if not is_required_of(user.role) or (found and (found.confirmed_at or found.due_at)):
        return found
    if found is None:
        found = SecondFactor(user_id=user.id, secret="", last_step=0)
        database.session.add(found)
    found.due_at = moment + grace_ms()
    return found
