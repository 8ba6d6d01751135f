"""Why there is no plan, or none by the deadline: the demands that conflict, in words, found by assumptions of CP-SAT.

Every demand holds only under an assumption; the solver names assumptions that cannot hold together, and each is then dropped if
the rest conflict without it, so what is told is a smallest conflict: without any one of them there would be room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ortools.sat.python import cp_model

from carveout.plan.migration.bound import ENOUGH
from carveout.plan.migration.carrier import Carrier, Site, core_weeks
from carveout.plan.migration.first_plan import place_core, place_site
from carveout.plan.migration.relaxation import Demand, demands, pairs_of
from carveout.plan.migration.slots import Slots

MOST_TOLD = 5


def why_not(carrier: Carrier, *, seconds: float) -> str:
    """Why no plan exists by the last day that is planned, as far as it can be said."""
    told = conflicts(carrier, carrier.horizon, seconds=seconds)
    until = f"by {carrier.latest}, the last day that is planned"
    if told:
        return f"there is no plan {until}:\n" + "\n".join(told)
    return (
        f"no plan {until} was found, and no single conflict explains it: the demands fit one by one and not together as they were "
        "placed; a later `latest`, more crews, more cash or lower floors would make room"
    )


def conflicts(carrier: Carrier, end: int, *, seconds: float = 10.0) -> list[str]:
    """Sentences, each a conflict that rules out any plan that ends before a week; none where none was proven."""
    found = _sites_alone(carrier, end)
    if found:
        return found
    pairs = pairs_of(carrier)
    asked = demands(carrier, end, pairs)
    core = _core(carrier, asked, pairs, seconds)
    if not core:
        return []
    sentences = [demand.told.format(asked=_least(demand, pairs), most=demand.most) for demand in core]
    by = carrier.day(end)
    if len(core) == 1:
        return [f"Before {by} there must be at least {sentences[0]}."]
    return [
        f"Before {by} these cannot all hold, whatever way each site takes, though any one could be left out: "
        + "; ".join(f"({n}) {demand.name}: at most {demand.most:,.0f}" for n, demand in enumerate(core, start=1))
        + ". At the least of each alone: " + "; ".join(sentences) + "."
    ]  # fmt: skip


def _least(demand: Demand, pairs: Sequence[tuple[int, int]]) -> float:
    least: dict[int, float] = {}
    for (site, _), value in zip(pairs, demand.values, strict=True):
        least[site] = min(least.get(site, value), value)
    return sum(least.values())


def _core(carrier: Carrier, asked: Sequence[Demand], pairs: Sequence[tuple[int, int]], seconds: float) -> list[Demand]:
    """A smallest set of demands that cannot hold together; none where all can, or it was not settled in the time."""
    for demand in asked:  # one that cannot hold by itself needs no search
        if _least(demand, pairs) > demand.most:
            return [demand]
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in pairs]
    by_site: dict[int, list[cp_model.IntVar]] = {}
    for (site, _), var in zip(pairs, chosen, strict=True):
        by_site.setdefault(site, []).append(var)
    for variables in by_site.values():
        model.add_exactly_one(variables)
    literals = []
    for demand in asked:
        literal = model.new_bool_var(demand.name)
        terms = sum(int(value) * var for value, var in zip(demand.values, chosen, strict=True) if value)
        if not isinstance(terms, int):
            model.add(terms <= int(demand.most)).only_enforce_if(literal)
        literals.append(literal)

    def conflict(kept: Sequence[int]) -> list[int] | None:
        model.clear_assumptions()
        model.add_assumptions([literals[n] for n in kept])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, seconds / 4
        if solver.solve(model) != cp_model.INFEASIBLE:
            return None
        named = set(solver.sufficient_assumptions_for_infeasibility())
        return [n for n in kept if literals[n].index in named] or list(kept)

    core = conflict(range(len(asked)))
    if core is None:
        return []
    for n in list(core):
        smaller = conflict([m for m in core if m != n]) if n in core else None
        if smaller is not None:
            core = smaller
    return [asked[n] for n in core]


def _sites_alone(carrier: Carrier, end: int) -> list[str]:
    """Sites that do not fit even if they were the only one, and what would have to give way."""
    short = replace(carrier, latest=carrier.day(end - 1)) if end < carrier.horizon else carrier
    found: list[str] = []
    more = 0
    for site in carrier.sites:
        if any(_fits(short, end, site, order) for order in carrier.orders):
            continue
        if len(found) == MOST_TOLD:
            more += 1
            continue
        causes = [
            told
            for told, eased in _easings(short, site)
            if any(_fits(eased, end, _same(eased, site), o) for o in carrier.orders)
        ]
        what = " or ".join(causes) if causes else "several demands at once"
        found.append(f"Site {site.name} alone cannot be done before {carrier.day(end)}; it could with {what}.")
    if more:
        found.append(f"So it is with {more:,} more sites.")
    return found


def _fits(carrier: Carrier, end: int, site: Site, order: str) -> bool:
    slots = Slots(carrier)
    name = "" if order == "core_first" else site.market
    start = place_core(slots, name)
    if start is None:
        return False
    placed = place_site(slots, site, start + core_weeks(carrier, name))
    return placed is not None and placed.end(carrier) <= end


def _same(carrier: Carrier, site: Site) -> Site:
    return next(one for one in carrier.sites if one.name == site.name)


def _easings(carrier: Carrier, site: Site) -> list[tuple[str, Carrier]]:
    """One demand eased at a time, and how it is told."""
    weeks = carrier.horizon

    def with_site(**changes: object) -> Carrier:
        return replace(carrier, sites=tuple(replace(one, **changes) if one is site else one for one in carrier.sites))  # type: ignore[arg-type]

    def with_crews(kind: str) -> Carrier:
        return replace(
            carrier, crews={**carrier.crews, kind: tuple(max(9, count + 9) for count in carrier.crews[kind])}
        )

    vendors = {name: replace(one, lead=0) for name, one in carrier.vendors.items()}
    eased: list[tuple[str, Callable[[], Carrier]]] = [
        (f"an open season instead of {site.season!r}", lambda: replace(carrier, open={**carrier.open, site.season: (True,) * weeks})),
        (f"a permit in less than {site.permit} weeks", lambda: with_site(permit=0)),
        ("a shorter lead time of its vendors", lambda: replace(carrier, vendors=vendors)),
        (f"no structural work of {site.structural} weeks", lambda: with_site(structural=0)),
        (f"both sets on the tower for longer than {carrier.double_load} weeks", lambda: replace(carrier, double_load=10 * weeks)),
        (f"a coverage floor below {carrier.coverage:.1%}", lambda: replace(carrier, coverage=0.0)),
        (f"an emergency-call floor below {carrier.emergency:.1%}", lambda: replace(carrier, emergency=0.0)),
        ("all ways open to it", lambda: with_site(ways=tuple(range(len(carrier.ways))))),
        ("more cash or credit", lambda: replace(carrier, money=replace(carrier.money, credit=ENOUGH))),
        ("a shorter core", lambda: replace(carrier, core=0, markets={n: replace(m, core=0) for n, m in carrier.markets.items()})),
    ]  # fmt: skip
    eased += [(f"more {kind} crews", lambda kind=kind: with_crews(kind)) for kind in carrier.crews]  # type: ignore[misc]
    return [(told, make()) for told, make in eased]
