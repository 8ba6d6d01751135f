"""Events: decisions about the law that the plan waits for, each with the day on which it becomes public.

Three kinds. An *extension* gives provisions a later last day (0 days: none). A *license* for named acts is approved or not.
A *scenario* (a page that comes with the law, or one of the user's own) becomes law or does not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from carveout.plan.error import PlanError
from carveout.plan.sourcing.chance import Chance, base_rate, posterior, stated
from carveout.plan.sourcing.periods import Periods

EXTENSION, LICENSE, SCENARIO = "extension", "license", "scenario"
_KEYS = {
    EXTENSION: {"provisions", "through", "after", "public", "public_after", "days"},
    LICENSE: {"acts", "public", "number", "valid_from", "valid_through"},
    SCENARIO: {"page", "public"},
}
_CHANCES = {"base_rate", "probability", "probabilities", "counts"}


@dataclass(frozen=True, slots=True)
class Event:
    """One decision. ``branches`` are its outcomes in words; the chance is over them.

    An extension has ``days`` per branch, ``through`` (the last day as the law stands) or ``after`` (the extension whose end
    it decides about), and becomes public ``public_after`` days after that last day.
    """

    id: str
    kind: str
    branches: tuple[str, ...]
    chance: Chance
    public: date | None = None
    provisions: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    through: date | None = None
    after: str = ""
    public_after: int = 0
    acts: tuple[str, ...] = ()
    number: str = ""
    valid_from: date | None = None
    valid_through: date | None = None
    scenario: str = ""
    page: Path | None = None


def read_events(
    given: Any, known: date, periods: Periods, acts: Collection[str], path: Path, errors: list[str]
) -> tuple[Event, ...]:
    """The events of a file, in order; what is wrong goes to ``errors``."""
    found: list[Event] = []
    if not isinstance(given, list):
        errors.append(f"{path}: write events as [[event]]")
        return ()
    for place, table in enumerate(given, 1):
        name = str(table.get("id", "")) if isinstance(table, dict) else ""
        try:
            if not name or name in {event.id for event in found} or not name.replace("-", "").isalnum():
                raise PlanError("give it an id of its own, of letters, digits and dashes")
            found.append(_event(table, name, known, periods, acts, path, found))
        except PlanError as error:
            errors.append(f"{path}: event {name or place}: {error}")
    return tuple(found)


def _event(
    table: dict[str, Any],
    name: str,
    known: date,
    periods: Periods,
    acts: Collection[str],
    path: Path,
    before: list[Event],
) -> Event:
    kind = table.get("kind")
    if kind not in _KEYS:
        raise PlanError(f"kind = {kind!r}; write {EXTENSION!r}, {LICENSE!r} or {SCENARIO!r}")
    strange = set(table) - {"id", "kind"} - _CHANCES - _KEYS[kind]
    if strange:
        raise PlanError(
            f"an event of kind {kind} has no {', '.join(sorted(strange))}; it has {', '.join(sorted(_KEYS[kind]))}"
        )
    for key in ("public", "through", "valid_from", "valid_through"):
        if key in table and type(table[key]) is not date:
            raise PlanError(f"{key} is a day: {key} = 2019-11-20, without quotes")
    public = table.get("public")
    if public is not None and public <= known:
        raise PlanError(f"public {public} is not after {known}, the day of knowledge; what is known then is no event")
    if kind == EXTENSION:
        return _extension(table, name, known, before)
    if public is None:
        raise PlanError("public is the day on which the decision becomes known; give it")
    chance = _chance(table, None, known)
    if kind == LICENSE:
        named = table.get("acts", [])
        missing = [act for act in named if act not in acts]
        if not named or missing:
            raise PlanError(
                f"acts = [...] names the acts it covers, of the table of acts; not there: {', '.join(missing) or 'none named'}"
            )
        valid_from, through = table.get("valid_from", public), table.get("valid_through", periods.last_day)
        if valid_from < public or through < valid_from:
            raise PlanError("valid_from is on or after public, valid_through on or after valid_from")
        return Event(name, kind, ("approved", "not approved"), chance, public, acts=tuple(named),
                     number=str(table.get("number", name)), valid_from=valid_from, valid_through=through)  # fmt: skip
    page = str(table.get("page", ""))
    if not page:
        raise PlanError("page is the name of a scenario of the law, or the path of a page of your own")
    own = path.parent / page if page.endswith(".md") else None
    return Event(name, kind, ("becomes law", "does not"), chance, public, scenario=own.stem if own else page, page=own)


def _extension(table: dict[str, Any], name: str, known: date, before: list[Event]) -> Event:
    days, provisions = table.get("days"), table.get("provisions", [])
    if (
        not isinstance(days, list)
        or len(days) < 2
        or len(set(days)) < len(days)
        or not all(type(d) is int and 0 <= d <= 3650 for d in days)
    ):
        raise PlanError(
            "days = [0, 45, 90, 180] lists the lengths it may be extended by, each once, 0 for no extension"
        )
    through, after = table.get("through"), str(table.get("after", ""))
    if (through is None) == (not after):
        raise PlanError(
            "give through (the last day as the law stands) or after (the extension whose end it decides about), one of them"
        )
    prior = {event.id: event for event in before if event.kind == EXTENSION}
    if after:
        if after not in prior:
            raise PlanError(f"after = {after!r}: no extension of that id stands before it")
        provisions = provisions or list(prior[after].provisions)
    if not provisions or not all(isinstance(p, str) for p in provisions):
        raise PlanError('provisions = ["ear/744.supp7/c1"] names what is extended')
    later = table.get("public_after", 0)
    if type(later) is not int or not -366 <= later <= 366:
        raise PlanError(
            "public_after is a number of days from the last day to the decision's publication, negative if before"
        )
    public = table.get("public")
    if through is not None:
        public = public or through + timedelta(days=later)
        if public <= known:
            raise PlanError(f"it is public on {public}, not after {known}, the day of knowledge")
        later = (public - through).days
    told = tuple("not extended" if d == 0 else f"extended by {d} days" for d in days)
    return Event(
        name,
        EXTENSION,
        told,
        _chance(table, days, known),
        public,
        tuple(provisions),
        tuple(days),
        through,
        after,
        later,
    )


def _chance(table: dict[str, Any], days: list[int] | None, known: date) -> Chance:
    """The chance of an event from the one key that gives it."""
    branches = len(days) if days is not None else 2
    given = [key for key in _CHANCES if key in table]
    if len(given) != 1:
        raise PlanError(f"give its chance by one of {', '.join(sorted(_CHANCES))}")
    key, value = given[0], table[given[0]]
    if key == "base_rate":
        return base_rate(str(value), days, known)
    if key == "probability":
        if branches != 2 or type(value) not in (int, float) or not 0 < value < 1:
            raise PlanError("probability is one number between 0 and 1, of the first of two outcomes")
        return stated((float(value), 1 - float(value)))
    if (
        not isinstance(value, list)
        or len(value) != branches
        or not all(type(v) in (int, float) and v >= 0 for v in value)
    ):
        raise PlanError(f"{key} has {branches} numbers, 0 or more, one per outcome")
    if key == "counts":
        return posterior([float(v) for v in value], "counts stated in the file")
    if abs(sum(value) - 1) > 1e-9 or min(value) <= 0:
        raise PlanError(f"probabilities add up to {sum(value):g}; they are above 0 and add up to 1")
    return stated([float(v) for v in value])
