"""The documented defaults over columns: the same table of defaults as for rows, filled in for a batch at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.columns import EMPTY, ReadColumn, is_value, with_default
from carveout.book.compose import NOT_TOWARD
from carveout.book.pattern import ROLE_FACTS, PatternTable, mask
from carveout.book.table_facts import told_in
from carveout.decide.frame_answer import fact_words
from carveout.decide.planes import Codes, Column, Constant
from carveout.facts.default import NOT_CLAIMED, STANDING
from carveout.facts.schema import schema
from carveout.facts.value import UNKNOWN
from carveout.origin.vintages import Vintages


def fill_columns(
    columns: Mapping[str, ReadColumn],
    patterns: PatternTable,
    used: frozenset[str],
    on: npt.NDArray[np.int32],
    *,
    strict: bool,
    vintages: Vintages | None = None,
) -> tuple[dict[str, Column], dict[str, Column], frozenset[str], npt.NDArray[np.uint64]]:
    """Facts with the defaults filled in, and what imported tables tell; the same facts with them taken back, and which
    were taken by row.
    """
    known = schema()
    rows = len(on)
    facts: dict[str, Column] = {}
    for name in used:
        fact = known[name]
        if fact.kind == "asked" and name not in ROLE_FACTS:
            nothing = Constant(UNKNOWN if fact.type == "bool" else None)
            facts[name] = columns[name].column if name in columns else nothing
    for name in ("other_authorization", "license_no"):
        facts[name] = _folded(name, facts[name])
    raw = dict(facts)
    assumed = np.zeros((rows, fact_words()), np.uint64)
    empty = np.full(rows, EMPTY, np.uint8)
    if not strict:
        for names in known.claims().values():
            states = [columns[name].state if name in columns else empty for name in names]
            none = np.logical_and.reduce([state == EMPTY for state in states])
            _fill(facts, assumed, names[0], none, NOT_CLAIMED[names[0]])
        for default in STANDING:
            state = columns[default.fact].state if default.fact in columns else empty
            applies = state == EMPTY
            if default.where is not None:
                applies = applies & is_value(facts[default.where], default.among)
            _fill(facts, assumed, default.fact, applies, default.value)
        if vintages is not None:
            for name, value, told in told_in(columns, on, vintages):
                if name in facts:
                    _fill(facts, assumed, name, told, value)
    changed = {name for name, column in facts.items() if column is not raw[name]}
    undone = {name: raw[name] for name in changed}
    for name in (n for n in ROLE_FACTS if n.endswith("_country")):
        facts[name] = patterns.country(name, undone=False)
        if any(name in p.open_countries for p in patterns.patterns):
            undone[name] = patterns.country(name, undone=True)
            changed.add(name)
    turned = patterns.receives & is_value(facts["direction"], NOT_TOWARD)
    if turned.any():
        direction = facts["direction"]
        assert isinstance(direction, Codes)
        last = len(direction.values) - 1
        facts["direction"] = Codes(
            np.where(turned, last, direction.codes).astype(direction.codes.dtype), direction.values
        )
        undone.pop("direction", None)
    return facts, undone, frozenset(changed), assumed


def _fill(
    facts: dict[str, Column],
    assumed: npt.NDArray[np.uint64],
    name: str,
    rows: npt.NDArray[np.bool_],
    value: Any,
) -> None:
    if rows.any():
        facts[name] = with_default(facts[name], rows, value, schema()[name])
        words = mask([name])
        for place, word in enumerate(words):
            if word:
                assumed[:, place] |= np.where(rows, np.uint64(word), np.uint64(0))


def supplied_column(column: Any) -> Codes:
    """A supplied conclusion: None where nothing was supplied."""
    assert isinstance(column, Codes)
    return Codes(column.codes, (*column.values[:-1], None))


def folded(name: str, text: str) -> str:
    """A text whose case does not count, in lower case; of a license number only the word none."""
    whole = name == "other_authorization" or (name == "license_no" and text.casefold() == "none")
    return text.casefold() if whole else text


def _folded(name: str, column: Column) -> Column:
    if not isinstance(column, Codes):
        return column
    texts = [folded(name, value) if isinstance(value, str) else value for value in column.values[:-1]]
    distinct = {value: place for place, value in enumerate(dict.fromkeys(texts))}
    table = np.asarray([*(distinct[v] for v in texts), len(distinct)], column.codes.dtype)
    return Codes(table[column.codes], (*distinct, None))
