"""The reader measured against the official GS1 engine; collected only where its vectors lie."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.barcode import Reading, read_code

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "gs1-vectors.json"

EQUAL_FLOOR = 0.9983
"""Measured: 7306 of 7318. The rest are composite symbols written with a bar, which no scanner sends."""

REFUSED_FLOOR = 0.968
"""Measured: 2365 of 2442 malformed. The rest are rules of coupons, banks and country codes."""


def elements_of(bracketed: str | None) -> dict[str, str]:
    pairs = re.findall(r"\((\d{2,4})\)((?:[^(\\]|\\.)*)", bracketed or "")
    return {ai: re.sub(r"\\(.)", r"\1", value) for ai, value in pairs}


def reading_of(vector: dict) -> Reading:
    text = vector["in"].replace("^", "\x1d") if vector["kind"] == "data" else vector["in"]
    return read_code(text)


def is_equal(vector: dict) -> bool:
    reading = reading_of(vector)
    return reading.problem is None and reading.elements == elements_of(vector["ai"])


def is_refused(vector: dict) -> bool:
    reading = reading_of(vector)
    return reading.kind == "text" or reading.problem is not None


def share(vectors: list[dict], holds: Callable[[dict], bool]) -> float:
    return sum(map(holds, vectors)) / len(vectors)


def test_the_reader_agrees_with_the_official_engine(capsys: pytest.CaptureFixture[str]) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    valid = [vector for vector in vectors if vector["ok"]]
    malformed = [vector for vector in vectors if not vector["ok"] and not vector["requisites"]]
    unaccompanied = [vector for vector in vectors if not vector["ok"] and vector["requisites"]]
    equal, refused = share(valid, is_equal), share(malformed, is_refused)
    with capsys.disabled():
        print(f"\nGS1 valid and equal to the official engine: {equal:.2%} of {len(valid)}")
        print(f"GS1 malformed and refused: {refused:.2%} of {len(malformed)}")
        print(
            f"GS1 lacking companions, refused: {share(unaccompanied, is_refused):.2%} of {len(unaccompanied)}"
        )
    assert equal >= EQUAL_FLOOR
    assert refused >= REFUSED_FLOOR
