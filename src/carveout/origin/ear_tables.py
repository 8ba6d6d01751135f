"""The Commerce Control List, the Country Chart and the Country Groups of one day, read from a folder of three files.

``ccl.json`` (Supp. 1 to part 774), ``country-chart.json`` (Supp. 1 to part 738) and ``country-groups.json`` (Supp. 1 to
part 740). They are the user's to give; none comes with the program.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from carveout.facts.country import countries
from carveout.origin.eccn import read_eccn
from carveout.origin.error import OriginError

FILES = ("ccl.json", "country-chart.json", "country-groups.json")
"""The files of a folder of tables."""

_NAMES = {
    "bosnia & herzegovina": "BA", "the bahamas": "BS", "bahamas, the": "BS", "burma": "MM", "cape verde": "CV",
    "china (prc)": "CN", "congo (democratic republic of the)": "CD", "congo (democratic republic of)": "CD",
    "congo (republic of the)": "CG", "cote d'ivoire": "CI", "cote d'lvoire": "CI", "czech republic": "CZ",
    "gambia, the": "GM", "korea, north": "KP", "korea, south": "KR", "micronesia (federated state of)": "FM",
    "micronesia, federated states of": "FM", "saint kitts & nevis": "KN", "sao tome & principe": "ST", "seycheles": "SC",
    "sint maarten (the dutch two-fifths of the island of saint martin)": "SX", "south sudan, republic of": "SS",
    "st. kitts and nevis": "KN", "st. lucia": "LC", "st. vincent and the grenadines": "VC", "trinidad & tobago": "TT",
    "türkiye": "TR", "vatican city": "VA",
}  # fmt: skip
"""Destinations that the EAR spell in another way than the list of countries."""

_COLUMN = re.compile(r"([A-Z]{2}) Column ([1-3])\.?\Z")
_APPLIES = re.compile(r"([A-Z]{2}) applies to (.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Control:
    """One line of the License Requirements of an entry: the reason, what it applies to, and the chart column.

    ``column`` is empty where the line names none, or says more than a column: then the tables alone tell nothing.
    """

    reason: str
    scope: str
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the Commerce Control List: its reasons for control and its lines."""

    eccn: str
    reasons: frozenset[str]
    controls: tuple[Control, ...]


@dataclass(frozen=True, eq=False)
class EarTables:
    """The tables of one day. ``marks`` are the chart columns with an X by country; ``embargoed`` rows have no marks and
    point to part 746; ``special`` are the numbers of the footnotes of a row; ``strange`` the destinations not recognized.
    """

    issued: date
    hash: str
    entries: Mapping[str, Entry]
    marks: Mapping[str, frozenset[str]]
    embargoed: frozenset[str]
    special: Mapping[str, frozenset[int]]
    groups: Mapping[str, frozenset[str]]
    strange: tuple[str, ...] = ()

    @property
    def citation(self) -> str:
        """What a reader looks up."""
        return f"15 CFR 774 Supp. 1, 738 Supp. 1, 740 Supp. 1 as of {self.issued}"


def _document(folder: Path, name: str) -> tuple[dict[str, Any], bytes]:
    path = folder / name
    try:
        raw = path.read_bytes()
    except OSError as error:
        right = f"a folder of tables holds {', '.join(FILES)}"
        raise OriginError(f"{path} cannot be read ({error.strerror or error}); {right}") from None
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise OriginError(f"{path} is not JSON ({error})") from None
    if not isinstance(found, dict):
        raise OriginError(f"{path} is no JSON object")
    return found, raw


def _issued(documents: Mapping[str, dict[str, Any]]) -> date:
    days = {name: str(document.get("ecfrIssueDate", "")) for name, document in documents.items()}
    if len(set(days.values())) != 1:
        shown = ", ".join(f"{name} {day or 'without a day'}" for name, day in days.items())
        raise OriginError(f"the tables are not of one day: {shown}; take the three files of one eCFR issue date")
    day = next(iter(days.values()))
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise OriginError(f"ecfrIssueDate is {day!r}; write YYYY-MM-DD, the day of the text") from None


