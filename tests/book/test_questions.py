"""The questions that would settle most rows: ranked by the rows they settle, a party asked about once."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from carveout.book.decide_book import Asked, decide_book
from carveout.book.frame_book import FrameBook
from carveout.book.questions import Key, Questions
from carveout.book.reader import Record
from carveout.law.corpus import bundled
from tests.book.near_rows import near_rows

SALE = {
    "on": "2019-06-01", "direction": "export", "item_kind": "commodity", "eccn": "EAR99", "origin": "us", "activity": "sale",
    "ccl_license_required": "false", "knowledge_of_violation": "false", "diversion_knowledge": "false", "destination": "DE",
    "ultimate_consignee": "Rheinland Netz GmbH", "ultimate_consignee_country": "DE",
}  # fmt: skip


def asked_of(*rows: dict[str, str]) -> Questions:
    questions = Questions()
    records = [Record(n, {**SALE, "id": f"r{n}", **row}) for n, row in enumerate(rows, 1)]
    for row in decide_book(records, Asked(bundled().view())):
        assert row.determination is not None
        questions.add_row(row.row, row.determination)
    return questions


def waiting(*sets: tuple[int, str]) -> Questions:
    counts: Counter[frozenset[Key]] = Counter()
    for rows, names in sets:
        counts[frozenset((name, "") for name in names.split())] += rows
    return Questions(counts)


def order(questions: Questions, most: int = 6) -> list[tuple[str, int]]:
    return [(asked.facts[0], asked.settles) for asked in questions.ranked(most)[0]]


def test_a_question_that_settles_many_rows_comes_before_one_that_many_rows_name() -> None:
    questions = waiting((50, "origin"), (40, "published eccn activity"), (40, "published contract_date device_class"))
    assert order(questions, 1) == [("origin", 50)]


def test_questions_that_settle_rows_only_together_are_asked_together() -> None:
    questions = waiting((100, "published eccn"), (30, "origin"), (20, "published"))
    assert order(questions, 3) == [("published", 20), ("eccn", 120), ("origin", 150)]


def test_what_is_asked_counts_for_the_rows_that_wait_for_more() -> None:
    questions = waiting((60, "published"), (30, "published origin"), (31, "eccn"))
    assert order(questions) == [("published", 60), ("eccn", 91), ("origin", 121)]


def test_a_set_too_long_to_show_says_how_much_more_it_takes() -> None:
    found, more = waiting((5, "published eccn origin activity destination direction item_kind")).ranked(4)
    assert [asked.settles for asked in found] == [0, 0, 0, 0]
    assert [asked.waits for asked in found] == [5, 5, 5, 5]
    assert more == 3


def test_rows_that_no_fact_settles_are_counted_apart() -> None:
    questions = waiting((3, ""), (4, "origin"))
    assert (questions.unsettled, questions.in_doubt) == (7, 3)
    assert order(questions) == [("origin", 4)]


def test_settled_rows_ask_nothing() -> None:
    assert asked_of({}, {"activity": "repair"}).ranked() == ([], 0)


def test_a_party_is_asked_about_once_whatever_its_roles_and_its_spelling() -> None:
    name, long = "Huawei Technologies Co., Ltd.", "HUAWEI  Technologies Company Limited"
    found, _ = asked_of(
        {"purchaser": name, "purchaser_country": "DE"},
        {"end_user": long, "end_user_country": "DE"},
        {"purchaser": name, "purchaser_country": "DE", "end_user": long, "end_user_country": "DE"},
        {"purchaser": name, "purchaser_country": "FR"},
        {"purchaser": f"{name} Bonn", "purchaser_country": "DE"},
    ).ranked()
    assert [(asked.facts, asked.party, asked.settles) for asked in found] == [
        (("end_user_listing", "purchaser_listing"), f"{name} (DE)", 3),
        (("purchaser_listing",), f"{name} (FR)", 4),
        (("purchaser_listing",), f"{name} Bonn (DE)", 5),
    ]
    assert found[0].question == f"Is {name} (DE) a party on a restricted list: which entry, or none?"


def test_a_name_that_names_nobody_is_no_party() -> None:
    questions = asked_of({"purchaser": "TBD"}, {"purchaser": "n/a"})
    assert all(not party for keys in questions.waiting for _, party in keys)


def test_batches_count_as_rows_do() -> None:
    regimes = tuple(bundled().view().corpus.regimes)
    book, batches, rows_alone = FrameBook(bundled().view()), Questions(), Questions()
    for start in range(3):
        rows = near_rows(150, start)
        columns = dict.fromkeys(name for row in rows for name in row)
        table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns})
        answered = book.answer(table)
        batches.add(table, answered, regimes, skip={0})
        good = set(answered.places.tolist()) - {0}
        records = [Record(n, row) for n, row in enumerate(rows, 1) if n - 1 in good]
        for row in decide_book(records, Asked(bundled().view())):
            assert row.determination is not None
            rows_alone.add_row(row.row, row.determination)
    assert batches.unsettled == rows_alone.unsettled > 100
    assert batches.waiting == rows_alone.waiting
