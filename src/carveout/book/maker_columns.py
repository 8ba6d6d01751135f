"""The makers of equipment over a batch: each distinct name is screened once, as the row composer does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from carveout.book.columns import EMPTY, ReadColumn, with_default
from carveout.book.pattern import mask
from carveout.decide.planes import Codes, Column, Constant
from carveout.facts.default import SPEAKS_OF_ICTS, SPEAKS_OF_MAKERS
from carveout.facts.schema import schema
from carveout.law.view import View
from carveout.parties.producer import GROUPS, SUPPLIER, UNSTATED, made_by, maker_of


def add_makers(
    columns: Mapping[str, ReadColumn], facts: dict[str, Column], undone: dict[str, Column],
    assumed: npt.NDArray[np.uint64], view: View, *, strict: bool,
) -> frozenset[str]:  # fmt: skip
    """Put the group of every row's makers into ``facts``; where one rests on an assumption, mark the column that names it in
    ``assumed`` and take the group back in ``undone``. The facts taken back.
    """
    found: set[str] = set()
    made_by_nobody = np.zeros(len(assumed), bool)
    for column, fact in GROUPS.items():
        places, rests = _makers(columns, column, len(assumed), view, strict=strict)
        facts[fact] = _column(places)
        if column == "producer":
            made_by_nobody = places == _PLACE["none"]
        if rests.any():
            found.add(fact)
            undone[fact] = _column(np.where(rests, _NONE_KNOWN, places))
            _mark(assumed, column, rests)
    if not strict and CATEGORY in facts:
        rows = made_by_nobody & ~_speaks(columns, (CATEGORY, *SPEAKS_OF_ICTS), len(assumed))
        if rows.any():
            found.add(CATEGORY)
            undone[CATEGORY] = facts[CATEGORY]
            facts[CATEGORY] = with_default(facts[CATEGORY], rows, "none", schema()[CATEGORY])
            _mark(assumed, CATEGORY, rows)
    return frozenset(found)


def _mark(assumed: npt.NDArray[np.uint64], name: str, rows: npt.NDArray[np.bool_]) -> None:
    for place, word in enumerate(mask([name])):
        if word:
            assumed[:, place] |= np.where(rows, np.uint64(word), np.uint64(0))


def _speaks(columns: Mapping[str, ReadColumn], names: Iterable[str], rows: int) -> npt.NDArray[np.bool_]:
    """Rows that say something of one of these facts, be it that it is unknown."""
    found = np.zeros(rows, bool)
    for name in names:
        if name in columns:
            found |= columns[name].state != EMPTY
    return found


CATEGORY = "icts_category"
_VALUES = (*schema()["producer_group"].values, None)
_PLACE = {value: place for place, value in enumerate(_VALUES)}
_NONE_KNOWN = np.uint8(_PLACE[None])


def _column(places: npt.NDArray[np.uint8]) -> Column:
    if len(places) and (places == places[0]).all():
        return Constant(_VALUES[int(places[0])])
    return Codes(places, _VALUES)


def _makers(
    columns: Mapping[str, ReadColumn], column: str, rows: int, view: View, *, strict: bool
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """The group of each row as a place among the groups, and whether it is assumed."""
    places, rests = np.full(rows, _NONE_KNOWN), np.zeros(rows, bool)
    held = columns.get(column)
    empty = np.ones(rows, bool)
    if held is not None and isinstance(held.column, Codes):
        empty = held.state == EMPTY
        makers = [maker_of(name, view, strict=strict, column=column) for name in held.column.values]
        places = np.asarray([_PLACE[maker.group] for maker in makers], np.uint8)[held.column.codes]
        rests = np.asarray([maker.assumed for maker in makers])[held.column.codes]
    if column != "producer" or not empty.any():
        return places, rests
    told, silent = _suppliers(columns, rows, view, strict=strict)
    places = np.where(empty, told, places)
    taken = empty & silent & ~_speaks(columns, SPEAKS_OF_MAKERS, rows) & (not strict)
    return np.where(taken, np.uint8(_PLACE["none"]), places), rests | taken


def _suppliers(
    columns: Mapping[str, ReadColumn], rows: int, view: View, *, strict: bool
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """The group that each row's supplier gives, and whether it gives none."""
    key = np.zeros(rows, np.int64)
    read = [columns.get(name) for name in SUPPLIER]
    coded = [one.column if one is not None and isinstance(one.column, Codes) else None for one in read]
    for one in coded:
        if one is not None:
            key = key * len(one.values) + one.codes
    _, firsts, of_row = np.unique(key, return_index=True, return_inverse=True)
    makers = []
    for row in firsts.tolist():
        name, listing = (one.values[one.codes[row]] if one is not None else None for one in coded)
        makers.append(made_by(name, listing.casefold() if isinstance(listing, str) else None, view, strict=strict))
    places = np.asarray([_PLACE[maker.group] for maker in makers], np.uint8)[of_row]
    return places, np.asarray([maker == UNSTATED for maker in makers])[of_row]
