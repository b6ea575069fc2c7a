"""The interface answers as its document says, whoever asks whatever."""

from typing import Any

import pytest
from flask import Flask, Response

from tests.contract.__main__ import proper
from tests.contract.house import CALLERS, House, furnished
from tests.contract.inquiry import Complaints, document_of, inquire, operations_of

TIMES = {True: 6, False: 1}
"""How often one asks who may, and one who may not."""


@pytest.fixture
def house(app: Flask) -> House:
    return furnished(app)


@pytest.mark.parametrize("caller", CALLERS)
def test_every_answer_is_as_documented(house: House, caller: str) -> None:
    complaints = Complaints()
    for number, operation in enumerate(operations_of(document_of(house))):
        times = TIMES[caller == proper(operation)]
        inquire(house, operation, caller, complaints, (times, number))
    assert not complaints.found, complaints.told()
    assert complaints.asked > 90
    assert caller == "nobody" or complaints.statuses[200] > 5


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (Response("{}", 500, mimetype="application/json"), "Server error"),
        (Response("{}", 200, mimetype="application/json"), "Response violates schema"),
        (Response("<p>", 200, mimetype="text/html"), "Undocumented Content-Type"),
        (Response("{}", 404, mimetype="application/json"), "is no error of the one shape"),
        (
            Response('{"message": "psycopg.Error"}', 400, mimetype="application/json"),
            "tells of its inside",
        ),
    ],
)
def test_an_answer_that_is_not_as_documented_is_noticed(
    house: House, monkeypatch: pytest.MonkeyPatch, answer: Response, title: str
) -> None:
    def wrong(*_args: Any, **_named: Any) -> Response:
        return answer

    monkeypatch.setitem(house.app.view_functions, "items.item_shown", wrong)
    [operation] = [
        one for one in operations_of(document_of(house)) if one.label == "GET /api/items/{item_id}"
    ]
    complaints = Complaints()
    inquire(house, operation, "administrator", complaints, (3, 1))
    assert title in {found for _label, found in complaints.found}
