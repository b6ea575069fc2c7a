"""Photographs of items: only pictures, drawn anew, kept from those who may not see them."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from app.catalog.photos import AT_ONCE, SIZES, BadPhoto, drawn_anew, easels, kept_photo, photo_path
from sync.protocol import COLUMNS
from tests.app.phone import Phone
from tests.app.visitor import Visitor

Enter = Callable[[str], Visitor]


def picture(size: tuple[int, int] = (400, 200), kind: str = "JPEG", **saved: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **saved)
    return written.getvalue()


@pytest.fixture
def manager(signed_in: Enter) -> Visitor:
    browser = signed_in("manager")
    assert browser.post("/api/items", json={"code": "TEA", "name": "Tea"}).json["id"] == 2
    return browser


def give(browser: Visitor, content: bytes, name: str = "tea.jpg") -> str:
    """Send a photo; the page that comes of it."""
    answer = browser.post("/items/2/photo", data={"photo": (io.BytesIO(content), name)})
    assert answer.status_code == 303
    return str(browser.get("/items/2").text)


def kept(app: Flask) -> list[Path]:
    return sorted((app.config["TALLYMAN"].home / "photos").glob("*"))


def test_phones_hear_its_name_in_the_row_of_the_item_and_fetch_it_by_their_credential(
    app: Flask, phone: Phone, manager: Visitor
) -> None:
    give(manager, picture((900, 900)))
    [row] = phone.pull().json["changes"]["item"][-1:]
    *_, packs, name = row
    assert packs == [] and len(row) == len(COLUMNS["item"].names)
    answer = phone.read(f"photos/{name}")
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert "immutable" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]
    assert max(Image.open(io.BytesIO(answer.data)).size) == SIZES["small"]
    large = phone.read(f"photos/{name}/large")
    assert Image.open(io.BytesIO(large.data)).size == (900, 900)
    assert "immutable" in large.headers["Cache-Control"] and "private" in large.headers["Cache-Control"]
    assert app.test_client().get(f"/api/sync/v1/photos/{name}/large").status_code == 401
    assert app.test_client().get(f"/api/sync/v1/photos/{name}").status_code == 401
    assert manager.get(f"/api/sync/v1/photos/{name}").status_code == 401
    for unknown in ("0" * 32, "..%2Fsecret.key", "x"):
        assert phone.read(f"photos/{unknown}").status_code == 404
        assert phone.read(f"photos/{unknown}/large").status_code == 404


def test_another_picture_has_another_name_and_none_leaves_the_row_as_it_was(
    phone: Phone, manager: Visitor
) -> None:
    before = phone.pull().json["changes"]["item"][-1]
    names = []
    for _ in range(2):
        give(manager, picture())
        names.append(phone.pull().json["changes"]["item"][-1][-1])
    assert names[0] != names[1]
    assert phone.read(f"photos/{names[0]}").status_code == 404
    manager.post("/items/2/photo/remove")
    assert phone.pull().json["changes"]["item"] == [before]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_broken_notes_of_a_camera_cost_nobody_the_picture(kind: str) -> None:
    notes = bytearray(b"Exif\0\0II*\0\x08\0\0\0\x02\0")
    notes += b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
    notes += b"\x1a\x01\x02\0\x01\0\0\0x\0\0\0\0\0\0\0"
    drawn = drawn_anew(picture(kind=kind, exif=bytes(notes)))
    wide, high = Image.open(io.BytesIO(drawn["large"])).size
    assert (wide, high) == (200, 400)


def test_a_photo_is_small_upright_and_without_what_the_camera_wrote_beside_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    drawn = drawn_anew(picture((4000, 1000), exif=exif))
    assert drawn.keys() == SIZES.keys()
    for name, side in SIZES.items():
        shown = Image.open(io.BytesIO(drawn[name]))
        assert shown.format == "WEBP" and max(shown.size) <= side
        assert shown.height > shown.width
        assert not shown.getexif() and b"Secret" not in drawn[name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture()[:200],
        picture(kind="BMP"),
        b"\xff\xd8\xff" + b"\x00" * 1000,
    ],
)
def test_what_is_no_picture_of_points_is_refused(content: bytes) -> None:
    with pytest.raises(BadPhoto):
        drawn_anew(content)


def test_a_small_file_that_claims_too_many_points_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BadPhoto, match="points"):
        drawn_anew(picture((9000, 9000), "PNG"))


def test_an_item_shows_its_photo_and_the_list_too(manager: Visitor) -> None:
    page = give(manager, picture())
    found = re.search(r'src="(/photos/[0-9a-f]{32}/large\.webp)"', page)
    assert found
    answer = manager.get(found[1])
    assert answer.mimetype == "image/webp"
    assert "immutable" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "/small.webp" in manager.get("/items").text
    assert manager.get("/items/2/photo/small").status_code == 302


def test_another_photo_takes_the_place_of_the_first_and_leaves_no_file(app: Flask, manager: Visitor) -> None:
    give(manager, picture())
    first = kept(app)
    give(manager, picture((50, 50), "PNG"))
    assert len(kept(app)) == len(SIZES) and not set(first) & set(kept(app))
    assert manager.post("/items/2/photo/remove").status_code == 303
    assert kept(app) == []
    assert manager.get("/items/2/photo/small").status_code == 404


def test_what_is_no_picture_is_told_and_changes_nothing(app: Flask, manager: Visitor) -> None:
    give(manager, picture())
    before = kept(app)
    assert "no picture that can be read" in give(manager, b"<svg/>", "x.svg")
    assert kept(app) == before


def test_only_a_few_pictures_are_unpacked_at_once(
    app: Flask, manager: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.catalog.photos.PATIENCE_S", 0)
    for _ in range(AT_ONCE):
        assert easels().acquire(blocking=False)
    try:
        assert "Too many photos" in give(manager, picture()) and kept(app) == []
    finally:
        easels().release(AT_ONCE)
    for content in [b"no picture"] * AT_ONCE + [picture()]:
        give(manager, content)
    assert len(kept(app)) == len(SIZES)


def test_a_photo_for_no_item_leaves_no_file(app: Flask, manager: Visitor) -> None:
    answer = manager.post("/items/99/photo", data={"photo": (io.BytesIO(picture()), "x.jpg")})
    assert answer.status_code == 404
    assert kept(app) == []


def test_only_people_who_are_signed_in_see_photos_and_only_managers_give_them(
    app: Flask, manager: Visitor, signed_in: Enter
) -> None:
    found = re.search(r"/photos/\w+/large\.webp", give(manager, picture()))
    assert found
    assert signed_in("viewer").get(found[0]).status_code == 200
    assert Visitor(app.test_client()).get(found[0]).status_code in (302, 401)
    sent = {"photo": (io.BytesIO(picture()), "x.jpg")}
    assert signed_in("operator").post("/items/2/photo", data=sent).status_code == 403


@pytest.mark.parametrize("name", ["../secret.key", "x" * 32, "A" * 32, "%2e%2e%2fsecret"])
def test_no_other_file_is_reached_through_a_photos_address(manager: Visitor, name: str) -> None:
    assert manager.get(f"/photos/{name}/large.webp").status_code == 404
    assert manager.get(f"/photos/{'a' * 32}/huge.webp").status_code == 404


def test_no_name_leads_out_of_the_folder_of_photos(app: Flask) -> None:
    with app.app_context():
        (app.config["TALLYMAN"].home / "secret.large.webp").write_bytes(b"secret")
        assert photo_path("../secret", "large").read_bytes() == b"secret", "what a name could reach"
        with pytest.raises(FileNotFoundError):
            kept_photo("../secret", "large")
