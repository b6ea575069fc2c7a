"""Workbooks that were damaged on their way, or on purpose: they are read or refused with words."""

import datetime
import io
import random
import re
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from app.imports.text_file import BadFile
from app.imports.workbook import sheet_names, sheet_rows
from tests.app.imports.test_workbook import book, saved

TRICKS = (
    b"1e400", b"-1", b"99999999999", b"NaN", b"inf", b"A0", b"ZZZ1", b"A99999999", b"\xff\xfe", b"&#0;",
    b"<v/>", b"</c>", b"d", b"e", b"s", b"1E+307", b"",
)  # fmt: skip
VALUE = re.compile(rb'"[^"]*"|>[^<]+<')


@pytest.fixture(scope="module")
def whole() -> bytes:
    rows = (("code", "n", "when"), ("A", 2.5, datetime.date(2027, 3, 31)), ("0073", True, "=1+1"))
    return saved(book(*rows, other=[("x",)]))


def damaged(whole: bytes, seed: int) -> bytes:
    """The file with a few bytes, or one of its parts, changed."""
    chance = random.Random(seed)
    return flipped(whole, chance) if chance.random() < 0.35 else repacked(whole, chance)


def flipped(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    for _ in range(chance.randrange(1, 6)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def repacked(whole: bytes, chance: random.Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as packed, zipfile.ZipFile(made, "w") as anew:
        victim, lost = chance.choice(packed.namelist()), chance.random() < 0.1
        for name in packed.namelist():
            if name != victim or not lost:
                content = packed.read(name)
                anew.writestr(name, bent(content, chance) if name == victim else content)
    return made.getvalue()


def bent(content: bytes, chance: random.Random) -> bytes:
    """A part with one value exchanged, or cut short."""
    values = list(VALUE.finditer(content))
    if not values or chance.random() < 0.2:
        return content[: chance.randrange(len(content) + 1)]
    start, end = chance.choice(values).span()
    return content[: start + 1] + chance.choice(TRICKS) + content[end - 1 :]


@pytest.mark.parametrize("start", range(0, 160, 40))
def test_a_damaged_workbook_is_read_or_refused_with_words(
    app: Flask, whole: bytes, tmp_path: Path, start: int
) -> None:
    path, told = tmp_path / "damaged.table", []
    with app.app_context():
        for seed in range(start, start + 40):
            path.write_bytes(damaged(whole, seed))
            try:
                told.append(sum(len([*sheet_rows(path, name)]) for name in sheet_names(path)))
            except BadFile as problem:
                told.append(str(problem))
    assert any(isinstance(one, str) for one in told) and any(isinstance(one, int) for one in told)
