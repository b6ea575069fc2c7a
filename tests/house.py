"""The house read as text and as syntax trees, for the rules that a machine can watch over."""

import ast
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_OURS = {".git", ".venv", "node_modules", "dist", "__pycache__", "data", ".hypothesis", "test-results"}
CACHES = re.compile(r"\.\w+_cache")
TEXTS = {".py", ".ts", ".tsx", ".css", ".html", ".json", ".md", ".toml", ".lock", ".ini", ".mako", ".sh", ""}

SCRIPT_FUNCTION = re.compile(
    r"(?P<indent> {0,2})(?:export )?(?:default )?(?:(?:async )?function\*? (?P<named>\w+)"
    r"|const (?P<arrow>\w+)(?:: [^=]+)? = (?:async )?(?:<.*>)?\(.*=>(?: [({])?$"
    r"|(?:(?:private|static|async|get|set) )*(?!(?:if|for|while|switch|catch)\b)(?P<method>\w+)"
    r"(?:<.*>)?\(.*\{$)"
)
"""The beginning of a function at the top of a module, or of a method in a class, laid out as here."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
DEEPER = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


@dataclass(frozen=True)
class Source:
    """One file of ours."""

    path: str
    text: str

    @property
    def module(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return parsed(self.text)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of its syntax."""
        return walked_through(self.text)


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def walked_through(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parsed(text)))


@cache
def files() -> tuple[Source, ...]:
    """Every text file of the repository."""
    return tuple(Source(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in sorted(walked()))


def walked() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not CACHES.fullmatch(name)]
        for name in names:
            path = Path(folder) / name
            if path.suffix in TEXTS and path.stat().st_size < 2_000_000 and is_text(path):
                yield path


def is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:4096]


def python(*tops: str) -> list[Source]:
    """The Python files, of the given folders only where there are any."""
    found = [file for file in files() if file.path.endswith(".py") or file.path == "manage"]
    return [file for file in found if not tops or file.path.startswith(tops)]


def functions(source: Source) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    return (node for node in source.nodes if isinstance(node, Function))


def script_functions(source: Source) -> Iterator[tuple[int, str, int]]:
    """Line, name and length of every function of a TypeScript file that is not within another one."""
    lines = source.text.splitlines()
    for number, line in enumerate(lines):
        if begun := SCRIPT_FUNCTION.match(line):
            yield number + 1, str(begun[begun.lastgroup or 0]), script_length(lines[number:], begun["indent"])


def script_length(lines: list[str], indent: str) -> int:
    """How many of these lines the function takes that begins with the first: to where its indent ends."""
    for number, line in enumerate(lines[1:], 2):
        is_within = not line.strip() or line.startswith(indent + " ")
        if not is_within and not line.endswith(("{", "=>")):
            return number if line.startswith((indent + "}", indent + ")")) else number - 1
    return len(lines)


def length(function: Function) -> int:
    """Lines from ``def`` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def nesting(node: ast.AST) -> int:
    """How deep statements stand within each other; ``elif`` is no deeper than its ``if``."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and [child] == node.orelse
        deepest = max(deepest, nesting(child) + (isinstance(child, DEEPER) and not is_elif))
    return deepest


def parameters(function: Function) -> list[str]:
    """The names of the parameters, but for ``self`` and what takes the rest."""
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in {"self", "cls"}]


def imports(source: Source) -> set[str]:
    """The dotted names of what a module imports, ``from a import b`` as ``a.b``."""
    found: set[str] = set()
    for node in source.nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def names(source: Source) -> Iterator[tuple[int, str]]:
    """Every name that the file gives: modules, classes, functions, parameters, variables."""
    yield 1, Path(source.path).stem
    for node in source.nodes:
        if isinstance(node, ast.ClassDef | Function):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def words_of(name: str) -> list[str]:
    """The words in a name, whichever way they are joined."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]
