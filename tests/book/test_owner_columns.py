"""Who owns the parties of a book: stated in columns, or filled from a file of shareholdings; alike by both interpreters."""

from __future__ import annotations

import random
from datetime import date

import pyarrow as pa
import pytest

from carveout.book.decide_book import Asked, decide_cells
from carveout.book.frame_book import FrameBook
from carveout.book.owner_columns import OwnersOfBook
from carveout.book.questions import Questions
from carveout.book.reader import Record
from carveout.book.writer import result_columns
from carveout.facts.row import Party
from carveout.law.corpus import bundled
from carveout.parties.ownership_file import read_holdings

HUAWEI, HW = "Huawei Technologies Co., Ltd.", "el/huawei-technologies-co-ltd-cn"
SHIPMENT = {
    "id": "r", "on": "2025-10-15", "direction": "export", "item_kind": "commodity", "eccn": "EAR99", "origin": "us", "activity": "sale",
    "ultimate_consignee": "Alpha", "ultimate_consignee_country": "CN", "destination": "CN", "ccl_license_required": "false",
    "knowledge_of_violation": "false", "diversion_knowledge": "false",
}  # fmt: skip
FREE, NEEDS = "no_license_required", "license_required"
HOLDINGS = [
    (HUAWEI, "Alpha", "60", "", ""),
    (HUAWEI, "Beta", "", "", ""),
    (HUAWEI, "Gamma", "60", "", "2025-10-14"),
    (HUAWEI, "Gamma", "20", "2025-10-15", ""),
    ("Jane Roe", "Gamma", "80", "2025-10-15", ""),
]
OWNERS = OwnersOfBook(
    read_holdings(
        [{"owner": a, "owned": b, "share": c, "from": d, "through": e, "owner_kind": "person" if a == "Jane Roe" else ""}
         for a, b, c, d, e in HOLDINGS], "shares",
    ), bundled().view(), None,
)  # fmt: skip


def told(further: tuple[Party, ...] = (), **cells: str) -> str:
    row = {k: v for k, v in {**SHIPMENT, **cells}.items() if v}
    _, found, errors = decide_cells(row, Asked(bundled().view()), further=further)
    assert found is not None, errors
    return str(found.overall)


def test_the_worst_of_several_owned_parties_counts_whatever_the_other_is() -> None:
    free = {"ultimate_consignee_ownership": "none", "purchaser": "Beta", "purchaser_country": "DE"}
    assert told(**free, purchaser_ownership="none") == FREE
    assert told(**free, purchaser_ownership="owned", purchaser_owners=HW) == NEEDS
    assert told(**free) == f"{FREE}..{NEEDS}"
    assert told(**free, purchaser_ownership="unknown") == f"{FREE}..{NEEDS}"


def test_what_is_said_of_the_owners_of_a_role_nobody_is_named_in_is_not_set_aside() -> None:
    assert told(ultimate_consignee_ownership="none") == FREE
    assert told(ultimate_consignee_ownership="none", purchaser_ownership="owned", purchaser_owners=HW) != FREE


def test_a_further_party_brings_its_owners_with_it() -> None:
    owned = Party("purchaser", "Beta", "DE", "", "", "owned", HW)
    assert told((owned,), ultimate_consignee_ownership="none") == NEEDS
    assert told((Party("purchaser", "Beta", "DE", "", "", "none"),), ultimate_consignee_ownership="none") == FREE


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [("ultimate_consignee_ownership", "mostly", "one of none, minority"), ("ultimate_consignee_owners", "Huawei", "ids of list entries"),
     ("ultimate_consignee_owners", "uvl/acme-de", "ids of list entries")],
)  # fmt: skip
def test_a_cell_about_owners_that_cannot_be_read_says_what_would_be_right(
    column: str, cell: str, expected: str
) -> None:
    _, found, errors = decide_cells({**SHIPMENT, column: cell}, Asked(bundled().view()))
    assert found is None
    assert expected in str(errors[0])


