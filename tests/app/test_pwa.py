"""The floor app's shell, manifest and service worker, and what of the static folder is shown."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import pwa


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build that holds a service worker."""
    script = tmp_path / "service-worker.js"
    script.write_text("const SHELL_VERSION = '__SHELL__'", encoding="utf-8")
    monkeypatch.setattr(pwa, "DIST", tmp_path)
    return tmp_path


def test_every_address_of_the_floor_gives_the_same_shell(browser: FlaskClient) -> None:
    home = browser.get("/floor")
    deep = browser.get("/floor/items/17?from=search")
    assert home.status_code == 200
    assert home.mimetype == "text/html"
    assert home.data == deep.data
    assert b'id="app"' in home.data


def test_the_shell_is_given_to_one_who_is_not_signed_in_and_sets_no_cookie(browser: FlaskClient) -> None:
    answer = browser.get("/floor")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_the_shell_holds_no_script_that_the_policy_forbids(browser: FlaskClient) -> None:
    page = browser.get("/floor").get_data(as_text=True)
    assert "<script>" not in page
    assert "style=" not in page
    assert "script-src 'self'" in browser.get("/floor").headers["Content-Security-Policy"]


def test_the_shell_is_asked_for_each_time_and_answered_shortly(browser: FlaskClient) -> None:
    first = browser.get("/floor")
    assert first.headers["Cache-Control"] == "no-cache"
    again = browser.get("/floor", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_service_worker_names_the_shell_that_it_belongs_to(browser: FlaskClient, built: Path) -> None:
    answer = browser.get("/sw.js")
    shell = browser.get("/floor").headers["X-Shell"]
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Content-Security-Policy" in answer.headers
    assert answer.get_data(as_text=True) == f"const SHELL_VERSION = '{shell}'"


def test_without_a_build_there_is_no_service_worker(browser: FlaskClient, built: Path) -> None:
    (built / "service-worker.js").unlink()
    assert browser.get("/sw.js").status_code == 404


def test_the_manifest_lets_a_phone_install_the_app(browser: FlaskClient) -> None:
    answer = browser.get("/manifest.webmanifest")
    manifest = answer.get_json(force=True)
    assert answer.mimetype == "application/manifest+json"
    assert manifest["start_url"] == "/floor"
    assert manifest["display"] == "standalone"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    assert [shown["form_factor"] for shown in manifest["screenshots"]] == ["narrow", "wide"]


def test_every_address_in_the_manifest_leads_somewhere(browser: FlaskClient) -> None:
    manifest = browser.get("/manifest.webmanifest").get_json(force=True)
    shortcuts = manifest["shortcuts"]
    assert [entry["name"] for entry in shortcuts] == ["Receive", "Move", "Pick", "Count", "Look up"]
    pictures = [*manifest["icons"], *manifest["screenshots"]]
    addresses = [one["src"] for one in pictures] + [entry["url"] for entry in shortcuts]
    assert {status_of(browser, address) for address in addresses} == {200}


def status_of(browser: FlaskClient, address: str) -> int:
    """Files that are sent must be closed."""
    with browser.get(address) as answer:
        return answer.status_code


@pytest.mark.parametrize(
    "path",
    [
        "pwa/package.json",
        "pwa/src/main.tsx",
        "pwa/node_modules/dexie/package.json",
        "pwa/dist/service-worker.js",
        "pwa/dist/.vite/manifest.json",
        "pwa/dist/assets/../../package.json",
        "icons/../pwa/package.json",
    ],
)
def test_sources_and_their_packages_are_not_shown(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/static/{path}").status_code == 404


def test_built_files_are_kept_for_ever_and_icons_for_an_hour(
    browser: FlaskClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tmp_path / "static" / "pwa" / "dist" / "assets"
    assets.mkdir(parents=True)
    (assets / "reader-1234.wasm").write_bytes(b"\0asm")
    with browser.get("/static/icons/tallyman-192.png") as icon:
        assert "max-age=3600" in icon.headers["Cache-Control"]
    monkeypatch.setattr(app, "root_path", str(tmp_path))
    with browser.get("/static/pwa/dist/assets/reader-1234.wasm") as reader:
        assert reader.mimetype == "application/wasm"
        assert "immutable" in reader.headers["Cache-Control"]
