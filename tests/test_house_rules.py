"""The rules of the house: a machine watches over them, so that nobody has to remember."""

import ast
import re
from collections.abc import Iterable

import pytest

from app.config import VARIABLES
from tests import house
from tests.house import ROOT, Source, files, functions, imports, python

LONGEST_FUNCTION = 30
LONGEST_WITH_MARKUP = 45
"""In the front end's ``.tsx``, where most lines of a function are what it shows."""
LONGEST_MODULE = 400
DEEPEST_NESTING = 3
MOST_PARAMETERS = 5

NAIVE = {"qty", "ref", "obj", "data", "manager", "helper", "helpers", "util", "utils", "misc", "stuff"}
PERSON = "manager"
"""A role of people, and nothing else."""
NAMED_BY_A_LIBRARY = {"_deserialize", "_serialize"}
"""Methods whose parameters are named by the class that they come from."""

FLOORS = {"people": 0, "imports": 1, "catalog": 2, "warehouse": 3, "stock": 4, "purchasing": 5, "sales": 5}
FLOORS |= {"insight": 6, "channels": 6, "upkeep": 6}
"""An area may use those below it."""
TOLD_TO_IMPORTS = "import_"
"""Modules in which an area, on whichever floor, tells the machine of imports about its tables."""
OWN_FACES = {"routes", "pages", "schemas"}
DOORS = {"app.exchange", "app.live", "app.pwa", "app.phone", "app.cli"}

NO_SYNC = {"flask", "sqlalchemy", "app", "time", "random", "secrets", "uuid", "os", "requests", "socket"}
ONLY_THERE = {
    "eventlet": ("app/server/", "gunicorn.conf.py"),
    "gevent": ("app/server/", "gunicorn.conf.py"),
    "gunicorn": ("app/server/", "gunicorn.conf.py"),
    "flask_socketio": ("app/live.py",),
    "smtplib": ("app/mail.py",),
}
"""Libraries that one place alone may know."""

STARTS_OUR_OWN = "app/server/children.py"
"""Starts the server and its worker, and asks the server whether it is up."""
RISKY = ("subprocess", "pickle", "marshal", "shelve", "urllib.request", "http.client", "ftplib")
RISKY += ("requests", "httpx", "aiohttp", "xml.", "yaml")
"""What opens a way out, runs programs, or makes objects of what somebody sent."""

STARTS_PROGRAMS = {
    "system",
    "popen",
    "fork",
    "execv",
    "execve",
    "execvp",
    "execl",
    "spawnv",
    "spawnl",
    "posix_spawn",
}
"""What of the system starts a program without being imported."""
BECOMES_CODE = {"eval", "exec", "compile", "__import__"}
"""What makes a program of a text."""

FORBIDDEN_TEXTS = {
    "a skipped test": r"(mark|pytest)\.(skip|xfail|importorskip)|\b(it|test|describe)\.(skip|only|todo)\b",
    "something left undone": r"\b(TODO|FIXME|XXX|HACK)\b",
    "the address of a registry": r"pypi\.(org|io)|pythonhosted\.|registry\.(npmjs|yarnpkg)|npmjs\.(org|com)/",
    "a path of one machine": r"/(work|opt/pypi|opt/wheels)/|/home/\w+/|/root/|/Users/\w+/",
}
WRITES_MOVEMENTS = re.compile(
    r"\b(insert|update|delete)\(Movement\b|(INTO|UPDATE|FROM) movement\b.*VALUES", re.I
)
SETTING = re.compile(r"""environ(?:\.get\(|\.setdefault\(|\[)["']([A-Z][A-Z0-9_]+)["']""")
OF_OTHERS = {
    "PATH",
    "CI",
    "CHROMIUM",
    "FIREFOX",
    "WEBKIT",
    "NO_COLOR",
    "CONTENT_LENGTH",
    "PSYCOPG_WAIT_FUNC",
    "TALLYMAN_TEST_DATABASE",
}
"""Variables that are not ours to document, or concern the tests alone."""
WRITTEN_BY_ALEMBIC = "migrations/versions/"


def told(problems: Iterable[str]) -> str:
    return "\n" + "\n".join(problems)


def broken(problems: Iterable[str]) -> None:
    found = sorted(problems)
    assert not found, told(found)


