"""Rows that the law cannot tell apart: each row's signature, so that one answer serves all rows that share it.

A fact enters by what the conditions can see of it: a text by the truth of every leaf that mentions it, a number or date by
its place among the thresholds of the law, the day of the act by the stretch of law it lies in. Only dates that may still
turn an answer after the act enter as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from carveout.decide.network import Network
from carveout.decide.planes import Codes, Column, Range, leaf_test, value_ends
from carveout.law.condition import Compare, Member, leaves

Words = npt.NDArray[np.uint64]

REACH = 8
"""Days after a date within which it may still turn an answer (shifts by months add to it)."""


class Signatures:
    """What the law of a network can see of each fact."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.leaves: dict[str, list[Any]] = {}
        self.exact: set[str] = set()
        self.turning: dict[str, int] = {}
        trees = [tree for clause in network.clauses for tree in clause.condition.readings]
        trees += [rule.when for rule in network.view.corpus.not_encoded if rule.when is not None]
        for tree in trees:
            for leaf in leaves(tree):
                self._note(leaf)
        for node in network.nodes:
            if node.own_clock:
                self.exact.add(node.provision.clock)
        for name, own, act in network.dated_facts:
            reach = REACH + 31 * (abs(own.months) + abs(act.months)) + abs(own.days) + abs(act.days)
            self.turning[name] = max(self.turning.get(name, 0), reach)

    def _note(self, leaf: Any) -> None:
        if isinstance(leaf, Compare) and leaf.other:
            if "act_date" not in (leaf.fact, leaf.other):
                self.exact |= {leaf.fact, leaf.other}
            return
        if leaf.fact != "act_date":
            self.leaves.setdefault(leaf.fact, []).append(leaf)

    @cached_property
    def days(self) -> npt.NDArray[np.int64]:
        """Days at which the law, a set, or a literal compared with the day of the act changes what is seen of it."""
        reviewed = self.network.view.corpus.reviewed_through + timedelta(days=1)
        literal = [day.toordinal() for day in self.network.literal_days]
        return np.asarray(sorted({*self.network.ordinals, *literal, reviewed.toordinal()}))

    def column(self, name: str, column: Column, on: npt.NDArray[np.int32]) -> list[npt.NDArray[Any]]:
        """What is seen of a column, as one or more arrays of small numbers."""
        if isinstance(column, Codes):
            return [self._codes(name, column)]
        assert isinstance(column, Range)
        found = []
        thresholds = self._thresholds(name)
        ends = [column.low] if column.high is column.low else [column.low, column.high]
        for end in ends:
            if name in self.exact:
                found.append(end)
                continue
            found.append(np.searchsorted(thresholds, end, side="left") + np.searchsorted(thresholds, end, side="right"))
            if name in self.turning:
                # Past and settled: nothing; still to come: the day itself; near the act: how it lies to the act.
                reach = self.turning[name]
                found.append(np.where(end + reach > on, end, 0))
                found.append(np.where(abs(end - on) <= reach, end - on + 2 * reach, 0))
        return found

    def _codes(self, name: str, column: Codes) -> npt.NDArray[Any]:
        seen: dict[Any, int] = {}
        table = np.asarray(
            [seen.setdefault(self.view_of(name, value), len(seen)) for value in column.values], np.uint32
        )
        return np.asarray(table[column.codes])

    def view_of(self, name: str, value: Any) -> Any:
        """What the law sees of one text, choice or truth."""
        if name in self.exact or isinstance(value, int):
            return value
        if value is None:
            return None
        found: list[int] = []
        for leaf in self.leaves.get(name, ()):
            if isinstance(leaf, Member) and leaf.group:
                history = self.network.view.groups[leaf.group]
                found += [history.contains(value, day) for day in history.starts]
            else:
                found.append(leaf_test(leaf)(value))
        return tuple(found)

    def _thresholds(self, name: str) -> npt.NDArray[Any]:
        values: set[Any] = set()
        for leaf in self.leaves.get(name, ()):
            literals = [leaf.value] if isinstance(leaf, Compare) else list(leaf.values)
            values |= {value_ends(value)[0] for value in literals}
        return np.asarray(sorted(values))

    def rows(self, facts: Mapping[str, Column], extra: list[npt.NDArray[Any]], on: npt.NDArray[np.int32]) -> Words:
        """The signature of every row: over its facts, the day of the act, and what else sets rows apart."""
        found: Words = np.searchsorted(self.days, on, side="right").astype(np.uint64)
        for name in sorted(facts):
            if name in self.leaves or name in self.exact or name in self.turning:
                for part in self.column(name, facts[name], on):
                    found = _add(found, part)
            elif self.network.facts[name].type == "bool":
                found = _add(found, self.column(name, facts[name], on)[0])
        for part in extra:
            found = _add(found, part)
        return found


def _add(words: Words, part: npt.NDArray[Any]) -> Words:
    """One more part mixed in."""
    number = part.view(np.uint64) if part.dtype == np.float64 else part.astype(np.int64).view(np.uint64)
    found = (words ^ number) * np.uint64(0x9E3779B97F4A7C15)
    found ^= found >> np.uint64(32)
    return found
