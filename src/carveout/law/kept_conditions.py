"""Conditions read before, so that the law is loaded without its parser: loading that takes longer than all the rest.

What the grammar made of a text is kept beside the compiled modules, as these are: under a name that says of which grammar,
which facts and which parser. A condition that is not there is read by the grammar.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from dataclasses import fields
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import carveout.facts
from carveout.facts.schema import Schema, schema
from carveout.law.condition import And, Compare, Holds, Like, Member, Node, Not, Or, Shift, groups_of

if TYPE_CHECKING:
    from carveout.law.grammar import Grammar

_TREES = {made.__name__: made for made in (And, Compare, Holds, Like, Member, Not, Or, Shift)}
_DAY = "a day: "
"""Before the text of what is read as a date of the row, not as a condition."""


class Conditions:
    """What the closed grammar reads, over one schema and one collection of set names."""

    def __init__(self, facts: Schema, groups: frozenset[str] = frozenset()) -> None:
        self.facts = facts
        self.groups = groups
        self._kept = kept() if facts is schema() else Kept(None)
        self._grammar: Grammar | None = None

    @property
    def grammar(self) -> Grammar:
        """The grammar itself; its parser is loaded when it is first needed."""
        if self._grammar is None:
            from carveout.law.grammar import Grammar

            self._grammar = Grammar(self.facts, self.groups)
        return self._grammar

    def parse(self, sql: str) -> Node:
        """The condition as a tree (see :meth:`carveout.law.grammar.Grammar.parse`)."""
        found: Node | None = self._kept.get(sql)
        # Which sets there are is no part of what was kept.
        if found is None or not groups_of(found) <= self.groups:
            found = self._kept.put(sql, self.grammar.parse(sql))
        return found

    def day(self, sql: str) -> tuple[str, Shift]:
        """A date of the row and how it is moved (see :meth:`carveout.law.grammar.Grammar.day`)."""
        found: tuple[str, Shift] | None = self._kept.get(_DAY + sql)
        return found if found is not None else self._kept.put(_DAY + sql, self.grammar.day(sql))


class Kept:
    """Texts and what the grammar made of them; of a file, if there is one."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._told: dict[str, Any] = _read(path) if path is not None else {}
        self._used: set[str] = set()
        self._new = False

    def get(self, text: str) -> Any:
        """What was made of a text, if that is known."""
        told = self._told.get(text)
        if told is None:
            return None
        self._used.add(text)
        return _made(told)

    def put(self, text: str, made: Any) -> Any:
        """What the grammar made of a text, just now."""
        self._told[text] = _told(made)
        self._used.add(text)
        self._new = True
        return made

    def save(self) -> None:
        """Write down what was used, where something was new; nothing happens where nothing can be written."""
        if self.path is None or not self._new:
            return
        self._new = False
        body = marshal.dumps({text: self._told[text] for text in sorted(self._used)})
        with suppress(OSError):
            self.path.parent.mkdir(exist_ok=True)
            part = self.path.with_name(f"{self.path.name}.{os.getpid()}")
            part.write_bytes(sha256(body).digest() + body)
            part.replace(self.path)
            for other in self.path.parent.glob(f"conditions.{sys.implementation.cache_tag}.*"):
                if other != self.path and not other.name.startswith(self.path.name):
                    other.unlink()


@cache
def kept() -> Kept:
    """What is kept for the schema of the package."""
    home, facts = Path(__file__).parent, Path(carveout.facts.__file__).parent
    parser = find_spec("sqlglot")
    if parser is None or parser.origin is None or sys.dont_write_bytecode:
        return Kept(None)
    rests_on = [
        *(home / name for name in ("grammar.py", "condition.py", "dates.py", "kept_conditions.py")),
        *sorted(facts.glob("*.toml")), *sorted(facts.glob("*.tsv")), *sorted(facts.glob("*.py")),
        Path(parser.origin).with_name("_version.py"),
    ]  # fmt: skip
    key = sha256()
    try:
        for path in rests_on:
            key.update(path.read_bytes())
    except OSError:
        return Kept(None)
    return Kept(home / "__pycache__" / f"conditions.{sys.implementation.cache_tag}.{key.hexdigest()[:24]}")


def _read(path: Path) -> dict[str, Any]:
    """What a file holds; nothing where it is not there or not whole."""
    with suppress(OSError, ValueError, EOFError, TypeError):
        held = path.read_bytes()
        if sha256(held[32:]).digest() == held[:32]:
            told = marshal.loads(held[32:])
            return told if isinstance(told, dict) else {}
    return {}


def _told(made: Any) -> Any:
    """A tree as tuples that begin with its name, a day with its number."""
    if type(made) is date:
        return "date", made.toordinal()
    if type(made) is tuple:
        return ("tuple", *map(_told, made))
    if type(made) is frozenset:
        return "frozenset", sorted(map(_told, made), key=repr)
    if type(made).__name__ in _TREES:
        return (type(made).__name__, *(_told(getattr(made, field.name)) for field in fields(made)))
    return made


def _made(told: Any) -> Any:
    """The tree that was told."""
    if type(told) is not tuple:
        return told
    name, *parts = told
    if name == "date":
        return date.fromordinal(parts[0])
    if name == "tuple":
        return tuple(map(_made, parts))
    if name == "frozenset":
        return frozenset(map(_made, parts[0]))
    return _TREES[name](*map(_made, parts))
