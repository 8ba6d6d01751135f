"""``plan apps --updates``: which updates reach which model until when, and how much of the fleet gets none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carveout.doors.cli.shared import Stop, console, emit

if TYPE_CHECKING:
    from datetime import date

    from carveout.plan.apps.case import Case
    from carveout.plan.apps.continuity import Bare, OwnUpdates, Stream


def tell(file: Path, *, json: bool) -> None:
    """Ask the law for every scenario, model and kind of update of a case, and print it.

    Raises:
        Stop: a case that cannot be read.
    """
    from carveout.doors.cli.plan_law import AskedLaw
    from carveout.plan.apps.case_file import read_case
    from carveout.plan.apps.continuity import own_updates, streams, unprotected
    from carveout.plan.error import PlanError

    law = AskedLaw()
    try:
        case = read_case(file)
        found = streams(case, [law.view(one.known, one.laid_over) for one in case.scenarios], law.compose)
    except PlanError as error:
        raise Stop(str(error)) from None
    bare, own = unprotected(case, found), own_updates(case)
    if json:
        emit(_object(case, found, bare, own))
    else:
        _show(case, found, bare, own)


def _object(case: Case, found: Sequence[Stream], bare: Sequence[Bare], own: OwnUpdates | None) -> dict[str, Any]:
    return {
        "streams": [
            {"scenario": one.scenario.name, "model": one.device.model, "kind": one.kind,
             "free": [{"from": first, "through": last} for first, last in one.free]}
            for one in found
        ],
        "without_security_updates": [
            {"from": one.day, "users": one.users, "without": one.without,
             "share": dict(zip((s.name for s in case.scenarios), one.shares, strict=True)), "expected": _expected(case, one)}
            for one in bare
        ],
        "own_updates": None if own is None else {"name": own.name, "engineer_months": own.engineer_months, "ready": own.ready},
    }  # fmt: skip


def _expected(case: Case, one: Bare) -> float:
    return sum(share * scenario.probability for share, scenario in zip(one.shares, case.scenarios, strict=True))


def _show(case: Case, found: Sequence[Stream], bare: Sequence[Bare], own: OwnUpdates | None) -> None:
    from rich.table import Table

    from carveout.plan.apps.case import UPDATES

    out, last = console(), case.last_day(case.periods - 1)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("scenario", "model", "on sale from", *(f"{kind} updates" for kind in UPDATES)):
        table.add_column(name, no_wrap=True)
    for place in range(0, len(found), len(UPDATES)):
        row = found[place : place + len(UPDATES)]
        words = [_until(one, case, last) for one in row]
        public = row[0].device.public_on
        first = place == 0 or row[0].scenario != found[place - 1].scenario
        table.add_row(row[0].scenario.name if first else "", row[0].device.model, str(public or ""), *words)
    out.print(table)
    out.print(f"\nShare of all users without security updates from the platform, through {last}:\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    many = len(case.scenarios) > 1
    table.add_column("from")
    for name in ("million users", *(one.name for one in case.scenarios), *(["expected"] if many else [])):
        table.add_column(name, justify="right")
    before: list[str] = []
    for one in bare:
        shares = [f"{share:.1%}" for share in (*one.shares, *([_expected(case, one)] if many else []))]
        if shares != before:
            table.add_row(str(one.day), f"{one.users / 1e6:,.1f}", *shares)
        before = shares
    out.print(table)
    if own is not None:
        ready = f"can be ready on {own.ready}, begun at once" if own.ready else "cannot be ready in time"
        name = own.name[:1].upper() + own.name[1:]
        out.print(f"\n{name} takes {own.engineer_months:g} engineer-months and {ready}.", markup=False)
    out.print("Counted is what is surely free. Not legal advice; liability is strict.")


def _until(one: Stream, case: Case, last: date) -> str:
    """The runs of free days in words."""
    if not one.free:
        return "never"
    told = []
    for first, end in one.free:
        from_day = "" if first == case.starts[0] else f"from {first} "
        open_end = "on" if from_day else "all the time"
        told.append(from_day + (open_end if end == last else f"through {end}"))
    return "; ".join(told)


__all__ = ["tell"]