def test_functions_are_short() -> None:
    broken(
        f"{file.path}:{function.lineno} {function.name}: {house.length(function)} lines"
        for file in python()
        for function in functions(file)
        if house.length(function) > LONGEST_FUNCTION
        if not file.path.startswith(WRITTEN_BY_ALEMBIC)
    )


def test_functions_of_the_front_end_are_short() -> None:
    broken(
        f"{file.path}:{line} {name}: {lines} lines"
        for file in files()
        if file.path.startswith("app/static/pwa/src/") and file.path.endswith((".ts", ".tsx"))
        for line, name, lines in house.script_functions(file)
        if lines > (LONGEST_WITH_MARKUP if file.path.endswith("x") else LONGEST_FUNCTION)
    )


def test_functions_are_flat() -> None:
    broken(
        f"{file.path}:{function.lineno} {function.name}: {house.nesting(function)} deep"
        for file in python()
        for function in functions(file)
        if house.nesting(function) > DEEPEST_NESTING
    )


def test_functions_ask_for_little() -> None:
    broken(
        f"{file.path}:{function.lineno} {function.name}: {len(house.parameters(function))} parameters"
        for file in python("app", "sync", "manage")
        for function in functions(file)
        if len(house.parameters(function)) > MOST_PARAMETERS
    )


def test_modules_are_short() -> None:
    broken(
        f"{file.path}: {lines} lines"
        for file in files()
        if file.path.endswith((".py", ".ts", ".tsx")) and (lines := file.text.count("\n")) > LONGEST_MODULE
        if not file.path.startswith(WRITTEN_BY_ALEMBIC)
    )


def test_names_are_words_of_the_trade() -> None:
    broken(
        f"{file.path}:{line} {name}"
        for file in python()
        for line, name in house.names(file)
        if is_naive(name) and line not in lines_of_a_library(file)
    )


def is_naive(name: str) -> bool:
    words = set(house.words_of(name))
    is_person = name == PERSON or name.startswith("test_")
    return bool((NAIVE - {PERSON} if is_person else NAIVE) & words)


def lines_of_a_library(file: Source) -> set[int]:
    named = [function for function in functions(file) if function.name in NAMED_BY_A_LIBRARY]
    drawn = [
        each for each in functions(file) if any("given" in ast.dump(mark) for mark in each.decorator_list)
    ]
    return {line for each in (*named, *drawn) for line in range(each.lineno, each.body[0].lineno)}


def test_front_end_files_are_named_by_words_of_the_trade() -> None:
    broken(
        file.path
        for file in files()
        if file.path.startswith("app/static/pwa/src/") and is_naive(file.path.rsplit("/", 1)[1].split(".")[0])
    )


def test_the_ground_floor_knows_neither_the_house_nor_the_clock() -> None:
    broken(
        f"{file.path} imports {name}"
        for file in python("sync/")
        for name in imports(file)
        if name.split(".")[0] in NO_SYNC
    )
    broken(
        f"{file.path}:{node.lineno} asks for the time"
        for file in python("sync/")
        for node in file.nodes
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
    )


def test_areas_use_only_what_is_below_them() -> None:
    broken(
        f"{file.path} imports {name}"
        for file in python("app/")
        for name in imports(file)
        if (own := area_of(file.module)) and (other := area_of(name))
        if other != own and FLOORS[other] >= FLOORS[own]
        if not (other == "imports" and file.module.rpartition(".")[2].startswith(TOLD_TO_IMPORTS))
    )


def test_areas_never_use_the_faces_of_another_or_a_door() -> None:
    broken(
        f"{file.path} imports {name}"
        for file in python("app/")
        for name in imports(file)
        if (own := area_of(file.module)) and (is_face_of_another(own, name) or is_door(name))
    )


def is_face_of_another(own: str, name: str) -> bool:
    return area_of(name) not in {None, own} and knows_face(name)


def test_nouns_know_no_face() -> None:
    broken(
        f"{file.path} imports {name}"
        for file in python("app/")
        if (own := area_of(file.module)) and not is_face(file.module.rpartition(".")[2])
        for name in imports(file)
        if area_of(name) == own and knows_face(name)
    )


def knows_face(name: str) -> bool:
    """Whether what is imported lies in a face: of an area, or of one of its rooms."""
    return any(is_face(part) for part in name.split(".")[2:])


