"""Reading a provision from its literate page: assertions with their conditions, edges, cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from carveout.facts.schema import Schema
from carveout.law.case import read_cases
from carveout.law.condition import Node, Refused, Shift, facts_of
from carveout.law.dates import BadDate, period
from carveout.law.error import Fault
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument
from carveout.law.kept_conditions import Conditions
from carveout.law.page import Block, split_page
from carveout.law.provision import EDGES, Assertion, Condition, Kind, Provision, Text
from carveout.law.table import COUNT, DAY, FROM, TABLE, TEXT, TEXTS, THROUGH, TRUTH, Misfit, misfits

ASSERTION = {
    "instrument": TEXT, "from": FROM, "through": THROUGH, "evidence": TEXT, "repeals": TRUTH, "when": TABLE,
    "untranslatable": TEXT, "frees": TRUTH,
}  # fmt: skip
"""What every assertion may say."""
_BLOCK = {
    **ASSERTION, "kind": TEXT, "defines": TEXT, "clock": TEXT, "duty": TEXT, "due": TEXTS, "keep_years": COUNT,
    "reviewed_through": DAY, **dict.fromkeys(EDGES, TEXTS),
}  # fmt: skip
_SAID_ONCE = ("duty", "due", "keep_years", "reviewed_through")
"""What the first assertion says of the provision as a whole."""
_SAID_ALIKE = ("kind", "defines", "clock")
"""What later assertions may repeat, and not change."""
_CONDITION_KEYS = frozenset({"sql", "evidence", "narrow", "wide"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the law that asks a derived fact."""

    fact: str
    condition: str
    file: str
    line: int


class ProvisionReader:
    """Reads the pages of one corpus; ``faults`` collects what is wrong with them."""

    def __init__(self, facts: Schema, groups: Iterable[str], instruments: Mapping[str, Instrument]) -> None:
        self.facts = facts
        self.columns = {fact.name: fact for fact in facts.columns}
        self.grammar = Conditions(facts, frozenset(groups))
        self.instruments = instruments
        self.faults: list[Fault] = []
        self.mentions: list[Mention] = []
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
        if not texts_only or set(entry) - _CONDITION_KEYS or not ("sql" in entry or {"narrow", "wide"} <= set(entry)):
            right = 'write "name" = "sql", or {sql = "...", evidence = "...", narrow = "...", wide = "..."}'
            self.fault(file, line, f"condition {name!r} is not SQL text", right)
            return None
        stated = entry.get("evidence", default.name)
        if stated not in Evidence.__members__:
            right = "one of " + ", ".join(Evidence.__members__)
            self.fault(file, line, f"condition {name!r}: evidence {stated!r} is no grade", right)
            return None
        grade = Evidence[stated]
        read: dict[str, Node] = {}
        for key in ("sql", "narrow", "wide"):
            try:
                if key in entry:
                    read[key] = self.grammar.parse(entry[key])
            except Refused as refused:
                self.fault(file, line, f"condition {name!r}: {refused.wrong}", refused.right)
                return None
        two = "narrow" in entry or "wide" in entry
        used = [key if key in entry else "sql" for key in (("narrow", "wide") if two else ("sql",))]
        nodes, texts = tuple(read[key] for key in used), tuple(entry[key] for key in used)
        asked = {fact for node in nodes for fact in facts_of(node) if self.facts[fact].kind == "derived"}
        self.mentions += [Mention(fact, name, file, line) for fact in sorted(asked)]
        # A condition that is unverified in a text that is held is read as a condition and as none; where the
        # whole text is unverified, the assertion carries the doubt.
        doubted = "evidence" in entry and grade is Evidence.unverified and len(nodes) == 1
        return Condition(name, nodes, texts, grade, doubted)

    def assertion(self, block: Block, provision: str, file: str, kind: Kind | None) -> Assertion | None:
        """One block as an assertion; None when it cannot be read (the reason is in ``faults``)."""
        values = block.values
        self._order += 1
        instrument, scenario = str(values.get("instrument", "")), str(values.get("scenario", ""))
        if bool(instrument) == bool(scenario):
            wrong = "the scenario names an instrument" if scenario else "the assertion names no instrument"
            right = "drop it: no document says it" if scenario else "name the document it comes from"
            self.fault(file, block.line_of("instrument"), wrong, right)
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
            self.fault(file, block.line_of(error.key), error.wrong, error.right)
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
        if raw == {}:
            self.fault(file, block.line_of("when"), "when states no conditions", "state one, or drop [when]")
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
        fits = [self._fits_a_page(block, file) for block in page.blocks]
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
        self._later(page.blocks, file)
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
        if kind is Kind.duty and not first.get("duty"):
            self.fault(file, page.blocks[0].line, "the duty does not say what to do", 'write duty = "what to do"')
        due = self._due(kind, page.blocks[0], file)
        cases, faults = read_cases(page, identifier, file, self.columns)
        self.faults += faults
        citation, _, title = page.heading.partition(": ")
        return Provision(
            id=identifier, regime=identifier.split("/", 1)[0], kind=kind, title=title or citation,
            citation=citation, prose=page.prose, assertions=read, defines=defines, clock=clock,
            duty=str(first.get("duty", "")), due=due, keep_years=first.get("keep_years"),
            reviewed_through=first.get("reviewed_through"), cases=tuple(cases),
            notes=page.notes, file=file, edge_lines=edge_lines, **edges,
        )  # fmt: skip

    def _due(self, kind: Kind, block: Block, file: str) -> tuple[tuple[str, Shift], ...]:
        """The dates of which the latest is the last day of a duty."""
        if "due" in block.values and kind is not Kind.duty:
            self.fault(file, block.line_of("due"), f"kind {kind} does not have due", "only a duty has a last day")
        try:
            return tuple(self.grammar.day(sql) for sql in block.values.get("due", ()))
        except Refused as refused:
            self.fault(file, block.line_of("due"), f"due: {refused.wrong}", refused.right)
            return ()

    def _fits_a_page(self, block: Block, file: str) -> bool:
        before = len(self.faults)
        strange = [key for key in ("scenario", "provision") if key in block.values]
        for key in strange:
            self.fault(
                file, block.line_of(key), f"{key} is written in a page of the law", "it belongs to scenarios/NAME.md"
            )
        values = {key: value for key, value in block.values.items() if key not in strange}
        self.fits(block, misfits(values, _BLOCK), file)
        return len(self.faults) == before

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
        return found, lines

    def _later(self, blocks: list[Block], file: str) -> None:
        """Later assertions say nothing of the provision as a whole that the first does not."""
        for position, block in enumerate(blocks[1:], 2):
            for name in _SAID_ALIKE:
                if name in block.values and block.values[name] != blocks[0].values.get(name):
                    self.fault(file, block.line_of(name), f"assertion {position} changes {name}",
                               "start another provision")  # fmt: skip
            for name in _SAID_ONCE:
                if name in block.values:
                    self.fault(file, block.line_of(name), f"{name} is written in a later assertion",
                               f"{name} belongs to the first assertion of a provision")  # fmt: skip
