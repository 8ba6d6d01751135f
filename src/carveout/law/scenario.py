"""Scenarios: overlays that are not law (a report, a draft, a counterfactual), read from ``scenarios/NAME.md`` and,
where they list or delist parties, ``scenarios/NAME.toml`` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from carveout.law.entry import Entry
from carveout.law.error import nearest
from carveout.law.page import Block, split_page
from carveout.law.provision import Assertion, Provision
from carveout.law.source import ASSERTION, ProvisionReader
from carveout.law.table import CHANCE, ONE_OR_MORE, TEXT, misfits

FOLDER = "scenarios/"
_BLOCK = {**ASSERTION, "scenario": TEXT, "provision": ONE_OR_MORE}
_CHANCE = {"probability": CHANCE, "scenario": TEXT}


@dataclass(frozen=True, slots=True)
class Scenario:
    """An overlay: assertions about provisions, and what it says of list entries, by id."""

    id: str
    title: str
    prose: str
    assertions: tuple[Assertion, ...]
    entries: tuple[Entry, ...] = ()
    probability: float | None = None

    @property
    def first_day(self) -> date:
        """The first day, under any reading, on which it says something else than the law."""
        days = [assertion.period.wide[0] for assertion in self.assertions]
        for entry in self.entries:
            said = (*entry.listed, *entry.review_policies, *chain.from_iterable(entry.footnotes.values()))
            days += [one.period.wide[0] for one in said]
        return min(days, default=date.max)


def read_scenario(
    name: str,
    text: str,
    entries: tuple[Entry, ...],
    reader: ProvisionReader,
    provisions: Mapping[str, Provision],
) -> Scenario:
    """The scenario of one page; what is wrong with it is noted by the reader."""
    file = f"{FOLDER}{name}.md"
    before = len(reader.faults)
    page = split_page(text, file, reader.faults)
    if not page.heading:
        reader.fault(file, 1, "the page has no heading", "start with # and what the scenario supposes")
    found: list[Assertion] = []
    probability = None
    for block in page.blocks:
        chance = "probability" in block.values
        shape, required = (_CHANCE, ()) if chance else (_BLOCK, ("provision", "scenario"))
        if not reader.fits(block, misfits(block.values, shape, required), file):
            continue
        if block.values.get("scenario", name) != name:
            wrong = f"the block belongs to scenario {block.values['scenario']!r}"
            reader.fault(file, block.line_of("scenario"), wrong, f'write scenario = "{name}", the name of the file')
        elif chance:
            probability = float(block.values["probability"])
        else:
            found += _assertions(block, file, reader, provisions)
    if not (found or entries) and len(reader.faults) == before:
        right = f"add a ```toml block per provision, or list entries in {FOLDER}{name}.toml"
        reader.fault(file, 1, "the scenario says nothing of the law", right)
    return Scenario(name, page.heading, page.prose, tuple(found), entries, probability)


def _assertions(
    block: Block, file: str, reader: ProvisionReader, provisions: Mapping[str, Provision]
) -> list[Assertion]:
    """What one block asserts of each provision it names."""
    named = block.values["provision"]
    found = []
    for target in [named] if isinstance(named, str) else named:
        if target not in provisions:
            reader.fault(file, block.line_of("provision"), f"no provision {target!r}", nearest(target, provisions))
            continue
        read = reader.assertion(block, target, file, provisions[target].kind)
        if read is not None:
            found.append(read)
    return found
