"""Uploaded tables: what a file seems to be is told from what is in it."""

import codecs
from pathlib import Path

from app.imports.table import Reading, guessed, table_from


def test_a_file_is_guessed_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.table"
    path.write_bytes("\ufeffEAN;Bezeichnung;Warengruppe;Preis\n4006381333931;Stift;Büro;1,20\n".encode())
    read_as, sheets = guessed(path)
    assert (read_as, sheets) == (Reading("csv", "utf-8", ";"), [])
    assert table_from(path, read_as).header == ("EAN", "Bezeichnung", "Warengruppe", "Preis")


def test_a_mark_at_the_beginning_is_no_letter_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "x.table"
    path.write_bytes(codecs.BOM_UTF8 + b"code,name\n")
    assert table_from(path, Reading("csv", "utf-8", ",")).header == ("code", "name")
