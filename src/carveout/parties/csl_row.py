"""One row of the Consolidated Screening List, in either layout, as a filing.

The columns are those of the trade.gov bulk files: in JSON lists and objects, in CSV texts joined by ``;`` with an
address ending in its country. A cell that cannot be read is reported and left empty; only a row without a name, or
one that broke off, is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from carveout.parties.filed_name import clean, read_name
from carveout.parties.filing import Address, Fault, Filing, Identifier
from carveout.parties.list_code import UNKNOWN, list_code
from carveout.parties.place import country_code

_T = TypeVar("_T")

COLUMNS = frozenset(
    [
        "_id",
        "id",
        "source",
        "entity_number",
        "type",
        "programs",
        "name",
        "title",
        "addresses",
        "federal_register_notice",
        "start_date",
        "end_date",
        "standard_order",
        "license_requirement",
        "license_policy",
        "call_sign",
        "vessel_type",
        "gross_tonnage",
        "gross_registered_tonnage",
        "vessel_flag",
        "vessel_owner",
        "remarks",
        "source_list_url",
        "alt_names",
        "citizenships",
        "dates_of_birth",
        "nationalities",
        "places_of_birth",
        "source_information_url",
        "ids",
        "country",
    ]
)
"""Every column of the published layouts."""

LONGEST_NAME = 2_000
LONGEST_TEXT = 1_000_000
MOST_VALUES = 5_000
_ADDRESS = ("address", "city", "state", "postal_code")
_SHOWN = 80


class RowReader:
    """Reads rows one after the other; what is wrong with them gathers in ``faults``."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.sources: dict[str, str] = {}
        self._row = 0
        self._list = ""

    def fault(self, column: str, value: Any, expected: str, *, lost: bool = False, skipped: bool = False) -> None:
        """Note what is wrong with a cell of the row."""
        shown = clean(str(value)[: _SHOWN * 4])
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        self.faults.append(Fault(self._row, column, shown, expected, lost, self._list, skipped))

    def lost(self, row: int, column: str, value: Any, expected: str) -> None:
        """Note a row that cannot be read at all."""
        self._row, self._list = row, ""
        self.fault(column, value, expected, lost=True)

    def read(self, row: int, cells: Mapping[str, Any]) -> Filing | None:
        """The filing of a row; None when there is no party in it (the reason is in ``faults``)."""
        self._row, self._list = row, ""
        source = self.text(cells, "source")
        if source == "source" and self.text(cells, "name") == "name":
            self.fault("name", "name", "a party; the row repeats the header", skipped=True)
            return None
        self._list = list_code(source) if source else UNKNOWN
        if not source:
            self.fault("source", cells.get("source"), "the list the party is on")
        raw = cells.get("name")
        if not isinstance(raw, str) or not clean(raw[: LONGEST_NAME * 2]).strip(" ,;"):
            self.fault("name", raw, "the name of a party", lost=True)
            return None
        if len(raw) > LONGEST_NAME:
            self.fault("name", raw, f"a name of at most {LONGEST_NAME:,} characters", lost=True)
            return None
        self.sources.setdefault(self._list, source)
        return self.filing(cells, raw)

    def filing(self, cells: Mapping[str, Any], raw: str) -> Filing:
        """The filing of a row that has a name."""
        filed = read_name(raw)
        aliases = list(filed.aliases)
        for cell in self.texts(cells, "alt_names"):
            other = read_name(cell)
            aliases += [other.name, *other.aliases]
        addresses = tuple(self.addresses(cells))
        places = [address.country for address in addresses if address.country]
        if self.text(cells, "country"):
            places.append(self.country("country", self.text(cells, "country")))
        return Filing(
            list=self._list, name=filed.name, number=self.text(cells, "entity_number"),
            aliases=tuple(dict.fromkeys(alias for alias in aliases if alias and alias != filed.name)),
            countries=tuple(dict.fromkeys(filter(None, places))), addresses=addresses,
            kind=self.text(cells, "type"), identifiers=tuple(self.identifiers(cells)),
            programs=self.texts(cells, "programs"), chain=self.text(cells, "federal_register_notice"),
            requirement=self.text(cells, "license_requirement"), policy=self.text(cells, "license_policy"),
            published=self.day(cells, "start_date"), expires=self.day(cells, "end_date"),
            born=self.texts(cells, "dates_of_birth"),
            nationalities=tuple(dict.fromkeys(self.texts(cells, "nationalities") + self.texts(cells, "citizenships"))),
            affiliate_of=filed.affiliate_of, filed_as=clean(raw) if clean(raw) != filed.name else "",
            source=self.text(cells, "source"), source_url=self.text(cells, "source_list_url"),
            remarks=self.text(cells, "remarks"),
        )  # fmt: skip

    def text(self, cells: Mapping[str, Any], column: str) -> str:
        """A cell of one text."""
        value = cells.get(column)
        if value is None or value == "":
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self.fault(column, value, "a text")
            return ""
        return clean(self.cut(column, str(value)))

    def cut(self, column: str, value: str) -> str:
        """A text no longer than a cell may be; reported where something is cut off."""
        if len(value) <= LONGEST_TEXT:
            return value
        self.fault(column, value, f"at most {LONGEST_TEXT:,} characters; the rest is left out")
        return value[:LONGEST_TEXT]

    def parts(self, column: str, value: str) -> list[str]:
        """The texts of a cell that are joined by semicolons."""
        return self.most(column, self.cut(column, value).split(";"))

    def most(self, column: str, values: list[_T]) -> list[_T]:
        """The values of a cell, no more than it may have; reported where some are left out."""
        if len(values) > MOST_VALUES:
            self.fault(column, f"{len(values):,} values", f"at most {MOST_VALUES:,}; the others are left out")
        return values[:MOST_VALUES]

    def texts(self, cells: Mapping[str, Any], column: str) -> tuple[str, ...]:
        """A cell of several texts: a list in JSON, joined by ``;`` in CSV. Each once, in order."""
        value = cells.get(column)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            value = self.parts(column, value)
        elif isinstance(value, list):
            value = self.most(column, value)
        else:
            self.fault(column, value, "a list of texts")
            return ()
        found: dict[str, None] = {}
        for one in value:
            text = self.text({column: one.get("name") if isinstance(one, dict) else one}, column)
            if text:
                found[text] = None
        return tuple(found)

    def day(self, cells: Mapping[str, Any], column: str) -> date | None:
        """A cell of one day: ISO, or month/day/year."""
        text = self.text(cells, column)
        if not text:
            return None
        american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
        try:
            if american:
                return date(int(american[3]), int(american[1]), int(american[2]))
            return date.fromisoformat(text[:10])
        except ValueError:
            self.fault(column, text, "a day, YYYY-MM-DD")
            return None

    def country(self, column: str, text: str) -> str:
        """The code of a country as written; reported when it names none."""
        code = country_code(text)
        if text and not code:
            self.fault(column, text, "a country")
        return code

    def addresses(self, cells: Mapping[str, Any]) -> Iterator[Address]:
        """The addresses of a row: objects in JSON, texts ending in the country in CSV."""
        value = cells.get("addresses")
        if value is None or value == "":
            return
        if isinstance(value, str):
            for part in self.parts("addresses", value):
                text = clean(part)
                if text:
                    yield Address(text, country_code(text.rpartition(",")[2]) or country_code(text))
            return
        if not isinstance(value, list):
            self.fault("addresses", value, "a list of addresses")
            return
        for one in self.most("addresses", value):
            if isinstance(one, str):
                yield Address(clean(one), country_code(one.rpartition(",")[2]))
            elif isinstance(one, dict):
                place = self.text(one, "country")
                parts = [self.text(one, part) for part in _ADDRESS]
                code = self.country("addresses.country", place)
                text = ", ".join(filter(None, [*parts, "" if code and not any(parts) else place]))
                if text or code:
                    yield Address(text, code)
            else:
                self.fault("addresses", one, "an address")

    def identifiers(self, cells: Mapping[str, Any]) -> Iterator[Identifier]:
        """The numbers of a row: objects with type, number and country in JSON, the same joined by commas in CSV."""
        value = cells.get("ids")
        if isinstance(value, str):
            for part in self.parts("ids", value):
                kind, _, rest = (piece.strip() for piece in clean(part).partition(","))
                number, _, place = (piece.strip() for piece in rest.rpartition(","))
                if not number or not country_code(place) or len(place) != 2:
                    number, place = rest, ""
                if kind and number:
                    yield Identifier(kind, number, place)
        elif isinstance(value, list):
            for one in self.most("ids", value):
                if not isinstance(one, dict):
                    self.fault("ids", one, "an object with type and number")
                elif self.text(one, "number"):
                    yield Identifier(
                        self.text(one, "type"), self.text(one, "number"), country_code(self.text(one, "country"))
                    )
        elif value is not None:
            self.fault("ids", value, "a list of identifiers")
        for column in ("call_sign", "vessel_flag", "vessel_type"):
            if self.text(cells, column):
                yield Identifier(column.replace("_", " "), self.text(cells, column))
