"""Shapes of imports in and out of the JSON interface."""

from marshmallow import Schema, fields, validate

from app.catalog.fields import Choice, Whole
from app.catalog.import_columns import COLUMNS_LIMIT, FIELDS
from app.catalog.import_plan import MODES
from app.catalog.import_text import DELIMITERS, ENCODINGS
from app.listing import MOST_PER_PAGE, PER_PAGE

WRONG = {"description": "What keeps it from being read."}
ROW = {"description": "As a spreadsheet counts: the header is row 1."}
ESTIMATED = {"description": "Estimated until it was checked."}

STATES = ("uploaded", "checking", "checked", "importing", "done", "failed")


class UploadSchema(Schema):
    """The uploaded file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class ReadingSchema(Schema):
    """How the file is to be read; what is left out stays."""

    encoding = Choice(ENCODINGS)
    delimiter = Choice(tuple(DELIMITERS))
    columns = fields.List(
        Choice(("", *FIELDS)),
        validate=validate.Length(1, COLUMNS_LIMIT),
        metadata={"description": "For each column of the file the field that it fills; empty for none."},
    )
    mode = Choice(MODES, metadata={"description": "Whether rows may add items, change them, or both."})


class RunSchema(Schema):
    """How to go about faulty rows."""

    skip_faulty = fields.Boolean(
        load_default=False, metadata={"description": "Import the other rows; else nothing is imported."}
    )


class PreviewRowSchema(Schema):
    """One of the first rows."""

    row = fields.Integer(required=True)
    cells = fields.List(fields.String(), required=True)
    problem = fields.String(required=True)


class ImportSchema(Schema):
    """An import of items."""

    id = fields.String(required=True)
    file_name = fields.String(required=True)
    bytes = fields.Integer(required=True)
    state = Choice(STATES, required=True)
    encoding = fields.String(required=True)
    delimiter = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    mode = Choice(MODES, required=True)
    rows_total = fields.Integer(required=True, metadata=ESTIMATED)
    rows_done = fields.Integer(required=True)
    created_count = fields.Integer(
        required=True, metadata={"description": "After a check: what it would add."}
    )
    updated_count = fields.Integer(required=True)
    unchanged_count = fields.Integer(required=True)
    error_count = fields.Integer(required=True)
    faulty_count = fields.Integer(required=True, metadata={"description": "Rows with errors."})
    warning_count = fields.Integer(required=True)
    message = fields.String(required=True, metadata={"description": "Why it failed."})
    created_at = fields.Integer(required=True)
    finished_at = fields.Integer(required=True, allow_none=True)


class ImportViewSchema(ImportSchema):
    """An import with how its file reads now."""

    header = fields.List(fields.String(), required=True)
    preview = fields.List(fields.Nested(PreviewRowSchema), required=True)
    problems = fields.List(fields.String(), required=True, metadata=WRONG)
    doubt = fields.String(required=True, allow_none=True)


class ImportPageSchema(Schema):
    """A page of imports."""

    rows = fields.List(fields.Nested(ImportSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


class ImportsQuerySchema(Schema):
    """What part of the imports is asked for."""

    page = Whole(1, 10_000, load_default=1)
    per_page = Whole(1, MOST_PER_PAGE, load_default=PER_PAGE)


class ProblemsQuerySchema(ImportsQuerySchema):
    """What part of the problems is asked for."""

    page = Whole(1, 1_000_000, load_default=1)
    level = Choice(("error", "warning"))


class ProblemSchema(Schema):
    """One thing that is wrong with a row."""

    row = fields.Integer(required=True, metadata=ROW)
    column = fields.String(required=True)
    value = fields.String(required=True, metadata={"description": "The beginning of the cell."})
    message = fields.String(required=True)
    is_warning = fields.Boolean(required=True)


class ProblemPageSchema(Schema):
    """A page of problems, in the order of rows."""

    rows = fields.List(fields.Nested(ProblemSchema), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


class JobStartedSchema(Schema):
    """The job that was started; ask `/api/jobs/<id>`, or the import itself, how far it is."""

    job = fields.String(required=True)
