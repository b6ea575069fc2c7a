"""Under which addresses other machines of the local network reach this one."""

import contextlib
import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PROBES = ("10.255.255.254", "172.31.255.254", "192.168.255.254", "192.0.2.1")
"""Connecting a datagram socket sends nothing; it only asks the system which of its addresses it would use."""

PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Networks that are nobody's on the internet: our certificate authority may speak for all of them."""


def lan_addresses() -> list[Address]:
    """This machine's addresses, private ones first, the likeliest before the others; never loopback."""
    found = [address for probe in PROBES if (address := address_towards(probe))]
    with contextlib.suppress(OSError):
        found += map(ipaddress.ip_address, socket.gethostbyname_ex(socket.gethostname())[2])
    others = [address for address in dict.fromkeys(found) if not address.is_loopback]
    return sorted(others, key=lambda address: not is_private(address))


def address_towards(target: str) -> Address | None:
    """The address of ours from which packets to ``target`` would leave."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))
        except OSError:
            return None
        return ipaddress.ip_address(probe.getsockname()[0])


def is_private(address: Address) -> bool:
    """Whether the address is nobody's on the internet."""
    return any(address in network for network in PRIVATE)


def host_names() -> list[str]:
    """The names under which the local network may know us."""
    name = socket.gethostname().split(".")[0].lower()
    plain = name.replace("-", "").isalnum() and name.isascii()
    return ["localhost", *([f"{name}.local"] if plain and name != "localhost" else [])]
