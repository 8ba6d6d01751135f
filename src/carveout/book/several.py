"""Several parties in one role: seated in the columns where a role is empty, else beside the party that is there.

A further party only adds units to those the row has without it, and the worst unit counts; so it never frees a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from carveout.book.countries import country_variants
from carveout.decide.transaction import Transaction, relevant
from carveout.facts.row import UNKNOWN_WORDS, Party, Row
from carveout.facts.value import Value
from carveout.law.involvement import NO_EFFECT, Involvement
from carveout.law.view import View
from carveout.parties.name import normalize
from carveout.parties.screening import complete, screen_party

NOT_TOWARD = ("import", "return_to_us", "procurement")
"""Directions in which nothing goes to a foreign party; with a listed party as recipient the row contradicts itself."""


def receives(involved: Sequence[Involvement]) -> bool:
    """Whether a party that is or may be listed takes part in another role than supplier."""
    return any(
        i.match in ("exact", "stated", "possible")
        and set(i.roles) - {"supplier"}
        and any(entry.list not in NO_EFFECT for entry in i.candidates)
        for i in involved
    )


def seat(row: Row, parties: Sequence[Party]) -> Row:
    """The row with further parties: the first of a role that no column fills stands in the column itself.

    What a column says is kept: a party of another country than the column of its role has both.
    """
    facts, unknown = dict(row.facts), set(row.stated_unknown)
    further: list[Party] = []
    for party in dict.fromkeys(parties):
        role = party.role
        if role in facts or role in unknown or f"{role}_listing" in facts:
            further.append(party)
            continue
        for column, text in party.cells().items():
            if column in facts or column in unknown:
                if facts.get(column) != text and party not in further:
                    further.append(party)
            elif text in UNKNOWN_WORDS:
                unknown.add(column)
            else:
                facts[column] = text
    return replace(row, facts=facts, stated_unknown=frozenset(unknown), further=tuple(further))


def with_further(transaction: Transaction, row: Row, view: View, *, strict: bool) -> Transaction:
    """The transaction of a row and its further parties: more parties, and a variant for every country they bring."""
    facts = dict(transaction.facts)
    # Whoever stands for parties that nobody names goes on standing for them.
    nobody = [one for one in relevant(transaction) if not one.roles and one not in transaction.involved]
    involved = [*nobody, *transaction.involved]
    assumed, open_roles, cautions = set(transaction.assumed), list(transaction.open_roles), list(transaction.cautions)
    countries: dict[str, list[Value]] = {}
    held = complete(view, transaction.on)
    for party in row.further:
        found = screen_party(party, view, held, strict=strict)
        involved += [one for one in found.involved if not any(_same(one, held) for held in involved)]
        assumed |= found.assumed
        open_roles += found.open_roles
        cautions += found.cautions
        for what in ("listing", "ownership", "owners"):
            said = getattr(party, what)
            if said and said not in UNKNOWN_WORDS:
                facts.setdefault(f"{party.role}_{what}", said)
        column = f"{party.role}_country"
        stated = party.country if party.country and party.country not in UNKNOWN_WORDS else None
        countries.setdefault(column, [facts.get(column)]).append(found.facts.get(column, stated))
    variants = country_variants(countries, view) if countries else [{}]
    if facts.get("direction") in NOT_TOWARD and receives(involved):
        cautions.append(contradiction(str(facts["direction"])))
        variants = [{**variant, **more} for variant in variants for more in ({}, {"direction": None})]
    return replace(
        transaction, facts=facts, involved=tuple(involved), assumed=frozenset(assumed), variants=tuple(variants),
        open_roles=tuple(dict.fromkeys(open_roles)), cautions=tuple(dict.fromkeys(cautions)),
    )  # fmt: skip


def contradiction(direction: str) -> str:
    """The caution of a row that says nothing goes to a foreign party, and names a listed one that receives."""
    return (
        f"direction says {direction}, but a party that is or may be listed receives; taken as unknown: "
        "describe the flow toward that party"
    )


def _same(one: Involvement, held: Involvement) -> bool:
    """Whether a party is there already, in the same role."""
    return (
        set(one.roles) <= set(held.roles)
        and (one.match, one.candidates) == (held.match, held.candidates)
        and normalize(one.name) == normalize(held.name)
        and (one.ask, one.assumed) == (held.ask, held.assumed)
        and one.ownership == held.ownership
    )
