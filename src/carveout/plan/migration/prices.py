"""Prices of what sites share, week by week: what each site would do at them by itself, and the bound that follows.

Give every crew-week, delivery, person off the air, and dollar at hand a price, and drop the limits (Lagrangian relaxation; Fisher
1981). What is left falls apart into sites, each of which takes its cheapest jobs in its cheapest way within its own order: survey,
permit, structural work, build, cut-over, removal, in weeks in which it may be climbed. The sum of these, less what all limits are
worth at the prices, is a lower bound of any plan that is done by a week. Left out, which keeps the bound valid: how long a tower
carries both sets, and that a core waits for another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from time import monotonic

import numpy as np
import numpy.typing as npt

from carveout.plan.migration.carrier import CLIMBS, KINDS, Carrier, core_names, core_weeks
from carveout.plan.migration.cost import exposed_from, exposure_rate, fixed_cost
from carveout.plan.migration.money import available, core_cost, returned
from carveout.plan.migration.profiles import MONTH
from carveout.plan.migration.relaxation import bearable

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Group:
    """Sites that may take a way and climb in one season: their numbers, and what differs among them as columns."""

    way: int
    sites: Whole
    season: str
    market: Whole
    unserved: Numbers
    sole: Numbers
    fixed: Numbers
    amount: Numbers
    back: Numbers
    head: Whole
    ready: Whole
    late: Numbers


@dataclass(frozen=True, slots=True)
class Term:
    """What a way costs at a site: dollars whenever, thousands that are paid and come back, and dollars by week of cut-over."""

    fixed: float
    amount: float
    back: float
    late: Numbers


@dataclass(frozen=True, slots=True)
class Answer:
    """What sites do at some prices: the bound, what they use of each row, and the week in which each builds."""

    bound: float
    used: Numbers
    build: Whole


class Relaxation:
    """All sites at prices, for plans with the core in an order that are done by a week. Prices are (rows, weeks): a row per kind of
    crew, vendor (deliveries of four weeks), market (persons without service), and one each for calls and money."""

    def __init__(self, carrier: Carrier, runways: Sequence[float], order: str, end: int) -> None:
        self.carrier, self.order, self.weeks = carrier, order, end
        self.markets, self.vendors = list(carrier.markets), list(carrier.vendors)
        self.row = {kind: n for n, kind in enumerate(KINDS)}
        self.first_vendor = len(KINDS)
        self.first_market = self.first_vendor + len(self.vendors)
        self.calls = self.first_market + len(self.markets)
        self.money = self.calls + 1
        self.limits = self._limits()
        self.cores = core_names(carrier, order)
        self.heads = self._heads()
        self.groups: list[_Group] = [self._group(key, numbers, runways) for key, numbers in self._members().items()]

    @cached_property
    def terms(self) -> dict[tuple[int, int], Term]:
        """Site and way -> what the way costs there."""
        return {
            (int(number), group.way): Term(
                float(group.fixed[n]), float(group.amount[n]), float(group.back[n]), group.late[n]
            )
            for group in self.groups
            for n, number in enumerate(group.sites)
        }

    def _limits(self) -> Numbers:
        carrier, weeks = self.carrier, self.weeks
        rows = [np.array(carrier.crews[kind][:weeks], dtype=float) for kind in KINDS]
        rows += [np.full(weeks, float(carrier.vendors[name].per_month)) for name in self.vendors]
        rows += [np.full(weeks, float(carrier.most_off_air[name])) for name in self.markets]
        rows += [np.full(weeks, float(carrier.most_uncalled)), np.array(available(carrier, weeks), dtype=float)]
        return np.array(rows)

    # What is known before any prices

    def _heads(self) -> dict[tuple[int, int, int, str], int]:
        """Sites with the same survey, permit, structural work and season share what comes before the build."""
        found: dict[tuple[int, int, int, str], int] = {}
        for site in self.carrier.sites:
            for structural in (0, site.structural):
                found.setdefault((site.survey, site.permit, structural, site.season), len(found))
        return found

    def _members(self) -> dict[tuple[int, str], list[int]]:
        found: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, site in enumerate(self.carrier.sites):
            for way in bearable(self.carrier, site):
                found[way, site.season].append(number)
        return dict(found)

    def _group(self, key: tuple[int, str], numbers: Sequence[int], runways: Sequence[float]) -> _Group:
        carrier, (number, season) = self.carrier, key
        way, sites = carrier.ways[number], [carrier.sites[n] for n in numbers]
        amounts = [way.cost(site.sectors) for site in sites]
        ready = [core_weeks(carrier, "" if self.order == "core_first" else site.market) for site in sites]
        rates = np.array([exposure_rate(carrier, site) for site in sites], dtype=float)
        since = np.array([exposed_from(runways[n], carrier.horizon) for n in numbers])
        ends = np.arange(self.weeks) + way.cutover  # of a cut-over that starts in each week
        late = rates[:, None] * np.maximum(0, ends[None, :] - since[:, None])
        fixed = np.array([fixed_cost(carrier, site, number) for site in sites], dtype=float)
        return _Group(
            number, np.array(numbers), season, np.array([self.markets.index(s.market) for s in sites]),
            np.array([s.unserved for s in sites], dtype=float), np.array([s.sole for s in sites], dtype=float),
            fixed, np.array(amounts, dtype=float),
            np.array([returned(a, carrier.money.reimbursed) for a in amounts], dtype=float),
            np.array([self.heads[s.survey, s.permit, 0 if way.off_air else s.structural, season] for s in sites]),
            np.array(ready), late,
        )  # fmt: skip

    # What jobs cost at prices

    def job(self, prices: Numbers, kind: str, season: str, length: int, crews: int) -> Numbers:
        """(weeks): what a job costs that starts in a week; infinite where it cannot."""
        if not length:
            return np.zeros(self.weeks)
        good = self.limits[self.row[kind]] >= crews
        if kind in CLIMBS:
            good = good & np.array(self.carrier.open[season][: self.weeks])
        return crews * window(np.where(good, prices[self.row[kind]], np.inf), length)

    def _before(self, prices: Numbers) -> tuple[Numbers, list[tuple[Whole, Whole | None]]]:
        """(heads, weeks): what survey and structural work cost for a build that starts in a week; and when they are done then."""
        found, chosen = np.empty((len(self.heads), self.weeks)), list[tuple[Whole, Whole | None]]()
        for (survey, permit, structural, season), place in self.heads.items():
            cost, at = by(self.job(prices, "survey", "", survey, 1), survey + permit)
            then: Whole | None = None
            if structural:
                cost, then = by(cost + self.job(prices, "structural", season, structural, 1), structural)
            found[place] = cost
            chosen.append((at, then))
        return found, chosen

    def span(self, price: Numbers, length: int) -> Numbers:
        """(..., weeks): so many weeks from each on at a price; what lies beyond the end costs nothing."""
        sums = np.cumsum(np.concatenate([np.zeros_like(price[..., :1]), price], axis=-1), axis=-1)
        found: Numbers = sums[..., np.minimum(np.arange(self.weeks) + length, self.weeks)] - sums[..., :-1]
        return np.maximum(found, 0.0)

    def paying(self, prices: Numbers) -> tuple[Numbers, Numbers]:
        """(weeks): what a thousand dollars paid in a week cost at the prices of money, and what their return is worth."""
        ahead = np.append(np.cumsum(prices[self.money][::-1])[::-1], 0.0)
        back = ahead[np.minimum(np.arange(self.weeks) + self.carrier.money.delay, self.weeks)]
        return ahead[:-1], back

    def solve(self, prices: Numbers) -> Answer:
        """The cheapest jobs of every site at some prices, none negative."""
        carrier, weeks = self.carrier, self.weeks
        before, chosen = self._before(prices)
        pay, back = self.paying(prices)
        best = np.full(len(carrier.sites), np.inf)
        picks: list[tuple[_Group, Whole, Whole, Whole | None]] = []
        owner, builds = np.full(len(carrier.sites), -1), np.zeros(len(carrier.sites), dtype=np.int64)
        for place, group in enumerate(self.groups):
            way = carrier.ways[group.way]
            build = self.job(prices, "tower", group.season, way.build, way.crews)
            vendor = prices[self.first_vendor + self.vendors.index(way.vendor)]
            build = build + self.span(vendor, MONTH)
            build[: carrier.vendors[way.vendor].lead] = np.inf
            cost = before[group.head] + build + np.outer(group.amount, pay) - np.outer(group.back, back)
            cut = self.job(prices, "integration", "", way.cutover, 1)
            remove = None
            if way.off_air:
                span = way.build + way.cutover
                served = self.span(prices[self.first_market : self.calls], span)[group.market]
                calls = self.span(prices[self.calls], span)
                after = shifted(
                    cut[None, :] + group.late + np.where(np.arange(weeks) >= group.ready[:, None], 0.0, np.inf),
                    way.build,
                )
                cost = cost + group.unserved[:, None] * served + group.sole[:, None] * calls + after
                at = cost.argmin(axis=1)
                over = at + way.build
            else:
                follows = np.zeros(weeks)
                if way.removal:
                    remove = self.job(prices, "tower", group.season, way.removal, way.crews)
                    follows = shifted(following(remove), way.cutover)
                then = cut + follows + group.late
                then = np.where(np.arange(weeks) >= group.ready[:, None], then, np.inf)
                cost = cost + shifted(following(then), way.build)
                at = cost.argmin(axis=1)
                over = np.where(np.arange(weeks) >= (at + way.build)[:, None], then, np.inf).argmin(axis=1)
            value = cost[np.arange(len(at)), at] + group.fixed
            better = value < best[group.sites]
            best[group.sites[better]] = value[better]
            owner[group.sites[better]] = place
            builds[group.sites[better]] = at[better]
            picks.append((group, at, over, None if remove is None else _next_least(remove, over + way.cutover)))
        if not np.isfinite(best).all():
            return Answer(np.inf, np.zeros_like(self.limits), np.zeros(len(best), dtype=np.int64))
        used = np.zeros((len(self.limits), weeks + 1))
        for place, (group, at, over, gone) in enumerate(picks):
            mine = owner[group.sites] == place
            self._use(used, group, at, over, gone, mine, chosen)
        bound = float(best.sum()) + self._core(prices, pay, back, used)
        used = np.cumsum(used, axis=1)[:, :weeks]
        return Answer(bound - float((prices * self.limits).sum()), used, builds)

    def _core(self, prices: Numbers, pay: Numbers, back: Numbers, used: Numbers) -> float:
        """The cores at prices, each in its cheapest weeks."""
        found = 0.0
        for name in self.cores:
            amount, length = core_cost(self.carrier, name), core_weeks(self.carrier, name)
            returns = returned(amount, self.carrier.money.reimbursed)
            cost = self.job(prices, "core", "", length, 1) + amount * pay - returns * back
            at = int(cost.argmin())
            found += float(cost[at]) + amount * 1000
            _hold(used[self.row["core"]], np.array([at]), length, np.array([1.0]))
            self._pay(used, np.array([at]), np.array([float(amount)]), np.array([float(returns)]))
        return found

    # What is used

    def _use(
        self, used: Numbers, group: _Group, at: Whole, over: Whole, gone: Whole | None, mine: npt.NDArray[np.bool_],
        chosen: Sequence[tuple[Whole, Whole | None]],
    ) -> None:  # fmt: skip
        if not mine.any():
            return
        way, one = self.carrier.ways[group.way], np.ones(int(mine.sum()))
        at, over = at[mine], over[mine]
        _hold(used[self.row["tower"]], at, way.build, one * way.crews)
        _hold(used[self.row["integration"]], over, way.cutover, one)
        if gone is not None:
            _hold(used[self.row["tower"]], gone[mine], way.removal, one * way.crews)
        _hold(used[self.first_vendor + self.vendors.index(way.vendor)], at, MONTH, one)
        if way.off_air:
            span = way.build + way.cutover
            for place in np.unique(group.market[mine]):
                here = group.market[mine] == place
                _hold(used[self.first_market + place], at[here], span, group.unserved[mine][here])
            _hold(used[self.calls], at, span, group.sole[mine])
        self._pay(used, at, group.amount[mine], group.back[mine])
        heads = list(self.heads)
        for place in np.unique(group.head[mine]):
            here = at[group.head[mine] == place]
            survey, _, structural, _ = heads[place]
            surveyed, strengthened = chosen[place]
            if strengthened is not None:
                here = strengthened[here]
                _hold(used[self.row["structural"]], here, structural, np.ones(len(here)))
            _hold(used[self.row["survey"]], surveyed[here], survey, np.ones(len(here)))

    def _pay(self, used: Numbers, at: Whole, amount: Numbers, back: Numbers) -> None:
        np.add.at(used[self.money], at, amount)
        later = at + self.carrier.money.delay
        np.subtract.at(used[self.money], later[later < self.weeks], back[later < self.weeks])


def window(price: Numbers, length: int) -> Numbers:
    """Of each week the sum of so many weeks from it on; infinite where they run out."""
    endless = ~np.isfinite(price)
    sums = np.concatenate([[0.0], np.cumsum(np.where(endless, 0.0, price))])
    bad = np.concatenate([[0], np.cumsum(endless)])
    found = np.full(len(price), np.inf)
    last = len(price) - length + 1
    if last > 0:
        found[:last] = np.where(bad[length:] > bad[:last], np.inf, np.maximum(sums[length:] - sums[:last], 0.0))
    return found


def shifted(cost: Numbers, weeks: int) -> Numbers:
    """What stands so many weeks later; infinite beyond the end."""
    found = np.full(cost.shape, np.inf)
    if weeks < cost.shape[-1]:
        found[..., : cost.shape[-1] - weeks] = cost[..., weeks:]
    return found


def following(cost: Numbers) -> Numbers:
    """The least of each week and all after it."""
    found: Numbers = np.minimum.accumulate(cost[..., ::-1], axis=-1)[..., ::-1]
    return found


def by(cost: Numbers, length: int) -> tuple[Numbers, Whole]:
    """(weeks): the least cost of a job that starts so long before a week, or earlier; and in which week it starts then."""
    weeks = len(cost)
    least = np.minimum.accumulate(cost)
    at = np.maximum.accumulate(np.where(cost <= least, np.arange(weeks), 0))
    found, chosen = np.full(weeks, np.inf), np.zeros(weeks, dtype=np.int64)
    if length < weeks:
        found[length:], chosen[length:] = least[: weeks - length], at[: weeks - length]
    return found, chosen


def _next_least(cost: Numbers, since: Whole) -> Whole:
    """For each: the week of the least cost from a week on."""
    open_weeks = np.arange(len(cost)) >= since[:, None]
    found: Whole = np.where(open_weeks, cost, np.inf).argmin(axis=1)
    return found


def _hold(line: Numbers, at: Whole, length: int, units: Numbers) -> None:
    """Add what is held from a week on, as steps up and down."""
    np.add.at(line, at, units)
    np.subtract.at(line, np.minimum(at + length, len(line) - 1), units)


class Ascent:
    """Prices raised step by step along what is used beyond the limits (Held, Wolfe and Crowder 1974), toward a target that the bound
    cannot pass by much: the worth of a known plan. ``bound`` and ``prices`` (rows, weeks) are the best so far; ``over`` says that
    nothing more is to be had."""

    def __init__(self, relaxed: Relaxation, target: float) -> None:
        self.relaxed, self.target, self.unit = relaxed, target, max(abs(target), 1.0)
        self.scale = np.maximum(1.0, relaxed.limits.mean(axis=1, keepdims=True))
        self.at = self.best = np.zeros_like(relaxed.limits)
        self.direction = np.zeros_like(self.at)
        self.bound, self.share, self.stale, self.over = -np.inf, 1.0, 0, False

    @property
    def prices(self) -> Numbers:
        """(rows, weeks): the prices of the best bound."""
        found: Numbers = self.best / self.scale
        return found

    def run(self, *, until: float, rounds: int = 100_000, enough: float = np.inf) -> float:
        """The bound after going on until the clock, for so many rounds, or until it is ``enough``."""
        for _ in range(rounds):
            if self.over or self.bound >= enough or monotonic() > until:
                break
            self._step()
        return self.bound

    def again(self) -> None:
        """Begin with larger steps from the best prices, where the steps had become too small to matter."""
        if self.over and np.isfinite(self.bound):
            self.share, self.stale, self.at, self.over = 0.3, 0, self.best, False
            self.direction = np.zeros_like(self.at)

    def _step(self) -> None:
        found = self.relaxed.solve(self.at / self.scale)
        if found.bound > self.bound + 1e-7 * self.unit:
            self.stale = 0 if found.bound > self.bound + 1e-5 * self.unit else self.stale + 1
            self.bound, self.best = found.bound, self.at
        else:
            self.stale += 1
        if self.stale >= 15:
            self.share, self.stale, self.at = self.share * 0.6, 0, self.best
            self.direction = np.zeros_like(self.at)
            self.over = self.share < 1e-3
            return
        slope = (found.used - self.relaxed.limits) / self.scale
        slope = np.where((self.at <= 0) & (slope < 0), 0.0, slope)
        self.direction = slope + 0.6 * self.direction
        length = float((self.direction * self.direction).sum())
        if length <= 0 or np.isinf(found.bound):
            self.over = True
            return
        step = self.share * (self.target - found.bound) / length
        self.at = np.maximum(0.0, self.at + step * self.direction)
