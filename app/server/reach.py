"""Where a phone reaches the floor app of this server, as far as the request that asks can tell."""

from flask import current_app, request

from app.config import Settings
from app.server.certificates import Certificates
from app.server.welcome import floor_address

OWN_NAMES = {"localhost", "127.0.0.1", "[::1]"}


def settings() -> Settings:
    """This installation's settings."""
    found: Settings = current_app.config["TALLYMAN"]
    return found


def certificates() -> Certificates | None:
    """The local authority's files, where this server has a TLS port of its own."""
    found = Certificates.of(settings().home)
    return found if settings().tls_port and found.authority.exists() else None


def secure_floor(found: Certificates) -> str:
    """The floor app on the TLS port that these certificates are for."""
    return floor_address(settings().tls_port, reachable_host(found))


def phone_floor() -> str:
    """The floor app where a phone should open it: on our own TLS port, else where the visitor is."""
    found = certificates()
    if found and not request.is_secure:
        return secure_floor(found)
    return f"{request.host_url}floor"


def reachable_host(found: Certificates) -> str:
    """The name under which the visitor came; one that a phone can use where that is only ours."""
    came_by = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    own = found.addresses()
    return str(own[0]) if came_by in OWN_NAMES and own else came_by
