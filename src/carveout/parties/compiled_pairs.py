"""The compiled comparison of pairs beside an index: made ready once many names were asked for, used from then on.

What it does not tell of a pair is left to :func:`carveout.parties.score.score`, which gives the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from carveout.facts.compiled import Loops
from carveout.parties.coded_names import CodedNames, WordPool
from carveout.parties.name import Name
from carveout.parties.rarity import Rarity
from carveout.parties.search_settings import SearchSettings
from carveout.parties.settings import Kind, Settings
from carveout.parties.word import SHARDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from carveout.parties.overlap import Floats
    from carveout.parties.vocabulary import Ints

MANY = 50_000
"""Names asked for after which loading the loops costs less than going on without them."""


ORGANIZATION, PERSON, VESSEL, ANY = 0, 1, 2, 3
KINDS: Final[tuple[Kind, ...]] = ("organization", "person", "vessel", "any")
"""Kinds of party by their numbers here."""

LEFT, TOLD, TELLING = 0, 1, 3
"""What became of a pair: left to the long way round, told, and told with a word in both that tells the listed party from others."""


def _load() -> ModuleType:
    from carveout.parties import pair_kernel

    pair_kernel.warm()
    return pair_kernel


PAIR_LOOPS = Loops(_load)


R_WEIGHTS, R_ALIKE, R_PARTICLE, R_ENOUGH, R_HALF, R_BEHIND, R_SURE, R_SHARDS = range(8)
"""What the loops need of the settings, by places: the weights of organizations, persons and vessels in a row each; single rules, of
which that of particles is below nothing where they weigh as any word does; how far behind a match another pair may be judged to be
compared; the log odds of a match of each kind; words left of legal forms, with where those of each letter begin."""
Rules: TypeAlias = tuple[Any, ...]


def rules_of(settings: Settings, behind: float, shards: Mapping[str, int]) -> tuple[Rules, Rules]:
    """(rules for organizations and vessels, rules for persons) of these settings; ``shards`` are numbered words."""
    weights = np.array([settings.weights(kind) for kind in KINDS], np.float64)
    thresholds = np.array([settings.threshold(kind) for kind in KINDS])
    with np.errstate(divide="ignore"):
        sure = np.log(thresholds / (1.0 - thresholds))
    words = sorted(shards)
    begins = np.searchsorted(np.array([ord(word[0]) for word in words], np.int64), np.arange(129)).astype(np.int32)
    held = begins, np.array([shards[word] for word in words], np.int32)
    of_words = settings.enough, settings.half, behind, sure, held
    return (weights, settings.alike, -1.0, *of_words), (weights, settings.alike, settings.particle, *of_words)


class Told(NamedTuple):
    """What the loops tell of pairs: log odds, what the words that agree weigh, and what became of each."""

    odds: list[float]
    said: list[float]
    state: list[int]


class CompiledPairs:
    """The listed names as numbers, ready to be compared with those asked for."""

    def __init__(
        self,
        listed: CodedNames,
        words: Sequence[str],
        kinds: Sequence[Kind],
        rarity: Rarity,
        settings: SearchSettings,
    ) -> None:
        self.listed, self.words, self.kinds = listed, words, kinds
        self.rarity, self.settings = rarity, settings
        self.asked = 0
        self._pool: WordPool | None = None
        self._rules: tuple[Rules, Rules] | None = None
        self._kinds: NDArray[np.uint8] | None = None

    def count(self, names: int) -> None:
        """So many more names are asked for."""
        self.asked += names
        if self.asked > MANY:
            PAIR_LOOPS.make_ready()

    def compare(
        self, asked: Sequence[Name], kinds: Sequence[Kind], owners: Ints, rows: Ints, hopes: Floats
    ) -> Told | None:
        """Every pair of a name asked for (its place in ``asked``) and a listed one (its row); None while there are no loops.

        The pairs of a name stand together, the most hopeful first. A pair is compared by the kind of the listed party, by that of
        the name asked for where it is of any kind.
        """
        loops = PAIR_LOOPS.module()
        if loops is None or not len(rows):
            return None
        if self._pool is None:
            self._pool = WordPool(self.words, self.rarity, self.settings.scorer.least)
            shards = {word: self._pool.number[word] for word in SHARDS}
            self._rules = rules_of(self.settings.scorer, self.settings.close_behind, shards)
            self._kinds = np.array([*map(KINDS.index, self.kinds)], np.uint8)
        assert self._kinds is not None
        assert self._rules is not None
        who, place = np.unique(owners, return_inverse=True)
        coded, pool = self._pool.coded([asked[at] for at in who.tolist()])
        of = self._kinds[rows]
        said = np.array([*map(KINDS.index, kinds)], np.uint8)[owners]
        of = np.where(of == ANY, said, of)
        told = loops.compare_pairs(
            tuple(pool), tuple(coded), tuple(self.listed), place, rows, of, hopes, *self._rules
        )  # fmt: skip
        return Told(*(part.tolist() for part in told))
