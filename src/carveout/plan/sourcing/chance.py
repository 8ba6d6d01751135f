"""Chances of legal decisions: published base rates as Beta and Dirichlet posteriors, with their n and their years.

A posterior is honest about how little is known: six renewals of one license are a wide interval. The mean is what a
scenario tree uses; held-out scenarios draw from the whole posterior.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from scipy.stats import beta

from carveout.plan.error import PlanError

if TYPE_CHECKING:
    import numpy as np

PRIOR = 0.5
"""Jeffreys' prior: half an observation of each outcome."""
FEW = 10
"""Below so many observations a rate is said to rest on few."""
INTERVAL = 0.90


@dataclass(frozen=True, slots=True)
class Chance:
    """A distribution over branches: ``counts`` observed per branch (with the prior they are a Dirichlet's weights).

    ``counts`` is empty where the user gave the probabilities as they are. ``told`` says where they come from.
    """

    mean: tuple[float, ...]
    counts: tuple[float, ...] = ()
    told: str = ""
    holds_for: str = ""
    cautions: tuple[str, ...] = ()

    @property
    def observations(self) -> int:
        """How many observations the chance rests on; 0 where it was stated."""
        return round(sum(self.counts))

    def interval(self, branch: int) -> tuple[float, float]:
        """The central 90 percent of the posterior of one branch; a point where the probability was stated."""
        if not self.counts:
            return self.mean[branch], self.mean[branch]
        own = self.counts[branch] + PRIOR
        rest = sum(self.counts) + PRIOR * len(self.counts) - own
        tail = (1 - INTERVAL) / 2
        return float(beta.ppf(tail, own, rest)), float(beta.ppf(1 - tail, own, rest))

    def drawn(self, random: np.random.Generator) -> list[float]:
        """Probabilities of the branches, drawn from the posterior."""
        if not self.counts:
            return list(self.mean)
        return [float(p) for p in random.dirichlet([count + PRIOR for count in self.counts])]


def stated(probabilities: Sequence[float], told: str = "stated in the file") -> Chance:
    """Probabilities as the user gave them."""
    return Chance(tuple(probabilities), told=told)


def posterior(counts: Sequence[float], told: str, holds_for: str = "", cautions: Sequence[str] = ()) -> Chance:
    """The posterior of observed counts under Jeffreys' prior; few observations are said."""
    total = sum(counts) + PRIOR * len(counts)
    few = (
        (f"{told}: {sum(counts):g} observations are few; read the interval, not the mean",) if sum(counts) < FEW else ()
    )
    return Chance(tuple((c + PRIOR) / total for c in counts), tuple(counts), told, holds_for, (*cautions, *few))


@cache
def base_rates() -> dict[str, dict[str, Any]]:
    """The published rates that come along, by id."""
    text = files("carveout.plan.sourcing").joinpath("base_rates.toml").read_text(encoding="utf-8")
    return {rate["id"]: rate for rate in tomllib.loads(text)["rate"]}


def base_rate(name: str, branches: Sequence[int] | None, known: date) -> Chance:
    """A published rate as a chance: over ``(yes, no)``, or over the lengths in ``branches`` (days, 0 for none).

    A renewal counts for the branch whose length is nearest to its own; only decisions public by ``known`` count.

    Raises:
        PlanError: no such rate, or one of the other kind.
    """
    rates = base_rates()
    if name not in rates:
        raise PlanError(f"no base rate {name!r}; there are {', '.join(sorted(rates))}")
    rate = rates[name]
    if (rate["kind"] == "renewals") != (branches is not None):
        raise PlanError(f"the base rate {name!r} is one of {rate['kind']}; "
                        "renewals are for extensions, outcomes for licenses and scenarios")  # fmt: skip
    told = f"{rate['what']} ({name})"
    if branches is None:
        counts = [rate["counts"]["approved"], sum(n for key, n in rate["counts"].items() if key != "approved")]
        years = f"{rate['from']} to {rate['through']}"
        late = f"{name} counts {years}, later than {known}: a planner of that day could not know it"
        return posterior(counts, told, years, (late,) if rate["from"] > known else ())
    public = [decision for decision in rate["decisions"] if decision["public"] <= known]
    counted = [0] * len(branches)
    for decision in public:
        kin = [place for place, days in enumerate(branches) if (days == 0) == (decision["days"] == 0)]
        if kin:
            counted[min(kin, key=lambda place: abs(branches[place] - decision["days"]))] += 1
    years = f"{public[0]['public']} to {public[-1]['public']}" if public else f"none public by {known}"
    return posterior(counted, told, years)
