"""What a name is to the entries of a view: a listed party, possibly one, a relative, nobody on the lists, or unknown.

The search finds who resembles whom; here that becomes a word the law can use. A sure match is a listing. A possible one
leaves the listing unknown. A relative of a listed family is not listed, and raises the red-flag questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from os import cpu_count
from threading import Lock
from typing import Literal

from carveout.facts.value import NEVER, Span
from carveout.law.entry import EntryView
from carveout.law.view import View
from carveout.parties import keys
from carveout.parties.alias import aliases_of
from carveout.parties.listed import Listed
from carveout.parties.name import can_be_read, normalize, read_name
from carveout.parties.query import Query
from carveout.parties.score import kind_of
from carveout.parties.search import Hit, Search
from carveout.parties.search_store import search_over

PLACEHOLDERS = frozenset(
    {"", "tbd", "tba", "na", "n a", "nn", "to be determined", "to be advised", "not known", "x", "xxx"}
)
"""Words that stand where a name should be, normalized."""

WEAK_LETTERS = 4
"""An alias of one word with at most so many letters is an abbreviation that others may bear too: never a sure match."""

AT_MOST = 25
"""Hits looked at for a name; the listed group has names that recur in a dozen countries."""

MANY = 20_000
"""Names from which a second process helps to match them."""

REMEMBERED = 1_000_000
"""Answers kept by text; past that they are forgotten and found again."""

RED_FLAGS = (
    "Is it a branch or office of the listed party (then it is the listed party), or a company of its own?",
    "Who owns it, and how much of it do listed parties own together?",
)
"""What is asked of a relative of a listed family (Supp. 3 to part 732; Supp. 8 to part 744 while it is in force)."""

BRANCH = re.compile(
    r"\b(?:branch(?: (?:office|of))?|(?:representative|rep|regional|liaison|local|country|head) office|office(?: of)?|"
    r"(?:design|research|r ?& ?d|service|sales|training) cent(?:er|re)|"
    r"sucursal|succursale|filial[ei]?|filiale di|zweigniederlassung|niederlassung|zweigstelle|oficina|escritorio|bureau|"
    r"filiaal|bijkantoor|oddzial|organizacni slozka|sube(?:si)?)\b|филиал\w*|представительств\w*|分公司|办事处|代表处|"
    r"支店|支社|駐在員事務所|지점|지사|사무소|فرع|شعبه|دفتر|סניף",
    re.IGNORECASE,
)
"""Words by which a part of a company calls itself a part: a branch or office is the company (BIS FAQ on the Entity List)."""

_IN_BRANCH = re.compile(
    "office|branch|cent|bureau|filia|sube|niederlassung|sucursal|succursale|zweigstelle|oficina|escritorio|bijkantoor|oddzial|"
    "organizacni"
)
"""What stands in every such word of Latin letters; told in a tenth of the time."""

Sort = Literal["exact", "possible", "related", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Match:
    """What a name is: ``candidates`` best first, ``doubtful`` the ids of those it may not be although it is others.

    ``why`` is a sentence, ``questions`` what a reviewer is asked about a relative. ``same_name``: a listed party has
    exactly this name, wherever it is.
    """

    sort: Sort
    candidates: tuple[EntryView, ...] = ()
    why: str = ""
    questions: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()
    same_name: bool = False


NOT_FOUND = Match("none")
"""Nobody on the lists bears the name, or one like it."""

NOBODY, RELATIVE = "Nobody on any list", "Somebody like one on a list"
"""Stand for names that look the same to the law: not found, and not listed but with something to be said about them."""

STAND_INS = {NOBODY: NOT_FOUND, RELATIVE: Match("related", why="it stands for names that resemble a listed one")}

FULLY_SCREENED = frozenset({"latin", "cyrillic", "greek"})
"""Scripts whose letters stand for sounds one by one, so that a listed name would be found through its transliteration."""


class Matcher:
    """The names of a view's entries, ready to be matched; answers are remembered by text, never by a caller's id."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.weak: set[tuple[str, str]] = set()
        self.search: Search = search_over(tuple(self._listed(entry) for entry in view.entries.values()))
        self._hits: dict[str, tuple[Hit, ...]] = {}
        self._known: dict[tuple[str, str | None], Match] = {}
        self._lock = Lock()

    def _listed(self, entry: EntryView) -> Listed:
        """An entry with its names, those that the curated layer adds among them."""
        names = dict.fromkeys((entry.name, *entry.aliases))
        for curated in aliases_of(entry.name, entry.country):
            names.setdefault(curated.alias)
            if curated.weak:
                self.weak.add((entry.id, curated.alias))
        for alias in entry.aliases:
            word = normalize(alias)
            if " " not in word and len(word) <= WEAK_LETTERS:
                self.weak.add((entry.id, alias))
        kind = kind_of(entry.kind)
        return Listed(entry.id, entry.list, tuple(names), entry.places, kind, (), entry.addresses)

    def find(self, name: str, country: str | None = None) -> Match:
        """What one name is. A country chooses among entries of the same name and never clears it."""
        if name in STAND_INS:
            return STAND_INS[name]
        key = (name, country)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._matched(name, country)
        return found

    def at_address(self, address: str) -> tuple[EntryView, ...]:
        """The entries that the lists place at an address; sharing one is a red flag and no listing (Supp. 3 to part 732)."""
        key = keys.address(address)
        places = self.search.addresses.get(key, ()) if key else ()
        return tuple(dict.fromkeys(self.view.entries[self.search.parties[at].entry] for at in places))

    def prefetch(self, names: Iterable[str]) -> None:
        """Search many names at once and remember them; a book's names are searched by the batch.

        The search is by the name alone: a country decides nothing there, and one search serves all countries.
        """
        with self._lock:
            fresh = [name for name in dict.fromkeys(names) if name not in self._hits]
            if not fresh:
                return
            if len(self._hits) + len(fresh) > REMEMBERED:
                self._hits.clear()
                self._known.clear()
            asked = [name for name in fresh if can_be_read(name)]
            processes = min(2, cpu_count() or 1) if len(asked) >= MANY else 1
            found = self.search.find_many([Query(name) for name in asked], limit=AT_MOST, processes=processes)
            self._hits.update(zip(asked, found, strict=True))
            self._known.update({(name, None): self._matched(name, None) for name in fresh})

    def _matched(self, name: str, country: str | None) -> Match:
        if not can_be_read(name):
            return Match(
                "unknown", why=f"a text of {len(name):,} characters and {len(name.split()):,} words is no name"
            )
        hits = self._hits.get(name)
        if hits is None:
            hits = self._hits[name] = self.search.find(Query(name), limit=AT_MOST)
        found = self._judged(name, country, hits)
        branch = self._branch(name) if found.sort not in ("exact", "unknown") else None
        if branch is None:
            return found
        candidates = tuple(dict.fromkeys((*branch.candidates, *(found.candidates if found.sort == "possible" else ()))))
        return replace(branch, candidates=candidates, same_name=found.same_name)

    def _branch(self, name: str) -> Match | None:
        """A name that says it is a branch or office of a listed party: it may be that party."""
        if not calls_itself_branch(name):
            return None
        whole = " ".join(word for word in re.split(r"\s+", BRANCH.sub(" ", name)) if word)
        # What is left names the company, with or without the place of the branch.
        for head in (whole, *_without_place(whole)):
            alerts = [hit for hit in self.search.find(Query(head), limit=AT_MOST) if hit.alert]
            if alerts:
                why = f"it calls itself a branch or office of {self._title(alerts[0])}: a branch is the party itself"
                return Match("possible", self._entries(alerts), why)
        return None

    def _judged(self, name: str, country: str | None, hits: Sequence[Hit]) -> Match:
        if normalize(name) in PLACEHOLDERS:
            return Match("unknown", why=f"{name!r} names nobody")
        if not any(letter.isalpha() for letter in name):
            return Match("unknown", why=f"{name!r} has no letters")
        alerts = [hit for hit in hits if hit.alert]
        if country is not None:
            # Those of the same country first; nobody is left out.
            alerts.sort(key=lambda hit: bool(hit.party.countries) and country not in hit.party.countries)
        same = [hit for hit in alerts if hit.tier in ("identifier", "exact")]
        sure = [hit for hit in same if (hit.party.entry, hit.name) not in self.weak and hit.party.kind != "person"]
        if sure:
            return self._same_name(sure, alerts, country)
        if alerts:
            why = self._why_possible(name, alerts[0])
            return Match("possible", self._entries(alerts), why, same_name=bool(same))
        related = [hit for hit in hits if hit.tier == "related"]
        whole = [hit for hit in related if _begins_with(name, hit.name)]
        if whole:
            why = (
                f"it begins with the whole name of {self._title(whole[0])}: is it a branch, which is the party itself?"
            )
            return Match("possible", self._entries(whole), why)
        if related:
            why = f"{related[0].why[0]}, and is not itself listed"
            return Match("related", self._entries(related), why, RED_FLAGS)
        script = "latin" if name.isascii() else read_name(name).script
        if script not in FULLY_SCREENED:
            return Match("none", why="the lists hold names in Latin letters, and this script does not spell them: no match "
                         "is no proof")  # fmt: skip
        return NOT_FOUND

    def _same_name(self, sure: Sequence[Hit], alerts: Sequence[Hit], country: str | None) -> Match:
        same = self._entries(sure)
        here = [entry for entry in same if country is None or not entry.places or country in entry.places]
        if not here:
            where = ", ".join(sorted({place for entry in same for place in entry.places}))
            why = f"the name is listed for {where}, not {country}: is it a branch?"
            return Match("possible", same, why, same_name=True)
        # The same name is listed for another country too, and a country never clears an exact name.
        elsewhere = [entry for entry in same if entry not in here and _may_be_earlier(entry, here)]
        lists = {entry.list for entry in here}
        others = [entry for entry in self._entries(alerts) if entry.list not in lists and entry not in elsewhere]
        doubtful = frozenset(entry.id for entry in (*elsewhere, *others) if entry.list not in lists)
        chosen = (*here, *elsewhere, *others)
        return Match("exact", chosen, "name or alias is the same", doubtful=doubtful, same_name=True)

    def _entries(self, hits: Iterable[Hit]) -> tuple[EntryView, ...]:
        return tuple(dict.fromkeys(self.view.entries[hit.party.entry] for hit in hits))

    def _why_possible(self, name: str, hit: Hit) -> str:
        if (hit.party.entry, hit.name) in self.weak:
            return f"{hit.name!r} is also short for {self._title(hit)}: is it that party?"
        if hit.party.kind == "person" and hit.tier == "exact":
            return f"a person of this name is listed ({hit.party.list}): compare dates and places of birth"
        told = "; ".join(hit.why[:3])
        return f"the name resembles {self._title(hit)}" + (f" ({told})" if told else "")

    @staticmethod
    def _title(hit: Hit) -> str:
        shown = f"{hit.name!r}"
        if hit.alias and hit.name != hit.party.names[0]:
            shown += f", an alias of {hit.party.names[0]!r}"
        return f"{shown} ({hit.party.list})"


