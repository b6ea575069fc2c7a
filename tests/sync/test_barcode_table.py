"""The browser's table of application identifiers is the one that the installed library has."""

import runpy
from pathlib import Path

FRONT_END = Path(__file__).parents[2] / "app" / "static" / "pwa"


def test_the_committed_table_is_what_the_script_writes() -> None:
    script = runpy.run_path(str(FRONT_END / "scripts" / "make-ai-table.py"))
    assert (FRONT_END / "src" / "sync" / "gs1-table.ts").read_text(encoding="utf-8") == script["table"]()
