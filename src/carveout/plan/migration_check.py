"""The independent check of a migration plan: only its file and the carrier's own, no part of any solver.

Week by week it adds up crews, deliveries, persons off the air and money; site by site it looks at order, season, permit, the core,
and how long a tower carries both sets. It recomputes finish, cost and exposure, and asks the law again until when each site may
be supported. Every broken rule is told in a sentence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carveout.plan.asked_law import Law
from carveout.plan.error import PlanError
from carveout.plan.migration.carrier import Carrier, Site, Way
from carveout.plan.migration.carrier_file import read_carrier
from carveout.plan.migration_support_check import support_faults

MOST_TOLD = 30
JOBS = ("survey", "strengthen", "build", "cutover", "remove")


def check_migration(document: Mapping[str, Any], path: Path, law: Law) -> list[str]:
    """What a plan (the object of ``plan.json``, read from ``path``) breaks; empty where it holds. Support is asked of the law again.

    Raises:
        PlanError: an input that is not there, or a plan without what a check needs.
    """
    try:
        source = path.parent / str(document["input"])
        found = _inputs(document, source)
        carrier = read_carrier(source)
        sites = {str(row["site"]): row for row in document["sites"]}
        plan = _Plan(carrier, document["order"], {c["market"]: int(c["start_week"]) for c in document["cores"]}, sites)
        claimed = document["finish_week"], document["dollars"]
        found += plan.broken(*claimed) + support_faults(document, carrier, law)
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"{path} is no migration plan: {error!r} is missing or of another kind") from None
    return found[:MOST_TOLD]


def _inputs(document: Mapping[str, Any], source: Path) -> list[str]:
    found = []
    for name, told in document["files"].items():
        file = source.parent / name
        if not file.is_file():
            raise PlanError(f"the plan rests on {file}, which is not there")
        if hashlib.sha256(file.read_bytes()).hexdigest() != told:
            found.append(f"{name} is not the file that the plan was made from: its hash differs")
    return found


class _Plan:
    """One plan beside its carrier."""

    def __init__(
        self, carrier: Carrier, order: str, cores: Mapping[str, int], sites: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self.carrier, self.order, self.cores, self.sites = carrier, order, cores, sites
        self.said: list[str] = []
        self.crews: dict[str, Counter[int]] = {kind: Counter() for kind in carrier.crews}
        self.begun: dict[str, Counter[int]] = {name: Counter() for name in carrier.vendors}
        self.off: dict[str, Counter[int]] = {name: Counter() for name in carrier.markets}
        self.uncalled: Counter[int] = Counter()
        self.flow: Counter[int] = Counter()
        self.finish, self.dollars = 0, 0.0

    def broken(self, finish: int, dollars: float) -> list[str]:
        """All that is broken."""
        if self.order not in self.carrier.orders:
            self.said.append(f"the order {self.order} is not one that the carrier allows")
        needed = {""} if self.order == "core_first" else {site.market for site in self.carrier.sites}
        if not needed <= set(self.cores):
            return [*self.said, f"the core of {', '.join(sorted(needed - set(self.cores))) or 'all'} is never built"]
        for name, start in self.cores.items():
            length, cost = self._core(name)
            self._hold("core", start, length, 1, f"core {name}".strip())
            self._pay(start, cost)
            self.finish = max(self.finish, start + length)
            self.dollars += cost * 1000
        for site in self.carrier.sites:
            row = self.sites.get(site.name)
            if row is None:
                self.said.append(f"site {site.name} is not in the plan")
            else:
                self._site(site, row)
        self._totals()
        self.dollars += self.finish * self.carrier.money.overhead * 1000
        if finish != self.finish:
            self.said.append(f"the plan says that it is done after week {finish}; by its jobs it is week {self.finish}")
        if abs(dollars - self.dollars) > 1 + 1e-6 * self.dollars:
            self.said.append(f"the plan says ${dollars:,.0f}; recomputed it costs ${self.dollars:,.0f}")
        return self.said

    def _core(self, name: str) -> tuple[int, int]:
        if name:
            return self.carrier.markets[name].core, self.carrier.markets[name].cost
        return self.carrier.core, self.carrier.core_cost

    def _site(self, site: Site, row: Mapping[str, Any]) -> None:
        ways = [
            w for w in (self.carrier.ways[n] for n in site.ways) if (w.name, w.vendor) == (row["way"], row["vendor"])
        ]
        if not ways:
            self.said.append(f"site {site.name}: {row['way']} by {row['vendor']} is not possible there")
            return
        way = min(ways, key=lambda w: (w.cost(site.sectors), w.build) != (row["cost"], row["build_weeks"]))
        at = {job: row[f"{job}_week"] for job in JOBS}
        needs = {"survey": True, "strengthen": bool(site.structural) and not way.off_air, "build": True, "cutover": True,
                 "remove": way.removal > 0}  # fmt: skip
        missing = [job for job, needed in needs.items() if needed and at[job] is None]
        if missing:
            self.said.append(f"site {site.name}: {missing[0]} is missing")
            return
        self._order(site, way, at)
        last = at["cutover"] + way.cutover
        self._hold("survey", at["survey"], site.survey, 1, f"{site.name}: survey")
        if needs["strengthen"]:
            self._hold("structural", at["strengthen"], site.structural, 1, f"{site.name}: structural work", site.season)
        self._hold("tower", at["build"], way.build, way.crews, f"{site.name}: build", site.season)
        self._hold("integration", at["cutover"], way.cutover, 1, f"{site.name}: cut-over")
        if needs["remove"]:
            self._hold("tower", at["remove"], way.removal, way.crews, f"{site.name}: removal", site.season)
        end = at["remove"] + way.removal if needs["remove"] else last
        self.finish = max(self.finish, end)
        self.begun[way.vendor][at["build"]] += 1
        money = self.carrier.money
        if way.off_air:
            for week in range(at["build"], last):
                self.off[site.market][week] += site.sole + round((site.population - site.sole) * (1 - site.roaming))
                self.uncalled[week] += site.sole
            self.dollars += round((last - at["build"]) * site.unserved * money.roaming)
        cost = way.cost_site + way.cost_sector * site.sectors
        self._pay(at["build"], cost)
        spent = row["spares_used_up_week"]
        late = 0 if spent is None else max(0, last - max(0, int(spent // 1)))
        self.dollars += cost * 1000 + round(site.population * money.exposure) * late
        if late != row["exposed_weeks"]:
            self.said.append(
                f"site {site.name}: {row['exposed_weeks']} weeks exposed are claimed; by its spares it is {late}"
            )

    def _order(self, site: Site, way: Way, at: Mapping[str, Any]) -> None:
        carrier = self.carrier
        allowed = at["survey"] + site.survey + site.permit
        core = "" if self.order == "core_first" else site.market
        ready = self.cores[core] + self._core(core)[0]
        pairs = [(allowed, at["build"], "is built before its permit"), (at["build"] + way.build, at["cutover"], "is cut over before it is built"),
                 (ready, at["cutover"], "is cut over before its core is ready"),
                 (carrier.vendors[way.vendor].lead, at["build"], f"is built before {way.vendor} delivers")]  # fmt: skip
        if at["strengthen"] is not None:
            pairs += [(allowed, at["strengthen"], "is strengthened before its permit"),
                      (at["strengthen"] + site.structural, at["build"], "is built before it is strengthened")]  # fmt: skip
        if at["remove"] is not None:
            pairs.append((at["cutover"] + way.cutover, at["remove"], "loses the old set before its cut-over"))
            span = at["remove"] + way.removal - at["build"]
            if span > carrier.double_load:
                self.said.append(
                    f"site {site.name} carries both sets for {span} weeks; {carrier.double_load} are allowed"
                )
        if way.off_air and at["cutover"] != at["build"] + way.build:
            self.said.append(f"site {site.name} waits off the air between build and cut-over")
        self.said += [
            f"site {site.name} {told} (week {then}, allowed from {first})"
            for first, then, told in pairs
            if then < first
        ]

    def _hold(self, kind: str, start: int, length: int, crews: int, told: str, season: str | None = None) -> None:
        if start < 0 or start + length > self.carrier.horizon:
            self.said.append(f"{told}: weeks {start} to {start + length} are not within what is planned")
            return
        for week in range(start, start + length):
            self.crews[kind][week] += crews
            if season is not None and not self.carrier.open[season][week]:
                self.said.append(f"{told}: nobody climbs in week {week} of the season {season}")

    def _pay(self, week: int, amount: int) -> None:
        self.flow[week] -= amount
        self.flow[week + self.carrier.money.delay] += int(amount * self.carrier.money.reimbursed + 1e-9)

    def _totals(self) -> None:
        carrier = self.carrier
        for kind, used in self.crews.items():
            for week, count in sorted(used.items()):
                if count > carrier.crews[kind][week]:
                    self.said.append(
                        f"week {week}: {count} {kind} crews at work, and there are {carrier.crews[kind][week]}"
                    )
        for name, starts in self.begun.items():
            for week in sorted(starts):
                count = sum(starts[week - n] for n in range(4))
                if count > carrier.vendors[name].per_month:
                    self.said.append(
                        f"weeks {week - 3} to {week}: {count} sites of {name} begun; {carrier.vendors[name].per_month} can be"
                    )
        for name, line in self.off.items():
            total = sum(site.population for site in carrier.sites if site.market == name)
            for week, persons in sorted(line.items()):
                if persons > total * (1 - carrier.coverage) + 1e-6:
                    self.said.append(f"week {week}: {persons:,} of {total:,} persons of {name} are without service")
        sole = sum(site.sole for site in carrier.sites)
        for week, persons in sorted(self.uncalled.items()):
            if persons > sole * (1 - carrier.emergency) + 1e-6:
                self.said.append(f"week {week}: {persons:,} of {sole:,} persons cannot call for help")
        held = carrier.money.cash
        for week in range(carrier.horizon):
            held += carrier.money.weekly + self.flow[week]
            if held < -carrier.money.credit:
                self.said.append(
                    f"week {week}: {-held:,} thousand dollars are owed; the credit is {carrier.money.credit:,}"
                )
