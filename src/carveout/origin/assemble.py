"""Lines of text into a bill: parts by id, uses by place, cells read once per distinct text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl

from carveout.facts.row import CellProblem
from carveout.facts.value import UNKNOWN
from carveout.origin.bill import Bill, LineError, Numbers, PartClass, Places
from carveout.origin.error import OriginError
from carveout.origin.line import COLUMNS, DECIDING, READERS, is_unknown, read_controlled, read_quantity, read_value

STRIPPED = frozenset({"part", "parent", "quantity", "unit_value"})
"""Columns freed of blanks at the ends at once; of the others each distinct text is, when it is read."""

LINE = "line"
"""Column with the number of each line in its file."""


def assemble(lines: pl.DataFrame, *, rates: Mapping[str, float] | None = None, notes: tuple[str, ...] = ()) -> Bill:
    """A bill from lines of text: a frame of text columns named as in :data:`carveout.origin.line.COLUMNS`, and ``line``.

    ``rates``: what one unit of another currency is worth in the currency of the bill. A cell that cannot be read is held
    as unknown, so that it only widens the result, and told in ``errors``.

    Raises:
        OriginError: there are no lines.
    """
    if not lines.height:
        raise OriginError("the bill has no lines")
    return _Assembly(lines, dict(rates or {}), notes).bill()


class _Assembly:
    def __init__(self, lines: pl.DataFrame, rates: dict[str, float], notes: tuple[str, ...]) -> None:
        kept = [name for name in COLUMNS if name in lines.columns]
        missing = [pl.lit("").alias(name) for name in COLUMNS if name not in lines.columns]
        plain = [pl.col(name).fill_null("") for name in COLUMNS if name in lines.columns]
        plain = [one.str.strip_chars() if name in STRIPPED else one for one, name in zip(plain, kept, strict=True)]
        self.lines = lines.with_columns(*plain, *missing)
        self.rates = rates
        self.notes = list(notes)
        self.errors: list[LineError] = []

    def bill(self) -> Bill:
        self._name_the_nameless()
        own, parent, parts = self._places()
        first, described = self._descriptions(own, len(parts))
        class_of_line, classes = self._classes(described)
        low, high, currency = self._values(described)
        n = len(parts)
        class_of = np.full(n, len(classes), np.int64)
        class_of[first] = class_of_line
        values = np.full((2, n), np.nan)
        values[0, first], values[1, first] = low, high
        names: Any = described["description"]
        if len(first) < n or (first[1:] < first[:-1]).any():
            names = np.full(n, "", object)
            names[first] = described["description"].to_numpy()
        few, many = self._quantities(parent >= 0)
        used = np.flatnonzero(parent >= 0)
        bare = n - len(first)
        if bare:
            self.notes.append(f"{bare} {'part has' if bare == 1 else 'parts have'} no line of their own")
        return Bill(
            parts, values[0], values[1], (*classes, PartClass()), class_of, parent[used], own[used], few, many, currency,
            names, tuple(sorted(self.errors, key=lambda error: error.line)), tuple(self.notes),
        )  # fmt: skip

    def _fault(self, place: int, column: str, value: str, problem: CellProblem) -> None:
        line = int(self.lines[LINE][place])
        self.errors.append(LineError(line, column, value, problem.expected, problem.nearest))

    def _name_the_nameless(self) -> None:
        nameless = self.lines["part"] == ""
        if nameless.any():
            for place in np.flatnonzero(nameless.to_numpy()).tolist():
                self._fault(place, "part", "", CellProblem("the id of a part"))
            own = pl.concat_str(pl.lit("(line "), pl.col(LINE).cast(pl.String), pl.lit(")"))
            self.lines = self.lines.with_columns(
                pl.when(pl.col("part") == "").then(own).otherwise("part").alias("part")
            )

    def _places(self) -> tuple[Places, Places, list[str]]:
        """Of every line the place of its part and of its parent (-1 for none), and the ids in the order of the file."""
        both = pl.concat([self.lines["part"], self.lines["parent"].rename("part")])
        encoded = both.to_arrow().dictionary_encode()
        codes = np.asarray(encoded.indices).astype(np.int64)
        ids = encoded.dictionary.to_pylist()
        none = ids.index("") if "" in ids else -1
        if none >= 0:
            codes = np.where(codes == none, -1, codes - (codes > none))
            ids.pop(none)
        count = self.lines.height
        return codes[:count], codes[count:], ids

    def _descriptions(self, own: Places, parts: int) -> tuple[Places, pl.DataFrame]:
        """The parts that have lines, and one line for each: of a part with several, what any of them states."""
        first = np.unique(own, return_index=True)[1]
        if len(first) == len(own):
            return own, self.lines.with_row_index("place")
        lines = self.lines.with_row_index("place").with_columns(pl.Series("own", own))
        repeated = pl.Series("own", np.flatnonzero(np.bincount(own, minlength=parts) > 1))
        several = lines.filter(pl.col("own").is_in(repeated.implode()))
        single = lines.filter(~pl.col("own").is_in(repeated.implode()))
        about = [*DECIDING, "unit_value", "currency", "description"]
        given = {name: pl.col(name).filter(pl.col(name) != "") for name in about}
        merged = several.group_by("own", maintain_order=True).agg(
            *(given[name].first().fill_null("") for name in about),
            *(given[name].n_unique().alias(f"{name} ways") for name in about if name != "description"),
            pl.col("place").first(),
        )
        for name in (name for name in about if name != "description"):
            for part in merged.filter(pl.col(f"{name} ways") > 1)["own"].to_list():
                self._tell_apart(several.filter((pl.col("own") == part) & (pl.col(name) != "")), name)
                # Which of them is right is not known.
                merged = merged.with_columns(
                    pl.when(pl.col("own") == part).then(pl.lit("")).otherwise(name).alias(name)
                )
        keep = ["own", "place", *about]
        whole = pl.concat([single.select(keep), merged.select(keep)], how="vertical_relaxed")
        return whole["own"].to_numpy(), whole

    def _tell_apart(self, lines: pl.DataFrame, column: str) -> None:
        stated = lines[column][0]
        for place, value in zip(lines["place"].to_list(), lines[column].to_list(), strict=True):
            if value != stated:
                right = f"what line {lines[LINE][0]} says of the same part, {stated!r}; both are taken as not known"
                self._fault(place, column, value, CellProblem(right))

    def _classes(self, described: pl.DataFrame) -> tuple[Places, list[PartClass]]:
        joined = described.select(pl.concat_str(DECIDING, separator="\x1f").alias("all"))["all"]
        encoded = joined.to_arrow().dictionary_encode()
        codes = np.asarray(encoded.indices).astype(np.int64)
        classes = []
        for place, text in enumerate(encoded.dictionary.to_pylist()):
            cells = dict(zip(DECIDING, map(str.strip, text.split("\x1f")), strict=True))
            held: dict[str, Any] = {}
            for column, cell in cells.items():
                read: Callable[[str], Any] = READERS.get(column, read_controlled)
                try:
                    held[column] = None if is_unknown(cell) else read(cell)
                except CellProblem as problem:
                    held[column] = None
                    for line in np.flatnonzero(codes == place).tolist():
                        self._fault(int(described["place"][line]), column, cell, problem)
            classes.append(
                PartClass(
                    held["origin"] or "", held["eccn"] or "", held["reasons_for_control"] or "",
                    UNKNOWN if held["controlled"] is None else held["controlled"], held["kind"] or "", held["how"] or "",
                )
            )  # fmt: skip
        return codes, classes

    def _amounts(
        self, texts: pl.Series, column: str, read: Callable[[str], tuple[float, float]], places: Places
    ) -> tuple[Numbers, Numbers]:
        """The bounds of each amount, NaN where it is not known; plain numbers all at once, the others one by one."""
        number = texts.cast(pl.Float64, strict=False)
        low = number.fill_null(float("nan")).to_numpy().copy()
        plain = np.isfinite(low) & (low > 0)
        high = low.copy()
        read_once: dict[str, tuple[float, float] | CellProblem | None] = {}
        for place in np.flatnonzero(~plain & (texts != "").to_numpy()).tolist():
            text = texts[place]
            if text not in read_once:
                try:
                    read_once[text] = None if is_unknown(text) else read(text)
                except CellProblem as problem:
                    read_once[text] = problem
            found = read_once[text]
            if isinstance(found, CellProblem):
                self._fault(int(places[place]), column, text, found)
            low[place], high[place] = found if isinstance(found, tuple) else (np.nan, np.nan)
        return low, high

    def _values(self, described: pl.DataFrame) -> tuple[Numbers, Numbers, str]:
        places = described["place"].to_numpy()
        low, high = self._amounts(described["unit_value"], "unit_value", read_value, places)
        named = described["currency"].str.strip_chars().str.to_uppercase()
        currencies = [one for one in named.unique(maintain_order=True).to_list() if one]
        # The currency of the bill is the first without a rate.
        base = next((one for one in currencies if one not in self.rates), currencies[0] if currencies else "")
        for one in currencies:
            if one == base:
                continue
            mine = (named == one).to_numpy()
            rate = self.rates.get(one)
            if rate is not None:
                low[mine], high[mine] = low[mine] * rate, high[mine] * rate
                continue
            problem = CellProblem(
                f"{base}, the currency of the bill; give its rate, or its values are taken as not known"
            )
            for place in np.flatnonzero(mine).tolist():
                self._fault(int(places[place]), "currency", one, problem)
            low[mine], high[mine] = np.nan, np.nan
        return low, high, base

    def _quantities(self, used: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[Numbers, Numbers]:
        places = np.flatnonzero(used)
        texts = self.lines["quantity"].filter(pl.Series(used))
        low, high = self._amounts(texts, "quantity", read_quantity, places)
        return np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), np.inf, high)