def test_shares_are_those_of_the_day_of_the_row_and_what_the_row_says_stays() -> None:
    assert OWNERS.of("ALPHA", date(2025, 10, 15))[0] == "owned"
    assert OWNERS.of("Beta", date(2025, 10, 15))[0] == "share_unknown"
    assert OWNERS.of("Gamma", date(2025, 10, 14))[0] == "owned"
    assert OWNERS.of("Gamma", date(2025, 10, 15))[0] == "minority"
    assert OWNERS.of("Alpha", date(2019, 5, 15)) == ("", "")
    assert OWNERS.of("Nobody", date(2025, 10, 15)) == ("", "")
    filled = OWNERS.fill({**SHIPMENT, "ultimate_consignee_ownership": "none"})
    assert filled["ultimate_consignee_ownership"] == "none"
    assert "ultimate_consignee_owners" not in filled


def test_a_party_whose_owners_nobody_looked_into_is_asked_about_once_for_all_its_rows() -> None:
    questions = Questions()
    for number, role in enumerate(("ultimate_consignee", "purchaser", "purchaser")):
        cells = {**SHIPMENT, "ultimate_consignee_ownership": "none", "id": f"r{number}"}
        cells |= (
            {role: "Beta", "purchaser_country": "CN"}
            if role == "purchaser"
            else {"ultimate_consignee": "Beta", "ultimate_consignee_ownership": ""}
        )
        row, found, _ = decide_cells({k: v for k, v in cells.items() if v}, Asked(bundled().view()))
        assert found is not None
        questions.add_row(row, found)
    ranked, _ = questions.ranked()
    assert [(one.facts, one.settles) for one in ranked if one.party] == [
        (("ultimate_consignee_ownership", "purchaser_ownership"), 3)
    ]
    assert ranked[0].question.startswith("How much of Beta")


def random_book(rows: int, seed: int) -> list[dict[str, str]]:
    chance = random.Random(seed)
    names = ["Alpha", "Beta", "Gamma", "Delta", HUAWEI, "Huawei Bakery", "unknown", ""]
    states = ["", "", "none", "minority", "owned", "joint_venture", "share_unknown", "branch", "unknown"]
    owners = ["", HW, "el/smic-cn", f"meu/x-ru, {HW}", "sdn/y-ae", "unknown"]
    book = []
    for number in range(rows):
        row = {
            **SHIPMENT,
            "id": f"r{number}",
            "on": chance.choice(["2025-09-28", "2025-10-15", "2025-12-01", "2026-11-28"]),
        }
        row["eccn"], row["destination"] = chance.choice(["EAR99", "3A991.d"]), chance.choice(["CN", "DE", "AE", ""])
        for role in chance.sample(
            ["ultimate_consignee", "end_user", "purchaser", "intermediate_consignee", "supplier"], 2
        ):
            row[role] = chance.choice(names)
            if chance.random() < 0.6:
                row[f"{role}_ownership"], row[f"{role}_owners"] = chance.choice(states), chance.choice(owners)
        if chance.random() < 0.2:
            row |= {"direction": "export_from_abroad", "origin": "foreign", "located_in_us": "false", "us_controlled_content_pct": "0",
                    "input_eccns": "none", "plant_eccns": "5E002", "plant_us_origin": "true", "knowledge": "none_after_diligence",
                    "entry_footnote": chance.choice(["4", "none", ""])}  # fmt: skip
        book.append(row)
    return book


@pytest.mark.parametrize("seed", range(3))
def test_filled_from_shareholdings_a_book_is_decided_alike_by_both_interpreters(seed: int) -> None:
    view, book = bundled().view(), random_book(150, seed)
    columns = sorted({name for row in book for name in row})
    table = pa.table({name: [row.get(name) or None for row in book] for name in columns})
    (filled,) = OWNERS.tables([table])
    one_by_one = [dict(record.cells) for record in OWNERS.records(Record(n, row) for n, row in enumerate(book, 1))]
    for place, row in enumerate(filled.to_pylist()):
        assert {k: v for k, v in row.items() if v} == {k: v for k, v in one_by_one[place].items() if v}
    answered = FrameBook(view).answer(filled)
    assert len(answered.places) > 100
    for place, got in zip(answered.places.tolist(), answered.results.to_pylist(), strict=True):
        _, found, errors = decide_cells(one_by_one[place], Asked(view), position=place + 1)
        assert found is not None, errors
        wanted = {name: str(cell) for name, cell in result_columns(found).items()}
        assert {name: "" if got[name] is None else str(got[name]) for name in wanted} == wanted, one_by_one[place]
