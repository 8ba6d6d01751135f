"""What a search can be told, with its defaults. Every setting changes some result."""

from __future__ import annotations

from dataclasses import dataclass, field

from carveout.parties.reach import Reach
from carveout.parties.settings import Settings


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """The settings of the search; those of the scorer are in it.

    ``worth_scoring`` are the log odds of the first judgment from which a pair is scored, ``scored_at_most`` how many
    pairs a query may have scored, ``close_behind`` how far behind a match another pair may be judged to be scored too.
    ``family_weight`` is the weight from which several words name a family together, ``related`` the strength of a
    relative. ``other_country``, ``no_country`` and ``other_kind`` are what strength is multiplied
    by where the query's country is another, is not known of the listed party, or the kinds contradict.
    """

    reach: Reach = field(default_factory=Reach)
    scorer: Settings = field(default_factory=Settings)
    worth_scoring: float = -3.0
    scored_at_most: int = 6
    close_behind: float = 2.0
    family_weight: float = 1.3
    related: float = 0.3
    other_country: float = 0.85
    no_country: float = 0.95
    other_kind: float = 0.7
