"""Screening a row's parties against the entries of a view, by normalized equality of name or alias.

An exact name is a listing. The same name in another country is never cleared: it asks whether it is a branch.
A name equal but for its legal form may be the entry. A name in a script that cannot be screened is unknown.
No match means none only as far as the lists are held, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz, process

from carveout.facts.row import UNKNOWN_WORDS, Party, Row
from carveout.facts.schema import ROLES
from carveout.facts.value import NEVER, Span, Value
from carveout.law.entry import EntryView, unheld_entry
from carveout.law.involvement import Involvement
from carveout.law.view import View
from carveout.parties.name import bare, normalize, readable

RESTRICTED_ROLES = ROLES[:4]

PLACEHOLDERS = frozenset(
    {"", "tbd", "tba", "na", "n a", "nn", "to be determined", "to be advised", "not known", "x", "xxx"}
)
"""Words that stand where a name should be, normalized."""

ONE_SLIP = 92.0
"""Similarity (rapidfuzz ratio of names without legal form) from which a name may be a misspelled entry."""


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


class Index:
    """Entries of a view by normalized name and alias, and by name without legal form."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.exact: dict[str, list[EntryView]] = {}
        self.bare: dict[str, list[EntryView]] = {}
        for entry in view.entries.values():
            for name in (entry.name, *entry.aliases):
                _add(self.exact, normalize(name), entry)
                _add(self.bare, bare(name), entry)
        self.names = sorted(self.bare)

    def find(self, name: str, country: str | None) -> tuple[str, tuple[EntryView, ...], str]:
        """(match, candidates, why): exact, possible, none or unknown."""
        if normalize(name) in PLACEHOLDERS:
            return "unknown", (), f"{name!r} names nobody"
        if not readable(name):
            return "unknown", (), f"{name!r} is in a script that the held names are not written in"
        same = self.exact.get(normalize(name), [])
        if same:
            here = [entry for entry in same if country is None or entry.country == country]
            if here:
                # The same name is listed for another country too, and a country never clears an exact name.
                first = min(_first_day(entry) for entry in here)
                earlier = [entry for entry in same if entry not in here and _first_day(entry) < first]
                return "exact", (*here, *earlier), "name or alias is the same"
            where = ", ".join(sorted({entry.country for entry in same}))
            return "possible", tuple(same), f"the name is listed for {where}, not {country}: is it a branch?"
        alike = self.bare.get(bare(name), []) if bare(name) else []
        if alike:
            return "possible", tuple(alike), "the name differs from a listed one by its legal form only"
        within = self.contained(name)
        if within:
            why = f"the name contains that of a listed party, {within[0].name!r}: is it a branch?"
            return "possible", tuple(within), why
        close = process.extractOne(bare(name), self.names, scorer=fuzz.ratio, score_cutoff=ONE_SLIP)
        if close:
            return "possible", tuple(self.bare[close[0]]), f"the name is a slip of the pen away from {close[0]!r}"
        return "none", (), ""

    def contained(self, name: str) -> list[EntryView]:
        """Entries whose name of two words or more, legal form aside, stands inside this one; the longest first."""
        words = bare(name).split()
        for length in range(len(words) - 1, 1, -1):
            for start in range(len(words) - length + 1):
                found = self.bare.get(" ".join(words[start : start + length]))
                if found:
                    return found
        return []


def _first_day(entry: EntryView) -> date:
    """The first day on which the entry is, or may be, listed."""
    low = entry.listed_from.low if isinstance(entry.listed_from, Span) else entry.listed_from
    return low if isinstance(low, date) else NEVER


def _add(index: dict[str, list[EntryView]], key: str, entry: EntryView) -> None:
    held = index.setdefault(key, [])
    if entry not in held:
        held.append(entry)


@lru_cache(maxsize=64)
def index_of(view: View) -> Index:
    """The index of a view; built once."""
    return Index(view)


def complete(view: View) -> bool:
    """Whether every list that restricts parties is held in full (then no match is an answer, not an assumption)."""
    return bool(view.corpus.lists) and all(held.complete for held in view.corpus.lists)


