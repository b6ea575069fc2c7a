"""The address by which an invited phone opens the floor app, and its picture for a camera."""

import segno
from markupsafe import Markup

from app.server.reach import phone_floor


def join_address(code: str) -> str:
    """The floor app with a one-time code behind the ``#``: browsers keep that part to themselves."""
    return f"{phone_floor()}#join={code}"


def picture_of(address: str) -> Markup:
    """The address as a QR code."""
    drawn = segno.make(address, error="m").svg_inline(border=2, light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704


def is_secure(address: str) -> bool:
    """Whether a browser allows camera and offline work there: over TLS alone."""
    return address.startswith("https://")
