"""Uploaded files: kind, encoding, delimiter are told, and what is wrong is explained."""

import codecs

import pytest

from app.imports.text_file import (
    BadFile,
    decoded,
    doubt_of_encoding,
    guessed_delimiter,
    guessed_encoding,
    refuse_foreign,
)

TABLE = "code,name\nTÉ-1,Thé vert\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TABLE.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16"),
        (TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.encode("windows-1252"), "windows-1252"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(content: bytes, encoding: str) -> None:
    assert guessed_encoding(content) == encoding
    assert decoded(content, encoding) == TABLE


def test_a_wrong_encoding_is_explained_with_line_and_byte_and_the_right_one() -> None:
    with pytest.raises(BadFile) as caught:
        decoded(TABLE.encode("windows-1252"), "utf-8")
    assert str(caught.value) == (
        "Line 2 is not utf-8: the byte 0xC9 cannot stand there."
        " The file looks like windows-1252: choose that."
    )


def test_utf8_read_as_something_else_is_doubted() -> None:
    assert "looks like utf-8" in str(doubt_of_encoding(TABLE.encode(), "windows-1252"))
    assert doubt_of_encoding(TABLE.encode(), "utf-8") is None
    assert doubt_of_encoding(b"plain", "windows-1252") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "older kind"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "packed"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"  <!DOCTYPE html><html>", "web page"),
        (b"<?xml version='1.0'?>", "web page"),
        (b'[{"code": "A"}]', "JSON"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        refuse_foreign(content)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_first_rows(sign: str) -> None:
    rows = [["code", "name", "price"], ["A", "Tea, green; loose", "1,50"], ["B", "Coffee | ground", "2,75"]]
    text = "\n".join(sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in rows)
    assert guessed_delimiter(text) == sign


def test_one_column_falls_back_to_the_comma() -> None:
    assert guessed_delimiter("barcode\n123\n456\n") == ","
