"""Asks an operation whatever comes to mind, and notes every answer that the document does not describe."""

import gzip
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import NonInteractiveExampleWarning, Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.contract.house import House, mend

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
    negative_data_rejection,
]
"""The last one only where the request is as it was drawn."""
WORD = re.compile(r"[a-z][a-z_]{2,40}")
INSIDE = re.compile(r"Traceback|sqlalchemy|psycopg|sqlite3\.|site-packages", re.IGNORECASE)
"""What an answer must not tell of how it was made."""
HOSTILE: tuple[Any, ...] = (
    None, True, [], {}, -1, 0, 1.5, 10**20, -(10**20), 2**63, 1e308, "", " ", "a\0b", "\u202e", "x" * 70_000,
    "<script>alert(1)</script>", "=1+1", "'; --", "../../etc/passwd", "NaN", "10" * 40, "1970-01-01",
    "2100-02-30", "0000-00-00", "\ud800",
)  # fmt: skip
IN_ADDRESSES = HOSTILE[:-1]
"""No address holds half a character."""
ODD = object()


@dataclass
class Complaints:
    """What was wrong, once for each operation and kind; and how much was asked."""

    asked: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    found: dict[tuple[str, str], str] = field(default_factory=dict)

    def note(self, case: Case, caller: str, title: str, detail: str) -> None:
        """Keep the first of its kind."""
        sent = f"{case.path_parameters} {case.query} {case.body!r}"[:600]
        self.found.setdefault((case.operation.label, title), f"as {caller}: {sent}\n{detail[:1200]}")

    def told(self) -> str:
        """All of it, for a person."""
        lines = [f"{label}: {title}\n  {text}" for (label, title), text in sorted(self.found.items())]
        return "\n".join([f"{len(lines)} complaints", *lines])


def operations_of(schema: BaseSchema) -> list[APIOperation]:
    """Everything that the document describes."""
    return [found.ok() for found in schema.get_all_operations()]


def document_of(house: House) -> BaseSchema:
    """The document as the application gives it out."""
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", house.app)
    schema.config.generation.update(with_security_parameters=False)
    return schema


def inquire(
    house: House, operation: APIOperation, caller: str, complaints: Complaints, plan: tuple[int, int]
) -> None:
    """Ask an operation as somebody; ``plan`` is how often, and the seed."""
    times, start = plan
    mend(house)

    @seed(start)
    @settings(
        max_examples=times, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(cases(house, ways(operation)))
    def ask(asked: tuple[Case, bool]) -> None:
        case, was_changed = asked
        examine(house, case, caller, complaints, CHECKS[: -1 if was_changed else None])

    with warnings.catch_warnings(), suppress(Unsatisfiable):
        warnings.simplefilter("ignore", NonInteractiveExampleWarning)
        ask()


def walk(house: House, operation: APIOperation, caller: str, complaints: Complaints) -> None:
    """Ask an operation at every border that its description draws."""
    mend(house)
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    found = operation.schema.iter_coverage_cases(
        operation, generation_modes=modes, generation_config=GenerationConfig(with_security_parameters=False)
    )
    for case in found:
        examine(house, case, caller, complaints)


def ways(operation: APIOperation) -> tuple[st.SearchStrategy[Case], ...]:
    """How requests to an operation come about: as it is described, and otherwise."""
    sensible = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not (operation.body or operation.query or operation.path_parameters):
        return (sensible,)
    return sensible, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


@st.composite
def cases(draw: st.DrawFn, house: House, asking: tuple[st.SearchStrategy[Case], ...]) -> tuple[Case, bool]:
    """Sensible or senseless, about what is there or not, and now and then with something hostile in it.

    With it whether values were exchanged: then it may be sensible by now.
    """
    case = draw(st.one_of(asking))
    is_known, is_hostile = draw(st.integers(0, 3)) > 0, draw(st.integers(0, 3)) == 3
    if is_known:
        swap(draw, case, lambda name: house.known.get(name, [ODD]))
    if is_hostile:
        swap_one(draw, case)
    return case, is_known or is_hostile


def swap(draw: st.DrawFn, case: Case, values: Callable[[str], list[Any]]) -> None:
    """Put a value of ours wherever we know one."""
    for holder, name in places_of(case):
        chosen = draw(st.sampled_from(values(str(name))))
        if chosen is not ODD:
            holder[name] = chosen


def swap_one(draw: st.DrawFn, case: Case) -> None:
    """Put something hostile in one place."""
    if places := list(places_of(case, path=False)):
        holder, name = places[draw(st.integers(0, len(places) - 1))]
        holder[name] = draw(st.sampled_from(HOSTILE if holder is not case.query else IN_ADDRESSES))


def places_of(case: Case, path: bool = True) -> Iterator[tuple[Any, Any]]:
    """Every place in a request where a value stands."""
    holders = [case.query, case.body, *([case.path_parameters] if path else [])]
    while holders:
        holder = holders.pop()
        entries = holder.items() if isinstance(holder, dict) else enumerate(holder) if is_list(holder) else ()
        for name, value in list(entries):
            yield holder, name
            holders.append(value)


def is_list(value: object) -> bool:
    """Whether it holds values in order."""
    return isinstance(value, list)


def examine(
    house: House, case: Case, caller: str, complaints: Complaints, checks: Sequence[Any] = CHECKS
) -> None:
    """Send it, and compare the answer with what the document says."""
    complaints.asked += 1
    try:
        answer = case.call(**house.shown(caller))
    except Exception as error:
        complaints.note(case, caller, f"raised {type(error).__name__}", str(error))
        return
    if answer.headers.get("content-encoding") == ["gzip"]:
        answer.content = gzip.decompress(answer.content)
    complaints.statuses[answer.status_code] = complaints.statuses.get(answer.status_code, 0) + 1
    if problem := shape_problem(answer):
        complaints.note(case, caller, problem, answer.text)
    try:
        case.validate_response(answer, checks=list(checks))
    except FailureGroup as group:
        for failure in group.exceptions:
            title = getattr(failure, "title", type(failure).__name__)
            complaints.note(case, caller, title, f"{failure}\n{answer.status_code} {answer.text[:400]}")


def shape_problem(answer: Response) -> str | None:
    """What is wrong with how a refusal looks; None where all is well."""
    if answer.status_code < 400:
        return None
    if answer.status_code == 500 or INSIDE.search(answer.text):
        return "tells of its inside"
    body = answer.json() if "json" in answer.headers["content-type"][0] else {}
    fixed, words = body.get("code"), body.get("message")
    if not (isinstance(fixed, str) and WORD.fullmatch(fixed) and words and body.get("trace")):
        return "is no error of the one shape"
    return None
