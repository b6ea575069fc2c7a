"""Forms: what was typed is not lost, and somebody else's change is shown beside it."""

from flask import Flask
from marshmallow import Schema, fields

from app.web.forms import differing, typed_form


class KettleSchema(Schema):
    name = fields.String()
    codes = fields.String()
    is_hot = fields.Boolean()


def test_a_form_comes_back_as_it_was_typed(app: Flask) -> None:
    typed = {"name": " Kettle", "codes": "A \n\n B", "is_hot": "true", "other": "left out"}
    with app.test_request_context("/", method="POST", data=typed):
        assert typed_form(KettleSchema(), "codes") == {"name": " Kettle", "codes": ["A", "B"], "is_hot": True}
    with app.test_request_context("/", method="POST", data={}):
        assert typed_form(KettleSchema()) == {"name": "", "codes": "", "is_hot": False}


def test_what_somebody_else_saved_differs_where_the_form_would_show_something_else() -> None:
    theirs = {"name": "Pot", "codes": ("A", "B"), "place": None, "order": 10, "is_hot": False}
    typed = {"name": "Kettle", "codes": ["A", "B"], "place": "", "order": "10", "is_hot": False}
    assert differing(theirs, typed) == {"name": "Pot"}
    assert differing({"codes": ("A",), "place": 7}, typed) == {"codes": ("A",), "place": 7}
