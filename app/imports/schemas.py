"""Shapes of imports in and out of the JSON interface."""

from marshmallow import Schema, fields, validate

from app.imports.columns import COLUMNS_LIMIT
from app.imports.history import LEVELS, STATES
from app.imports.kinds import MODES
from app.imports.text_file import DELIMITERS, ENCODINGS
from app.lists.listing import MOST_TYPED, ListQuery, PartQuery, page_schema
from app.values.fields import Choice

WRONG = {"description": "What keeps it from being read."}
ROW = {"description": "As a spreadsheet counts: the header is row 1."}
ESTIMATED = {"description": "Estimated until it was checked."}

KINDS = ("items", "locations", "stock", "users")
KIND = {"description": "What it is a table of."}
FILLS = "For each column of the file the name of the field that it fills, of `fillable`; empty for none."


class KindSchema(Schema):
    """What the file is a table of."""

    kind = Choice(KINDS, load_default="items", metadata=KIND)


class UploadSchema(Schema):
    """The uploaded file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class ReadingSchema(Schema):
    """How the file is to be read; what is left out stays."""

    encoding = Choice(ENCODINGS)
    delimiter = Choice(tuple(DELIMITERS))
    sheet = fields.String(
        validate=validate.Length(1, 100), metadata={"description": "Of a workbook the sheet to be read."}
    )
    columns = fields.List(
        fields.String(validate=validate.Length(max=40)),
        validate=validate.Length(1, COLUMNS_LIMIT),
        metadata={"description": FILLS},
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
    """An import."""

    id = fields.String(required=True)
    kind = Choice(KINDS, required=True, metadata=KIND)
    user_id = fields.Integer(required=True, metadata={"description": "Who uploaded it."})
    format = Choice(("csv", "xlsx"), required=True)
    sheet = fields.String(required=True)
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
    undone_by = fields.Integer(required=True, allow_none=True)
    undone_at = fields.Integer(required=True, allow_none=True)
    undone_count = fields.Integer(required=True)
    kept_count = fields.Integer(
        required=True, metadata={"description": "What could not be taken back, because it changed since."}
    )


class FillableSchema(Schema):
    """A field that a column may fill."""

    name = fields.String(required=True, metadata={"description": "Of your own field: `field-` and its id."})
    title = fields.String(required=True, metadata={"description": "What people call it."})


class ImportViewSchema(ImportSchema):
    """An import with how its file reads now."""

    fillable = fields.List(
        fields.Nested(FillableSchema), required=True, metadata={"description": "What a column may fill."}
    )
    header = fields.List(fields.String(), required=True)
    preview = fields.List(fields.Nested(PreviewRowSchema), required=True)
    problems = fields.List(fields.String(), required=True, metadata=WRONG)
    doubt = fields.String(required=True, allow_none=True)
    sheets = fields.List(fields.String(), required=True)


ImportPageSchema = page_schema("ImportPage", ImportSchema)


class ImportsQuerySchema(ListQuery):
    """What part of the imports is asked for."""

    kind = Choice(KINDS)
    state = Choice(STATES)
    user = fields.String(validate=validate.Regexp(r"^[0-9]{1,9}$"), metadata={"description": "Whose, by id."})


class ProblemsQuerySchema(PartQuery):
    """What part of the problems is asked for."""

    level = Choice(LEVELS)
    column = fields.String(load_default="", validate=validate.Length(max=MOST_TYPED))


class ProblemSchema(Schema):
    """One thing that is wrong with a row."""

    row = fields.Integer(required=True, metadata=ROW)
    column = fields.String(required=True)
    value = fields.String(required=True, metadata={"description": "The beginning of the cell."})
    message = fields.String(required=True)
    is_warning = fields.Boolean(required=True)


ProblemPageSchema = page_schema("ProblemPage", ProblemSchema)


class JobStartedSchema(Schema):
    """The job that was started; ask `/api/jobs/<id>`, or the import itself, how far it is."""

    job = fields.String(required=True)


class UndoPreviewSchema(Schema):
    """What taking an import back would come to."""

    total = fields.Integer(
        required=True, metadata={"description": "What the import did and what still stands."}
    )
    looked_at = fields.Integer(required=True)
    going = fields.Integer(required=True, metadata={"description": "Of those that were looked at."})
    staying = fields.Integer(required=True)
    reasons = fields.List(
        fields.String(), required=True, metadata={"description": "Why things stay, at most 100."}
    )