class _Screening:
    def __init__(self, row: Row, view: View, *, strict: bool) -> None:
        self.row, self.view, self.strict = row, view, strict
        self.index = index_of(view)
        self.facts: dict[str, Value] = {}
        self.assumed: set[str] = set()
        self.open_roles: list[str] = []
        self.cautions: list[str] = []
        self.found: dict[object, list[tuple[str, Involvement]]] = {}

    def text(self, name: str) -> str | None:
        value = self.row.facts.get(name)
        return value if isinstance(value, str) and value else None

    def note(self, role: str, key: object, involvement: Involvement) -> None:
        self.found.setdefault(key, []).append((role, involvement))

    def one(self, role: str) -> Screened:
        """Only the party of one role."""
        self.role(role)
        return self.screened()

    def run(self) -> Screened:
        if any(self.text(role) or self.text(f"{role}_listing") or role in self.row.stated_unknown for role in ROLES):
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
                )
            )
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
        match, candidates, why = self.index.find(name, country) if name else ("none", (), "")
        fact = f"{role}_listing"
        if listing is not None:
            self.assumed.add(fact)
        if match == "exact":
            self.exact(role, name, listing, candidates, why)
            return
        if listing is not None and listing != "none":
            self.stated(role, name, listing, fact)
            return
        same_name = bool(candidates) and normalize(name) in self.index.exact
        if listing == "none" and not same_name:
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
        if match in ("possible", "unknown"):
            self.cautions.append(f"{name!r}: {why}")
            self.note(role, ("name", normalize(name) or name, match),
                      Involvement((role,), name, "possible" if candidates else "unknown", candidates, (fact,), why=why))  # fmt: skip
            return
        self.unmatched(role, name, fact)

    def exact(self, role: str, name: str, listing: str | None, candidates: tuple[EntryView, ...], why: str) -> None:
        """An exact name is a listing; a stated entry only chooses among several of the same name."""
        chosen = tuple(c for c in candidates if c.id == listing) or candidates
        if listing is not None and listing not in {c.id for c in candidates}:
            self.cautions.append(
                f"{role}_listing says {listing}, but {name!r} is exactly a listed name; the listing stands"
            )
        self.known_country(role, chosen)
        self.note(role, tuple(c.id for c in chosen), Involvement((role,), name, "exact", chosen, why=why))

    def stated(self, role: str, name: str, listing: str, fact: str) -> None:
        """The row says which entry it is; an entry that is not held is taken as listed for all items."""
        entry = self.view.entries.get(listing)
        if entry is None:
            entry = unheld_entry(listing)
            self.cautions.append(f"{listing} is not among the entries held; taken as listed for all items, as stated")
        else:
            self.known_country(role, (entry,))
        self.note(role, (entry.id,), Involvement((role,), name or entry.name, "stated", (entry,), assumed=(fact,),
                                                 why="stated in the row"))  # fmt: skip

    def unmatched(self, role: str, name: str, fact: str) -> None:
        """No match: none where every list is held, else an assumption that the answer names."""
        if complete(self.view) and fact not in self.row.stated_unknown:
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
        countries = {candidate.country for candidate in candidates}
        fact = f"{role}_country"
        if len(countries) == 1 and fact not in self.row.facts and fact not in self.row.stated_unknown:
            self.facts[fact] = countries.pop()


def screen(row: Row, view: View, *, strict: bool = False) -> Screened:
    """Who the parties of a row are, as far as the entries of the view tell.

    Roles and their defaults are those of the contract: an empty purchaser or end-user is the ultimate consignee,
    an empty intermediate consignee is nobody, and when no role is filled the party is unknown.
    """
    return _Screening(row, view, strict=strict).run()


def screen_party(party: Party, view: View, *, strict: bool = False) -> Screened:
    """One further party of a row, screened as if it stood alone in the columns of its role."""
    cells = party.cells()
    facts: dict[str, Value] = {name: text for name, text in cells.items() if text not in UNKNOWN_WORDS}
    return _Screening(Row("", None, facts, frozenset(cells) - frozenset(facts)), view, strict=strict).one(party.role)
