"""From a row to a transaction: defaults, screening and supplied conclusions put together for the engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from carveout.book.several import NOT_TOWARD, contradiction, receives, with_further
from carveout.book.table_facts import NOTHING, held_tables, told_of
from carveout.decide.determination import Transaction
from carveout.facts.clock import today
from carveout.facts.default import SPEAKS_OF_ICTS, SPEAKS_OF_MAKERS, fill
from carveout.facts.row import Row
from carveout.facts.schema import ROLES, schema
from carveout.facts.value import UNKNOWN, Truth, Value
from carveout.law.view import View
from carveout.parties.design import FOOTNOTE, OWNER, design_of
from carveout.parties.producer import GROUPS, SUPPLIER, UNSTATED, Maker, made_by, maker_of
from carveout.parties.screening import Screened, complete, screen


def listed_receives(screened: Screened) -> bool:
    """Whether a party that is or may be listed takes part in another role than supplier."""
    return receives(screened.involved)


def compose(row: Row, view: View, *, on: date | None = None, strict: bool = False) -> Transaction:
    """The transaction of a row under a view; ``on`` overrides the row's own day, without either it is today.

    Strict turns every default off: nothing is assumed, and what nobody stated is unknown.
    """
    day = on or row.on or today()
    known = schema()
    filled = fill(row, strict=strict)
    screened = screen(row, view, complete(view, day), strict=strict)
    told = NOTHING if strict or "eccn" not in row.facts else told_of(row, day, held_tables())
    supplied: dict[str, Truth] = {}
    facts: dict[str, Value] = {}
    for name, value in {**filled.facts, **told.facts, **screened.facts}.items():
        fact = known.get(name)
        if fact is None or fact.kind == "label":
            continue
        if fact.kind == "derived":
            supplied[name] = value if isinstance(value, int) else UNKNOWN
        else:
            facts[name] = value
    cautions = [*screened.cautions, *told.cautions]
    owner = row.facts.get(OWNER)
    design = design_of(owner if isinstance(owner, str) else None, view, strict=strict)
    facts[FOOTNOTE] = design.footnote1_from
    cautions += design.cautions
    makers = {name: maker_named(row, name, view, strict=strict) for name in GROUPS}
    for name, maker in makers.items():
        facts[GROUPS[name]] = maker.group
        cautions += maker.cautions
    assumed = filled.assumed | frozenset(told.facts)
    if facts.get("direction") in NOT_TOWARD and listed_receives(screened):
        cautions.append(contradiction(str(facts["direction"])))
        facts["direction"] = None
    undone: dict[str, Value] = {name: UNKNOWN if known[name].type == "bool" else None for name in assumed}
    if design.assumed:
        undone[FOOTNOTE] = None
    resting = {name for name, maker in makers.items() if maker.assumed}
    undone.update(dict.fromkeys((GROUPS[name] for name in resting), None))
    if makers["producer"].group == "none" and not strict and not _speaks(row, ("icts_category", *SPEAKS_OF_ICTS)):
        facts["icts_category"], undone["icts_category"] = "none", None
        resting.add("icts_category")
    for role in ROLES[:4]:
        if role in screened.open_roles and f"{role}_country" not in row.facts:
            undone[f"{role}_country"] = None
    assumed |= screened.assumed | ({OWNER} if design.assumed else set()) | resting
    transaction = Transaction(
        id=row.id, on=day, facts=facts, involved=screened.involved, assumed=assumed, undone=undone,
        open_roles=screened.open_roles, cautions=tuple(cautions), supplied=supplied,
    )  # fmt: skip
    return with_further(transaction, row, view, strict=strict) if row.further else transaction


def maker_named(row: Row, column: str, view: View, *, strict: bool) -> Maker:
    """Who made the equipment or a component of it, as a row says or as its supplier tells.

    An empty producer is the supplier where that is or may be of a named group; else, in a row that says nothing else of
    makers, none of them, which the answer names as assumed.
    """
    stated = row.facts.get(column)
    if isinstance(stated, str):
        return maker_of(stated, view, strict=strict, column=column)
    if column != "producer" or column in row.stated_unknown:
        return UNSTATED
    supplier, listing = (value if isinstance(value, str) else None for value in map(row.facts.get, SUPPLIER))
    found = made_by(supplier, listing, view, strict=strict)
    silent = found == UNSTATED and not strict and not _speaks(row, SPEAKS_OF_MAKERS)
    return Maker("none", assumed=True) if silent else found


def _speaks(row: Row, names: Iterable[str]) -> bool:
    """Whether a row says something of one of these facts, be it that it is unknown."""
    return any(name in row.facts or name in row.stated_unknown for name in names)


__all__ = ["NOT_TOWARD", "compose", "listed_receives", "maker_named"]
