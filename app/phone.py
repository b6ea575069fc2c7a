"""How a phone comes to trust this server: a page in two steps, and the certificate it needs.

Public: whoever stands on the local network may see it, and the certificate of an authority is no secret.
"""

import plistlib
import uuid

import segno
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.server.certificates import Certificates
from app.server.reach import certificates, secure_floor

phone = Blueprint("phone", __name__, url_prefix="/phone")

PROFILE = uuid.UUID("5e1f6b1e-6d5c-4d0a-9d57-0c8a3e1b7a11")
"""Names our profiles, so that a newer one takes the place of an older one."""


@phone.get("")
def show() -> ResponseReturnValue:
    """The two steps, those for the visitor's own kind of phone first."""
    found = certificates()
    if found is None:
        return render_template("phone.html", address=None)
    address = secure_floor(found)
    return render_template(
        "phone.html",
        address=address,
        kind=kind_of_phone(request.user_agent.string),
        code=Markup(segno.make(address, error="m").svg_inline(border=2, light="#fff", omitsize=True)),  # noqa: S704
        fingerprint=found.fingerprint(),
    )


@phone.get("/tallyman-ca.crt")
def certificate() -> ResponseReturnValue:
    """The certificate of the local authority, for Android and others."""
    found = certificates()
    if found is None:
        return render_template("phone.html", address=None), 404
    return download(der(authority(found)), "application/x-x509-ca-cert", "tallyman-ca.crt")


@phone.get("/tallyman.mobileconfig")
def profile() -> ResponseReturnValue:
    """The same as a profile, which is what iOS installs."""
    found = certificates()
    if found is None:
        return render_template("phone.html", address=None), 404
    content = plistlib.dumps(profile_of(authority(found)))
    return download(content, "application/x-apple-aspen-config", "tallyman.mobileconfig")


def authority(found: Certificates) -> x509.Certificate:
    """What the phone is to trust."""
    return x509.load_pem_x509_certificate(found.authority.read_bytes())


def der(certificate: x509.Certificate) -> bytes:
    """The certificate in the form that every phone reads."""
    return certificate.public_bytes(serialization.Encoding.DER)


def kind_of_phone(agent: str) -> str:
    """ios, android or other, by what the browser says of itself."""
    if any(name in agent for name in ("iPhone", "iPad", "iPod")):
        return "ios"
    return "android" if "Android" in agent else "other"


def profile_of(certificate: x509.Certificate) -> dict[str, object]:
    """Apple's configuration profile with one root certificate in it."""
    content = der(certificate)
    name = certificate.subject.rfc4514_string().removeprefix("CN=").partition(",")[0]
    payload = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": "tallyman.local.authority",
        "PayloadUUID": str(uuid.uuid5(PROFILE, content.hex())),
        "PayloadDisplayName": name,
        "PayloadContent": content,
    }
    return {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": "tallyman.local",
        "PayloadUUID": str(PROFILE),
        "PayloadDisplayName": name,
        "PayloadContent": [payload],
    }


def download(content: bytes, mimetype: str, name: str) -> Response:
    """A file to keep."""
    disposition = f'attachment; filename="{name}"'
    return Response(content, mimetype=mimetype, headers={"Content-Disposition": disposition})
