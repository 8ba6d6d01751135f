"""The corpus: every file of the law read, linked and checked; immutable and hashed.

A corpus is a folder: ``instruments.toml``, ``corpus.toml`` (what it covers, what it does not), ``sets/*.toml``,
``lists/*.toml`` and the provisions as Markdown below a folder per regime, path = citation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carveout.facts.schema import Schema, schema
from carveout.law.condition import Grammar, Node, Refused, facts_of
from carveout.law.entry import Entry, PartyList, read_entries
from carveout.law.error import Fault, LawError, UnknownName
from carveout.law.group import Group, read_groups
from carveout.law.instrument import Instrument, line_of, misfits, read_instruments
from carveout.law.provision import EDGES, Assertion, Provision
from carveout.law.source import CHANCE_BLOCK, SCENARIO_BLOCK, ProvisionReader, read_head, split_page

if TYPE_CHECKING:
    from carveout.law.view import View


@dataclass(frozen=True, slots=True)
class Regime:
    """A body of rules decided side by side with others: whom it addresses, which act it bars."""

    id: str
    title: str
    addressee: str
    act: str
    scope: str
    subject: str


@dataclass(frozen=True, slots=True)
class NotEncoded:
    """A regime or rule that is not in the corpus: reported as not evaluated where ``when`` may hold."""

    id: str
    title: str
    when: Node | None


@dataclass(frozen=True, slots=True)
class Line:
    """Provisions that follow each other in time, and the gaps between them that the law really has."""

    title: str
    provisions: tuple[str, ...]
    gaps: tuple[tuple[date, date, str], ...]
    start: date | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """An overlay: assertions and listings that are not law (a report, a draft, a counterfactual)."""

    id: str
    title: str
    prose: str
    assertions: tuple[Assertion, ...]
    probability: float | None = None


@dataclass(frozen=True)
class Corpus:
    """All law held, by id. ``hash`` is the SHA-256 of its files; ``view`` folds it for a day of knowledge."""

    instruments: Mapping[str, Instrument]
    provisions: Mapping[str, Provision]
    groups: Mapping[str, Group]
    entries: Mapping[str, Entry]
    lists: tuple[PartyList, ...]
    scenarios: Mapping[str, Scenario]
    regimes: Mapping[str, Regime]
    not_encoded: tuple[NotEncoded, ...]
    lines: tuple[Line, ...]
    covers_from: date
    reviewed_through: date
    hash: str
    _views: dict[Any, View] = field(default_factory=dict, repr=False, compare=False)

    def view(self, *, known: date | None = None, scenarios: Iterable[str] = ()) -> View:
        """The law as a reader of that day could know it, with scenarios laid over; None knows all that is held.

        Raises:
            UnknownName: a scenario the corpus does not hold.
        """
        from carveout.law.view import fold

        chosen = tuple(scenarios)
        for name in chosen:
            if name not in self.scenarios:
                raise UnknownName(f"no scenario {name!r}; {nearest(name, self.scenarios)}")
        key = (known, chosen)
        if key not in self._views:
            self._views[key] = fold(self, known, chosen)
        return self._views[key]

    def provision(self, identifier: str) -> Provision:
        """The provision of that id.

        Raises:
            UnknownName: there is none; the message names the nearest.
        """
        if identifier not in self.provisions:
            raise UnknownName(f"no provision {identifier!r}; {nearest(identifier, self.provisions)}")
        return self.provisions[identifier]

    def explained_gap(self, provisions: tuple[str, ...], first: date, last: date) -> str:
        """Why the law has a gap from ``first`` to ``last``, as the corpus explains it; nothing when it does not."""
        for line in self.lines:
            if set(provisions) <= set(line.provisions):
                for start, end, reason in line.gaps:
                    if (start, end) == (first, last):
                        return reason
        return ""

    @cached_property
    def definitions(self) -> Mapping[str, tuple[str, ...]]:
        """Derived fact -> the provisions that define it."""
        found: dict[str, list[str]] = {}
        for provision in self.provisions.values():
            if provision.defines:
                found.setdefault(provision.defines, []).append(provision.id)
        return {fact: tuple(sorted(ids)) for fact, ids in found.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Provision ids such that each comes after what defeats it and what defines its facts (ties by id)."""
        return _order(self.provisions, self.definitions)[0]


def nearest(name: str, among: Iterable[str]) -> str:
    """A hint at the nearest known name."""
    close = get_close_matches(name, list(among), n=1, cutoff=0.4)
    return f"did you mean {close[0]}?" if close else "there is none like it"


