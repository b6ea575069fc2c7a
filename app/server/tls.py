"""The second port: the same application over TLS, with the certificate of the local authority."""

import ssl
import time
from collections.abc import Mapping
from typing import Any

from app.config import home_of
from app.server.certificates import Certificates

CHECK_S = 600
"""How often the certificate is compared with the machine's addresses, which a network may change."""


class TlsPort:
    """Secures the connections of one port; with port 0 there is none."""

    def __init__(self, port: int, certificates: Certificates | None) -> None:
        self.port = port
        self.certificates = certificates
        self.context: ssl.SSLContext | None = None
        self.checked_at = time.monotonic()
        if certificates is not None:
            certificates.ensure()
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.minimum_version = ssl.TLSVersion.TLSv1_2
            self.context.load_cert_chain(certificates.leaf, certificates.leaf_key)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "TlsPort":
        """The port that ``TLS_PORT`` names; none where it is missing or 0."""
        port = int(environ.get("TLS_PORT") or 0)
        return cls(port, Certificates.of(home_of(environ)) if port else None)

    def secured(self, listener: Any, client: Any) -> Any:
        """The client's socket, after the handshake where it came to our port. Raises OSError."""
        if self.context is None or listener.getsockname()[1] != self.port:
            return client
        return self.context.wrap_socket(client, server_side=True)

    def scheme(self, client: Any, told: str) -> str:
        """How the client reached us; without TLS of our own, what a trusted proxy told."""
        return "https" if isinstance(client, ssl.SSLSocket) else told

    def keep_fresh(self) -> None:
        """Renew the certificate when addresses changed or it nears its end; cheap to call often."""
        if self.context is None or self.certificates is None or time.monotonic() - self.checked_at < CHECK_S:
            return
        self.checked_at = time.monotonic()
        if self.certificates.ensure():
            self.context.load_cert_chain(self.certificates.leaf, self.certificates.leaf_key)
