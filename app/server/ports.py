"""Which ports to serve on: the ones that were asked for, or the usual ones."""

import socket
from collections.abc import Mapping

USUAL_PORT = 8000
USUAL_TLS_PORT = 8443


def chosen_ports(environ: Mapping[str, str]) -> tuple[int, int]:
    """The plain and the TLS port. Ends with a sentence if one that was asked for is taken.

    Where ``TLS_PORT`` was not asked for and the usual one is taken, any free one will do: phones get it
    from the QR code. ``TLS_PORT=0`` means none.
    """
    port = int(environ.get("PORT") or USUAL_PORT)
    if not is_free(port):
        raise SystemExit(f"Port {port} is in use. Choose another one: PORT={port + 1} ./manage run")
    if environ.get("TLS_PORT"):
        tls_port = int(environ["TLS_PORT"])
        if tls_port and not is_free(tls_port):
            raise SystemExit(f"Port {tls_port} is in use. Choose another one with TLS_PORT.")
        return port, tls_port
    return port, USUAL_TLS_PORT if is_free(USUAL_TLS_PORT) else free_port()


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the server will listen there
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that the system gives."""
    with socket.socket() as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])
