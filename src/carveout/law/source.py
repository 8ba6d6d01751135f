"""Reading what is written: a provision from its literate Markdown file (heading, prose, fenced TOML blocks, notes,
cases), and the head of the corpus from ``corpus.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carveout.facts.schema import Schema
from carveout.law.condition import Grammar, Refused
from carveout.law.dates import BadDate, period
from carveout.law.error import Fault
from carveout.law.evidence import Evidence
from carveout.law.instrument import (
    CHANCE,
    COUNT,
    DAY,
    FROM,
    ONE_OR_MORE,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    THROUGH,
    TRUTH,
    Instrument,
    Misfit,
    line_of,
    misfits,
    read_toml,
    toml_fault,
)
from carveout.law.provision import EDGES, Assertion, Case, Condition, Kind, Provision, Text

BLOCK = {
    "kind": TEXT, "instrument": TEXT, "scenario": TEXT, "from": FROM, "through": THROUGH, "evidence": TEXT,
    "repeals": TRUTH, "when": TABLE, "untranslatable": TEXT, "frees": TRUTH, "defines": TEXT, "clock": TEXT,
    "duty": TEXT, "keep_years": COUNT, "reviewed_through": DAY, "provision": TEXT,
    **dict.fromkeys(EDGES, TEXTS),
}  # fmt: skip
"""What the blocks of a page may say."""
SCENARIO_BLOCK = {**BLOCK, "provision": ONE_OR_MORE}
"""What the blocks of a scenario may say."""
CHANCE_BLOCK = {"probability": CHANCE, "scenario": TEXT}
"""The block that gives a scenario its probability."""
_CONDITION_KEYS = frozenset({"sql", "evidence", "narrow", "wide"})
_OUTCOMES = (
    "not_subject", "no_license_required", "authorized", "subject_to_review", "license_required", "prohibited",
)  # fmt: skip


_HEAD = {"covers_from": DAY, "reviewed_through": DAY, "regime": TABLE, "not_encoded": TABLES, "line": TABLES}
_REGIME = dict.fromkeys(("title", "addressee", "act", "scope", "subject"), TEXT)
_NOT_ENCODED = {"id": TEXT, "title": TEXT, "when": TEXT}
_LINE = {"title": TEXT, "provisions": TEXTS, "from": DAY, "gap": TABLES}
_GAP = {"from": DAY, "through": DAY, "reason": TEXT}


def read_head(text: str, facts: Schema) -> tuple[dict[str, Any], list[Fault]]:
    """``corpus.toml``: what the corpus covers, and what is wrong with the file."""
    head, faults = read_toml(text, "corpus.toml")

    def fits(
        name: str, table: Any, shape: dict[str, str], required: Iterable[str], *headers: str, nth: int = 1
    ) -> bool:
        found = list(misfits(table, shape, tuple(required)))
        for misfit in found:
            line = line_of(text, headers, misfit.key, nth)
            faults.append(Fault("corpus.toml", line, f"{name}{misfit.wrong}", misfit.right))
        return not found

    if not fits("", head, _HEAD, ()):
        return head, faults
    for key, regime in head.get("regime", {}).items():
        headers = (f"[regime.{key}]", f'[regime."{key}"]')
        if fits(f"regime {key}: ", regime, _REGIME, _REGIME, *headers):
            subject = facts.get(regime["subject"])
            if subject is None or subject.type != "bool":
                wrong = f"regime {key}: subject {regime['subject']!r} is no fact of type bool"
                right = "name the derived fact that says whether the law reaches the act"
                faults.append(Fault("corpus.toml", line_of(text, headers, "subject"), wrong, right))
    for nth, item in enumerate(head.get("not_encoded", ()), 1):
        fits("not_encoded: ", item, _NOT_ENCODED, ("id", "title"), "[[not_encoded]]", nth=nth)
    gaps = 0
    for nth, line_of_law in enumerate(head.get("line", ()), 1):
        if fits("line: ", line_of_law, _LINE, ("title", "provisions"), "[[line]]", nth=nth):
            for gap in line_of_law.get("gap", ()):
                gaps += 1
                fits("gap: ", gap, _GAP, _GAP, "[[line.gap]]", nth=gaps)
    return head, faults


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced TOML block: where it starts, and what it says."""

    line: int
    text: str
    values: Mapping[str, Any]

    def line_of(self, key: str) -> int:
        """The line of a key inside the block; the first line of the block when it is not found."""
        for offset, row in enumerate(self.text.splitlines()):
            if re.match(rf'\s*"?{re.escape(key)}"?\s*=', row):
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
    """Cut the page: first heading, prose before the first block, blocks, notes after them, table of cases."""
    heading = ""
    prose: list[str] = []
    notes: list[str] = []
    blocks: list[Block] = []
    table: list[tuple[int, list[str]]] = []
    fence: list[str] | None = None
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        if fence is not None:
            if line.strip() == "```":
                body = "\n".join(fence)
                try:
                    blocks.append(Block(start, body, tomllib.loads(body)))
                except tomllib.TOMLDecodeError as error:
                    faults.append(toml_fault(file, error, start))
                fence = None
            elif line.strip() == "```toml":
                faults.append(Fault(file, start - 1, "the TOML block is not closed", "end it with ```"))
                fence, start = [], number + 1
            else:
                fence.append(line)
        elif line.strip() == "```toml":
            fence, start = [], number + 1
        elif line.startswith("#") and not heading:
            heading = line.lstrip("# ").strip()
        elif line.startswith("|"):
            table.append((number, [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]))
        elif not line.startswith("#") and line.strip() != "Cases":
            (notes if blocks else prose).append(line)
    if fence is not None:
        faults.append(Fault(file, start - 1, "the TOML block is not closed", "end it with ```"))
    return Page(heading, "\n".join(prose).strip(), blocks, "\n".join(notes).strip(), table)


