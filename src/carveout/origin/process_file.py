"""Reading a process from a file: TOML, a table a thing, or CSV, a line a use.

TOML has ``[lot]`` (id, item, design_owner) and the lists ``[[step]]`` (id, makes, after, plant, tools, technology, components,
started_on), ``[[tool]]`` and ``[[plant]]`` (id, essential, behind = [{eccn, us_origin}]), ``[[technology]]`` (id, eccn,
subject_to_ear) and ``[[component]]`` (id, licensed, direct_product). CSV has the columns of :data:`COLUMNS`; the item of its
last line is the one shipped. An empty cell, a missing key and the word ``unknown`` are unknown; ``none`` is none.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from carveout.facts.eccn import NONE, OPEN, read_eccns
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.origin.error import OriginError
from carveout.origin.process import Component, Equipment, Process, Source, Step, Technology

COLUMNS = (
    "lot", "design_owner", "item", "step", "after", "started_on", "uses", "name", "eccn", "us_origin", "subject_to_ear",
    "essential", "licensed", "direct_product",
)  # fmt: skip
"""Columns of a process as CSV; ``uses`` is tool, plant, technology, component, or empty for a line that only tells of the step."""

OTHERS = "unknown"
"""Stands among the names of a step for what else it uses and nobody knows."""

_KINDS = ("tool", "plant", "technology", "component")
_KEYS = {
    "lot": {"id", "item", "design_owner"},
    "step": {"id", "makes", "after", "plant", "tools", "technology", "components", "started_on"},
    "tool": {"id", "essential", "behind"},
    "plant": {"id", "essential", "behind"},
    "technology": {"id", "eccn", "us_origin", "subject_to_ear"},
    "component": {"id", "licensed", "direct_product"},
}
_UNKNOWN = ("", "unknown", OPEN)


def read_process(path: Path) -> Process:
    """The process of a file: ``.toml`` or ``.csv``.

    Raises:
        OriginError: another ending, a file that cannot be read, or a process that cannot be (with the place).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise OriginError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise OriginError(f"{path} is not UTF-8; save it as UTF-8") from None
    try:
        if path.suffix.casefold() == ".toml":
            return process_of(tomllib.loads(text))
        if path.suffix.casefold() == ".csv":
            return process_of(_document(text))
    except tomllib.TOMLDecodeError as error:
        raise OriginError(f"{path} is not TOML: {error}") from None
    except OriginError as error:
        raise OriginError(f"{path}: {error}") from None
    raise OriginError(f"{path}: a process is .toml or .csv, not {path.suffix or 'without an ending'}")


def process_of(document: Mapping[str, Any]) -> Process:
    """The process of a document with the tables of a TOML file.

    Raises:
        OriginError: a table, key or value that a process does not have.
    """
    lot = document.get("lot", {})
    _known_keys("lot", lot)
    for name in document:
        if name not in _KEYS:
            raise OriginError(f"a process has no table {name!r}; it has {', '.join(_KEYS)}")
    steps = tuple(_step(entry) for entry in _tables(document, "step"))
    equipment = [_equipment(kind, entry) for kind in ("tool", "plant") for entry in _tables(document, kind)]
    technology = [Technology(_id("technology", e), _source(e)) for e in _tables(document, "technology")]
    components = [
        Component(_id("component", e), _truth(e, "licensed"), _truth(e, "direct_product"))
        for e in _tables(document, "component")
    ]
    # Each step may use, beside what is known, something that is not.
    equipment.append(Equipment(OTHERS))
    technology.append(Technology(OTHERS, Source()))
    components.append(Component(OTHERS))
    item = str(lot.get("item") or (steps[-1].makes if steps else ""))
    owner = lot.get("design_owner")
    return Process(
        steps, _by_name("tool or plant", [(e.id, e) for e in equipment]),
        _by_name("technology", [(t.id, t) for t in technology]), _by_name("component", [(c.item, c) for c in components]),
        lot=str(lot.get("id", "")), item=item, design_owner=None if _is_unknown(owner) else str(owner),
    )  # fmt: skip


def _tables(document: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any]]:
    entries = document.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise OriginError(f"{kind} is no list of tables; write [[{kind}]]")
    for entry in entries:
        _known_keys(kind, entry)
    return entries


def _known_keys(kind: str, entry: Mapping[str, Any]) -> None:
    for key in entry:
        if key not in _KEYS[kind]:
            raise OriginError(f"a {kind} has no {key!r}; it has {', '.join(sorted(_KEYS[kind]))}")


