"""Several parties in one role: a second file may worsen a row or leave it, and both paths say the same of every row."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.book.amended import Amended
from carveout.book.compose import compose
from carveout.book.decide_book import Asked, decide_book, decide_cells
from carveout.book.frame_book import FrameBook
from carveout.book.parties_file import PartiesFile, open_parties, parties_within, read_parties
from carveout.book.questions import Questions
from carveout.book.reader import BookError, Record
from carveout.book.several import seat
from carveout.book.stream import Tally, decide_file
from carveout.book.tables import records, tables
from carveout.book.writer import result_columns
from carveout.decide.determination import Determination, outcome
from carveout.decide.explanation import explain
from carveout.facts.clock import today
from carveout.facts.row import CellError, Party, read_row
from carveout.facts.schema import ROLES
from carveout.law.corpus import bundled
from carveout.law.view import View
from tests.book.near_rows import NAMES, OTHERS, near_rows

HUAWEI = "Huawei Technologies Co., Ltd."
PATCH = {
    "id": "T-1", "on": "2019-11-10", "direction": "export", "item_kind": "software", "published": "false", "origin": "us",
    "activity": "maintain_network", "network_fully_operational": "true", "network_third_party": "true", "destination": "CN",
    "contract_date": "2018-03-01", "enhances_function": "false", "expands_capacity": "false", "actor_country": "US",
    "certification_by": "listed_entity", "certification_on": "2019-10-01", "ccl_license_required": "false",
    "ultimate_consignee": HUAWEI, "ultimate_consignee_country": "CN", "purchaser": "Acme", "purchaser_country": "DE",
    "knowledge_of_violation": "false", "diversion_knowledge": "false",
}  # fmt: skip
"""A patch under the Temporary General License."""

CLEAN = {**PATCH, "ultimate_consignee": "Rheinland Netz GmbH", "ultimate_consignee_country": "DE", "destination": "DE"}
"""The same to a party on no list."""


def decided(cells: dict[str, str], *parties: Party, strict: bool = False) -> Determination:
    _, found, errors = decide_cells(dict(cells), Asked(bundled().view(), strict=strict), further=parties)
    assert not errors
    assert found is not None
    return found


def party(chance: random.Random) -> Party:
    names = [*chance.sample(NAMES, 3), *(name for name in OTHERS if name not in ("", "none"))]
    return Party(
        chance.choice(ROLES), chance.choice(names), chance.choice(["", "CN", "CU", "IR", "DE", "HK", "US", "unknown"]),
        "", chance.choice(["", "", "", "none", "el/smic-cn", "el/huawei-italia-it", "unknown"]),
    )  # fmt: skip


# What a further party does


def test_the_row_without_further_parties_is_authorized() -> None:
    assert str(decided(PATCH).overall) == "authorized"
    assert str(decided(CLEAN).overall) == "no_license_required"


def test_a_listed_second_purchaser_is_a_unit_of_its_own_and_the_explanation_says_which() -> None:
    found = decided(
        {**CLEAN, "activity": "sale", "on": "2021-03-01"}, Party("purchaser", HUAWEI, "CN"), Party("end_user", "Emca")
    )
    assert str(found.overall) == "license_required"
    assert found.regimes["ear"].parties == (("purchaser", "el/huawei-technologies-co-ltd-cn"),)
    told = explain(found)
    assert [(unit.party, unit.outcome) for unit in told.units] == [
        (HUAWEI, "license_required"),
        ("Rheinland Netz GmbH", "no_license_required"),
    ]


def test_an_authorization_that_covers_one_listed_party_never_frees_the_row_for_another() -> None:
    assert str(decided(PATCH, Party("end_user", "Huawei Cuba", "CU")).overall) == "license_required"


@pytest.mark.parametrize("role", ROLES)
def test_an_unlisted_party_in_country_group_e_takes_the_license_away_whatever_its_role(role: str) -> None:
    named = {**PATCH, role: PATCH.get(role, "Acme"), f"{role}_country": "CN" if role == "ultimate_consignee" else "DE"}
    assert str(decided(named, Party(role, "Emca", "DE")).overall) == "authorized"
    found = decided(named, Party(role, "Emca", "DE"), Party(role, "Bank Pars", "IR"))
    assert str(found.overall) == "license_required"
    assert [u.party for u in explain(found).units].count(HUAWEI) == 1
    assert any(f"{role}_country = IR" in str(c.values).replace("', '", " = ")
               for u in explain(found).units for p in u.burdens for a in p.against for b in a.against for c in b.conditions)  # fmt: skip


def test_a_further_party_in_no_stated_country_leaves_it_open_and_asks() -> None:
    found = decided(PATCH, Party("purchaser", "Emca"))
    assert str(found.overall) == "authorized..license_required"
    assert "purchaser_country" in found.regimes["ear"].matters


def test_an_unknown_party_is_unsettled_as_with_unknown_in_the_column() -> None:
    named = decided(CLEAN, Party("purchaser", "unknown"))
    column = decided({**CLEAN, "purchaser": "unknown", "purchaser_country": ""})
    assert named.overall == column.overall
    assert not named.overall.settled
    assert "purchaser" in named.regimes["ear"].matters


def test_the_same_party_again_changes_nothing() -> None:
    again = Party("purchaser", "ACME", "DE")
    assert result_columns(decided(PATCH, again)) == result_columns(decided(PATCH))
    twice = read_parties([_record(n, id="T-1", role="purchaser", name=HUAWEI, country="CN") for n in (1, 2)], "p")
    assert len(twice.of({"id": "T-1"})[0]) == 1


def test_a_role_that_no_column_fills_takes_the_party_as_if_it_stood_there() -> None:
    columns = {**CLEAN, "end_user": HUAWEI, "end_user_country": "CN", "intermediate_consignee": "Emca"}
    found = decided(CLEAN, Party("end_user", HUAWEI, "CN"), Party("intermediate_consignee", "Emca"))
    assert result_columns(found) == result_columns(decided(columns))


def test_a_party_of_another_country_than_its_column_says_has_both() -> None:
    cells = {**PATCH, "purchaser": "", "purchaser_country": "IR"}
    assert str(decided(cells, Party("purchaser", "Acme", "DE")).overall) == "license_required"


def test_a_listed_recipient_makes_an_import_contradict_itself_but_frees_nothing() -> None:
    cells = {**CLEAN, "direction": "import", "destination": "US"}
    found = decided(cells, Party("ultimate_consignee", HUAWEI, "CN"))
    assert found.overall.at_least is decided(cells).overall.at_least
    assert not found.overall.settled
    assert any("describe the flow toward that party" in caution for caution in found.regimes["ear"].cautions)


def test_a_stated_listing_of_a_further_party_is_shown_as_assumed() -> None:
    found = decided(CLEAN, Party("purchaser", "Huawei Bakery", "DE", "", "none"))
    assert "purchaser_listing" in found.regimes["ear"].assumed


def test_a_listed_party_does_not_stand_in_for_those_that_nobody_names() -> None:
    cells = {
        "id": "r", "on": "2022-01-24", "direction": "release", "item_kind": "technology", "eccn": "EAR99", "published": "false",
        "origin": "us", "activity": "standards_development", "standards_body": "IEEE", "standards_body_open": "true",
        "recipient_is_member": "true", "release_setting": "in_body", "ccl_license_required": "false",
        "knowledge_of_violation": "false", "diversion_knowledge": "false", "intermediate_consignee": "none",
        "ultimate_consignee": "none", "ultimate_consignee_country": "CN",
    }  # fmt: skip
    alone = decided(cells).overall
    found = decided(cells, Party("intermediate_consignee", "Huawei Technical Service Co., Ltd.", "CN")).overall
    assert str(alone) == str(found) == "no_license_required..license_required"


def _lower(one: Any, other: Any) -> bool:
    return bool(one.at_least < other.at_least or one.at_most < other.at_most)


def _never_frees(cells: dict[str, str], parties: Sequence[Party], view: View, *, strict: bool) -> int:
    """Add parties one by one, and compare where somebody stands in the role already; how many comparisons were made."""
    row, errors = read_row(dict(cells))
    if errors or (row.on or today()) < bundled().covers_from:
        return 0
    before, compared = outcome(compose(row, view, strict=strict), view), 0
    for count in range(1, len(parties) + 1):
        now = outcome(compose(seat(row, parties[:count]), view, strict=strict), view)
        fewer, role = seat(row, parties[: count - 1]), parties[count - 1].role
        if role in fewer.facts or role in fewer.stated_unknown or f"{role}_listing" in fewer.facts:
            assert not _lower(now, before), (cells, parties[:count])
            compared += 1
        before = now
    return compared


@settings(max_examples=150)
@given(st.integers(0, 1 << 30), st.booleans(), st.sampled_from([None, date(2019, 11, 17)]))
def test_a_further_party_never_lowers_either_end(seed: int, strict: bool, known: date | None) -> None:
    chance = random.Random(seed)
    (cells,) = near_rows(1, seed)
    cells |= {role: cells.get(role) or "Acme" for role in ROLES if chance.random() < 0.7}
    parties = [party(chance) for _ in range(chance.randrange(1, 5))]
    _never_frees(cells, parties, bundled().view(known=known), strict=strict)


@pytest.mark.soak
def test_the_same_on_many_rows() -> None:
    compared = 0
    for seed in range(40):
        chance = random.Random(seed)
        for cells in near_rows(300, seed):
            compared += _never_frees(cells, [party(chance) for _ in range(3)], bundled().view(), strict=seed % 3 == 2)
    assert compared > 10_000


def _every(countries: dict[str, list[Any]], view: View) -> list[dict[str, Any]]:
    return [dict(zip(countries, values, strict=True)) for values in product(*countries.values())]


@pytest.mark.parametrize("seed", range(12))
def test_the_few_countries_that_are_tried_stand_for_all_combinations(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    cells = {**PATCH, **dict.fromkeys(ROLES[1:], "Acme"), "destination": chance.choice(["CN", "DE", "SD"])}
    countries = ["DE", "CN", "CU", "SD", "US", ""]
    parties = [
        Party(chance.choice(ROLES), chance.choice(["Emca", "Huawei Cuba"]), chance.choice(countries)) for _ in range(6)
    ]
    few = decided(cells, *parties)
    monkeypatch.setattr("carveout.book.several.country_variants", _every)
    every = decided(cells, *parties)
    assert len(every.units) > len(few.units)
    wanted = result_columns(every) | {"explanation_id": ""}
    assert result_columns(few) | {"explanation_id": ""} == wanted


# The file


def _record(position: int, **cells: Any) -> Record:
    return Record(position, cells)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"role": "purchasr"}, "row T-1, column role (row 1 of parties): 'purchasr' is not one of ultimate_consignee, end_user, "
                               "purchaser, intermediate_consignee, supplier; did you mean 'purchaser'?"),
        ({"role": ""}, "row T-1, column role (row 1 of parties): '' is not one of ultimate_consignee"),
        ({"name": " "}, "row T-1, column name (row 1 of parties): '' is not the name of a party, or unknown"),
        ({"name": "none"}, "row T-1, column name (row 1 of parties): 'none' is not the name of a party, or unknown"),
        ({"country": "Cuba"}, "row T-1, column country (row 1 of parties): 'Cuba' is not a country as ISO 3166-1 alpha-2, for "
                              "example CN; did you mean 'CU'?"),
        ({"listing": "huawei"}, "row T-1, column listing (row 1 of parties): 'huawei' is not a list entry id"),
    ],
)  # fmt: skip
def test_a_bad_party_rejects_its_transaction(cells: dict[str, str], sentence: str) -> None:
    good = {"id": "T-1", "role": "purchaser", "name": "Acme"}
    parties = read_parties([_record(1, **{**good, **cells}), _record(2, **good)], "p.csv")
    (found,) = list(decide_book([Record(1, PATCH)], Asked(bundled().view()), parties))
    assert found.determination is None
    assert sentence in str(found.errors[0])


def test_a_party_of_a_row_that_is_not_there_is_told_with_the_nearest_id() -> None:
    stray = _record(1, id="T-12", role="purchaser", name="Acme")
    parties = read_parties([stray, _record(2, id="", role="purchaser", name="Acme")], "p.csv")
    rows = list(decide_book([Record(1, {**PATCH, "id": "T-123"})], Asked(bundled().view()), parties))
    assert rows[0].determination is not None
    assert [str(error) for error in parties.leftover()] == [
        "row (no id), column id (row 2 of parties): '' is not the id of a row of the book",
        "row T-12, column id (row 1 of parties): 'T-12' is not the id of a row of the book; did you mean 'T-123'?",
    ]


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(BookError, match="has no column name; a file of parties has id, role and name"):
        read_parties([_record(1, id="a", role="purchaser", nmae="x")], "p.csv")


def test_a_short_row_is_an_error_of_its_transaction_only(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,role,name\nT-1,purchaser\nT-2,purchaser,Acme\n")
    parties = open_parties(str(tmp_path / "p.csv"))
    assert [error.column for error in parties.of({"id": "T-1"})[1]] == ["name (row 1 of parties)"]
    assert parties.of({"id": "T-2"}) == ((Party("purchaser", "Acme"),), ())


ROWS: list[dict[str, Any]] = [
    {"id": "7", "role": "End-User", "name": HUAWEI, "country": "cn", "address": "Bantian", "listing": None},
    {"id": "7", "role": "purchaser", "name": "?", "country": None, "address": None, "listing": "none"},
]


def _sheet(book: Any, name: str, rows: Sequence[dict[str, Any]]) -> None:
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, list(rows[0]))
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row.values()):
            if cell is not None:
                sheet.write(place, column, cell)


def _xlsx(path: Path, rows: list[dict[str, Any]]) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        _sheet(book, "notes", [{"id": "x"}])
        # A spreadsheet holds an id that looks like a number as one.
        _sheet(book, "Parties", [{**row, "id": int(row["id"])} for row in rows])


def _csv(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


WRITERS: dict[str, Any] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": lambda path, rows: pq.write_table(pa.Table.from_pylist(rows), path),
    ".ndjson": lambda path, rows: path.write_text("".join(json.dumps(row) + "\n" for row in rows)),
}


@pytest.mark.parametrize("ending", WRITERS)
def test_every_kind_of_file_says_the_same(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"p{ending}"
    WRITERS[ending](path, ROWS)
    found, errors = open_parties(str(path)).of({"id": "7"})
    assert not errors
    assert found == (
        Party("end_user", HUAWEI, "CN", "Bantian"),
        Party("purchaser", "unknown", "", "", "none"),
    )


def test_a_workbook_may_hold_its_parties_itself(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        _sheet(book, "rows", [PATCH])
        _sheet(book, "parties", [{"id": "T-1", "role": "end_user", "name": "Huawei Cuba", "country": "CU"}])
    parties = parties_within(str(path))
    assert parties is not None
    (found,) = list(decide_book(records(str(path)), Asked(bundled().view()), parties))
    assert found.determination is not None
    assert str(found.determination.overall) == "license_required"
    with xlsxwriter.Workbook(str(path)) as book:
        _sheet(book, "parties", [PATCH])
    assert parties_within(str(path)) is None


# Both paths


def _to_file(path: Path, parties: PartiesFile, asked: Asked, output: Path) -> tuple[Tally, list[CellError], Questions]:
    errors: list[CellError] = []
    amended, questions = Amended(parties, asked), Questions()
    frames = FrameBook(asked.view, on=asked.on.toordinal() if asked.on else None, strict=asked.strict)

    def after(table: Any, answered: Any) -> Any:
        found = amended(table, answered)
        for row, determination in amended.rows.values():
            questions.add_row(row, determination)
        questions.add(table, answered, tuple(asked.view.corpus.regimes), skip={*amended.rows, *amended.dropped})
        return found

    tally = decide_file(tables(str(path), batch=150), frames, output, reject=errors.extend, after=after)
    return tally, [*errors, *parties.leftover()], questions


@pytest.mark.parametrize("seed", range(6))
def test_in_a_book_of_columns_every_field_is_the_same_as_row_by_row(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = near_rows(500, seed)
    for place in (3, 200, 201, 420):  # taken and missing ids, with and without parties
        rows[place]["id"] = chance.choice(["", "r1", f"r{place - 1}"])
    names = sorted({name for row in rows for name in row})
    path = tmp_path / "book.parquet"
    pq.write_table(pa.table({n: [row.get(n) or None for row in rows] for n in names}), path, row_group_size=150)
    listed = [
        {"id": f"r{chance.randrange(500)}", "role": p.role, "name": chance.choice([p.name] * 9 + [""]),
         "country": chance.choice([p.country] * 9 + ["Cuba"]), "listing": p.listing}
        for p in (party(chance) for _ in range(90))
    ] + [{"id": "r999", "role": "supplier", "name": "Acme"}, {"id": "r1", "role": "supplier", "name": "Acme"}]  # fmt: skip
    view = bundled().view(known=[None, date(2019, 11, 17)][seed % 2])
    asked = Asked(view, date(2020, 6, 1) if seed == 5 else None, seed % 3 == 2)
    files = [read_parties([Record(n, row) for n, row in enumerate(listed, 1)], "p") for _ in range(2)]
    plain = list(decide_book(records(str(path)), asked, files[0]))
    tally, errors, questions = _to_file(path, files[1], asked, tmp_path / "out.parquet")
    told = [str(error) for row in plain for error in row.errors] + [str(error) for error in files[0].leftover()]
    assert [str(error) for error in errors] == told
    good = [row for row in plain if row.determination is not None]
    got = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["id"] for row in got] == [row.record.cells["id"] for row in good]
    one_by_one = Questions()
    for row, columns in zip(good, got, strict=True):
        assert row.determination is not None
        wanted = result_columns(row.determination)
        cells = {k: "" if columns[k] is None else str(columns[k]) for k in wanted}
        assert cells == {k: str(v) for k, v in wanted.items()}, row.row.id
        one_by_one.add_row(row.row, row.determination)
    assert sum(len(row.row.further) > 0 for row in good) > 10
    assert tally.decided == len(good) == tally.decisions.total()
    assert questions.waiting == one_by_one.waiting
    assert questions.ranked() == one_by_one.ranked()
