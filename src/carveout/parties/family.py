"""Relatives: names that carry the name of a listed party or family, say more, and are not themselves listed.

A family is a word that names somebody: a listed name in full, or the first word of several entries. A name that holds
it with further words is no listing: the Entity List applies to the names on it (Supplement No. 4 to part 744), and
whether this is a branch of a listed party or another company, and who owns it, is a red flag to be resolved
(Supplement No. 3 to part 732; section 744.11 with the 50 percent rule where it is in force). A word that many companies
bear names nobody, and a company that merely shares it is nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from carveout.parties.rarity import COMMON, Rarity
from carveout.parties.word import GIVEN, PLACES

QUESTIONS = (
    "Is it a branch of the listed party, or a separate company?",
    "Who owns it, and how much of it?",
)
BRANCHES, LARGE, HEADS = 5, 20, 0.7
"""A word is the head of a family from five names on, if it begins so large a share of the names that hold it; twenty make
a large family."""
LONGEST, SHOWN = 4, 3


class Families:
    """The families of a list: what names them, and the rows of their names, the shortest first."""

    def __init__(self, cores: Sequence[str], rows: dict[str, list[int]], large: Sequence[str]) -> None:
        self.cores, self.rows, self.large = cores, rows, frozenset(large)
        self.firsts = frozenset([name.partition(" ")[0] for name in rows])

    @classmethod
    def build(
        cls, cores: Sequence[str], texts: Sequence[str], companies: Sequence[bool], rarity: Rarity, weight: float
    ) -> Families:
        """The families of names with these cores; several words name somebody together from ``weight`` on."""
        told: list[tuple[int, list[str]]] = []
        found: dict[str, list[int]] = {}
        heads: Counter[str] = Counter()
        held: Counter[str] = Counter()
        for row, (company, core) in enumerate(zip(companies, cores, strict=True)):
            if core and company:
                words = core.split()
                told.append((row, words))
                held.update(set(words))
                heads[words[0]] += 1
                if len(words) == 1:
                    names_somebody = _telling(words[0])
                else:
                    names_somebody = len(words) <= LONGEST and sum(map(rarity.weight, words)) >= weight
                if names_somebody:
                    found.setdefault(core, []).append(row)
        for row, words in told:
            first = words[0]
            if heads[first] >= BRANCHES and heads[first] >= HEADS * held[first] and _telling(first):
                found.setdefault(first, []).append(row)
        for name, rows in found.items():
            if len(rows) > 1:
                found[name] = sorted(set(rows), key=lambda row: (texts[row].count(" "), len(texts[row]), row))[:SHOWN]
        return cls(cores, found, sorted(name for name in found if heads[name] >= LARGE))

    def find(self, words: Sequence[str], *, further: bool, personal: bool, near: Sequence[int] = ()) -> tuple[int, ...]:
        """The rows of the family whose name stands in these words, the longest name first; those also ``near`` lead.

        ``further`` says that the name says more beside its words (a place): then the words may be the whole name.
        ``personal`` says that it may be a person's: then a single word is that of a large family only.
        """
        firsts = [at for at, word in enumerate(words) if word in self.firsts]
        if not firsts:
            return ()
        for length in range(min(LONGEST, len(words) - (0 if further else 1)), 0, -1):
            for start in firsts:
                if start + length > len(words):
                    break
                name = " ".join(words[start : start + length])
                found = self.rows.get(name)
                if found and not (personal and length == 1 and name not in self.large):
                    close = [row for row in near if f" {name} " in f" {self.cores[row]} "]
                    return tuple(dict.fromkeys((*close, *found)))[:SHOWN]
        return ()


def _telling(word: str) -> bool:
    return len(word) > 2 and word not in COMMON and word not in PLACES and word not in GIVEN