def is_face(module: str) -> bool:
    """``routes``, ``pages`` and ``schemas``, also those of one noun, such as ``pack_routes``."""
    return module.rpartition("_")[2] in OWN_FACES


def is_door(name: str) -> bool:
    return ".".join(name.split(".")[:2]) in DOORS


def area_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "app" and parts[1] in FLOORS else None


@pytest.mark.parametrize("library", ONLY_THERE)
def test_a_library_stays_in_its_place(library: str) -> None:
    broken(
        f"{file.path} imports {library}"
        for file in python("app/", "sync/", "gunicorn.conf.py", "wsgi.py")
        if not file.path.startswith(ONLY_THERE[library])
        and any(name.split(".")[0] == library for name in imports(file))
    )


def test_the_application_calls_nobody_runs_no_program_and_unpacks_no_objects() -> None:
    broken(
        f"{file.path} imports {name}"
        for file in python("app/", "sync/", "gunicorn.conf.py", "wsgi.py")
        if file.path != STARTS_OUR_OWN
        for name in imports(file)
        if name.startswith(RISKY)
    )
    broken(
        f"{file.path}:{node.lineno} {node.func.attr}"
        for file in python("app/", "sync/", "gunicorn.conf.py", "wsgi.py")
        if file.path != STARTS_OUR_OWN
        for node in file.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in STARTS_PROGRAMS
    )


def test_no_text_becomes_code() -> None:
    broken(
        f"{file.path}:{node.lineno} {node.func.id}"
        for file in python("app/", "sync/", "gunicorn.conf.py", "wsgi.py", "manage")
        for node in file.nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BECOMES_CODE
    )


def test_movements_are_written_in_one_place() -> None:
    broken(
        file.path
        for file in python("app/")
        if not file.path.startswith("app/stock/") and WRITES_MOVEMENTS.search(file.text)
    )


@pytest.mark.parametrize("what", FORBIDDEN_TEXTS)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN_TEXTS[what])
    broken(
        f"{file.path}:{number} {what}: {line.strip()[:80]}"
        for file in files()
        if file.path != "tests/test_house_rules.py" and pattern.search(file.text)
        for number, line in enumerate(file.text.splitlines(), 1)
        if pattern.search(line)
    )


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    known = {
        name
        for file in python("app/", "manage", "gunicorn.conf.py", "benchmarks/", "tests/everything.py")
        for name in SETTING.findall(file.text)
    } | VARIABLES.keys()
    documented = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", (ROOT / "docs/settings.md").read_text(), re.M))
    assert documented == known - OF_OTHERS


def test_the_rules_themselves_see_what_they_are_for() -> None:
    source = Source(
        "app/catalog/routes.py",
        "import time\nfrom app.stock.routes import levels\n"
        "def f(a, b, c, d, e, *, qty):\n if a:\n  for b in c:\n   with d:\n    while e:\n     pass\n"
        "def g(a):\n if a: pass\n elif b: pass\n elif c: pass\n elif d: pass\n elif e: pass\n",
    )
    first, second = functions(source)
    assert (house.nesting(first), house.nesting(second)) == (4, 1)
    assert len(house.parameters(first)) == 6
    assert house.length(first) == 6
    assert imports(source) == {"time", "app.stock.routes.levels"}
    assert is_face_of_another("catalog", "app.stock.routes.levels")
    assert is_face_of_another("catalog", "app.people.devices.schemas.DeviceId")
    assert knows_face("app.people.devices.pin_pages.shown") and knows_face("app.stock.levels.pages")
    assert not knows_face("app.people.devices.pins.check_pin")
    assert not is_face("tables_out")
    assert house.words_of("parseQTYOf_the_HTTPRef2") == ["parse", "qty", "of", "the", "http", "ref", "2"]
    assert "qty" in {name for _line, name in house.names(source)}
    script = "export function a(b: C): D {\n  return {\n  }\n}\nclass E {\n  async f() {\n    g()\n  }\n}\n"
    arrow = "const h = async (i: J) => {\n  k()\n}\nconst l = (m: N) =>\n  o(\n    m,\n  )\n"
    found = house.script_functions(Source("a.ts", script + arrow))
    assert list(found) == [(1, "a", 4), (6, "f", 3), (10, "h", 3), (13, "l", 4)]
