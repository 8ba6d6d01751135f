"""The corpus: every file of the law read, linked and checked; immutable and hashed.

A corpus is a folder: ``instruments.toml``, ``corpus.toml`` (what it covers, what it does not), ``sets/*.toml``,
``lists/*.toml``, ``cases/*.toml`` (parties that only the cases of the law name), ``scenarios/*`` and the provisions as
Markdown below a folder per regime, path = citation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carveout.facts.schema import Schema, schema
from carveout.law.condition import facts_of
from carveout.law.entry import Entry, PartyList
from carveout.law.error import Fault, LawError, UnknownName, nearest
from carveout.law.group import Group, read_groups
from carveout.law.head import FILE as HEAD
from carveout.law.head import Line, NotEncoded, Regime, lines_of_law, not_encoded, read_head
from carveout.law.instrument import Instrument, read_instruments
from carveout.law.kept_conditions import kept
from carveout.law.order import check_links, order
from carveout.law.party_list import read_entries
from carveout.law.provision import Assertion, Provision
from carveout.law.scenario import FOLDER as SCENARIOS
from carveout.law.scenario import Scenario, read_scenario
from carveout.law.source import ProvisionReader
from carveout.law.table import line_of

if TYPE_CHECKING:
    from carveout.law.view import View

__all__ = ["Corpus", "bundled", "bundled_with", "load", "nearest", "read_folder"]

INSTRUMENTS = "instruments.toml"
_ENDINGS = {"sets": (".toml",), "lists": (".toml",), "cases": (".toml",), "scenarios": (".md", ".toml")}
"""Folder -> how the files in it end; below a regime they are pages."""


@dataclass(frozen=True)
class Corpus:
    """All law held, by id. ``hash`` is the SHA-256 of its files; ``view`` folds it for a day of knowledge.

    ``added`` are the files of scenarios that a user laid beside the bundled law: path in the corpus, text;
    ``lists_folder`` is where the lists come from that were laid beside it.
    ``case_parties`` are made-up entries, and their lists, for the cases of provisions on lists that are not held.
    """

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
    added: tuple[tuple[str, str], ...] = ()
    lists_folder: str = ""
    case_parties: tuple[tuple[Entry, ...], tuple[PartyList, ...]] = ((), ())
    _views: dict[Any, View] = field(default_factory=dict, repr=False, compare=False)

    def view(self, *, known: date | None = None, scenarios: Iterable[str] = ()) -> View:
        """The law as a reader of that day could know it, with scenarios laid over; None knows all that is held.

        Scenarios are laid over in the order given: a later one wins over an earlier one.

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

    def with_lists(self, entries: Iterable[Entry], held: Iterable[PartyList]) -> Corpus:
        """The same law with further list entries, and with what is held of their lists.

        An entry that is there already keeps its history and takes the further names, places and programs. A list that is
        held already is replaced by what is now said of it. The hash covers what was added.
        """
        further, lists = tuple(entries), tuple(held)
        merged = dict(self.entries)
        for entry in further:
            there = merged.get(entry.id)
            merged[entry.id] = there.widened(entry) if there is not None else entry
        named = {one.list: one for one in (*self.lists, *lists)}
        digest = hashlib.sha256(self.hash.encode())
        for one in (*sorted(further, key=lambda entry: entry.id), *lists):
            digest.update(repr(one).encode() + b"\0")
        return replace(self, entries=merged, lists=tuple(named.values()), hash=digest.hexdigest(), _views={})

    @cached_property
    def for_cases(self) -> Corpus:
        """The corpus in which the cases of the law are run: with the parties made up for them."""
        return self.with_lists(*self.case_parties) if any(self.case_parties) else self

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

    @property
    def overlays(self) -> tuple[Assertion, ...]:
        """What all scenarios assert, chosen or not."""
        return tuple(assertion for scenario in self.scenarios.values() for assertion in scenario.assertions)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Provision ids such that each comes after what defeats it and what defines its facts (ties by id).

        What scenarios assert counts too, so that the order serves every view.
        """
        return order(self.provisions, self.definitions, self.overlays)


class _Loader:
    def __init__(self, sources: Mapping[str, str], facts: Schema) -> None:
        self.sources = sources
        self.facts = facts
        self.faults: list[Fault] = []

    def named(self, folder: str, ending: str) -> list[str]:
        return sorted(path for path in self.sources if path.startswith(folder) and path.endswith(ending))

    def noted(self, *faults: Fault) -> None:
        self.faults += faults

    def stop(self) -> None:
        if self.faults:
            raise LawError(self.faults)

    def load(self) -> Corpus:
        if not self.sources:
            self.noted(Fault(HEAD, 1, "the corpus holds no files", f"it has at least {INSTRUMENTS} and {HEAD}"))
        instruments, faults = read_instruments(self.sources.get(INSTRUMENTS, ""), INSTRUMENTS)
        self.noted(*faults)
        self.stop()
        groups = self.groups(instruments)
        head, faults = read_head(self.sources.get(HEAD, ""), self.facts)
        self.noted(*faults)
        self.stop()  # pages and lists are read against these: what is amiss in one is told once
        regimes = {key: Regime(key, **entry) for key, entry in head.get("regime", {}).items()}
        self.places(regimes)
        reader = ProvisionReader(self.facts, groups, instruments)
        provisions = self.provisions(regimes, reader)
        before = len(self.faults)
        lists, entries = self.lists("lists/", instruments, {})
        case_lists, case_entries = self.lists("cases/", instruments, entries)
        sound = len(self.faults) == before  # else what a scenario says of them cannot be judged
        said = self.said_of_entries(instruments, entries) if sound else {}
        scenarios = self.scenarios(said, reader, provisions)
        self.noted(*reader.faults)
        text = self.sources.get(HEAD, "")
        unread, faults = not_encoded(head, text, reader.grammar)
        self.noted(*faults)
        lines, faults = lines_of_law(head, text, provisions)
        self.noted(*(() if self.faults else faults))
        corpus = Corpus(
            instruments=instruments, provisions=provisions, groups=groups, entries=entries, lists=tuple(lists),
            scenarios=scenarios, regimes=regimes, not_encoded=unread, lines=lines,
            covers_from=head.get("covers_from", date.min), reviewed_through=head.get("reviewed_through", date.max),
            hash=_hash(self.sources), case_parties=(tuple(case_entries.values()), tuple(case_lists)),
        )  # fmt: skip
        self.stop()
        self.undefined(corpus, reader)
        self.noted(*check_links(provisions, corpus.definitions, corpus.overlays))
        self.stop()
        return corpus

    def places(self, regimes: Iterable[str]) -> None:
        """Every file has a place, so that none is left unread."""
        endings = {**dict.fromkeys(regimes, (".md",)), **_ENDINGS}
        for path in self.sources:
            folder, below, _ = path.partition("/")
            if not below and path not in (INSTRUMENTS, HEAD):
                right = "put a page below the folder of its regime"
                self.noted(Fault(path, 1, "the file has no place in a corpus", right))
            elif below and folder not in endings:
                self.noted(Fault(path, 1, f"{folder} is no regime of {HEAD}", nearest(folder, endings)))
            elif below and not path.endswith(endings[folder]):
                right = "end it with " + " or ".join(endings[folder])
                self.noted(Fault(path, 1, f"a file like it is not read below {folder}", right))

    def groups(self, instruments: dict[str, Instrument]) -> dict[str, Group]:
        found: dict[str, Group] = {}
        for path in self.named("sets/", ".toml"):
            read, faults = read_groups(self.sources[path], path, instruments)
            self.noted(*faults)
            for group in read:
                if group.name in found:
                    line = line_of(self.sources[path], (), group.name)
                    wrong = f"set {group.name}: is written in {found[group.name].file} too"
                    self.noted(Fault(path, line, wrong, "write all statements of a set in one file"))
                found[group.name] = group
        return found

    def provisions(self, regimes: Iterable[str], reader: ProvisionReader) -> dict[str, Provision]:
        pages = sorted(chain.from_iterable(self.named(f"{regime}/", ".md") for regime in regimes))
        read = (reader.provision(path.removesuffix(".md"), self.sources[path], path) for path in pages)
        return {provision.id: provision for provision in read if provision is not None}

    def lists(
        self, folder: str, instruments: Mapping[str, Instrument], others: Mapping[str, Entry]
    ) -> tuple[list[PartyList], dict[str, Entry]]:
        """The lists of a folder and their entries; ``others`` are entries of other folders, whose ids are taken."""
        lists: list[PartyList] = []
        entries: dict[str, Entry] = {}
        for path in self.named(folder, ".toml"):
            held, read, faults = read_entries(self.sources[path], path, instruments, held={**others, **entries})
            self.noted(*faults)
            lists += [held] if held else []
            entries.update({entry.id: entry for entry in read})
        return lists, entries

    def said_of_entries(
        self, instruments: Mapping[str, Instrument], entries: Mapping[str, Entry]
    ) -> dict[str, tuple[Entry, ...]]:
        """Scenario -> what it says of list entries."""
        said: dict[str, tuple[Entry, ...]] = {}
        for path in self.named(SCENARIOS, ".toml"):
            name = path.removeprefix(SCENARIOS).removesuffix(".toml")
            _, read, faults = read_entries(self.sources[path], path, instruments, name, entries)
            self.noted(*faults)
            said[name] = tuple(read)
            if f"{SCENARIOS}{name}.md" not in self.sources:
                self.noted(Fault(path, 1, f"there is no scenario {name!r}", f"describe it in {SCENARIOS}{name}.md"))
        return said

    def scenarios(
        self, said: Mapping[str, tuple[Entry, ...]], reader: ProvisionReader, provisions: Mapping[str, Provision]
    ) -> dict[str, Scenario]:
        found = {}
        for path in self.named(SCENARIOS, ".md"):
            name = path.removeprefix(SCENARIOS).removesuffix(".md")
            found[name] = read_scenario(name, self.sources[path], said.get(name, ()), reader, provisions)
        return found

    def undefined(self, corpus: Corpus, reader: ProvisionReader) -> None:
        """Derived facts that a condition asks and no definition computes."""
        right = 'add a definition with defines = "{}"'
        for mention in reader.mentions:
            if mention.fact not in corpus.definitions:
                wrong = f"condition {mention.condition!r}: no provision defines {mention.fact}"
                self.noted(Fault(mention.file, mention.line, wrong, right.format(mention.fact)))
        for nth, item in enumerate(corpus.not_encoded, 1):
            for fact in sorted(facts_of(item.when)) if item.when else ():
                if self.facts[fact].kind == "derived" and fact not in corpus.definitions:
                    line = line_of(self.sources[HEAD], ("[[not_encoded]]",), "when", nth)
                    wrong = f"not_encoded: no provision defines {fact}"
                    self.noted(Fault(HEAD, line, wrong, right.format(fact)))


def _hash(sources: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.encode() + b"\0" + sources[path].encode() + b"\0")
    return digest.hexdigest()


def read_folder(folder: Path) -> dict[str, str]:
    """The files of a corpus below a folder: relative path -> text.

    Raises:
        LawError: there is no such folder, or a file is not UTF-8.
    """
    if not folder.is_dir():
        raise LawError([Fault(str(folder), 1, "there is no such folder", "name the folder of a corpus")])
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


BUNDLED = Path(str(files("carveout") / "corpus" / "us"))
"""The folder of the corpus that comes with the package."""


@cache
def bundled() -> Corpus:
    """The corpus that comes with the package: US law for the listed company, 2019 to today."""
    found = load(BUNDLED)
    kept().save()
    return found


@lru_cache(maxsize=16)
def bundled_with(added: tuple[tuple[str, str], ...]) -> Corpus:
    """The bundled corpus and further files, linted like it (see :mod:`carveout.law.overlay`); the same for the same files.

    Raises:
        LawError: something in the further files is wrong.
    """
    if not added:
        return bundled()
    return replace(load({**read_folder(BUNDLED), **dict(added)}), added=added)
