"""Why something was done, as the operation itself says."""

import json


def reason_of(body: object) -> str:
    """The reason that the body of an operation names; empty where it names none."""
    reason = body.get("reason", "") if isinstance(body, dict) else ""
    return reason if isinstance(reason, str) else ""


def reason_written(operation: str) -> str:
    """The same of an operation as it was received, in JSON; one without a body of its own is its body."""
    try:
        written = json.loads(operation)
    except ValueError:
        return ""
    return reason_of(written.get("body", written)) if isinstance(written, dict) else ""