class ProvisionReader:
    """Reads the pages of one corpus; ``faults`` collects what is wrong with them."""

    def __init__(self, facts: Schema, groups: Iterable[str], instruments: Mapping[str, Instrument]) -> None:
        self.facts = facts
        self.grammar = Grammar(facts, frozenset(groups))
        self.instruments = instruments
        self.faults: list[Fault] = []
        self._order = 0

    def fault(self, file: str, line: int, wrong: str, right: str) -> None:
        """Note one thing wrong."""
        self.faults.append(Fault(file, line, wrong, right))

    def fits(self, block: Block, misfits: Iterable[Misfit], file: str) -> bool:
        """Note what does not fit the shape of a block; whether all fits."""
        before = len(self.faults)
        for misfit in misfits:
            wrong = misfit.wrong if misfit.key else f"the block {misfit.wrong}"
            self.fault(file, block.line_of(misfit.key), wrong, misfit.right)
        return len(self.faults) == before

    def _condition(self, name: str, raw: Any, default: Evidence, file: str, line: int) -> Condition | None:
        entry = {"sql": raw} if isinstance(raw, str) else raw
        texts_only = isinstance(entry, dict) and all(isinstance(text, str) for text in entry.values())
        if not texts_only or "sql" not in entry or set(entry) - _CONDITION_KEYS:
            right = 'write "name" = "sql", or {sql = "...", evidence = "...", narrow = "...", wide = "..."}'
            self.fault(file, line, f"condition {name!r} is not SQL text", right)
            return None
        stated = entry.get("evidence", default.name)
        if stated not in Evidence.__members__:
            right = "one of " + ", ".join(Evidence.__members__)
            self.fault(file, line, f"condition {name!r}: evidence {stated!r} is no grade", right)
            return None
        grade = Evidence[stated]
        texts = tuple(entry[key] for key in ("sql", "narrow", "wide") if key in entry)
        if "narrow" in entry or "wide" in entry:
            texts = (entry.get("narrow", entry["sql"]), entry.get("wide", entry["sql"]))
        nodes = []
        for sql in texts:
            try:
                nodes.append(self.grammar.parse(sql))
            except Refused as refused:
                self.fault(file, line, f"condition {name!r}: {refused.wrong}", refused.right)
                return None
        # A condition that is unverified in a text that is held is read as a condition and as none; where the
        # whole text is unverified, the assertion carries the doubt.
        doubted = "evidence" in entry and grade is Evidence.unverified and len(nodes) == 1
        return Condition(name, tuple(nodes), texts, grade, doubted)

    def assertion(self, block: Block, provision: str, file: str, kind: Kind | None) -> Assertion | None:
        """One block as an assertion; None when it cannot be read (the reason is in ``faults``)."""
        values = block.values
        self._order += 1
        instrument, scenario = str(values.get("instrument", "")), str(values.get("scenario", ""))
        if bool(instrument) == bool(scenario):
            both = "both an instrument and a scenario"
            which = both if instrument else "neither an instrument nor a scenario"
            self.fault(file, block.line, f"the assertion names {which}",
                       "name the document it comes from, or the scenario it belongs to")  # fmt: skip
            return None
        if instrument and instrument not in self.instruments:
            line = block.line_of("instrument")
            self.fault(file, line, f"unknown instrument {instrument!r}", "add it to instruments.toml")
            return None
        if "evidence" not in values:
            self.fault(file, block.line, "the assertion has no evidence grade",
                       "write evidence = one of " + ", ".join(Evidence.__members__))  # fmt: skip
        grade = Evidence[values.get("evidence", "unverified")]
        if "from" not in values:
            self.fault(file, block.line, "the assertion has no from", "write from = YYYY-MM-DD")
            return None
        try:
            when = period(values["from"], values.get("through"))
        except BadDate as error:
            self.fault(file, block.line_of("through"), str(error), "through is the last day, not before from")
            return None
        repeals = values.get("repeals", False) is True
        text = self._text(values, block, grade, file, instrument or scenario)
        if repeals and text is not None:
            self.fault(file, block.line_of("repeals"), "a repeal states conditions",
                       "drop them: a repeal only ends the provision, at from")  # fmt: skip
        restricts = kind.restricts if kind is not None else True
        frees = bool(values.get("frees", not restricts)) != repeals
        return Assertion(provision, instrument, scenario, when, grade, None if repeals else text, repeals,
                         frees, self._order, file, block.line)  # fmt: skip

    def _text(self, values: Mapping[str, Any], block: Block, grade: Evidence, file: str, source: str) -> Text | None:
        raw = values.get("when")
        puzzle = str(values.get("untranslatable", ""))
        if raw is None and not puzzle:
            return None
        read = [self._condition(name, sql, grade, file, block.line_of(name)) for name, sql in (raw or {}).items()]
        return Text(tuple(c for c in read if c is not None), puzzle, grade, source)

    def provision(self, identifier: str, text: str, file: str) -> Provision | None:
        """The provision of one page; None when it cannot be read at all (the reasons are in ``faults``)."""
        before = len(self.faults)
        page = split_page(text, file, self.faults)
        broken = len(self.faults) > before
        if not page.heading:
            self.fault(file, 1, "the page has no heading", "start with # citation: title")
        if not page.blocks and not broken:
            self.fault(file, 1, "the page asserts nothing", "add a ```toml block per assertion")
        fits = [self.fits(block, misfits(block.values, BLOCK), file) for block in page.blocks]
        if broken or not page.blocks or not all(fits):
            return None
        first = page.blocks[0].values
        kind_name = first.get("kind", "")
        if kind_name not in Kind.__members__:
            wrong = f"kind {kind_name!r} is none we know" if kind_name else "the first assertion has no kind"
            right = "write kind = one of " + ", ".join(Kind.__members__)
            self.fault(file, page.blocks[0].line_of("kind"), wrong, right)
            return None
        kind = Kind(kind_name)
        edges, edge_lines = self._edges(page.blocks, kind, file)
        assertions = [self.assertion(block, identifier, file, kind) for block in page.blocks]
        read = tuple(a for a in assertions if a is not None)
        if read and read[0].text is None:
            self.fault(file, read[0].line, "the first assertion states no conditions", "add [when] or untranslatable")
        clock = str(first.get("clock", "act_date"))
        clock_fact = self.facts.get(clock)
        if clock_fact is None or clock_fact.type != "date":
            line = page.blocks[0].line_of("clock")
            self.fault(file, line, f"clock {clock!r} is no date fact", "name a fact of type date")
        defines = str(first.get("defines", ""))
        self._definition(kind, defines, page.blocks[0], file)
        citation, _, title = page.heading.partition(": ")
        return Provision(
            id=identifier, regime=identifier.split("/", 1)[0], kind=kind, title=title or citation,
            citation=citation, prose=page.prose, assertions=read, defines=defines, clock=clock,
            duty=str(first.get("duty", "")), keep_years=first.get("keep_years"),
            reviewed_through=first.get("reviewed_through"), cases=self._cases(page, identifier, file),
            notes=page.notes, file=file, edge_lines=edge_lines, **edges,
        )  # fmt: skip

    def _definition(self, kind: Kind, defines: str, block: Block, file: str) -> None:
        if kind is Kind.definition and not defines:
            self.fault(file, block.line, "the definition defines no fact", 'write defines = "fact"')
        elif kind is not Kind.definition and defines:
            self.fault(file, block.line_of("defines"), f"kind {kind} does not have defines",
                       "drop it: only a definition defines a fact")  # fmt: skip
        elif defines:
            fact = self.facts.get(defines)
            if fact is None or fact.kind != "derived" or fact.type != "bool":
                self.fault(file, block.line_of("defines"), f"{defines!r} is no derived fact of type bool",
                           "name one of derived.toml, or add it there")  # fmt: skip

    def _edges(self, blocks: list[Block], kind: Kind, file: str) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
        found: dict[str, tuple[str, ...]] = {}
        lines: dict[str, int] = {}
        for name, (sources, _) in EDGES.items():
            for position, block in enumerate(blocks):
                if name not in block.values:
                    continue
                if position:
                    self.fault(file, block.line_of(name), f"{name} is written in a later assertion",
                               "edges belong to the first assertion of a provision")  # fmt: skip
                    continue
                if kind not in sources:
                    self.fault(file, block.line_of(name), f"kind {kind} does not have {name}",
                               f"{name} belongs to " + ", ".join(sorted(sources)))  # fmt: skip
                found[name] = tuple(block.values[name])
                lines[name] = block.line_of(name)
        for position, block in enumerate(blocks[1:], 1):
            for name in ("kind", "defines", "clock"):
                if name in block.values and block.values[name] != blocks[0].values.get(name):
                    self.fault(file, block.line_of(name), f"assertion {position + 1} changes {name}",
                               "start another provision")  # fmt: skip
        return found, lines

    def _cases(self, page: Page, identifier: str, file: str) -> tuple[Case, ...]:
        rows = [row for row in page.table if not set("".join(row[1])) <= set("-: ")]
        if not rows:
            return ()
        header = [cell.casefold() for cell in rows[0][1]]
        if header != ["case", "on", "facts", "outcome", "until"]:
            wrong = f"the table of cases has the columns {' | '.join(rows[0][1])}"
            self.fault(file, rows[0][0], wrong, "write case | on | facts | outcome | until")
            return ()
        cases: list[Case] = []
        base: tuple[tuple[str, str], ...] = ()
        for line, cells in rows[1:]:
            case = self._case(cells, base, identifier, file, line)
            if case is not None:
                base = base if cells[2].startswith("but") and base else case.facts
                cases.append(case)
        return tuple(cases)

    def _case(
        self, cells: list[str], base: tuple[tuple[str, str], ...], identifier: str, file: str, line: int
    ) -> Case | None:
        if len(cells) != 5:
            self.fault(file, line, f"the case has {len(cells)} cells", "write case | on | facts | outcome | until")
            return None
        name, on, facts, outcome, until = cells
        try:
            day = date.fromisoformat(on)
        except ValueError:
            self.fault(file, line, f"{on!r} is not a day", "write YYYY-MM-DD")
            return None
        merged = dict(base) if facts.startswith("but") else {}
        for part in re.split(r";\s*", facts.removeprefix("but").strip()):
            key, equals, value = (word.strip() for word in part.partition("="))
            if not part:
                continue
            if not equals:
                self.fault(file, line, f"{part!r} is not fact=value", "separate facts with ;")
                return None
            if key not in {column.name for column in self.facts.columns}:
                self.fault(file, line, f"{key!r} is no column of a book", "name a fact that the schema asks")
                return None
            merged[key] = value
        if not set(outcome.split("..")) <= set(_OUTCOMES):
            self.fault(file, line, f"outcome {outcome!r} is none we know",
                       f"one of {', '.join(_OUTCOMES)}, or lowest..highest")  # fmt: skip
            return None
        return Case(identifier, name, day, tuple(merged.items()), outcome, until, line, file)