def _by_name(what: str, found: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise OriginError(f"{what} {twice!r} is described twice")
    return dict(found)


def _id(kind: str, entry: Mapping[str, Any]) -> str:
    if not entry.get("id"):
        raise OriginError(f"a {kind} has no id")
    return str(entry["id"])


def _is_unknown(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().casefold() in _UNKNOWN)


def _truth(entry: Mapping[str, Any], key: str, default: Truth = UNKNOWN) -> Truth:
    value = entry.get(key)
    if key not in entry or value == "":
        return default
    if _is_unknown(value):
        return UNKNOWN
    word = str(value).strip().casefold()
    if word in ("true", "yes", "y", "1"):
        return TRUE
    if word in ("false", "no", "n", "0"):
        return FALSE
    raise OriginError(f"{key} is {value!r}; write true, false or unknown")


def _source(entry: Mapping[str, Any]) -> Source:
    eccn: str | None = None
    if not _is_unknown(entry.get("eccn")):
        try:
            eccn = read_eccns(str(entry["eccn"]))
        except ValueError as error:
            raise OriginError(f"{error}; write one such as 3E001, EAR99, or unknown") from None
        if "," in eccn or eccn == NONE:
            raise OriginError(f"eccn is {entry['eccn']!r}; write one ECCN, and another entry for each further one")
    return Source(eccn, _truth(entry, "us_origin"), _truth(entry, "subject_to_ear"))


def _equipment(kind: str, entry: Mapping[str, Any]) -> Equipment:
    name, behind = _id(kind, entry), entry.get("behind")
    sources: tuple[Source, ...] | None = None
    if isinstance(behind, str) and behind.casefold() == NONE:
        sources = ()
    elif isinstance(behind, list) and all(
        isinstance(one, dict) and set(one) <= {"eccn", "us_origin"} for one in behind
    ):
        sources = tuple(_source(one) for one in behind)
    elif not _is_unknown(behind):
        raise OriginError(f"{kind} {name}: behind is a list of {{eccn, us_origin}}, none, or unknown")
    return Equipment(name, sources, _truth(entry, "essential", TRUE), kind == "plant")


def _names(entry: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    value = entry.get(key)
    if isinstance(value, str) and value.casefold() == NONE:
        return ()
    if _is_unknown(value):
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise OriginError(f"{key} is a list of names, none, or unknown")
    return tuple(value)


def _step(entry: Mapping[str, Any]) -> Step:
    name = _id("step", entry)
    if _is_unknown(entry.get("makes")):
        raise OriginError(f"step {name} does not say what it makes")
    started = entry.get("started_on")
    if isinstance(started, str) and not _is_unknown(started):
        try:
            started = date.fromisoformat(started)
        except ValueError:
            raise OriginError(f"step {name}: started_on is {started!r}; write YYYY-MM-DD") from None
    plant = entry.get("plant")
    return Step(
        name, str(entry["makes"]), _names(entry, "after") or (), None if _is_unknown(plant) else str(plant),
        _names(entry, "tools"), _names(entry, "technology"), _names(entry, "components"),
        started if isinstance(started, date) else None,
    )  # fmt: skip


def _document(text: str) -> dict[str, Any]:
    """The lines of a CSV file as the tables of a TOML file."""
    reader = csv.DictReader(text.splitlines())
    columns = [str(name).strip().casefold() for name in reader.fieldnames or ()]
    for column in columns:
        if column not in COLUMNS:
            raise OriginError(f"a process has no column {column!r}; it has {', '.join(COLUMNS)}")
    if not {"item", "step"} <= set(columns):
        raise OriginError("a process needs the columns item and step")
    lot: dict[str, Any] = {}
    steps: dict[str, dict[str, Any]] = {}
    things: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in _KINDS}
    for number, line in enumerate(reader, 2):
        if None in line:
            raise OriginError(f"line {number} has more cells than the header; put a cell with a comma in quotes")
        cells = {k: str(v or "").strip() for k, v in zip(columns, line.values(), strict=False)}
        try:
            _line(cells, lot, steps, things)
        except OriginError as error:
            raise OriginError(f"line {number}: {error}") from None
    return {"lot": lot, "step": list(steps.values()), **{kind: list(found.values()) for kind, found in things.items()}}


def _line(
    cells: Mapping[str, str], lot: dict[str, Any], steps: dict[str, dict[str, Any]],
    things: dict[str, dict[str, dict[str, Any]]],
) -> None:  # fmt: skip
    item, name, kind = cells["item"], cells["step"], cells.get("uses", "").casefold()
    if not item or not name:
        raise OriginError("item and step are needed in every line")
    lot["item"] = item
    for key, column in (("id", "lot"), ("design_owner", "design_owner")):
        if cells.get(column):
            lot[key] = cells[column]
    step = steps.setdefault(name, {"id": name, "makes": item})
    if step["makes"] != item:
        raise OriginError(f"step {name} makes {step['makes']!r} in an earlier line; a step makes one item")
    if cells.get("after"):
        step["after"] = [part.strip() for part in cells["after"].split(";") if part.strip()]
    if cells.get("started_on"):
        step["started_on"] = cells["started_on"]
    if not kind:
        return
    if kind not in _KINDS:
        raise OriginError(f"uses is {kind!r}; write one of {', '.join(_KINDS)}")
    used = cells.get("name", "")
    key = {"tool": "tools", "component": "components"}.get(kind, kind)
    if used.casefold() == NONE:
        if kind == "plant":
            raise OriginError("a step is done in a plant; name it, or leave the line out")
        step.setdefault(key, [])
        return
    used = OTHERS if _is_unknown(used) else used
    if kind == "plant":
        step["plant"] = used
    else:
        step.setdefault(key, [])
        step[key] = [*step[key], *([used] if used not in step[key] else [])]
    if used == OTHERS:
        return
    _describe(kind, used, cells, things[kind])


def _describe(kind: str, name: str, cells: Mapping[str, str], held: dict[str, dict[str, Any]]) -> None:
    """What a line says of a thing; equipment takes one more technology behind it from every line that tells one."""
    keys = {"technology": ("eccn", "us_origin", "subject_to_ear"), "component": ("licensed", "direct_product")}
    entry = held.setdefault(name, {"id": name})
    for key in keys.get(kind, ("essential",)):
        if cells.get(key):
            entry[key] = cells[key]
    if kind in keys or not (cells.get("eccn") or cells.get("us_origin")):
        return
    if cells.get("eccn", "").casefold() == NONE:
        entry.setdefault("behind", [])
        return
    source = {key: cells[key] for key in ("eccn", "us_origin") if cells.get(key)}
    if source not in entry.setdefault("behind", []):
        entry["behind"].append(source)
