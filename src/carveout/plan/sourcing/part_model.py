"""One part as a mixed-integer program: its columns, its rows, its cost on every leaf, and its use of what parts share.

Columns: ``z`` a qualification is started by a period (monotone in time: the form that makes the relaxation tight), ``c`` a
contract is made, ``y`` quantity ordered, ``i`` stock at the end of a period, ``d`` drawn for use, ``u`` short, ``o`` quantity
under the least of a contract. Acts that are not lawful have no column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy import sparse

from carveout.plan.sourcing.case import Case, Numbers, Part, Source
from carveout.plan.sourcing.links import Links

Key = tuple[str, int, int, int]
"""Kind of a column, source or store (or 0), period (or 0), class (or leaf, or 0)."""


@dataclass
class PartModel:
    """``lower <= x <= upper``, ``row_lower <= rows @ x <= row_upper``; ``cost @ x`` per leaf; ``use @ x`` per shared row."""

    part: Part
    place: dict[Key, int]
    lower: Numbers
    upper: Numbers
    integer: np.ndarray[tuple[int], np.dtype[np.bool_]]
    rows: sparse.csr_matrix
    row_lower: Numbers
    row_upper: Numbers
    cost: sparse.csr_matrix
    use: sparse.csr_matrix

    @cached_property
    def first_stage(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """The columns of yes and no: starts and contracts."""
        return np.flatnonzero(self.integer)

    @cached_property
    def is_final(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of them say whether at all: contracts, and starts by the last period."""
        keys = {column: key for key, column in self.place.items()}
        own = [keys[int(column)] for column in self.first_stage]
        last = max((t for kind, _, t, _ in own if kind == "z"), default=0)
        return np.array([kind == "c" or t == last for kind, _, t, _ in own], dtype=bool)

    def pattern(self, x: Numbers) -> bytes:
        """The starts and contracts of a plan of the part, a byte each."""
        return np.round(x[self.first_stage]).astype(np.int8).tobytes()


@dataclass
class _Writing:
    """A part model while it is written, entry by entry."""

    case: Case
    part: Part
    links: Links
    place: dict[Key, int] = field(default_factory=dict)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    cost: list[tuple[int, int, float]] = field(default_factory=list)
    use: list[tuple[int, int, float]] = field(default_factory=list)

    def column(self, key: Key, upper: float, *, lower: float = 0.0, integer: bool = False) -> int:
        self.place[key] = number = len(self.lower)
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return number

    def row(self, low: float, high: float, *entries: tuple[int, float]) -> None:
        number = len(self.bounds)
        self.bounds.append((low, high))
        self.entries += [(number, column, value) for column, value in entries]

    def costs(self, column: int, leaves: Iterable[int], value: float) -> None:
        if value:
            self.cost += [(s, column, value) for s in leaves]

    def uses(self, key: Key, column: int, value: float) -> None:
        number = self.links.place.get(key)
        if number is not None and value:
            self.use.append((number, column, value))

    def done(self) -> PartModel:
        width = len(self.lower)
        low, high = np.array(self.bounds).T if self.bounds else (np.zeros(0), np.zeros(0))
        return PartModel(
            self.part, self.place, np.array(self.lower), np.array(self.upper), np.array(self.integer, dtype=bool),
            _matrix(self.entries, (len(self.bounds), width)), low, high,
            _matrix(self.cost, (self.case.leaves, width)), _matrix(self.use, (len(self.links.limit), width)),
        )  # fmt: skip


def _matrix(entries: list[tuple[int, int, float]], shape: tuple[int, int]) -> sparse.csr_matrix:
    if not entries:
        return sparse.csr_matrix(shape)
    rows, columns, values = zip(*entries, strict=True)
    return sparse.csr_matrix((values, (rows, columns)), shape=shape)


def part_model(case: Case, part: Part, links: Links) -> PartModel:
    """The program of one part."""
    writing = _Writing(case, part, links)
    for number, source in enumerate(part.sources):
        _first_stage(writing, number, source)
    for number, source in enumerate(part.sources):
        _orders(writing, number, source)
    _stock(writing)
    _use(writing)
    return writing.done()


def _first_stage(w: _Writing, number: int, source: Source) -> None:
    """Starts of the qualification, monotone in time, and the contract; their costs, slots and budget."""
    case, links = w.case, w.links
    if source.qualification:
        for t in range(case.periods):
            for n, members in enumerate(links.start_groups[t]):
                z = w.column(("z", number, t, n), 1.0, integer=True)
                s = members[0]
                if t:
                    w.row(0.0, np.inf, (z, 1.0), (w.place["z", number, t - 1, int(links.starts[t - 1, s])], -1.0))
                if t == case.periods - 1:
                    w.costs(z, members, source.qualification_cost)
                    w.uses(("budget", 0, 0, n), z, source.qualification_cost)
                w.uses(("slots", 0, t, n), z, 1.0)
                ended = t - source.qualification
                if ended >= 0:
                    w.uses(("slots", 0, t, n), w.place["z", number, ended, int(links.starts[ended, s])], -1.0)
    if source.has_contract:
        c = w.column(("c", number, 0, 0), 1.0, integer=True)
        w.costs(c, range(case.leaves), source.contract_fee)
        for n in range(links.start_count(case.periods - 1)):
            w.uses(("budget", 0, 0, n), c, source.contract_fee)


