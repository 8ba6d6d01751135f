"""Dated sets: country groups, ECCN lists, standards bodies. They change on their own clock."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.error import Fault
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Membership:
    """The set as one instrument stated it, in force ``start``..``end`` (end exclusive, None is open).

    ``narrow`` are the members under every reading, ``wide`` those under some.
    """

    start: date
    end: date | None
    narrow: frozenset[str]
    wide: frozenset[str]
    instrument: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Group:
    """A named set through time."""

    name: str
    title: str
    memberships: tuple[Membership, ...]
    file: str = ""

    def fold(self, known: date | None, instruments: dict[str, Instrument]) -> GroupHistory:
        """The set as known on a day: the later instrument wins for its own range."""
        public = [
            m for m in self.memberships if known is None or instruments[m.instrument].public_from(frees=False) <= known
        ]
        cuts = sorted({m.start for m in public} | {m.end for m in public if m.end is not None})
        steps: list[tuple[date, Membership | None]] = []
        for cut in cuts:
            live = [m for m in public if m.start <= cut and (m.end is None or cut < m.end)]
            steps.append((cut, live[-1] if live else None))
        return GroupHistory(self.name, tuple(day for day, _ in steps), tuple(m for _, m in steps))


@dataclass(frozen=True, slots=True)
class GroupHistory:
    """A set folded into steps: from ``starts[i]`` on, ``held[i]`` are its members."""

    name: str
    starts: tuple[date, ...]
    held: tuple[Membership | None, ...]

    def at(self, day: date) -> Membership | None:
        """The membership in force on a day."""
        position = bisect_right(self.starts, day) - 1
        return self.held[position] if position >= 0 else None

    def contains(self, value: str, day: date) -> Truth:
        """Whether the value is a member on that day.

        Unknown between the narrow and the wide set, and on a day for which no statement of the set is held.
        """
        membership = self.at(day)
        if membership is None:
            return UNKNOWN
        if value not in membership.wide:
            return FALSE
        return TRUE if value in membership.narrow else UNKNOWN


_KEYS = frozenset({"from", "through", "members", "narrow", "wide", "instrument", "evidence"})


def _membership(name: str, entry: dict[str, Any], known: dict[str, Instrument], file: str, line: int) -> Membership | Fault:
    strange = [key for key in entry if key not in _KEYS]
    if strange:
        return Fault(file, line, f"set {name} has unknown keys {', '.join(strange)}", "known are " + ", ".join(sorted(_KEYS)))
    if entry.get("instrument") not in known:
        return Fault(file, line, f"set {name} names no known instrument", "add it to instruments.toml")
    if type(entry.get("from")) is not date:
        return Fault(file, line, f"set {name} has no from", "write from = YYYY-MM-DD")
    if entry.get("evidence") not in Evidence.__members__:
        return Fault(file, line, f"set {name} has no evidence grade", "one of " + ", ".join(Evidence.__members__))
    members = frozenset(entry.get("members", ()))
    narrow = frozenset(entry.get("narrow", members))
    wide = frozenset(entry.get("wide", members)) | narrow
    grade = Evidence[entry["evidence"]]
    if grade is Evidence.unverified:
        narrow = frozenset()
    through = entry.get("through")
    end = through + timedelta(days=1) if through is not None else None
    return Membership(entry["from"], end, narrow, wide, entry["instrument"], grade)


def read_groups(text: str, file: str, instruments: dict[str, Instrument]) -> tuple[list[Group], list[Fault]]:
    """The sets of one TOML file (a table a set, ``[[name.held]]`` a statement of it), and what is wrong with it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [Fault(file, 1, f"not TOML: {error}", "mend the syntax")]
    groups, faults = [], []
    for name, entry in document.items():
        line = next((n for n, row in enumerate(text.splitlines(), 1) if f'"{name}"' in row), 1)
        read = [_membership(name, held, instruments, file, line) for held in entry.get("held", ())]
        faults += [item for item in read if isinstance(item, Fault)]
        if not read:
            faults.append(Fault(file, line, f"set {name} has no members at any time", "add a [[held]] table"))
        groups.append(Group(name, entry.get("title", name), tuple(m for m in read if isinstance(m, Membership)), file))
    return groups, faults
