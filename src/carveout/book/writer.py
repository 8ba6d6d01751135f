"""Writing results: a file appears whole or not at all, and no cell runs as a formula in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from carveout.book.reader import BookError
from carveout.decide.determination import Determination
from carveout.decide.explanation import explanation_id
from carveout.facts.whole_file import whole_file as written_whole

REGIME_COLUMNS = (
    "at_least", "at_most", "changes_on", "authority_through", "authorizations", "matters", "assumed", "evidence",
    "review_policy",
)  # fmt: skip


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file that takes its name only once all of it is written and on disk; nothing stays behind otherwise.

    Raises:
        BookError: the name is one of a directory, or its directory is not there.
    """
    if path.is_dir():
        raise BookError(f"{path} is a directory; name a file")
    if not path.parent.is_dir():
        raise BookError(f"{path.parent} is not there; make the directory first")
    with written_whole(path) as part:
        yield part


@contextmanager
def whole(path: Path) -> Iterator[IO[str]]:
    """A text file that appears whole or not at all."""
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as stream:
        yield stream


def neutral(cell: Any) -> Any:
    """The cell with a leading quote where a spreadsheet would take it for a formula."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell):
        return "'" + cell
    return cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def result_columns(determination: Determination) -> dict[str, Any]:
    """The columns of the contract for one row, dates as ISO text, lists joined with ``; ``."""
    overall = determination.overall
    found: dict[str, Any] = {
        "overall_at_least": overall.at_least.name,
        "overall_at_most": overall.at_most.name,
        "overall_decision": determination.decision,
    }
    for regime, answer in determination.regimes.items():
        values = {
            "at_least": answer.interval.at_least.name, "at_most": answer.interval.at_most.name,
            "changes_on": answer.changes_on, "authority_through": answer.authority_through,
            "authorizations": answer.authorizations, "matters": answer.matters, "assumed": answer.assumed,
            "evidence": answer.evidence.name, "review_policy": answer.review_policy,
        }  # fmt: skip
        for column in REGIME_COLUMNS:
            found[f"{regime}_{column}"] = _cell(values[column])
    found["explanation_id"] = explanation_id(determination)
    return found


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


class TableWriter:
    """Rows with the input columns unchanged, then the result columns; CSV or NDJSON by ending."""

    def __init__(self, stream: IO[str], ending: str) -> None:
        self.stream = stream
        self.ending = ending
        self._columns: list[str] | None = None

    def write(self, cells: Mapping[str, Any], results: Mapping[str, Any]) -> None:
        """One row."""
        row = {**{k: v for k, v in cells.items() if k}, **results}
        if self.ending == ".csv":
            if self._columns is None:
                self._columns = list(row)
                csv.writer(self.stream).writerow([neutral(c) for c in self._columns])
            csv.writer(self.stream).writerow([neutral(row.get(column, "")) for column in self._columns])
        else:
            self.stream.write(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str) + "\n")


def check_ending(path: Path, allowed: Sequence[str] = (".csv", ".ndjson")) -> str:
    """The ending of an output file.

    Raises:
        BookError: an ending that cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in allowed:
        raise BookError(f"{path}: results are written as {', '.join(allowed)}, not {ending or 'without an ending'}")
    return ending
