"""Where the built files are."""

import json
import os
from pathlib import Path

import pytest

from app.web import assets

BUILT = {
    "src/office/main.ts": {
        "file": "assets/office-1.js",
        "css": ["assets/office-1.css"],
        "imports": ["_both.js"],
    },
    "_both.js": {"file": "assets/both-1.js", "css": ["assets/both-1.css"], "imports": ["src/office/main.ts"]},
}


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "manifest.json"
    monkeypatch.setattr(assets, "MANIFEST", file)
    return file


def test_a_source_leads_to_its_built_file(manifest: Path) -> None:
    manifest.write_text(json.dumps(BUILT))
    assert assets.asset("src/office/main.ts") == "/static/pwa/dist/assets/office-1.js"


def test_styles_come_with_what_is_imported_before_ones_own(manifest: Path) -> None:
    manifest.write_text(json.dumps(BUILT))
    assert assets.styles("src/office/main.ts") == [
        "/static/pwa/dist/assets/both-1.css",
        "/static/pwa/dist/assets/office-1.css",
    ]


def test_nothing_built_is_no_failure(manifest: Path) -> None:
    assert assets.asset("src/office/main.ts") == "/static/pwa/dist/src/office/main.ts"
    assert assets.styles("src/office/main.ts") == []


def test_a_new_build_is_seen(manifest: Path) -> None:
    manifest.write_text(json.dumps(BUILT))
    assert assets.asset("src/office/main.ts").endswith("office-1.js")
    manifest.write_text(json.dumps(BUILT).replace("office-1.js", "office-2.js"))
    os.utime(manifest, ns=(1, 1))
    assert assets.asset("src/office/main.ts").endswith("office-2.js")
