"""Screening a row's parties against the entries of a view, by normalized equality of name or alias.

An exact name is a listing. The same name in another country is never cleared: it asks whether it is a branch.
A name equal but for its legal form may be the entry. A name in a script that cannot be screened is unknown.
No match means none only as far as the lists are held for the day of the act, and the answer says so. What is said of a
row depends on that day through nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from carveout.facts.row import UNKNOWN_WORDS, Party, Row
from carveout.facts.schema import ROLES
from carveout.facts.value import NEVER, Value
from carveout.law.entry import EntryView, unheld_entry
from carveout.law.involvement import MEANING, NO_EFFECT, Involvement
from carveout.law.owners import NOT_LOOKED_INTO, Ownership
from carveout.law.view import View
from carveout.parties.matcher import NOT_FOUND, Match, matcher_of
from carveout.parties.name import normalize
from carveout.parties.stated_owners import StatedOwners, owner_cautions

RESTRICTED_ROLES = ROLES[:4]


@dataclass(frozen=True, slots=True)
class Screened:
    """The parties of a row, the facts that screening fills (countries), what it assumed, and cautions.

    ``open_roles`` are the facts whose default put a party aside: nobody named in a role, or no match on lists
    that are not held complete.
    """

    involved: tuple[Involvement, ...]
    facts: Mapping[str, Value] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()
    open_roles: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def complete(view: View, day: date) -> bool:
    """Whether every list that restricts parties is held in full for a day (then no match is an answer, no assumption).

    A view of what was known earlier does not know who was put on a list since.
    """
    if view.known is not None and day > view.known:
        return False
    held = {one.list: one for one in view.corpus.lists}
    return all(code in held and held[code].is_complete(day) for code in MEANING)


def turns_complete(view: View) -> tuple[date, ...]:
    """The days on which :func:`complete` may turn, ascending."""
    days = {
        day for one in view.corpus.lists if one.list in MEANING for stretch in one.complete for day in stretch if day
    }
    if days and view.known is not None and view.known < NEVER:
        days.add(view.known + timedelta(days=1))
    return tuple(sorted(days))


class _Screening:
    def __init__(self, row: Row, view: View, held: bool, *, strict: bool) -> None:
        self.row, self.view, self.strict = row, view, strict
        self.complete = held
        self.matcher = matcher_of(view)
        self.facts: dict[str, Value] = {}
        self.assumed: set[str] = set()
        self.open_roles: list[str] = []
        self.cautions: list[str] = []
        self.owners = StatedOwners(row, view)
        self.found: dict[object, list[tuple[str, Involvement]]] = {}

    def text(self, name: str) -> str | None:
        value = self.row.facts.get(name)
        return value if isinstance(value, str) and value else None

    def note(self, role: str, key: object, involvement: Involvement) -> None:
        """One party in one role; the same party in another role is the same, unless it is said to be owned otherwise."""
        ownership = self.owners.of(role) if role in ROLES else NOT_LOOKED_INTO
        found = replace(involvement, ownership=ownership)
        self.found.setdefault((key, ownership.state, ownership.owners), []).append((role, found))

    def one(self, role: str) -> Screened:
        """Only the party of one role."""
        self.role(role)
        return self.screened()

    def run(self) -> Screened:
        if any(
            self.text(role) or self.text(f"{role}_listing") or role in self.row.stated_unknown or self.owners.told(role)
            for role in ROLES
        ):
            for role in ROLES:
                self.role(role)
        else:
            self.note(
                "none",
                "nobody",
                Involvement((), "", "unknown", ask=("ultimate_consignee",), why="no party is named"),
            )
            for role in RESTRICTED_ROLES:
                self.facts.setdefault(f"{role}_country", self.row.facts.get(f"{role}_country"))
        return self.screened()

    def screened(self) -> Screened:
        """What was found, one involvement a party."""
        involved = []
        for found in self.found.values():
            roles = tuple(role for role, _ in found if role != "none")
            first = found[0][1]
            involved.append(
                Involvement(
                    roles,
                    first.name,
                    first.match,
                    first.candidates,
                    tuple(dict.fromkeys(a for _, i in found for a in i.ask)),
                    tuple(dict.fromkeys(a for _, i in found for a in i.assumed)),
                    first.why,
                    first.doubtful,
                    _together([one.ownership for _, one in found]),
                )
            )
            self.cautions += [_without_effect(first, entry) for entry in first.candidates if entry.list in NO_EFFECT]
            self.cautions += [caution for _, one in found for caution in owner_cautions(one)]
        return Screened(tuple(involved), self.facts, frozenset(self.assumed), tuple(dict.fromkeys(self.open_roles)),
                        tuple(dict.fromkeys(self.cautions)))  # fmt: skip

    def role(self, role: str) -> None:
        name, listing = self.text(role), self.text(f"{role}_listing")
        if name is None and listing is None:
            self.empty(role)
        elif name is not None and name.casefold() == "none":
            if role != "supplier":
                self.facts[f"{role}_country"] = "none"
        else:
            self.named(role, name or "", listing)

    def empty(self, role: str) -> None:
        """Nobody named: none in between, the ultimate consignee as purchaser and end-user; else unknown."""
        country = f"{role}_country"
        if role == "supplier":
            self.facts[country] = self.row.facts.get(country, "none")
            return
        takes_default = role != "ultimate_consignee" and role not in self.row.stated_unknown and not self.strict
        # Who owns it was said of somebody, whoever it is.
        takes_default = takes_default and not self.owners.told(role)
        if not takes_default:
            self.note(
                role,
                ("nobody", role),
                Involvement((role,), "", "unknown", ask=(role,), why=f"no {role} is named"),
            )
            return
        self.assumed.add(role)
        self.open_roles.append(role)
        if country not in self.row.facts and country not in self.row.stated_unknown:
            if role == "intermediate_consignee":
                self.facts[country] = "none"
            else:
                self.facts[country] = self.facts.get(
                    "ultimate_consignee_country", self.row.facts.get("ultimate_consignee_country")
                )

    def named(self, role: str, name: str, listing: str | None) -> None:
        country = self.text(f"{role}_country")
        match = self.matcher.find(name, country) if name else NOT_FOUND
        fact = f"{role}_listing"
        self.address(role, name, match)
        if listing is not None:
            self.assumed.add(fact)
        if match.sort == "exact":
            self.exact(role, name, listing, match)
            return
        if listing is not None and listing != "none":
            self.stated(role, name, listing, fact)
            return
        if listing == "none" and not match.same_name:
            self.note(
                role,
                ("name", normalize(name) or name),
                Involvement((role,), name, "none", assumed=(fact,), why="stated in the row"),
            )
            self.open_roles.append(fact)
            return
        if listing == "none":
            self.cautions.append(
                f"{fact} says none, but {name!r} is the name of a listed party; a country never clears an exact name"
            )
        if match.sort in ("possible", "unknown"):
            self.cautions.append(f"{name!r}: {match.why}")
            found = in_order(match.candidates)
            self.note(role, ("name", normalize(name) or name, match.sort),
                      Involvement((role,), name, "possible" if found else "unknown", found, (fact,), why=match.why))  # fmt: skip
            if found:
                self.other_lists(role, name, fact, found)
            return
        if match.why:
            self.cautions.append(f"{name!r}: {' '.join((match.why + '.', *match.questions))}")
        self.unmatched(role, name, fact, sure=match.sort == "none" and not match.why)

    def address(self, role: str, name: str, match: Match) -> None:
        """Caution where the party shares the address of somebody listed that it is not found to be."""
        address = self.text(f"{role}_address")
        for entry in self.matcher.at_address(address) if address else ():
            if entry not in match.candidates:
                self.cautions.append(
                    f"{name!r} has the address of {entry.name!r} ({entry.list}): do they share an office, or an owner?"
                )

    def exact(self, role: str, name: str, listing: str | None, match: Match) -> None:
        """An exact name is a listing; a stated entry only chooses among several of the same name on its list."""
        fact = f"{role}_listing"
        candidates, doubtful = match.candidates, match.doubtful
        stated = next((c for c in candidates if c.id == listing), None)
        if listing is not None and stated is None:
            self.cautions.append(f"{fact} says {listing}, but {name!r} is exactly a listed name; the listing stands")
        if stated is not None:
            candidates = tuple(
                c for c in candidates if c is stated or (c.list != stated.list and c.id not in match.doubtful)
            )
            doubtful = frozenset()
        chosen = in_order(candidates)
        if doubtful:
            self.cautions.append(
                f"{name!r} is also the name of {', '.join(c.id for c in chosen if c.id in doubtful)}, listed for another "
                "country, which never clears an exact name: is it the same party?"
            )
        self.known_country(role, tuple(c for c in chosen if c.id not in doubtful))
        self.note(role, (tuple(c.id for c in chosen), doubtful),
                  Involvement((role,), name, "exact", chosen, (fact,) if doubtful else (), why=match.why, doubtful=doubtful))  # fmt: skip
        self.other_lists(role, name, fact, chosen)

    def stated(self, role: str, name: str, listing: str, fact: str) -> None:
        """The row says which entry it is; an entry that is not held is taken as on its list, as stated."""
        entry = self.view.entries.get(listing)
        if entry is None:
            entry = unheld_entry(listing)
            self.cautions.append(f"{listing} is not among the entries held; taken as listed for all items, as stated")
        else:
            self.known_country(role, (entry,))
        self.note(role, ((entry.id,), frozenset()), Involvement((role,), name or entry.name, "stated", (entry,), assumed=(fact,),
                                                 why="stated in the row"))  # fmt: skip
        self.other_lists(role, name or entry.name, fact, (entry,))

    def other_lists(self, role: str, name: str, fact: str, candidates: tuple[EntryView, ...]) -> None:
        """A party found on a list, and not on the Entity List: that it is on no other is an answer only where all are
        held, else an assumption that the answer names; read strictly it is unknown."""
        if self.complete or any(entry.list == "EL" for entry in candidates):
            return
        if self.strict:
            self.note(role, ("name", normalize(name), "?"),
                      Involvement((role,), name, "unknown", ask=(fact,), why="not on the other lists held"))  # fmt: skip
            return
        self.assumed.add(fact)
        self.open_roles.append(fact)

    def unmatched(self, role: str, name: str, fact: str, *, sure: bool) -> None:
        """No match: none where every list is held and the name is no relative, else an assumption that the answer names."""
        if self.complete and sure and fact not in self.row.stated_unknown:
            self.note(
                role,
                ("name", normalize(name)),
                Involvement((role,), name, "none", why="not on the lists held"),
            )
            return
        if self.strict or fact in self.row.stated_unknown:
            self.note(
                role,
                ("name", normalize(name), "?"),
                Involvement((role,), name, "unknown", ask=(fact,), why="not on the lists held"),
            )
            return
        self.assumed.add(fact)
        self.open_roles.append(fact)
        self.note(
            role,
            ("name", normalize(name)),
            Involvement((role,), name, "none", assumed=(fact,), why="not on the lists held"),
        )

    def known_country(self, role: str, candidates: tuple[EntryView, ...]) -> None:
        """A listed party without a stated country is where its entry says, when there is one answer."""
        countries = {place for candidate in candidates for place in candidate.places or ("",)} - {""}
        fact = f"{role}_country"
        if len(countries) == 1 and fact not in self.row.facts and fact not in self.row.stated_unknown:
            self.facts[fact] = countries.pop()


def _together(told: Sequence[Ownership]) -> Ownership:
    """The ownership of one party in several roles: what is asked and what was stated in any of them."""
    if len(told) == 1:
        return told[0]
    ask = tuple(dict.fromkeys(name for one in told for name in one.ask))
    assumed = tuple(dict.fromkeys(name for one in told for name in one.assumed))
    return replace(told[0], ask=ask, assumed=assumed)


def in_order(candidates: Sequence[EntryView]) -> tuple[EntryView, ...]:
    """Entries with those of the lists that restrict most of what is done here first; else as they are."""
    ranks = {**{code: rank for rank, code in enumerate(MEANING)}, **dict.fromkeys(NO_EFFECT, len(MEANING) + 1)}
    return tuple(sorted(candidates, key=lambda entry: ranks.get(entry.list, len(MEANING))))


def _without_effect(party: Involvement, entry: EntryView) -> str:
    """The caution about a party on a list that has no effect under the EAR."""
    is_on = "is" if party.match in ("exact", "stated") else "may be"
    return (
        f"{party.name!r} {is_on} on list {entry.list} ({NO_EFFECT[entry.list]}): no effect under the EAR, "
        "but other regimes may bar dealings with it"
    )


def screen(row: Row, view: View, held: bool, *, strict: bool = False) -> Screened:
    """Who the parties of a row are, as far as the entries of the view tell.

    ``held`` is whether the lists are held complete for the day of the act (:func:`complete`). Roles and their defaults
    are those of the contract: an empty purchaser or end-user is the ultimate consignee, an empty intermediate consignee
    is nobody, and when no role is filled the party is unknown.
    """
    return _Screening(row, view, held, strict=strict).run()


def screen_party(party: Party, view: View, held: bool, *, strict: bool = False) -> Screened:
    """One further party of a row, screened as if it stood alone in the columns of its role."""
    cells = party.cells()
    facts: dict[str, Value] = {name: text for name, text in cells.items() if text not in UNKNOWN_WORDS}
    alone = Row("", None, facts, frozenset(cells) - frozenset(facts))
    return _Screening(alone, view, held, strict=strict).one(party.role)
