"""A literate page cut into its parts: heading, prose, fenced TOML blocks, notes, table of cases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from carveout.law.error import Fault
from carveout.law.table import begins_with, toml_fault

_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})\s*(\S*)")
_QUOTED_FENCE = re.compile(r"\s*(?:(?:>|[-*+]|\d+[.)])\s*)+(?:`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced TOML block: where it starts, and what it says."""

    line: int
    text: str
    values: Mapping[str, Any]

    def line_of(self, key: str) -> int:
        """The line of a key inside the block; the first line of the block when it is not found."""
        for offset, row in enumerate(self.text.splitlines() if key else ()):
            if begins_with(row.lstrip(), key):
                return self.line + offset
        return self.line


@dataclass
class Page:
    """A Markdown page cut into its parts."""

    heading: str
    prose: str
    blocks: list[Block]
    notes: str
    table: list[tuple[int, list[str]]]


def split_page(text: str, file: str, faults: list[Fault]) -> Page:
    """Cut the page: first heading, prose before the first block, blocks, notes after them, table of cases.

    A fence in another language, in a quotation or in a list is a fault: law that is misspelled must not vanish.
    """
    heading = ""
    prose: list[str] = []
    notes: list[str] = []
    blocks: list[Block] = []
    table: list[tuple[int, list[str]]] = []
    body: list[str] | None = None
    start, lawful = 0, True
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        language = fence.group(1) if fence else ""
        if fence and (body is None or language):
            if body is not None:
                faults.append(_unclosed(file, start))
            lawful = language.casefold() == "toml"
            if not lawful:
                named = f"in {language!r}" if language else "in no language"
                faults.append(Fault(file, number, f"a fenced block {named}", "the law is written in ```toml"))
            body, start = [], number + 1
        elif fence and body is not None:
            said = "\n".join(body)
            try:
                blocks += [Block(start, said, tomllib.loads(said))] if lawful else []
            except tomllib.TOMLDecodeError as error:
                faults.append(toml_fault(file, error, start))
            body = None
        elif body is not None:
            body.append(line)
        elif _QUOTED_FENCE.match(line):
            faults.append(Fault(file, number, "a fence in a quotation or a list", "put ```toml on a line of its own"))
        elif line.startswith("#") and not heading:
            heading = line.lstrip("# ").strip()
        elif line.lstrip().startswith("|"):
            table.append((number, [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]))
        elif not line.startswith("#") and line.strip() != "Cases":
            (notes if blocks else prose).append(line)
    if body is not None:
        faults.append(_unclosed(file, start))
    return Page(heading, "\n".join(prose).strip(), blocks, "\n".join(notes).strip(), table)


def _unclosed(file: str, start: int) -> Fault:
    return Fault(file, start - 1, "the TOML block is not closed", "end it with ```")
