"""Who stands at a sync door: a device with its credential, or a person of the office with a session."""

from dataclasses import dataclass

from flask import request

from app.database import reading
from app.monitoring.logs import note
from app.people.devices.enrolment import Enrolled, device_of
from app.people.devices.sites import device_scope
from app.people.guard import must_set_up, person
from app.people.sites import Sites, sites_of
from app.web.errors import Refusal
from app.words import t

SCHEME = "Device "


@dataclass(frozen=True)
class Caller:
    """The one who asks; ``device`` is None for the office."""

    device: Enrolled | None
    user_id: int
    sites: Sites = None
    """The sites whose rows it may have; None for all."""

    @property
    def device_id(self) -> str | None:
        """The device's id; None for the office."""
        return self.device.id if self.device else None


def credential_given() -> str | None:
    """The credential of the request's header; None where there is none."""
    header = request.headers.get("Authorization", "")
    return header[len(SCHEME) :].strip() if header.startswith(SCHEME) else None


def expired() -> Refusal:
    """The refusal that asks for a new sign-in; the device goes on capturing."""
    return Refusal(401, "token_expired", t("exchange.token_expired"))


def device_revoked() -> Refusal:
    """The refusal for a device that was shut out: it drains what it holds, then wipes itself."""
    return Refusal(403, "device_revoked", t("devices.revoked"), directives=["drain_then_wipe"])


def any_device(named: str | None) -> Enrolled:
    """The device behind the credential, even a revoked one: it may still push.

    Raises Refusal 401 ``token_expired`` when the credential is unknown, expired or another device's.
    """
    credential = credential_given()
    found = device_of(credential) if credential else None
    if found is None or (named is not None and found.id != named):
        raise expired()
    if found.expired and not found.revoked:
        raise expired()
    note(device=found.id, user=found.user_id)
    return found


def trusted_device(named: str | None) -> Enrolled:
    """The device behind the credential. Raises Refusal 401 or 403 ``device_revoked``."""
    found = any_device(named)
    if found.revoked:
        raise device_revoked()
    return found


def reader(named: str | None) -> Caller:
    """Who may read: a device that is in good standing, or anyone who is signed in.

    Raises Refusal as ``trusted_device``, and 403 ``second_factor_needed``.
    """
    signed_in = person()
    if credential_given() is None and signed_in is not None:
        if must_set_up(signed_in):
            raise Refusal(403, "second_factor_needed", t("account.factor_needed"))
        with reading() as connection:
            return Caller(None, signed_in.id, sites_of(connection, signed_in.id))
    with reading() as connection:
        device = trusted_device(named)
        return Caller(device, device.user_id, device_scope(connection, device.id))
