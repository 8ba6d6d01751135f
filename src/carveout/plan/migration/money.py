"""Money over time: what is paid when, what comes back, what is at hand each week. All in thousands of dollars.

A site is paid for in the week in which its build starts, a core when it starts. The share that is reimbursed comes back so many
weeks later (the share is the pro-rata factor of the reimbursement program).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from carveout.plan.migration.carrier import Carrier, Plan


def payments(carrier: Carrier, plan: Plan) -> list[tuple[int, int]]:
    """Week and amount of each payment."""
    found = [
        (placed.build, carrier.ways[placed.way].cost(site.sectors))
        for site, placed in zip(carrier.sites, plan.sites, strict=True)
    ]
    return found + [(start, core_cost(carrier, name)) for name, start in plan.cores.items()]


def core_cost(carrier: Carrier, name: str) -> int:
    """Cost of a core job: that of a market, or (``""``) the one core of all."""
    return carrier.markets[name].cost if name else carrier.core_cost


def returned(amount: int, share: float) -> int:
    """What of a payment comes back, rounded down."""
    return int(amount * share + 1e-9)


def available(carrier: Carrier, weeks: int) -> list[int]:
    """What could be spent by the end of each week if nothing were: cash, credit and own funds."""
    money = carrier.money
    return [money.cash + money.credit + money.weekly * (week + 1) for week in range(weeks)]


def balance(carrier: Carrier, paid: Iterable[tuple[int, int]], weeks: int) -> list[int]:
    """At hand at the end of each week; below zero it is borrowed."""
    flow = [carrier.money.weekly] * weeks
    for week, amount in paid:
        if week < weeks:
            flow[week] -= amount
        back = week + carrier.money.delay
        if back < weeks:
            flow[back] += returned(amount, carrier.money.reimbursed)
    return _running(flow, carrier.money.cash)


def _running(flow: Sequence[int], at: int) -> list[int]:
    found = []
    for step in flow:
        at += step
        found.append(at)
    return found
