"""What a day of a cascade touches: rows, which way they go, and their value by currency, by party and by site."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.book.cascade import Cascade, Indices
from carveout.book.grouping import grouped


@dataclass
class Exposure:
    """One day: rows by the way they go, value by currency, and both by party and by site (rows, then value by currency)."""

    rows: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    causes: tuple[str, ...] = ()
    value: dict[str, float] = field(default_factory=dict)
    parties: dict[str, Counter[str]] = field(default_factory=dict)
    sites: dict[str, Counter[str]] = field(default_factory=dict)
    party_rows: Counter[str] = field(default_factory=Counter)
    site_rows: Counter[str] = field(default_factory=Counter)


class Exposures:
    """Rows of a cascade put together by timeline, currency, party and site, so that a day is soon told."""

    def __init__(self, cascade: Cascade) -> None:
        self.cascade = cascade
        kept = cascade.kept
        names = [name for name in ("currency", "party", "site") if name in kept.labels]
        columns: list[npt.NDArray[Any]] = [cascade.timeline, *(kept.labels[name].codes() for name in names)]
        groups, firsts = grouped(columns)
        count = len(firsts)
        self._counts = np.bincount(groups, minlength=count)
        self._values = np.bincount(groups, weights=np.nan_to_num(kept.values()), minlength=count)
        owner = cascade.timeline[firsts]
        order = np.argsort(owner, kind="stable")
        self._order = order
        self._starts = np.searchsorted(owner[order], np.arange(len(cascade.timelines) + 1))
        self._codes = {name: kept.labels[name].codes()[firsts] for name in names}
        self._texts = {name: kept.labels[name].texts for name in names}

    def of(self, changes: Indices) -> Exposure:
        """What happens by some changes of one day."""
        cascade, found = self.cascade, Exposure()
        causes: set[str] = set()
        parts = []
        for change in changes.tolist():
            causes.update(cascade.causes(change))
            owner = cascade.timelines.of_change[change]
            found.ways[cascade.way(change)] += int(cascade.sizes[owner])
            parts.append(self._order[self._starts[owner] : self._starts[owner + 1]])
        groups = np.concatenate(parts)
        found.rows = sum(found.ways.values())
        found.causes = tuple(sorted(causes))
        currency = self._of("currency", groups)
        if cascade.kept.has_values:
            found.value = _sums(currency, self._values[groups])
        for name, rows, value in (
            ("party", found.party_rows, found.parties),
            ("site", found.site_rows, found.sites),
        ):
            if name in self._codes:
                self._divide(name, groups, currency, rows, value)
        return found

    def _of(self, name: str, groups: Indices) -> list[str]:
        if name not in self._codes:
            return [""] * len(groups)
        texts = self._texts[name]
        return [texts[code] for code in self._codes[name][groups].tolist()]

    def _divide(
        self, name: str, groups: Indices, currency: list[str], rows: Counter[str], value: dict[str, Counter[str]]
    ) -> None:
        counts, sums = self._counts[groups].tolist(), self._values[groups].tolist()
        for label, unit, count, total in zip(self._of(name, groups), currency, counts, sums, strict=True):
            if label:
                rows[label] += count
                if self.cascade.kept.has_values:
                    value.setdefault(label, Counter())[unit] += total


def _sums(labels: list[str], values: npt.NDArray[Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for label, value in zip(labels, values.tolist(), strict=True):
        found[label] = found.get(label, 0.0) + value
    return {label: total for label, total in sorted(found.items()) if total}
