"""Writes src/sync/gs1-table.ts, the browser's table of GS1 application identifiers, from the one biip brings.

Run it after biip was updated: ``python app/static/pwa/scripts/make-ai-table.py``.
"""

import json
from importlib import resources
from itertools import groupby
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src" / "sync" / "gs1-table.ts"
SOURCE = resources.files("biip") / "gs1_application_identifiers" / "_application_identifiers.json"
HEAD = """\
// GS1 application identifiers: value, whether FNC1 must end it, identifiers ("3100-3105" is a range).
// Written by scripts/make-ai-table.py; do not edit.
export const IDENTIFIERS: readonly (readonly [pattern: string, separated: boolean, identifiers: string])[] = [
"""


def main() -> None:
    """Write the table beside the parser that reads it."""
    TARGET.write_text(table(), encoding="utf-8")


def table() -> str:
    """The text of the TypeScript module."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for entry in json.loads(SOURCE.read_text(encoding="utf-8")):
        pattern = entry["pattern"].removeprefix("^" + entry["ai"]).removesuffix("$")
        groups.setdefault((pattern, entry["separator_required"]), []).append(entry["ai"])
    rows = (
        f"  [String.raw`{pattern}`, {str(separated).lower()}, '{ranges(identifiers)}'],\n"
        for (pattern, separated), identifiers in groups.items()
    )
    return HEAD + "".join(rows) + "]\n"


def ranges(identifiers: list[str]) -> str:
    """Neighbouring identifiers of one length written as ``first-last``."""
    numbered = enumerate(sorted(identifiers, key=lambda ai: (len(ai), ai)))
    runs = [
        [ai for _, ai in run]
        for _, run in groupby(numbered, key=lambda pair: (len(pair[1]), int(pair[1]) - pair[0]))
    ]
    return " ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


if __name__ == "__main__":
    main()
