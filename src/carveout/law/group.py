"""Dated sets: country groups, ECCN lists, standards bodies. They change on their own clock."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Any

from carveout.facts.eccn import some_among
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.dates import BadDate, period
from carveout.law.error import Fault
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument
from carveout.law.table import DAY, LAST_DAY, TABLES, TEXT, TEXTS, Misfit, line_of, misfits, read_toml


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
        """The set as known on a day: the instrument published later wins for its own range (ties: as written)."""
        public = sorted(
            (
                m
                for m in self.memberships
                if known is None or instruments[m.instrument].public_from(frees=False) <= known
            ),
            key=lambda m: instruments[m.instrument].rank,
        )
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

    def contains(self, value: str, day: date, *, some: bool = False) -> Truth:
        """Whether the value is a member on that day; with ``some``, whether one of a list of ECCNs is.

        Unknown between the narrow and the wide set, and on a day for which no statement of the set is held.
        """
        membership = self.at(day)
        if membership is None:
            return UNKNOWN
        if some:
            return (some_among(value, membership.narrow) & 2) | (some_among(value, membership.wide) & 1)
        if value not in membership.wide:
            return FALSE
        return TRUE if value in membership.narrow else UNKNOWN


_SET = {"title": TEXT, "held": TABLES}
_HELD = {
    "from": DAY, "through": LAST_DAY, "members": TEXTS, "narrow": TEXTS, "wide": TEXTS, "instrument": TEXT,
    "evidence": TEXT,
}  # fmt: skip


def _membership(entry: dict[str, Any], known: dict[str, Instrument]) -> Membership | list[Misfit]:
    wrong = list(misfits(entry, _HELD, ("from", "instrument", "evidence")))
    if wrong:
        return wrong
    if not {"members", "narrow", "wide"} & set(entry):
        return [Misfit("", "lacks members", "write members = [...], or narrow and wide")]
    if entry["instrument"] not in known:
        return [Misfit("instrument", f"unknown instrument {entry['instrument']!r}", "add it to instruments.toml")]
    try:
        start, end = period(entry["from"], entry.get("through")).wide
    except BadDate as error:
        return [Misfit(error.key, error.wrong, error.right)]
    members = frozenset(entry.get("members", ()))
    narrow = frozenset(entry.get("narrow", members))
    wide = frozenset(entry.get("wide", members)) | narrow
    grade = Evidence[entry["evidence"]]
    if grade is Evidence.unverified:
        narrow = frozenset()
    return Membership(start, end, narrow, wide, entry["instrument"], grade)


def read_groups(text: str, file: str, instruments: dict[str, Instrument]) -> tuple[list[Group], list[Fault]]:
    """The sets of one TOML file (a table a set, ``[[name.held]]`` a statement), and what is wrong with it."""
    document, faults = read_toml(text, file)
    groups = []
    for name, entry in document.items():
        whole = (f"[{name}]", f'["{name}"]') if isinstance(entry, dict) else ()
        wrong = list(misfits(entry, _SET))
        if not wrong and not entry.get("held"):
            wrong = [Misfit("", "has no members at any time", f'add a [["{name}".held]] table')]
        faults += [
            Fault(file, line_of(text, whole, m.key if whole else name), f"set {name}: {m.wrong}", m.right)
            for m in wrong
        ]
        if wrong:
            continue
        held: list[Membership] = []
        for nth, statement in enumerate(entry["held"], 1):
            read = _membership(statement, instruments)
            if isinstance(read, Membership):
                held.append(read)
                continue
            headers = (f"[[{name}.held]]", f'[["{name}".held]]')
            faults += [Fault(file, line_of(text, headers, m.key, nth), f"set {name}: {m.wrong}", m.right) for m in read]
        groups.append(Group(name, entry.get("title", name), tuple(held), file))
    return groups, faults
