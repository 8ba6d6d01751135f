"""The law with parties on every kind of list beside the bundled ones, made up, for the tests of what lists mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from carveout.law.corpus import Corpus, bundled
from carveout.law.entry import REMOVED, Dated, Entry, PartyList
from carveout.law.evidence import Evidence
from carveout.law.involvement import MEANING
from carveout.parties.name import normalize

FIRST, LAST = date(2019, 1, 1), date(2026, 7, 31)


def said(first: date, last: date | None = None, *, value: str = "", public: date | None = None) -> Dated:
    """One statement of an imported list: no instrument of the corpus stands behind it."""
    from carveout.law.dates import period

    return Dated(period(first, last), "", "1 FR 1", Evidence.secondary, value, public=public)


def entry(code: str, name: str, country: str, first: date = FIRST, last: date | None = None, **more: object) -> Entry:
    """An entry of a list; the id is made of list, name and country."""
    identifier = f"{code.lower()}/{normalize(name).replace(' ', '-')}-{country.lower()}"
    return Entry(identifier, code, name, country, "other", listed=(said(first, last),), **more)  # type: ignore[arg-type]


def held(code: str, *complete: tuple[date, date | None]) -> PartyList:
    """A list as it is held."""
    return PartyList(code, code, LAST, complete, "made up")


BOTH = "Ostrava Guidance Works"
"""On the Entity List and, since 2021, denied."""
ENTRIES = (
    entry("EL", BOTH, "CZ"),
    entry("DPL", BOTH, "CZ", date(2021, 1, 1)),
    entry("EL", "Meridian Sensors Co., Ltd.", "CN"),
    entry("DPL", "Meridian Sensors Co., Ltd.", "MY", date(2020, 6, 1)),
    entry("UVL", "Meridian Freight Ltd.", "HK", date(2020, 1, 1), date(2021, 12, 31)),
    entry("CMIC", "Meridian Holdings Ltd.", "CN"),
    entry("SSI", "Meridian Bank PJSC", "RU"),
    entry("SDN", "Meridian Bank PJSC", "RU", date(2022, 2, 24), programs=("UKRAINE-EO13662; RUSSIA-EO14024",)),
    entry("MEU", "Meridian Institute 9", "CN", date(2020, 12, 23), countries=("HK",)),
    entry("XYZ", "Meridian Mining Ltd.", "ZA", date(2019, 6, 1), date(2024, 5, 31)),
    entry("DPL", "Huawei Marine Denied GmbH", "DE", date(2019, 5, 1), date(2020, 1, 31)),
)


def with_lists(*complete: tuple[date, date | None], entries: Iterable[Entry] = ENTRIES) -> Corpus:
    """The law with those entries, all lists that restrict held complete on some days."""
    return bundled().for_cases.with_lists(entries, [held(code, *complete) for code in (*MEANING, "CMIC", "XYZ")])


@cache
def now_and_then() -> Corpus:
    """All lists held complete in two stretches: for the year 2020, and from the summer of 2021 on."""
    return with_lists((date(2020, 1, 1), date(2021, 1, 1)), (date(2021, 7, 1), None))


__all__ = ["BOTH", "ENTRIES", "FIRST", "LAST", "REMOVED", "entry", "held", "now_and_then", "said", "with_lists"]