def _dependencies(
    provisions: Mapping[str, Provision], definitions: Mapping[str, tuple[str, ...]]
) -> dict[str, set[str]]:
    needs: dict[str, set[str]] = {identifier: set() for identifier in provisions}
    for provision in provisions.values():
        for name, targets in provision.edges().items():
            for target in targets:
                if target not in needs:
                    continue
                if name == "attaches":
                    needs[provision.id].add(target)
                else:
                    needs[target].add(provision.id)
        for assertion in provision.assertions:
            for condition in assertion.text.conditions if assertion.text else ():
                for node in condition.readings:
                    for fact in facts_of(node):
                        needs[provision.id].update(definitions.get(fact, ()))
    return needs


def _order(
    provisions: Mapping[str, Provision], definitions: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], list[str]]:
    """A topological order, and the ids left over in a cycle."""
    needs = _dependencies(provisions, definitions)
    done: list[str] = []
    placed: set[str] = set()
    waiting = sorted(needs)
    while waiting:
        ready = [identifier for identifier in waiting if needs[identifier] <= placed]
        if not ready:
            return tuple(done), waiting
        done += ready
        placed.update(ready)
        waiting = [identifier for identifier in waiting if identifier not in placed]
    return tuple(done), []


def _cycle(stuck: list[str], needs: Mapping[str, set[str]]) -> list[str]:
    """One cycle among the provisions that could not be ordered."""
    path = [stuck[0]]
    while True:
        following = sorted(needs[path[-1]] & set(stuck))[0]
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


def _check_links(provisions: Mapping[str, Provision], definitions: Mapping[str, tuple[str, ...]]) -> list[Fault]:
    faults = []
    for provision in provisions.values():
        for name, targets in provision.edges().items():
            line = provision.edge_lines.get(name, 1)
            for target in targets:
                aimed = provisions.get(target)
                if aimed is None:
                    faults.append(Fault(provision.file, line, f"{name} points to {target!r}, which is not there",
                                        nearest(target, provisions)))  # fmt: skip
                elif aimed.kind not in EDGES[name][1]:
                    faults.append(Fault(provision.file, line, f"{name} points to {target} of kind {aimed.kind}",
                                        f"{name} points to " + ", ".join(sorted(EDGES[name][1]))))  # fmt: skip
    _, stuck = _order(provisions, definitions)
    if stuck:
        ring = _cycle(stuck, _dependencies(provisions, definitions))
        culprit = provisions[ring[0]]
        faults.append(Fault(culprit.file, 1, "the law goes in a circle: " + " -> ".join(ring),
                            "an edge or a defined fact must go"))  # fmt: skip
    return faults