def _country(name: str) -> str:
    key = name.casefold()
    if key in _NAMES:
        return _NAMES[key]
    return _by_name().get(key, "")


def _by_name() -> dict[str, str]:
    return {name.casefold(): code for code, name in countries().items()}


def _control(raw: Mapping[str, Any]) -> Control:
    said, where = str(raw.get("control", "")).strip(), str(raw.get("countryChart", "")).strip()
    applies = _APPLIES.match(said)
    reason, scope = (applies.group(1), applies.group(2).strip().rstrip(".")) if applies else ("", said)
    column = _COLUMN.match(where)
    # A column of another reason than the line's is a slip of the transcription: it tells nothing.
    own = column is not None and column.group(1) == reason
    return Control(reason, scope, f"{column.group(1)} {column.group(2)}" if column and own else "", f"{said}: {where}")


def _reasons(text: Any, controls: Iterable[Control]) -> frozenset[str]:
    """The reasons for control; where the entry does not list them, those of its lines."""
    stated = {part for part in re.split(r"[,;\s]+|\band\b", str(text or "").upper().rstrip(".")) if part}
    found = {part for part in stated if re.fullmatch(r"[A-Z]{2}[0-9]?", part)}
    lines = {control.reason or "?" for control in controls}
    # What is no reason in two letters ("foreign policy") is kept as a reason, so that AT never seems to be alone.
    return frozenset(found | lines | ({"?"} if stated - found else set()))


def _entries(document: Mapping[str, Any]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for raw in document.get("entries", ()):
        eccn = read_eccn(str(raw.get("eccn", "")))
        if eccn is None or eccn.paragraph:
            raise OriginError(f"ccl.json: {raw.get('eccn')!r} is no ECCN")
        controls = tuple(_control(line) for line in raw.get("countryChart") or ())
        found[eccn.entry] = Entry(eccn.entry, _reasons(raw.get("reasonForControl"), controls), controls)
    if not found:
        raise OriginError("ccl.json holds no entries; it needs entries = [{eccn, reasonForControl, countryChart}]")
    return found


def read_tables(folder: Path) -> EarTables:
    """The tables in a folder.

    Raises:
        OriginError: a file is missing or not JSON, the files are of different days, or nothing is in them.
    """
    documents, digest = {}, hashlib.sha256()
    for name in FILES:
        documents[name], raw = _document(folder, name)
        digest.update(name.encode() + b"\0" + hashlib.sha256(raw).digest())
    chart, listed = documents["country-chart.json"], documents["country-groups.json"]
    strange: set[str] = set()

    def codes(names: Iterable[str]) -> frozenset[str]:
        pairs = {name: _country(name) for name in names}
        strange.update(name for name, code in pairs.items() if not code)
        return frozenset(code for code in pairs.values() if code)

    rows = {name: _country(name) for name in chart.get("countries", {})}
    strange.update(name for name, code in rows.items() if not code)
    marks = {code: frozenset(chart["countries"][name].get("marks", ())) for name, code in rows.items() if code}
    special = {code: frozenset(chart["countries"][name].get("footnotes", ())) for name, code in rows.items() if code}
    if not marks:
        raise OriginError("country-chart.json holds no countries; it needs countries = {name: {marks, footnotes}}")
    groups = {group: codes(names) for group, names in listed.get("groups", {}).items()}
    for territory, inherited in chart.get("territoryInheritance", {}).items():
        code, row = _country(territory), _country(str(inherited.get("row", "")))
        if code and row in marks:
            marks.setdefault(code, marks[row])
            special.setdefault(code, special[row])
    if "CN" in marks and "HK" in marks:
        # Hong Kong is no destination of its own any more (85 FR 83788): it is in each group that China is in.
        groups = {group: held | {"HK"} if "CN" in held else held for group, held in groups.items()}
    return EarTables(
        _issued(documents), digest.hexdigest(), _entries(documents["ccl.json"]), marks, codes(chart.get("embargoed", {})),
        special, groups, tuple(sorted(strange)),
    )  # fmt: skip
