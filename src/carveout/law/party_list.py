"""Reading the files of list entries: ``lists/*.toml``, and the entries of a scenario beside its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from carveout.facts.country import is_country
from carveout.law.dates import BadDate, period
from carveout.law.entry import REMOVED, Dated, Entry, PartyList, listings
from carveout.law.error import Fault, nearest
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument
from carveout.law.table import (
    DAY,
    FROM,
    TABLE,
    TABLES,
    TEXT,
    TEXTS,
    THROUGH,
    TRUTH,
    line_of,
    misfits,
    read_toml,
)

_FILE = {"list": TABLE, "entry": TABLES}
_LIST = {"id": TEXT, "title": TEXT, "vintage": DAY, "complete": TRUTH, "covers": TEXT}
_ENTRY = {
    "id": TEXT, "name": TEXT, "country": TEXT, "aliases": TEXTS, "group": TEXT, "listed": TABLES,
    "footnote": TABLE, "review_policy": TABLES, "note": TEXT, "programs": TEXTS, "countries": TEXTS, "kind": TEXT,
    "addresses": TEXTS,
}  # fmt: skip
_SAID = {"from": FROM, "through": THROUGH, "citation": TEXT, "evidence": TEXT}


class _EntryReader:
    """Reads one file; ``scenario`` is the one its statements belong to, ``held`` the entries of other files."""

    def __init__(
        self, file: str, text: str, instruments: Mapping[str, Instrument], scenario: str, held: Mapping[str, Entry]
    ) -> None:
        self.file = file
        self.text = text
        self.instruments = instruments
        self.scenario = scenario
        self.held = held
        self.faults: list[Fault] = []
        self.nth = 0
        self.id = ""

    def fault(self, key: str, wrong: str, right: str) -> None:
        line = line_of(self.text, ("[[entry]]",), key, self.nth)
        self.faults.append(Fault(self.file, line, f"entry {self.id or '?'}: {wrong}", right))

    def dated(
        self, at: str, item: Mapping[str, Any], shape: Mapping[str, str], required: tuple[str, ...]
    ) -> Dated | None:
        """One statement below the key ``at``; ``shape`` is what it may say beside its dates."""
        sourced = {} if self.scenario else {"instrument": TEXT}
        wrong = list(misfits(item, {**_SAID, **sourced, **shape}, ("from", *sourced, *required)))
        for misfit in wrong:
            self.fault(at, f"{at}: {misfit.wrong}", misfit.right)
        if wrong:
            return None
        try:
            when = period(item["from"], item.get("through"))
        except BadDate as error:
            self.fault(at, f"{at}: {error.wrong}", error.right)
            return None
        instrument = item.get("instrument", "")
        if not self.scenario and instrument not in self.instruments:
            self.fault(at, f"{at}: unknown instrument {instrument!r}", "add it to instruments.toml")
            return None
        grade = Evidence[item.get("evidence", "secondary")]
        value = next((item[key] for key in shape if key in item), "")
        return Dated(when, instrument, item.get("citation", ""), grade, value, self.scenario)

    def many(
        self, at: str, items: list[Mapping[str, Any]], key: str = "", *, required: bool = False
    ) -> tuple[Dated, ...]:
        """The statements below the key ``at``; ``key`` is what each may, or has to, say beside its dates."""
        read = [self.dated(at, item, {key: TEXT} if key else {}, (key,) if required else ()) for item in items]
        return tuple(item for item in read if item is not None)

    def listed(self, items: list[Mapping[str, Any]]) -> tuple[Dated, ...]:
        for item in items:
            change = item.get("change")
            if isinstance(change, str) and change != REMOVED:
                self.fault("listed", f"listed: change is {change!r}",
                           f'write change = "{REMOVED}", or leave it out for a listing')  # fmt: skip
            elif change is not None and "through" in item:
                self.fault("listed", "listed: a removal has a through", "a removal ends the listing, at from")
        return self.many("listed", items, "change")

    def footnotes(self, marks: Mapping[str, Any]) -> dict[str, tuple[Dated, ...]]:
        for misfit in misfits(marks, dict.fromkeys(marks, TABLES)):
            self.fault("footnote", f"footnote.{misfit.wrong}", misfit.right)
        return {
            mark: self.many("footnote", [item for item in items if isinstance(item, dict)])
            for mark, items in marks.items()
            if isinstance(items, list)
        }

    def entry(self, nth: int, item: Mapping[str, Any], list_name: str) -> Entry | None:
        """The entry; None when it cannot be read (the reasons are in ``faults``)."""
        self.nth, self.id = nth, str(item.get("id", ""))
        before = len(self.faults)
        for misfit in misfits(item, _ENTRY):
            self.fault(misfit.key, misfit.wrong, misfit.right)
        if len(self.faults) > before:
            return None
        amended = self.held.get(self.id)
        if amended is not None and not self.scenario:
            self.fault("id", "is written in another file too", "ids are unique and never change")
            return None
        if amended is not None:
            self.same(amended, item)
        else:
            self.whole(item)
        for key in ("country", "countries"):
            for place in filter(None, [item.get(key)] if key == "country" else item.get(key, ())):
                if not is_country(place):
                    self.fault(key, f"{place!r} is not a country code", "write ISO 3166-1 alpha-2, upper case")
        entry = Entry(
            id=self.id, list=list_name, name=item.get("name", ""), country=item.get("country", ""),
            group=item.get("group", "other"), aliases=tuple(item.get("aliases", ())),
            listed=self.listed(item.get("listed", [])), footnotes=self.footnotes(item.get("footnote", {})),
            review_policies=self.many("review_policy", item.get("review_policy", []), "policy", required=True),
            note=item.get("note", ""), programs=tuple(item.get("programs", ())),
            countries=tuple(item.get("countries", ())), kind=item.get("kind", ""),
            addresses=tuple(item.get("addresses", ())),
        )  # fmt: skip
        if len(listings((amended.overlaid(entry) if amended else entry).listed)) > 1:
            self.fault("listed", "is listed again after a gap", "write the later listing as an entry of its own")
        return entry

    def whole(self, item: Mapping[str, Any]) -> None:
        """An entry that is not held yet has all that an entry needs."""
        lacking = [needed for needed in ("id", "name", "country", "listed") if not item.get(needed)]
        if lacking and self.scenario and self.id:
            self.fault("id", f"is not held, and lacks {', '.join(lacking)}", nearest(self.id, self.held))
            return
        for needed in lacking:
            self.fault("", f"lacks {needed}", "every entry has an id, a name, a country and a listing")

    def same(self, amended: Entry, item: Mapping[str, Any]) -> None:
        """A scenario says something of an entry that is held, and leaves what the entry is."""
        for key in ("name", "country", "group"):
            if key in item and item[key] != getattr(amended, key):
                self.fault(key, f"{key} is {item[key]!r}, the entry has {getattr(amended, key)!r}",
                           "a scenario does not change it: leave it out")  # fmt: skip
        if not any(item.get(key) for key in ("listed", "footnote", "review_policy", "aliases")):
            self.fault("", "says nothing of the entry", "add a listing, a removal, a footnote or a policy")


def read_entries(
    text: str,
    file: str,
    instruments: Mapping[str, Instrument],
    scenario: str = "",
    held: Mapping[str, Entry] | None = None,
) -> tuple[PartyList | None, list[Entry], list[Fault]]:
    """One file of list entries: what is held of the list, its entries, and what is wrong with the file.

    ``held`` are the entries of other files. Statements of a scenario name no instrument, and of an entry that is held
    it says only what it adds.
    """
    document, faults = read_toml(text, file)
    for misfit in misfits(document, _FILE):
        faults.append(Fault(file, line_of(text, (), misfit.key), misfit.wrong, misfit.right))
    head = document.get("list", {})
    for misfit in misfits(head, _LIST, tuple(_LIST)) if head and isinstance(head, dict) else ():
        faults.append(Fault(file, line_of(text, ("[list]",), misfit.key), f"list: {misfit.wrong}", misfit.right))
    if faults:
        return None, [], faults
    reader = _EntryReader(file, text, instruments, scenario, held or {})
    entries: dict[str, Entry] = {}
    for nth, item in enumerate(document.get("entry", ()), 1):
        entry = reader.entry(nth, item, head.get("id", "EL"))
        if entry is not None and entry.id in entries:
            reader.fault("id", "is written twice", "ids are unique and never change")
        elif entry is not None:
            entries[entry.id] = entry
    always = ((date.min, None),)
    party_list = (
        PartyList(head["id"], head["title"], head["vintage"], always if head["complete"] else (), head["covers"])
        if head
        else None
    )
    return party_list, list(entries.values()), reader.faults
