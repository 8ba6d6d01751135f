"""Names of the same words as a listed one, scored without reading the listed name: nothing but legal forms speaks against them.

The same score as :func:`carveout.parties.score.score` gives, for companies and vessels in Latin letters; what may have to be
compared as one word, or as persons, is left to it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from carveout.parties.coded_names import LATIN, PERSONAL, CodedNames, families_differ, forms_of
from carveout.parties.name import Name
from carveout.parties.rarity import Rarity
from carveout.parties.score import Score, graded, looks_personal
from carveout.parties.settings import Kind, Settings


class SameWords:
    """The listed names, as far as such a score needs them."""

    def __init__(
        self, listed: CodedNames, normal: Sequence[str], kinds: Sequence[Kind], rarity: Rarity, settings: Settings
    ) -> None:
        self.normal, self.kinds, self.rarity, self.settings = normal, kinds, rarity, settings
        self.traits = listed.traits.tobytes()
        self.forms: list[int] = listed.forms.tolist()
        self.length: list[int] = np.diff(listed.first).tolist()

    def score(self, name: Name, kind: Kind, row: int) -> Score | None:
        """The score of a name whose words, places and numbers are those of a listed one, in whatever order; None where it takes a
        comparison."""
        kind = self.kinds[row] if self.kinds[row] != "any" else kind
        traits, normal, settings = self.traits[row], self.normal[row], self.settings
        if kind == "person" or name.script != "latin" or not traits & LATIN or name.normalized == normal:
            return None
        if settings.least <= 0.0 or (kind == "any" and traits & PERSONAL and looks_personal(name)):
            return None
        weights, against = settings.weights(kind), 0.0
        mine, theirs = forms_of(name.forms), self.forms[row]
        if mine != theirs:
            if not (mine and theirs):
                against = weights[-1]
            elif families_differ(mine, theirs):
                against = weights[-2]
            if against and abs(len(name.joined) - self.length[row]) <= 2:
                return None
        said = self.rarity.said(name.core)
        return graded(weights[0] - against, said, name.normalized, normal, settings.threshold(kind))
