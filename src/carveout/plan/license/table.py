"""Reading a TOML table with units in its names: every fault told by table and key, all together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from carveout.facts.schema import schema
from carveout.plan.error import PlanError

Series = tuple[float, ...]


@dataclass
class Table:
    """One table: where it stands, what is in it, and the faults of the whole file."""

    name: str
    values: Mapping[str, Any]
    faults: list[str] = field(default_factory=list)

    def fault(self, key: str, expected: str) -> None:
        """Note what is wrong with a key."""
        said = repr(self.values[key]) if key in self.values else "missing"
        self.faults.append(
            f"[{self.name}] {key}: {said} is not {expected}"
            if key in self.values
            else f"[{self.name}] {key} is missing; write {expected}"
        )

    def only(self, known: Iterable[str]) -> None:
        """Note keys that are none of a table's."""
        names = tuple(known)
        for key in self.values:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                self.faults.append(
                    f"[{self.name}] has no {key!r}"
                    + (f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(names)}")
                )

    def number(
        self, key: str, default: float | None = None, *, least: float = 0.0, most: float = float("inf")
    ) -> float:
        """A number within limits."""
        limits = f"a number from {least:g}" + ("" if most == float("inf") else f" to {most:g}")
        value = self.values.get(key, default)
        if value is None or isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.fault(key, limits)
            return least
        return float(value)

    def whole(self, key: str, default: int | None = None, *, least: int = 0, most: int = 10**9) -> int:
        """A whole number within limits."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.fault(key, f"a whole number from {least} to {most}")
            return least
        return value

    def series(self, key: str, years: int, default: float | None = None, *, once: bool = False) -> Series:
        """One amount a year; a single number stands for every year, or for the first alone where it is spent once."""
        value = self.values.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
            return (float(value), *(0.0,) * (years - 1)) if once else (float(value),) * years
        good = isinstance(value, list) and len(value) == years
        if not good or not all(
            isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v < float("inf") for v in value or ()
        ):
            self.fault(key, f"a number from 0, or a list of {years}, one a year")
            return (0.0,) * years
        assert isinstance(value, list)
        return tuple(float(v) for v in value)

    def text(self, key: str, default: str | None = None) -> str:
        """A text."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value:
            self.fault(key, "a text")
            return ""
        return value

    def yes(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.fault(key, "true or false")
            return default
        return value

    def cells(self, key: str) -> dict[str, str]:
        """Cells of a book."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.fault(key, "a table of cells of a book")
            return {}
        found = {}
        for name, cell in value.items():
            fact = schema().get(name)
            if fact is None or not fact.is_column:
                near = get_close_matches(name, [f.name for f in schema() if f.is_column], n=1)
                self.faults.append(
                    f"[{self.name}.{key}] {name} is no column of a book"
                    + (f"; did you mean {near[0]}?" if near else "")
                )
                continue
            found[name] = str(cell).lower() if isinstance(cell, bool) else str(cell)
        return found


def stop(faults: list[str]) -> None:
    """Tell all that was wrong.

    Raises:
        PlanError: there was something.
    """
    if faults:
        raise PlanError("\n".join(dict.fromkeys(faults)))