def _orders(w: _Writing, number: int, source: Source) -> None:
    """Quantities ordered: within capacity, only once qualified, only where some leaf lets them be shipped."""
    case, part = w.case, w.part
    groups = case.state_groups if source.spot else case.order_groups
    wanted = np.cumsum(part.demand[::-1])[::-1]
    useful = part.salvage * part.value <= source.price * (1 - 1e-9)
    under: dict[int, int] = {}
    if source.has_contract and source.contract_least > 0:
        c = w.place["c", number, 0, 0]
        for s in range(case.leaves):
            under[s] = w.column(("o", number, 0, s), source.contract_least)
            w.costs(under[s], [s], source.price)
    taken: dict[int, list[tuple[int, float]]] = {s: [] for s in under}
    for t in range(source.qualification, case.periods - source.arrives):
        most = float(wanted[t + source.arrives]) if useful else np.inf
        plain, more = min(source.capacity, most), min(source.capacity + source.contract_capacity, most)
        ships = source.lawful[t + source.ships].tolist()
        begun = t - source.qualification
        for n, members in enumerate(groups[t]):
            goes = [s for s in members if ships[s]]
            if not goes:
                continue
            y = w.column(("y", number, t, n), more)
            w.costs(y, goes, source.price)
            if len(goes) < len(members):
                w.costs(y, [s for s in members if not ships[s]], source.cancel * source.price)
            if taken:
                for leaf in members:
                    taken[leaf].append((y, 1.0))
            if source.qualification:
                z = w.place["z", number, begun, int(w.links.starts[begun, members[0]])]
                w.row(-np.inf, 0.0, (y, 1.0), (z, -more))
            if source.has_contract and more > plain:
                # Capacity of the source itself, and what a contract adds to it.
                w.row(-np.inf, plain, (y, 1.0), (w.place["c", number, 0, 0], plain - more))
    for s, column in under.items():
        w.row(0.0, np.inf, (column, 1.0), (c, -source.contract_least), *taken[s])


def _stock(w: _Writing) -> None:
    """Stock at the end of each period and state: what was there, what arrives, less what is drawn."""
    case, part = w.case, w.part
    states, orders = case.states.tolist(), case.orders.tolist()
    for j, store in enumerate(part.stores):
        coming = [
            (number, s, s.lawful.tolist(), states if s.spot else orders)
            for number, s in enumerate(part.sources)
            if s.store == j
        ]
        for t in range(case.periods):
            lawful = store.lawful[t].tolist()
            last = t == case.periods - 1
            there = store.on_hand if t == 0 else 0.0
            for b, members in enumerate(case.state_groups[t]):
                s = members[0]
                i = w.column(("i", j, t, b), np.inf)
                w.costs(i, members, part.holding - (part.salvage * part.value if last else 0.0))
                w.uses(("warehouse", store.site, t, b), i, part.volume)
                w.uses(("stock_value", 0, t, b), i, part.value)
                entries = [(i, 1.0)]
                if t:
                    entries.append((w.place["i", j, t - 1, states[t - 1][s]], -1.0))
                if lawful[s]:
                    d = w.column(("d", j, t, b), float(part.demand[t]))
                    w.costs(d, members, store.draw_cost)
                    entries.append((d, 1.0))
                for number, source, shipped, classes in coming:
                    placed = t - source.arrives
                    if placed < 0 or not shipped[placed + source.ships][s]:
                        continue
                    y = w.place.get(("y", number, placed, classes[placed][s]))
                    if y is not None:
                        entries.append((y, -1.0))
                w.row(there, there, *entries)


def _use(w: _Writing) -> None:
    """What is wanted is drawn or short; expected shortage is within the service target."""
    case, part = w.case, w.part
    short: list[tuple[int, float]] = []
    for t in range(case.periods):
        wanted = float(part.demand[t])
        for b, members in enumerate(case.state_groups[t]):
            u = w.column(("u", 0, t, b), wanted)
            w.costs(u, members, part.shortage)
            drawn = [w.place["d", j, t, b] for j in range(len(part.stores)) if ("d", j, t, b) in w.place]
            w.row(wanted, wanted, (u, 1.0), *((d, 1.0) for d in drawn))
            short.append((u, float(case.probability[members].sum())))
    if part.service > 0:
        w.row(-np.inf, (1 - part.service) * float(part.demand.sum()), *short)
