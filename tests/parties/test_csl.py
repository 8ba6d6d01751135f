"""Reading the Consolidated Screening List in the layouts in which it is published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from carveout.parties.csl import read_csl
from carveout.parties.filing import Address, Identifier, as_plain, from_plain
from carveout.parties.list_code import TITLES, list_code
from tests.parties.lists import as_csv, as_json, read, row


def test_the_whole_list_is_read_and_no_party_is_lost(test_data: Path) -> None:
    edition = read_csl((test_data / "lists/csl-2026-07-31.json").read_bytes())
    assert len(edition.filings) == 25_921
    assert edition.counts["EL"] == 3_420
    assert set(edition.counts) == set(TITLES)
    assert edition.stated == date(2026, 7, 31)
    assert not [fault for fault in edition.faults if fault.lost]
    assert {fault.column for fault in edition.faults} == {"addresses.country"}


def test_the_partial_table_is_read_without_its_second_header_and_its_broken_last_row(test_data: Path) -> None:
    edition = read_csl((test_data / "lists/csl-2023-11-partial.csv").read_bytes())
    assert len(edition.filings) == 4_226
    header, broken = edition.faults
    assert (header.row, header.lost, header.expected) == (1, False, "a party; the row repeats the header")
    assert (broken.row, broken.lost) == (4_228, True)
    assert "BERMUDEZ SUAZA" in broken.value
    assert edition.counts["FSE"] == 1


def test_both_layouts_say_the_same() -> None:
    (from_json,) = read(
        row("Some Bank", "SDN", "RU", entity_number="42", type="Entity", programs=["A", "B"], alt_names=["Bank X", "Bank Y"],
            start_date="2020-01-02", ids=[{"type": "Tax ID No.", "number": "77", "country": "RU"}])
    )  # fmt: skip
    table = as_csv({
        "source": "Specially Designated Nationals (SDN) - Treasury Department", "name": "Some Bank", "entity_number": "42",
        "type": "Entity", "programs": "A; B", "alt_names": "Bank X; Bank Y", "start_date": "2020-01-02",
        "addresses": "1 Long Road, Town, 1000, RU", "ids": "Tax ID No., 77, RU",
    })  # fmt: skip
    (from_table,) = read_csl(table).filings
    assert from_table == from_json
    assert from_json.addresses == (Address("1 Long Road, Town, 1000, RU", "RU"),)
    assert from_json.identifiers == (Identifier("Tax ID No.", "77", "RU"),)
    assert from_json.published == date(2020, 1, 2)


def test_a_filing_survives_being_kept() -> None:
    for filing in read(
        row("Some Bank", "SDN", "RU", entity_number="42", ids=[{"type": "Fax", "number": "1", "country": None}],
            start_date="2020-01-02", end_date="2030-01-02", dates_of_birth=["1962"]),
        row("Plain", "EL"),
    ):  # fmt: skip
        assert from_plain(as_plain(filing)) == filing


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("Entity List (EL) - Bureau of Industry and Security", "EL"),
        ("Military End User (MEU) List - Bureau of Industry and Security", "MEU"),
        ("Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department", "MBS"),
        ("Foreign Sanctions Evaders (FSE) - Treasury Department", "FSE"),
        ("A Quite New List - Somewhere", "a-quite-new-list-somewhere"),
    ],
)
def test_every_source_has_a_code_also_one_that_nobody_knows(source: str, code: str) -> None:
    assert list_code(source) == code


def test_a_party_of_no_stated_list_is_kept_because_it_is_on_some_list() -> None:
    edition = read_csl(as_json([row("Somebody", "")]))
    assert [(filing.list, filing.name) for filing in edition.filings] == [("unknown", "Somebody")]
    assert [fault.column for fault in edition.faults] == ["source"]


def test_every_bad_cell_is_told_and_the_good_rows_stay() -> None:
    edition = read_csl(as_json([
        row("First", "EL", "CN"), row("", "EL", "CN"), "no object", row("Second", "EL", "NOWHERE", start_date="soon"),
        row("Third", "EL", alt_names=7, addresses="Kabul, AF", ids="Fax, 1"),
    ]))  # fmt: skip
    assert [filing.name for filing in edition.filings] == ["First", "Second", "Third"]
    told = [(fault.row, fault.column, fault.lost) for fault in edition.faults]
    assert told == [
        (2, "name", True), (3, "results", True), (4, "addresses.country", False), (4, "start_date", False), (5, "alt_names", False),
    ]  # fmt: skip
    assert all(fault.expected for fault in edition.faults)
    assert edition.filings[1].addresses[0].text.endswith("NOWHERE")


@pytest.mark.parametrize(
    ("written", "code"),
    [("UK", "GB"), ("PRC", "CN"), ("TURKIYE", "TR"), ("MACAU", "MO"), ("REGION: WEST BANK", "PS"), ("Russia", "RU")],
)
def test_countries_are_understood_as_the_lists_write_them(written: str, code: str) -> None:
    (filing,) = read(row("Somebody", "EL", written))
    assert filing.countries == (code,)


def test_an_address_in_one_text_ends_in_its_country() -> None:
    (filing,) = read_csl(as_csv({
        "source": "Entity List (EL)", "name": "Abdul", "addresses": "501, 5th Floor, Kabul, AF; Saddar Road, Peshawar, PK; El Paso, TX, 79905",
    })).filings  # fmt: skip
    assert filing.countries == ("AF", "PK")
    assert [address.country for address in filing.addresses] == ["AF", "PK", ""]
