"""What ``./manage run`` says once it serves: where, how to sign in, and how a phone gets there."""

import io
from collections.abc import Sequence

import segno

RULE = "─" * 64
ALONE = "This machine has no address on a local network, so phones cannot reach it."


def welcome(ports: tuple[int, int], addresses: Sequence[str], fingerprint: str, sign_in: str) -> str:
    """The text for the terminal; the QR code leads a phone to the floor app over TLS.

    ``ports`` are the plain one and that of TLS, which may be 0 for none.
    """
    port, tls_port = ports
    lines = [RULE, f"Tallyman is running:  http://localhost:{port}"]
    if sign_in:
        lines += ["", *sign_in.splitlines()]
    if tls_port:
        lines += ["", *(phone_lines(ports, addresses[0], fingerprint) if addresses else [ALONE])]
    return "\n".join([*lines, RULE, "Ctrl-C stops it."])


def phone_lines(ports: tuple[int, int], host: str, fingerprint: str) -> list[str]:
    """How a phone on the same network gets to the floor app."""
    address = floor_address(ports[1], host)
    return [
        f"On a phone:  {address}",
        "",
        qr_code(address),
        f"The first time, let the phone trust this server: http://{host}:{ports[0]}/phone",
        f"(its certificate's fingerprint begins with {fingerprint[:23]})",
    ]


def floor_address(tls_port: int, host: str) -> str:
    """Where the floor app is, in a secure context."""
    return f"https://{host}:{tls_port}/floor"


def qr_code(text: str) -> str:
    """The text as a QR code of half blocks."""
    picture = io.StringIO()
    segno.make(text, error="m").terminal(picture, compact=True, border=2)
    return picture.getvalue()
