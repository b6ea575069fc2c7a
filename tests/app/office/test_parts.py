"""Parts of pages are read once and stay: what one uses is handed in, or there for every page."""

import re
from pathlib import Path

from flask import Flask
from jinja2 import meta, nodes

import app as package

TEMPLATES = Path(package.__file__).parent / "templates"
IMPORTED = re.compile(r"""from\s+["']([^"']+)["']\s+import([^%]*)%}""")


def test_no_part_takes_anything_from_the_page_that_imports_it(app: Flask) -> None:
    texts = {str(file.relative_to(TEMPLATES)): file.read_text() for file in TEMPLATES.rglob("*.html")}
    taken = {found for text in texts.values() for found in IMPORTED.findall(text)}
    assert not [words for _name, words in taken if "with context" in words]
    wrong = {name: unknown for name, _words in taken if (unknown := unknown_in(app, texts[name]))}
    assert wrong == {}


def unknown_in(app: Flask, text: str) -> set[str]:
    """Names that neither the part itself nor the application gives."""
    read = app.jinja_env.parse(text)
    own = {name.name for name in read.find_all(nodes.Name) if name.ctx in ("store", "param")}
    return meta.find_undeclared_variables(read) - set(app.jinja_env.globals) - own - {"caller"}
