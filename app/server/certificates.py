"""A certificate authority of one's own: phones on the local network get camera and service worker.

Its key never leaves the home folder, and it may speak for private addresses, localhost, .local and the
addresses that this machine had when it was made, for nothing else: a phone that trusts it is at no risk
anywhere else.
"""

import datetime
import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.server.addresses import PRIVATE, Address, host_names, lan_addresses

AUTHORITY_DAYS = 3650
LEAF_DAYS = 397
"""iOS accepts 825 days at most from an authority that a person installed."""
RENEW_DAYS = 60
LOOPBACK: tuple[Address, ...] = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Certificates:
    """Where the files are; ``folder`` belongs to the owner alone."""

    folder: Path

    @classmethod
    def of(cls, home: Path) -> "Certificates":
        """Those of an installation's home folder."""
        return cls(home / "tls")

    @property
    def authority(self) -> Path:
        """The authority's certificate: what a phone must come to trust."""
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        """The authority's key."""
        return self.folder / "authority.key"

    @property
    def leaf(self) -> Path:
        """The server's certificate."""
        return self.folder / "server.crt"

    @property
    def leaf_key(self) -> Path:
        """The server's key."""
        return self.folder / "server.key"

    def ensure(self, now: datetime.datetime | None = None) -> bool:
        """Make what is missing, renew what is due; returns whether the server's certificate is new."""
        moment = now or datetime.datetime.now(datetime.UTC)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = self._ensure_authority(moment)
        wanted = alternative_names(self.addresses())
        if not made and self.leaf_key.exists() and is_current(self.leaf, wanted, moment):
            return False
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = sign_leaf(self, key, wanted, moment)
        write_private(self.leaf_key, pem_of_key(key))
        write_private(self.leaf, certificate.public_bytes(serialization.Encoding.PEM))
        return True

    def addresses(self) -> list[Address]:
        """This machine's addresses on the local network for which the authority may speak."""
        authority = x509.load_pem_x509_certificate(self.authority.read_bytes())
        constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
        networks = [place.value for place in constraints.permitted_subtrees or () if is_network(place)]
        return [own for own in lan_addresses() if any(own in network for network in networks)]

    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, by which a person compares two copies of it."""
        authority = x509.load_pem_x509_certificate(self.authority.read_bytes())
        return authority.fingerprint(hashes.SHA256()).hex(":").upper()

    def _ensure_authority(self, now: datetime.datetime) -> bool:
        if self.authority_key.exists() and is_current(self.authority, None, now):
            return False
        key = ec.generate_private_key(ec.SECP256R1())
        write_private(self.authority_key, pem_of_key(key))
        write_private(self.authority, make_authority(key, now).public_bytes(serialization.Encoding.PEM))
        return True


def is_network(place: x509.GeneralName) -> bool:
    """Whether a constraint is about addresses rather than names."""
    return isinstance(place, x509.IPAddress)


def alternative_names(addresses: list[Address]) -> x509.SubjectAlternativeName:
    """Every name and address under which a browser may come to us."""
    places = [x509.IPAddress(address) for address in (*LOOPBACK, *addresses)]
    return x509.SubjectAlternativeName([*map(x509.DNSName, host_names()), *places])


def is_current(path: Path, wanted: x509.SubjectAlternativeName | None, now: datetime.datetime) -> bool:
    """Whether the certificate exists, speaks for all that is wanted and does not soon expire."""
    if not path.exists():
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    if certificate.not_valid_after_utc - now < datetime.timedelta(days=RENEW_DAYS):
        return False
    if wanted is None:
        return True
    spoken_for = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(wanted) <= set(spoken_for)


def make_authority(key: Key, now: datetime.datetime) -> x509.Certificate:
    """A certificate that may sign certificates for private places only."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tallyman"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Tallyman on {socket.gethostname()}"[:64]),
        ]
    )
    networks = [*PRIVATE, *map(ipaddress.ip_network, lan_addresses())]
    permitted = [x509.DNSName("localhost"), x509.DNSName("local"), *map(x509.IPAddress, networks)]
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        begun(name, name, key, (now, AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )


def sign_leaf(
    files: Certificates, key: Key, names: x509.SubjectAlternativeName, now: datetime.datetime
) -> x509.Certificate:
    """The server's certificate, signed by the authority of the same folder."""
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    signer = serialization.load_pem_private_key(files.authority_key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{files.authority_key} does not hold an elliptic curve key")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tallyman")])
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        begun(name, authority.subject, key, (now, LEAF_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(names, critical=False)
        .add_extension(signed_by, critical=False)
        .sign(signer, hashes.SHA256())
    )


def begun(
    subject: x509.Name, issuer: x509.Name, key: Key, validity: tuple[datetime.datetime, int]
) -> x509.CertificateBuilder:
    """What every certificate has; ``validity`` is its first moment and its days."""
    start, days = validity
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - datetime.timedelta(days=1))
        .not_valid_after(start + datetime.timedelta(days=days - 1))
    )


def key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """An authority signs certificates, a server signs handshakes; neither does more."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def pem_of_key(key: Key) -> bytes:
    """The key as text, unencrypted: the file's mode protects it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    draft = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)