class _Loader:
    def __init__(self, sources: Mapping[str, str], facts: Schema) -> None:
        self.sources = sources
        self.facts = facts
        self.faults: list[Fault] = []

    def named(self, folder: str, ending: str) -> list[str]:
        return sorted(path for path in self.sources if path.startswith(folder) and path.endswith(ending))

    def load(self) -> Corpus:
        instruments, faults = read_instruments(self.sources.get("instruments.toml", ""), "instruments.toml")
        self.faults += faults
        self._stop()
        groups: dict[str, Group] = {}
        for path in self.named("sets/", ".toml"):
            read, faults = read_groups(self.sources[path], path, instruments)
            self.faults += faults
            groups.update({group.name: group for group in read})
        head, faults = read_head(self.sources.get("corpus.toml", ""), self.facts)
        self.faults += faults
        self._stop()  # pages and lists are read against these: what is amiss in one is told once
        regimes = {key: Regime(key, **entry) for key, entry in head.get("regime", {}).items()}
        reader = ProvisionReader(self.facts, groups, instruments)
        provisions: dict[str, Provision] = {}
        for path in self.named("", ".md"):
            if path.split("/", 1)[0] not in regimes:
                continue
            provision = reader.provision(path.removesuffix(".md"), self.sources[path], path)
            if provision is not None:
                provisions[provision.id] = provision
        scenarios = {
            path.removeprefix("scenarios/").removesuffix(".md"): self._scenario(path, reader, provisions)
            for path in self.named("scenarios/", ".md")
        }
        self.faults += reader.faults
        lists, entries = self._lists(instruments)
        corpus = Corpus(
            instruments=instruments, provisions=provisions, groups=groups, entries=entries, lists=tuple(lists),
            scenarios=scenarios, regimes=regimes, not_encoded=self._not_encoded(head, reader.grammar),
            lines=self._lines(head, provisions),
            covers_from=head.get("covers_from", date.min), reviewed_through=head.get("reviewed_through", date.max),
            hash=_hash(self.sources),
        )  # fmt: skip
        if not self.faults:
            self.faults += _check_links(provisions, corpus.definitions)
        self._stop()
        return corpus

    def _stop(self) -> None:
        if self.faults:
            raise LawError(self.faults)

    def _lists(self, instruments: Mapping[str, Instrument]) -> tuple[list[PartyList], dict[str, Entry]]:
        lists: list[PartyList] = []
        entries: dict[str, Entry] = {}
        for path in self.named("lists/", ".toml"):
            held, read, faults = read_entries(self.sources[path], path, instruments)
            self.faults += faults
            lists += [held] if held else []
            entries.update({entry.id: entry for entry in read})
        return lists, entries

    def _lines(self, head: Mapping[str, Any], provisions: Mapping[str, Provision]) -> tuple[Line, ...]:
        found = []
        for nth, item in enumerate(head.get("line", ()), 1):
            for target in item["provisions"]:
                if target not in provisions and not self.faults:
                    line = line_of(self.sources["corpus.toml"], ("[[line]]",), "provisions", nth)
                    hint = nearest(target, provisions)
                    self.faults.append(Fault("corpus.toml", line, f"line: no provision {target!r}", hint))
            gaps = tuple((gap["from"], gap["through"], gap["reason"]) for gap in item.get("gap", ()))
            found.append(Line(item["title"], tuple(item["provisions"]), gaps, item.get("from")))
        return tuple(found)

    def _not_encoded(self, head: Mapping[str, Any], grammar: Grammar) -> tuple[NotEncoded, ...]:
        found = []
        for nth, item in enumerate(head.get("not_encoded", ()), 1):
            when = None
            if "when" in item:
                try:
                    when = grammar.parse(item["when"])
                except Refused as refused:
                    line = line_of(self.sources["corpus.toml"], ("[[not_encoded]]",), "when", nth)
                    self.faults.append(Fault("corpus.toml", line, f"not_encoded: {refused.wrong}", refused.right))
            found.append(NotEncoded(item["id"], item["title"], when))
        return tuple(found)

    def _scenario(self, path: str, reader: ProvisionReader, provisions: Mapping[str, Provision]) -> Scenario:
        page = split_page(self.sources[path], path, reader.faults)
        name = path.removeprefix("scenarios/").removesuffix(".md")
        found: list[Assertion] = []
        probability = None
        for block in page.blocks:
            if "probability" in block.values:
                if reader.fits(block, misfits(block.values, CHANCE_BLOCK), path):
                    probability = float(block.values["probability"])
                continue
            if not reader.fits(block, misfits(block.values, SCENARIO_BLOCK, ("provision", "scenario")), path):
                continue
            named = block.values["provision"]
            if block.values["scenario"] != name:
                wrong = f"the block belongs to scenario {block.values['scenario']!r}"
                reader.fault(path, block.line_of("scenario"), wrong, f'write scenario = "{name}", the name of the file')
                continue
            for target in [named] if isinstance(named, str) else named:
                if target not in provisions:
                    hint = nearest(target, provisions)
                    reader.fault(path, block.line_of("provision"), f"no provision {target!r}", hint)
                    continue
                read = reader.assertion(block, target, path, provisions[target].kind)
                if read is not None:
                    found.append(read)
        return Scenario(name, page.heading, page.prose, tuple(found), probability)


def _hash(sources: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.encode() + b"\0" + sources[path].encode() + b"\0")
    return digest.hexdigest()


def read_folder(folder: Path) -> dict[str, str]:
    """The files of a corpus below a folder: relative path -> text.

    Raises:
        LawError: a file is not UTF-8.
    """
    found, faults = {}, []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".md", ".toml") and path.is_file():
            name = path.relative_to(folder).as_posix()
            try:
                found[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                line = error.object.count(b"\n", 0, error.start) + 1
                faults.append(Fault(name, line, "not UTF-8", "save the file as UTF-8"))
    if faults:
        raise LawError(faults)
    return found


def load(sources: Mapping[str, str] | Path, facts: Schema | None = None) -> Corpus:
    """A corpus from a folder, or from texts by relative path.

    Raises:
        LawError: something in it is wrong; every fault names file, line, and what would be right.
    """
    texts = read_folder(sources) if isinstance(sources, Path) else dict(sources)
    return _Loader(texts, facts or schema()).load()


@cache
def bundled() -> Corpus:
    """The corpus that comes with the package: US law for the listed company, 2019 to today."""
    return load(Path(str(files("carveout") / "corpus" / "us")))
