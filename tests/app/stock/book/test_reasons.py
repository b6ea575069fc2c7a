"""Why something was done: read off what came in, whatever that is."""

import pytest

from app.stock.book.reasons import reason_of, reason_written


@pytest.mark.parametrize(
    ("body", "reason"),
    [({"reason": "scrap"}, "scrap"), ({}, ""), ({"reason": 7}, ""), ([], ""), ("reason", ""), (None, "")],
)
def test_a_body_names_its_reason_or_none(body: object, reason: str) -> None:
    assert reason_of(body) == reason


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ('{"kind":"move","body":{"reason":"pick"}}', "pick"),
        ('{"reason":"pick"}', "pick"),
        ('{"body":[]}', ""),
        ("[1]", ""),
        ("no JSON", ""),
    ],
)
def test_an_operation_as_received_names_the_reason_of_its_body(operation: str, reason: str) -> None:
    assert reason_written(operation) == reason
