"""How every TOML table of the law is read: each has a shape (key -> what it holds), and what does not fit is a fault
of a line, never a Python error."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from carveout.law.error import Fault
from carveout.law.evidence import Evidence

TEXT = "a text"
TEXTS = 'a list of texts, ["...", "..."]'
ONE_OR_MORE = 'a text, or a list of texts, ["...", "..."]'
DAY = "a day, YYYY-MM-DD"
LAST_DAY = "the last day, YYYY-MM-DD; leave it out where there is none"
FROM = "a day, YYYY-MM-DD, or {narrow = day, wide = day}"
THROUGH = "the last day, YYYY-MM-DD, or {narrow = day, wide = day}; leave it out where there is none"
TRUTH = "true or false"
COUNT = "a whole number"
CHANCE = "a number from 0 to 1"
TABLE = "a table"
TABLES = "a list of tables, [[...]] or [{...}, {...}]"


def _days(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) and set(value) == {"narrow", "wide"} else [value]


_FITS: Mapping[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str),
    TEXTS: lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    ONE_OR_MORE: lambda value: isinstance(value, str) or _FITS[TEXTS](value),
    DAY: lambda value: type(value) is date,
    LAST_DAY: lambda value: type(value) is date and value < date.max,
    FROM: lambda value: all(type(day) is date for day in _days(value)),
    THROUGH: lambda value: all(type(day) is date and day < date.max for day in _days(value)),
    TRUTH: lambda value: isinstance(value, bool),
    COUNT: lambda value: type(value) is int,
    CHANCE: lambda value: type(value) in (int, float) and 0 <= value <= 1,
    TABLE: lambda value: isinstance(value, dict),
    TABLES: lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
}
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit the shape of a table: the key, what is wrong, what would be right."""

    key: str
    wrong: str
    right: str


def shown(value: Any) -> str:
    """A value as TOML writes it, cut when it is long."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, (date, time)):
        text = value.isoformat()
    elif isinstance(value, list):
        text = "[" + ", ".join(map(shown, value)) + "]"
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{key} = {shown(item)}" for key, item in value.items()) + "}"
    else:
        text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def misfits(table: Any, shape: Mapping[str, str], required: Sequence[str] = ()) -> Iterator[Misfit]:
    """What does not fit: no table at all, unknown keys, missing keys, values of another kind."""
    if not isinstance(table, dict):
        yield Misfit("", f"{shown(table)} is no table", f"write a table with {', '.join(required or sorted(shape))}")
        return
    strange = [key for key in table if key not in shape]
    if strange:
        yield Misfit(strange[0], f"unknown key {', '.join(strange)}", "known are " + ", ".join(sorted(shape)))
    missing = [key for key in required if key not in table]
    if missing:
        yield Misfit("", f"lacks {', '.join(missing)}", f"every table like it has {', '.join(required)}")
    for key, value in table.items():
        if key in shape and not _FITS[shape[key]](value):
            yield Misfit(key, f"{key} is {shown(value)}", f"write {shape[key]}")
        elif key == "evidence" and value not in Evidence.__members__:
            yield Misfit(key, f"evidence {value!r} is no grade", "one of " + ", ".join(Evidence.__members__))


def line_of(text: str, headers: Sequence[str] = (), key: str = "", nth: int = 1) -> int:
    """The line of a key below the nth table with one of these headers (the header where it is not found).

    Without headers, the first line that begins with the key, as a key or as a table.
    """
    found = 0 if headers else 1
    for number, row in enumerate(map(str.strip, text.splitlines()), 1):
        if found and headers and (not key or row.startswith("[")):
            break
        if found and key and begins_with(row, key):
            return number
        if not found and row in headers:
            nth -= 1
            found = 0 if nth else number
    return found or 1


def begins_with(row: str, key: str) -> bool:
    """Whether a row of TOML begins with a key, quoted or not, or is the head of a table of that name or below it."""
    rest = row.lstrip("[").removeprefix('"')
    if not rest.startswith(key):
        return False
    return rest[len(key) :].removeprefix('"').lstrip()[:1] in ("=", ".", "]")


def toml_fault(file: str, error: tomllib.TOMLDecodeError, start: int = 1) -> Fault:
    """The fault of a text that is not TOML; ``start`` is the line of the file on which the text begins."""
    match = re.search(r"at line (\d+)", str(error))
    line = start + int(match.group(1)) - 1 if match else start
    return Fault(file, line, f"not TOML: {str(error).split(' (at')[0]}", "mend the syntax")


def read_toml(text: str, file: str) -> tuple[dict[str, Any], list[Fault]]:
    """One TOML file; nothing, and the reason, when it is none."""
    try:
        return tomllib.loads(text), []
    except tomllib.TOMLDecodeError as error:
        return {}, [toml_fault(file, error)]
