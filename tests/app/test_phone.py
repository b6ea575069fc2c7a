"""How a phone comes to trust the server."""

import plistlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import Settings
from app.database import database
from app.phone import kind_of_phone
from app.server.certificates import Certificates

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
)
PIXEL = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"


@pytest.fixture
def secure(settings: Settings) -> Iterator[Flask]:
    """An application with a TLS port and its certificates."""
    Certificates.of(settings.home).ensure()
    app = create_app(replace(settings, tls_port=8443))
    yield app
    with app.app_context():
        database.engine.dispose()


def authority_of(app: Flask) -> x509.Certificate:
    return x509.load_pem_x509_certificate(
        (Path(app.config["TALLYMAN"].home) / "tls/authority.crt").read_bytes()
    )


def test_the_page_is_public_and_begins_with_the_visitors_own_kind_of_phone(secure: Flask) -> None:
    for agent, first, second in (
        (IPHONE, "iPhone and iPad", "Android"),
        (PIXEL, "Android", "iPhone and iPad"),
    ):
        answer = secure.test_client().get(
            "/phone", headers={"User-Agent": agent, "Host": "192.168.7.20:8000"}
        )
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert page.index(f"{first}</h2>") < page.index(f"{second}</h2>")
        assert "https://192.168.7.20:8443/floor" in page
        assert "<figure>" not in page
        assert "style=" not in page


def test_on_a_computer_it_shows_the_code_of_an_address_that_a_phone_can_reach(
    secure: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Certificates, "addresses", lambda _self: ["192.168.7.20"])
    page = secure.test_client().get("/phone", headers={"Host": "localhost:8000"}).get_data(as_text=True)
    assert "QR code of https://192.168.7.20:8443/floor" in page


def test_the_certificate_comes_as_phones_expect_it(secure: Flask) -> None:
    answer = secure.test_client().get("/phone/tallyman-ca.crt")
    assert answer.mimetype == "application/x-x509-ca-cert"
    assert "tallyman-ca.crt" in answer.headers["Content-Disposition"]
    assert x509.load_der_x509_certificate(answer.data) == authority_of(secure)
    assert b"PRIVATE" not in answer.data


def test_the_profile_holds_the_same_certificate(secure: Flask) -> None:
    answer = secure.test_client().get("/phone/tallyman.mobileconfig")
    assert answer.mimetype == "application/x-apple-aspen-config"
    profile = plistlib.loads(answer.data)
    [payload] = profile["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert x509.load_der_x509_certificate(payload["PayloadContent"]) == authority_of(secure)
    assert profile["PayloadUUID"] != payload["PayloadUUID"]


def test_the_page_shows_the_fingerprint_of_what_is_downloaded(secure: Flask) -> None:
    page = secure.test_client().get("/phone").get_data(as_text=True)
    assert Certificates.of(secure.config["TALLYMAN"].home).fingerprint() in page


@pytest.mark.parametrize(
    ("path", "status"),
    [("/phone", 200), ("/phone/tallyman-ca.crt", 404), ("/phone/tallyman.mobileconfig", 404)],
)
def test_without_a_port_for_tls_there_is_nothing_to_install(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "Nothing to install" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("agent", "kind"), [(IPHONE, "ios"), (PIXEL, "android"), ("curl/8", "other"), ("", "other")]
)
def test_the_kind_of_phone_is_told_by_its_browser(agent: str, kind: str) -> None:
    assert kind_of_phone(agent) == kind