_NOBODY = "Xq"
"""A word that is no place, so that the word behind it is read as what it is beside a name."""


def calls_itself_branch(name: str) -> bool:
    """Whether one of the words of :data:`BRANCH` stands in the name."""
    if name.isascii() and not _IN_BRANCH.search(name.lower()):
        return False
    return bool(BRANCH.search(name))


def _begins_with(name: str, listed: str) -> bool:
    """Whether a name is a listed name up to its legal form, and more behind: ``Acme Co., Ltd. Bonn``."""
    return normalize(name).startswith(f"{normalize(listed)} ") and bool(read_name(listed).forms)


def _without_place(name: str) -> tuple[str, ...]:
    """The name without a place at its end (``... in Kenya``) or its beginning, where it has one."""
    read = read_name(name)
    if not read.places:
        return ()
    words = [word for word in re.split(r"[\s,()]+", name) if word]
    kept = [
        word for word in words
        if word.casefold() not in ("in", "of", "de", "for") and not read_name(f"{_NOBODY} {word}").places
    ]  # fmt: skip
    return (" ".join(kept),) if kept and len(kept) < len(words) else ()


def first_day(entry: EntryView) -> date:
    """The first day on which the entry is, or may be, listed."""
    low = entry.listed_from.low if isinstance(entry.listed_from, Span) else entry.listed_from
    return low if isinstance(low, date) else NEVER


def _may_be_earlier(entry: EntryView, here: Sequence[EntryView]) -> bool:
    """Whether an entry begins before those of the same list; always so where none of them is of that list."""
    days = [first_day(one) for one in here if one.list == entry.list]
    return not days or first_day(entry) < min(days)


@lru_cache(maxsize=64)
def matcher_of(view: View) -> Matcher:
    """The matcher of a view; made once."""
    return Matcher(view)
