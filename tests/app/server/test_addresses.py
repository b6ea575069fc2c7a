"""Which addresses are ours, and which of them are private."""

import ipaddress

import pytest

from app.server.addresses import host_names, is_private, lan_addresses


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("10.0.0.1", True),
        ("172.16.0.1", True),
        ("172.32.0.1", False),
        ("192.168.255.255", True),
        ("100.64.1.1", True),
        ("127.0.0.1", True),
        ("8.8.8.8", False),
        ("fd00::1", True),
        ("2001:db8::1", False),
    ],
)
def test_private_networks_are_told_from_public_ones(text: str, private: bool) -> None:
    assert is_private(ipaddress.ip_address(text)) is private


def test_addresses_are_offered_once_without_loopback_private_ones_first() -> None:
    found = lan_addresses()
    assert len(set(found)) == len(found)
    assert not any(address.is_loopback for address in found)
    privacy = [is_private(address) for address in found]
    assert privacy == sorted(privacy, reverse=True)


def test_a_machine_is_always_known_as_localhost() -> None:
    assert host_names()[0] == "localhost"
    assert all(name == "localhost" or name.endswith(".local") for name in host_names())
