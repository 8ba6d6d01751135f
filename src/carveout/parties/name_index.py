"""Names against names: equal, equal in their words, or near enough that the scorer calls them a match.

Queries go through in batches. What can be said of many pairs at once is said in arrays; the scorer sees only the few
pairs that it could raise to an alert.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from carveout.parties.alignment import likeness
from carveout.parties.candidates import Candidates
from carveout.parties.coded_names import CodedNames, Numbering
from carveout.parties.family import Families
from carveout.parties.found import Found, Match
from carveout.parties.kept_name import line_of, name_of
from carveout.parties.letter_counts import at_most, counts, lengths
from carveout.parties.mending import mended
from carveout.parties.name import Name, read_name
from carveout.parties.name_texts import (
    key_of,
    keys_of,
    personal,
    text_of,
    texts_of,
    tight,
    tightened,
    turned,
)
from carveout.parties.overlap import Floats, Overlap, Shares, most_odds, odds
from carveout.parties.pair_arrays import PairArrays, Told
from carveout.parties.rarity import COMMON, Rarity, shares_of
from carveout.parties.reading import read_names
from carveout.parties.rows import Rows
from carveout.parties.same_words import SameWords
from carveout.parties.score import graded, score
from carveout.parties.search_settings import SearchSettings
from carveout.parties.settings import Kind
from carveout.parties.vocabulary import Ints, Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIKE = {"texts": "cores", "turned": "texts", "normal": "texts", "orders": "turned", "ties": "normal", "keys": "turned"}
"""Texts kept of every name, each beside one that it often equals and then need not repeat."""
FEW = 200
"""Pairs up to which all are compared letter by letter: ruling some out would take longer."""
SEVERAL = 64
"""Names whose pairs are compared in arrays; a few are sooner compared one by one."""
BATCH = 4096
"""Names looked up together."""
KEPT = 8192
"""Listed names that are kept as read, once they are read from their lines."""

_made = tuple.__new__
"""Makes a named tuple in a third of the time that its class takes."""


class Asked(NamedTuple):
    """A name to be looked up, as read, and the kind of party it is said or seems to be."""

    name: Name
    kind: Kind


class NameIndex:
    """All listed names, each with the kind of party that bears it, found by text."""

    def __init__(
        self,
        names: Sequence[str],
        kinds: Sequence[Kind],
        settings: SearchSettings,
        kept: tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]] | None = None,
    ) -> None:
        self.names, self.kinds, self.settings = tuple(names), tuple(kinds), settings
        self.held: dict[int, Name] = {}
        self.texts: list[str]
        self.turned: list[str]
        self.normal: list[str]
        self.orders: list[str]
        self.ties: list[str]
        self.keys: list[str]
        self.lines: Sequence[str] = ()
        if kept is None:
            self._build()
        else:
            self._restore(*kept)
        self.text_rows, self.turned_rows = np.array(self.texts, object), np.array(self.turned, object)
        self.letters = counts(self.texts)
        self.lengths = lengths(self.letters)
        self.people = np.array([kind == "person" for kind in self.kinds], bool)
        height = len(self.names)
        self.pairs = PairArrays(
            self.coded, [*self.vocabulary.words, *self.spelled], self.kinds, self.rarity, self.settings.scorer
        )
        self.same_words = SameWords(self.coded, self.normal, self.kinds, self.rarity, self.settings.scorer)
        self.same, self.equal = Rows(self.normal, height), Rows(self.keys, height)
        self.alike = Rows([*self.orders, *self.ties], height)

    def _build(self) -> None:
        """Everything from the names themselves."""
        settings = self.settings
        read = read_names(self.names)
        self.held = dict(enumerate(read))
        self.texts = [text_of(name) for name in read]
        self.turned = [turned(text) for text in self.texts]
        self.normal = [name.normalized for name in read]
        self.keys = [key_of(name) for name in read]
        self.cores = [" ".join(name.core) for name in read]
        self.orders = [turned(text) for text in self.normal]
        self.ties = [tight(text) for text in self.normal]
        self.shares, size = shares_of(read)
        self.rarity = Rarity(self.shares, size)
        self.vocabulary = Vocabulary.build(self.texts)
        self.candidates = Candidates.build(self.vocabulary, self.texts, settings.reach)
        numbers = Numbering(self.vocabulary.word_at)
        self.coded, self.spelled = CodedNames.of(read, numbers), numbers.new
        least = settings.scorer.least
        self.overlap = Overlap.build(self.vocabulary, self.texts, lambda word: max(self.rarity.weight(word), least))
        companies = [
            kind == "organization" or (kind == "any" and not personal(name))
            for kind, name in zip(self.kinds, read, strict=True)
        ]
        self.families = Families.build(self.cores, self.texts, companies, self.rarity, settings.family_weight)

    def _restore(self, arrays: Mapping[str, NDArray[Any]], held: Mapping[str, Any]) -> None:
        """Everything as :meth:`state` gave it."""
        self.cores, self.shares = held["cores"], held["shares"]
        for part, like in LIKE.items():
            setattr(self, part, [base if text is None else text
                                 for text, base in zip(held[part], getattr(self, like), strict=True)])  # fmt: skip
        self.lines = held["lines"]
        self.rarity = Rarity(self.shares, len(self.names))
        self.vocabulary = Vocabulary(held["words"], held["skeletons"], arrays)
        self.candidates = Candidates(self.vocabulary, arrays, self.settings.reach)
        self.overlap = Overlap(self.vocabulary, arrays)
        self.coded, self.spelled = CodedNames.from_arrays(arrays), held["spelled"]
        self.families = Families(self.cores, held["families"], held["large"])

    def state(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """(arrays, texts) that this index can be made from again, with its names."""
        words = self.vocabulary
        if not self.lines:
            # From now on a name is made of its line when it is asked for: a line takes a fifth of the memory.
            self.lines = [line_of(self.name(row)) for row in range(len(self.names))]
            self.held = {}
        likened = {
            part: [None if text == base else text
                   for text, base in zip(getattr(self, part), getattr(self, like), strict=True)]
            for part, like in LIKE.items()
        }  # fmt: skip
        texts = {
            "cores": self.cores, "shares": self.shares, **likened, "names": self.names, "kinds": self.kinds,
            "lines": self.lines, "spelled": self.spelled,
            "words": words.words, "skeletons": words.skeletons, "families": self.families.rows,
            "large": sorted(self.families.large),
        }  # fmt: skip
        return {
            **words.arrays, **self.candidates.arrays, **self.overlap.arrays, **self.coded.arrays(),
        }, texts  # fmt: skip

    def name(self, row: int) -> Name:
        """A listed name as read; read when it is first asked for."""
        held = self.held.get(row)
        if held is None:
            if len(self.held) > KEPT:
                self.held.clear()
            held = self.held[row] = name_of(self.names[row], self.lines[row])
        return held

    def ask(self, raw: str, kind: Kind = "any") -> Asked:
        """A name as it is looked up: slips in its legal form mended; a legal form makes its bearer an organization."""
        return self._asked(read_name(raw), kind)

    def _asked(self, name: Name, kind: Kind, slips: set[str] | None = None) -> Asked:
        """A name as it is looked up; ``slips`` are the slips in legal forms among its words, where they are known."""
        if slips is None:
            slips = self._slips(name.core)
        if not slips.isdisjoint(name.core):
            known = self.vocabulary.word_at
            words = [word if word in known else mended(word) for word in name.normalized.split()]
            name = replace(read_name(" ".join(words)), raw=name.raw, script=name.script, variants=name.variants)
        return _made(Asked, (name, "organization" if kind == "any" and name.forms else kind))

    def _slips(self, words: Iterable[str]) -> set[str]:
        """Those of some words that no listed name holds and that are a slip away from a word of a legal form."""
        return {word for word in set(words).difference(self.vocabulary.word_at) if mended(word) != word}

    def find(self, named: Sequence[tuple[str, Kind]]) -> list[Found]:
        """What each name may mean: equal names before near ones, near ones the likeliest first, relatives last.

        Relatives are sought only for names that nothing matches. Raises NameTooLong.
        """
        found: list[Found] = []
        for low in range(0, len(named), BATCH):
            part = named[low : low + BATCH]
            read = read_names([name for name, _ in part])
            slips = self._slips(chain.from_iterable([name.core for name in read]))
            found += self._batch([self._asked(name, kind, slips) for name, (_, kind) in zip(read, part, strict=True)])
        return found

    def every(self, asked: Asked) -> list[Match]:
        """The slow oracle: the name scored against every listed name, with nothing sorted out before."""
        return [self._scored(asked, row, "search") for row in range(len(self.names))]

    def candidate_rows(self, asked: Asked) -> list[int]:
        """The rows that the index proposes for a name, the likeliest first."""
        texts = [text_of(asked.name)]
        found: list[int] = self.candidates.find(texts, self.vocabulary.bags(texts))[1].tolist()
        return found

    def _batch(self, asked: Sequence[Asked]) -> list[Found]:
        found = self._equal(asked)
        left = [at for at, held in enumerate(found) if not _settled(held)]
        self._near([asked[at] for at in left], [found[at] for at in left])
        for at in left:
            one, held = asked[at], found[at]
            if one.kind in ("organization", "any") and not _settled(held):
                name = one.name
                rows = self.families.find(
                    name.core, further=bool(name.places or name.numbers), personal=personal(name), near=tuple(held)
                )
                if rows:
                    # Before what is merely alike: a relative asks a question, the others only resemble.
                    bar = max([self.settings.related, *(match.strength + 0.01 for match in held.values())])
                    for row in rows:
                        held[row] = Match(row, "related", held[row].value if row in held else 0.0, False, bar)
        return [Found(one.kind, tuple(held.values())) for one, held in zip(asked, found, strict=True)]

    def _equal(self, asked: Sequence[Asked]) -> list[dict[int, Match]]:
        """The listed names that are the same, in their text, in their words, or in their letters."""
        found = [self._same_text(one) for one in asked]
        left = [at for at, held in enumerate(found) if not held]
        texts = [asked[at].name.normalized for at in left]
        for at, text, short in zip(left, texts, tightened(texts), strict=True):
            for row in (*self.alike.find(turned(text)), *self.alike.find(short)):
                held = found[at]
                if row not in held:
                    held[row] = self._scored(self._respelled(asked[at], row), row, "core")
        return found

    def _same_text(self, one: Asked) -> dict[int, Match]:
        held: dict[int, Match] = {}
        name = one.name
        if name.normalized in self.same.first:
            for row in self.same.find(name.normalized):
                held[row] = self._scored(one, row, "exact")
        for key in keys_of(name) if name.variants else (key_of(name),):
            if key in self.equal.first:
                for row in self.equal.find(key):
                    if row not in held:
                        told = None if name.variants else self.same_words.score(name, one.kind, row)
                        held[row] = _made(Match, (row, "core", *told)) if told else self._scored(one, row, "core")
        return held

    def _near(self, asked: Sequence[Asked], found: Sequence[dict[int, Match]]) -> None:
        spoken = [(at, text) for at, one in enumerate(asked) for text in texts_of(one.name)]
        owners = np.array([at for at, _ in spoken], np.int64)
        texts = [text for _, text in spoken]
        bags = self.vocabulary.bags(texts)
        rows, names, alike = self.candidates.find(texts, bags)
        if len(rows) == 0:
            return
        shares, person = self.overlap.shares(bags, rows, names), self.people[names]
        likely = alike.astype(np.float64)
        if len(rows) > FEW:
            # Most pairs are out of the question however their letters fall.
            mine = counts(texts)
            hopeful = self._hopeful(shares, _by_length(lengths(mine)[rows], self.lengths[names]), likely, person)
            near = at_most(mine[rows[hopeful]], self.letters[names[hopeful]])
            hopeful = hopeful[self._hopeful(shares.of(hopeful), near, likely[hopeful], person[hopeful])]
            rows, names, likely, person = rows[hopeful], names[hopeful], likely[hopeful], person[hopeful]
            shares = shares.of(hopeful)
        at = rows.tolist()
        plain = _ratios([*map(texts.__getitem__, at)], self.text_rows[names])
        # Most texts are in several pairs.
        ordered = [*map(turned, texts)]
        other = _ratios([*map(ordered.__getitem__, at)], self.turned_rows[names])
        judged = odds(shares, plain, other, likely, person)
        worth = np.flatnonzero(judged >= self.settings.worth_scoring)
        order = worth[np.lexsort((names[worth], -judged[worth], owners[rows[worth]]))]
        self._score(asked, found, owners[rows[order]], names[order], judged[order])

    def _score(
        self, asked: Sequence[Asked], found: Sequence[dict[int, Match]], owners: Ints, rows: Ints, hopes: Floats
    ) -> None:
        """Score pairs of a name (its place in ``asked``) and a listed one, those of a name together, the most hopeful first."""
        scored = [0] * len(asked)
        least = np.full(len(asked), self.settings.worth_scoring)
        first = np.diff(owners, prepend=-1) != 0
        several = int(first.sum()) >= SEVERAL
        if several:
            # The first pair of every name, then those that are still hopeful beside it: each lot is compared at once.
            who, place = np.unique(owners, return_inverse=True)
            names = [asked[at] for at in who.tolist()]
            batch = self.pairs.asked([one.name for one in names], [one.kind for one in names])
        for lot in (np.flatnonzero(first), np.flatnonzero(~first)) if several else (np.arange(len(rows)),):
            chosen = lot[hopes[lot] >= least[owners[lot]]]
            told = batch.compare(place[chosen], rows[chosen]) if several else None
            for pair, (one, row, hope) in enumerate(
                zip(owners[chosen].tolist(), rows[chosen].tolist(), hopes[chosen].tolist(), strict=True)
            ):
                if hope < least[one] or scored[one] == self.settings.scored_at_most or row in found[one]:
                    continue
                scored[one] += 1
                match = self._told(told, pair, asked[one], row) if told else None
                if match is None:
                    match = self._scored(asked[one], row, "search")
                if (
                    match.match
                    and self.kinds[row] != "person"
                    and not (told and told.telling[pair])
                    and not self._telling(asked[one].name, row)
                ):
                    match = match._replace(match=False)
                found[one][row] = match
                if match.match:
                    least[one] = max(least[one], hope - self.settings.close_behind)

    def _told(self, told: Told, pair: int, asked: Asked, row: int) -> Match | None:
        """What the comparison of many pairs says of one; None where it leaves it to the scorer."""
        listed = self.normal[row]
        if not told.told[pair] or asked.name.normalized == listed:
            return None
        kind = self.kinds[row] if self.kinds[row] != "any" else asked.kind
        threshold = self.settings.scorer.threshold(kind)
        found = graded(told.odds[pair], told.said[pair], asked.name.normalized, listed, threshold)
        return _made(Match, (row, "search", *found))

    def _hopeful(self, shares: Shares, letters: Floats, likely: Floats, person: NDArray[np.bool_]) -> Ints:
        """The pairs worth scoring where their letters are as alike as they can be."""
        # Rounding may take a little.
        return np.flatnonzero(most_odds(shares, letters, likely, person) >= self.settings.worth_scoring - 1e-6)

    def _telling(self, name: Name, row: int) -> bool:
        """Whether a word that tells the listed party from others is in the name, if only about so; true if it has none."""
        core = name.core
        telling = [word for word in self.name(row).core if word not in COMMON]
        for word in telling:
            if word in core:
                return True
        words = {*name.core, "".join(name.core), *name.places, *(word for read in name.variants for word in read)}
        return (
            not telling
            or not words.isdisjoint(telling)
            or any(
                word == other or likeness(word, other)[0] >= self.settings.scorer.alike or word in other
                for word in telling
                for other in words
            )
        )

    def _respelled(self, asked: Asked, row: int) -> Asked:
        """The name with the words of a listed one that has the same letters; the order of a person's words tells them apart."""
        held = self.name(row)
        if self.kinds[row] == "person" and " " in asked.name.normalized:
            return asked
        return _made(Asked, (held.respelled(asked.name.raw, asked.name.normalized), asked.kind))

    def _scored(self, asked: Asked, row: int, tier: str) -> Match:
        if asked.name.raw == self.names[row] and asked.name.normalized:
            # What the scorer says of the same text, without reading the listed name.
            return _made(Match, (row, tier, 1.0, True, 1.0))
        kind = self.kinds[row]
        found = score(
            asked.name, self.name(row), kind=asked.kind if kind == "any" else kind,
            rarity=self.rarity, settings=self.settings.scorer,
        )  # fmt: skip
        return _made(Match, (row, tier, *found))


def _settled(held: Mapping[int, Match]) -> bool:
    """Whether one of these is a match."""
    for match in held.values():  # noqa: SIM110
        if match.match:
            return True
    return False


def _by_length(some: Ints, others: Ints) -> Floats:
    """The most that texts of these lengths can be alike."""
    most: Floats = 2.0 * np.minimum(some, others) / np.maximum(some + others, 1)
    return most


def _ratios(some: Sequence[str], others: NDArray[np.object_]) -> NDArray[np.float64]:
    """How like each other the letters of each pair of texts are, 0 to 1."""
    return process.cpdist(some, others.tolist(), scorer=fuzz.ratio).astype(np.float64) / 100
