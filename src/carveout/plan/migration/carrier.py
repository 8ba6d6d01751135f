"""A carrier and its program of replacement, as stated: sites, ways, crews, vendors, seasons, markets, floors, money.

Time is in weeks from the start of the program, week 0 first. Persons are whole; money is in thousands of dollars; shares are 0
to 1. What each word means stands in the template that the program writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

KINDS = ("survey", "structural", "tower", "integration", "core")
"""Kinds of crews: engineers who analyze towers, who strengthen them, who climb to build and remove, who cut over, who build the core."""

CLIMBS = frozenset({"structural", "tower"})
"""Crews that climb, and so keep to the season."""

ORDERS = ("core_first", "market_by_market")
"""One new core before any cut-over, or a core for each market as its turn comes."""

WEEK = timedelta(days=7)
WEEKS_A_YEAR = 365.25 / 7


@dataclass(frozen=True, slots=True)
class Way:
    """One way to replace a site: how long, with how many tower crews, from whom, off the air or doubly loaded, at what cost."""

    name: str
    vendor: str
    build: int
    crews: int
    cutover: int
    removal: int
    off_air: bool
    cost_site: int
    cost_sector: int

    def cost(self, sectors: int) -> int:
        """Thousands of dollars for a site of so many sectors."""
        return self.cost_site + self.cost_sector * sectors


@dataclass(frozen=True, slots=True)
class Site:
    """A site: where, how many persons it covers (``sole``: who have no other carrier to call for help), what stands on it.

    ``roaming`` is the share of the others that a partner takes over meanwhile. ``spares`` are units on the shelf for ``units``
    in service that fail ``failures`` times a year each. ``facts`` are cells of a book that this site has of its own.
    """

    name: str
    latitude: float
    longitude: float
    market: str
    season: str
    sectors: int
    population: int
    sole: int
    roaming: float
    units: int
    failures: float
    spares: float
    survey: int
    permit: int
    structural: int
    ways: tuple[int, ...]
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def unserved(self) -> int:
        """Persons without service while the site is off the air."""
        return self.sole + round((self.population - self.sole) * (1 - self.roaming))

    @property
    def runway(self) -> float:
        """Weeks that the spares last once none can be had."""
        rate = self.units * self.failures / WEEKS_A_YEAR
        return self.spares / rate if rate else float("inf")


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who delivers: weeks to the first delivery, and sites that can be begun in any four weeks."""

    name: str
    lead: int
    per_month: int


@dataclass(frozen=True, slots=True)
class Market:
    """A market: weeks that its part of the new core takes, and its cost."""

    name: str
    core: int
    cost: int


@dataclass(frozen=True, slots=True)
class Money:
    """Thousands of dollars: at hand, credit, own funds a week; the share reimbursed, and how many weeks after payment; what a
    week of the program costs, and what a person-week off the air, or at risk without spares, is reckoned at (dollars)."""

    cash: int
    credit: int
    weekly: int
    reimbursed: float
    delay: int
    overhead: int
    roaming: float
    exposure: float


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline that may be granted: by how many months, with what probability once asked."""

    months: int
    probability: float


@dataclass(frozen=True, slots=True)
class Risk:
    """What may go otherwise: chance that a week of the season is lost to weather; weeks (least, likely, most) by which a vendor
    and a claim slip."""

    weather: float = 0.0
    vendor: tuple[int, int, int] = (0, 0, 0)
    claim: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class Carrier:
    """The whole program. ``crews`` is kind -> crews at work in each week; ``open`` is season -> whether one may climb in it."""

    name: str
    start: date
    deadline: date
    latest: date
    orders: tuple[str, ...]
    core: int
    core_cost: int
    coverage: float
    emergency: float
    double_load: int
    money: Money
    sites: tuple[Site, ...]
    ways: tuple[Way, ...]
    vendors: Mapping[str, Vendor]
    markets: Mapping[str, Market]
    crews: Mapping[str, tuple[int, ...]]
    open: Mapping[str, tuple[bool, ...]]
    support: Mapping[str, str] = field(default_factory=dict)
    scenarios: tuple[tuple[str, ...], ...] = ()
    extensions: tuple[Extension, ...] = ()
    risk: Risk = Risk()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def horizon(self) -> int:
        """Weeks that are planned at most."""
        return -(-((self.latest - self.start).days + 1) // 7)

    @property
    def due(self) -> int:
        """The week by whose start all must be done: the last that ends by the deadline, counted from one."""
        return ((self.deadline - self.start).days + 1) // 7

    def day(self, week: int) -> date:
        """The first day of a week."""
        return self.start + week * WEEK

    def week(self, day: date) -> int:
        """The week of a day; negative before the start."""
        return (day - self.start).days // 7

    @cached_property
    def population(self) -> Mapping[str, int]:
        """Persons by market."""
        found: dict[str, int] = dict.fromkeys(self.markets, 0)
        for site in self.sites:
            found[site.market] += site.population
        return found

    @cached_property
    def most_off_air(self) -> Mapping[str, int]:
        """Persons of each market that may be without service at a time."""
        return {name: int(total * (1 - self.coverage) + 1e-6) for name, total in self.population.items()}

    @cached_property
    def most_uncalled(self) -> int:
        """Persons of the whole network that may be without any way to call for help at a time."""
        return int(sum(site.sole for site in self.sites) * (1 - self.emergency) + 1e-6)


@dataclass(frozen=True, slots=True)
class Placed:
    """What happens at a site: the way taken and the week in which each job starts; ``strengthen`` and ``remove`` may be none."""

    way: int
    survey: int
    strengthen: int | None
    build: int
    cutover: int
    remove: int | None

    def end(self, carrier: Carrier) -> int:
        """The week by whose start everything at the site is done."""
        way = carrier.ways[self.way]
        return self.cutover + way.cutover if self.remove is None else self.remove + way.removal


@dataclass(frozen=True)
class Plan:
    """A plan: the order of the core, when each core job starts (``""`` is the one core), and what happens at each site."""

    order: str
    cores: Mapping[str, int]
    sites: tuple[Placed, ...]

    def finish(self, carrier: Carrier) -> int:
        """The week by whose start everything is done."""
        ends = [placed.end(carrier) for placed in self.sites]
        ends += [start + core_weeks(carrier, name) for name, start in self.cores.items()]
        return max(ends, default=0)


def jobs(carrier: Carrier, site: Site, placed: Placed) -> list[tuple[str, str, int, int]]:
    """Of one site: job, kind of crew, first week, and the week after the last."""
    way = carrier.ways[placed.way]
    found = [("survey", "survey", placed.survey, placed.survey + site.survey)]
    if placed.strengthen is not None:
        found.append(("strengthen", "structural", placed.strengthen, placed.strengthen + site.structural))
    found.append(("build", "tower", placed.build, placed.build + way.build))
    found.append(("cut over", "integration", placed.cutover, placed.cutover + way.cutover))
    if placed.remove is not None:
        found.append(("remove", "tower", placed.remove, placed.remove + way.removal))
    return found


def core_names(carrier: Carrier, order: str) -> list[str]:
    """The core jobs of an order: ``""`` for the one core of all, or the markets that have sites."""
    served = {site.market for site in carrier.sites}
    return [""] if order == "core_first" else [name for name in carrier.markets if name in served]


def core_weeks(carrier: Carrier, name: str) -> int:
    """Weeks of a core job: that of a market, or (``""``) the one core of all."""
    return carrier.markets[name].core if name else carrier.core
