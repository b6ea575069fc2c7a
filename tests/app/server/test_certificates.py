"""The local certificate authority: what it signs, for whom, and when it signs anew."""

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.server import certificates
from app.server.certificates import Certificates, alternative_names, pem_of_key, sign_leaf, write_private
from app.server.tls import TlsPort

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificates:
    at(monkeypatch, "192.168.7.20")
    files = Certificates.of(tmp_path)
    assert files.ensure(NOW)
    return files


def at(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(certificates, "lan_addresses", lambda: [ipaddress.ip_address(address)])


def shake_hands(files: Certificates, name: str) -> None:
    """A TLS handshake between a client that trusts the authority and our server, in memory."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(files.leaf, files.leaf_key)
    client_context = ssl.create_default_context(cafile=files.authority)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


def test_old_tls_is_not_spoken(files: Certificates) -> None:
    context = TlsPort(8443, files).context
    assert context is not None
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_client_that_trusts_the_authority_accepts_every_address_of_ours(files: Certificates) -> None:
    for name in ("192.168.7.20", "127.0.0.1", "::1", "localhost"):
        shake_hands(files, name)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(files, "192.168.7.21")


def test_the_authority_can_speak_for_nobody_outside_of_the_local_network(files: Certificates) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for foreign in (x509.DNSName("bank.example"), x509.IPAddress(ipaddress.ip_address("8.8.8.8"))):
        forged = sign_leaf(files, key, x509.SubjectAlternativeName([foreign]), NOW)
        write_private(files.leaf, forged.public_bytes(serialization.Encoding.PEM))
        write_private(files.leaf_key, pem_of_key(key))
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            shake_hands(files, str(foreign.value))


def test_nothing_is_made_anew_without_a_reason(files: Certificates) -> None:
    before = files.leaf.read_bytes()
    assert not files.ensure(NOW + datetime.timedelta(days=300))
    assert files.leaf.read_bytes() == before


def test_a_new_address_brings_a_new_certificate_of_the_same_authority(
    files: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = files.authority.read_bytes()
    at(monkeypatch, "10.1.2.3")
    assert files.ensure(NOW)
    assert files.authority.read_bytes() == authority
    shake_hands(files, "10.1.2.3")


def test_a_public_address_is_spoken_for_only_if_the_machine_had_it_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "203.0.113.9")
    files = Certificates.of(tmp_path)
    files.ensure(NOW)
    shake_hands(files, "203.0.113.9")
    assert [str(address) for address in files.addresses()] == ["203.0.113.9"]
    at(monkeypatch, "203.0.113.10")
    assert files.addresses() == []
    assert not files.ensure(NOW)


def test_a_certificate_is_renewed_two_months_before_its_end(files: Certificates) -> None:
    assert files.ensure(NOW + datetime.timedelta(days=340))
    renewed = x509.load_pem_x509_certificate(files.leaf.read_bytes())
    assert renewed.not_valid_after_utc > NOW + datetime.timedelta(days=700)


def test_an_authority_near_its_end_is_replaced_together_with_its_certificate(files: Certificates) -> None:
    before = files.authority.read_bytes()
    assert files.ensure(NOW + datetime.timedelta(days=3640))
    assert files.authority.read_bytes() != before


def test_nobody_else_may_read_the_keys(files: Certificates) -> None:
    assert files.folder.stat().st_mode & 0o077 == 0
    for key in (files.authority_key, files.leaf_key):
        assert key.stat().st_mode & 0o077 == 0


def test_phones_accept_the_length_of_life(files: Certificates) -> None:
    leaf = x509.load_pem_x509_certificate(files.leaf.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= datetime.timedelta(days=398)


def test_the_names_are_those_of_this_machine() -> None:
    names = alternative_names([ipaddress.ip_address("10.0.0.9")])
    assert "localhost" in names.get_values_for_type(x509.DNSName)
    assert ipaddress.ip_address("10.0.0.9") in names.get_values_for_type(x509.IPAddress)
