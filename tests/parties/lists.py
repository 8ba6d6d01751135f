"""Small lists for tests, in the layouts of trade.gov."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

from carveout.parties.completeness import CANARIES
from carveout.parties.csl import read_csl
from carveout.parties.filing import Filing
from carveout.parties.snapshot import Manifest, Snapshot

SOURCES = {
    "EL": "Entity List (EL) - Bureau of Industry and Security",
    "DPL": "Denied Persons List (DPL) - Bureau of Industry and Security",
    "UVL": "Unverified List (UVL) - Bureau of Industry and Security",
    "MEU": "Military End User (MEU) List - Bureau of Industry and Security",
    "SDN": "Specially Designated Nationals (SDN) - Treasury Department",
    "MBS": "Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department",
    "CMIC": "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department",
    "SSI": "Sectoral Sanctions Identifications List (SSI) - Treasury Department",
}
HEADER = [
    "_id",
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
]


def row(name: str, code: str = "EL", *countries: str, **cells: Any) -> dict[str, Any]:
    """A row in the true JSON layout."""
    addresses = [
        {"address": "1 Long Road", "city": "Town", "state": None, "postal_code": "1000", "country": country}
        for country in countries
    ]
    return {
        "id": "0" * 40, "source": SOURCES.get(code, code), "entity_number": None, "type": None, "programs": [], "name": name,
        "title": None, "addresses": addresses, "federal_register_notice": None, "start_date": None, "end_date": None,
        "alt_names": [], "ids": [], **cells,
    }  # fmt: skip


def canaries() -> list[dict[str, Any]]:
    """The rows that every whole edition has."""
    notices = {"EL": "84 FR 22963", "MEU": "85 FR 83799"}
    return [
        row(one.name, one.list, *filter(None, [one.country]), federal_register_notice=notices.get(one.list))
        for one in CANARIES
    ]


def as_json(rows: list[Any], **head: Any) -> bytes:
    """A file in the JSON layout."""
    return json.dumps({**head, "results": rows}).encode()


def as_csv(*rows: dict[str, str], header: list[str] = HEADER) -> bytes:
    """A file in the CSV layout; cells that are not given are empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    for cells in rows:
        writer.writerow([cells.get(column, "") for column in header])
    return stream.getvalue().encode()


def read(*rows: dict[str, Any]) -> tuple[Filing, ...]:
    """The filings of rows."""
    return read_csl(as_json(list(rows))).filings


def snapshot(day: str | date, *rows: dict[str, Any], partial: bool = False) -> Snapshot:
    """A snapshot of rows, complete unless it is partial."""
    edition = read_csl(as_json(list(rows)))
    vintage = date.fromisoformat(day) if isinstance(day, str) else day
    lost: dict[str, int] = {}
    for fault in edition.faults:
        if fault.lost:
            lost[fault.list] = lost.get(fault.list, 0) + 1
    digest = f"{abs(hash((vintage, repr(rows), partial))):x}"
    manifest = Manifest(
        f"{vintage}-{digest}",
        vintage,
        "the test",
        digest,
        0,
        "JSON",
        "test",
        edition.counts,
        edition.sources,
        lost,
        0,
        partial,
    )
    return Snapshot(manifest, edition.filings)
