"""What every application of a run would compute alike is kept: each test makes an application of its own."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

BUILDERS: dict[tuple[Any, ...], Builder] = {}


def keep_what_is_alike() -> None:
    """Compile once a process what is the same for each application: builders of addresses, and templates."""
    Flask.jinja_options = {"bytecode_cache": Templates()}
    Rule._compile_builder = address_builder  # type: ignore[method-assign]


compile_builder = Rule._compile_builder


def address_builder(rule: Rule, append_unknown: bool = True) -> Builder:
    """The function, compiled from source, that builds a rule's addresses; rules that read alike share it."""
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in BUILDERS:
        BUILDERS[key] = compile_builder(rule, append_unknown)
    return BUILDERS[key]


class Templates(BytecodeCache):
    """Compiled templates, in memory; a changed template has another checksum and is compiled anew."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what was kept."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()
