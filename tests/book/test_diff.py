"""The difference between two views: every flip and its causes against the plain way, row by row."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from carveout.book.compose import compose
from carveout.book.decide_book import Asked, decide_cells
from carveout.book.diff import DIRECTIONS, INTERVALS, Differences, amounts, direction, named
from carveout.book.diff_book import Compared, DiffBook, compare_rows
from carveout.book.diff_causes import transaction_causes
from carveout.book.frame_book import FrameBook
from carveout.book.parties_file import open_parties
from carveout.book.stream import answer_all
from carveout.book.tables import records
from carveout.decide.outcome import Interval, Outcome
from carveout.decide.transaction import outcome
from carveout.law.corpus import bundled
from carveout.law.overlay import bundled_over
from carveout.law.view import View
from tests.book.near_rows import base_rows, near_rows
from tests.book.test_interpreters_agree import native, table_of

NOVEMBER = date(2019, 11, 17)
LAW = bundled()
PAIRS = [
    (LAW.view(known=NOVEMBER), LAW.view()),
    (LAW.view(known=date(2019, 5, 10)), LAW.view(known=date(2020, 5, 20), scenarios=["no-extension-2019-11-18"])),
    (LAW.view(), LAW.view(scenarios=["repealed-networks", "repealed-devices", "repealed-licenses"])),
    (LAW.view(known=date(2019, 5, 20)), LAW.view(known=NOVEMBER, scenarios=["repealed-networks"])),
    (LAW.view(scenarios=["huawei-delisted-2027"]), LAW.view(known=NOVEMBER, scenarios=["six-months-2019-11"])),
]


def plainly(
    rows: list[dict[str, str]], views: tuple[View, View], *, strict: bool
) -> tuple[list[dict[str, object]], int]:
    """The flips of rows, each row composed and judged by itself under both views; how many rows could be read."""
    found, decided = [], 0
    for place, cells in enumerate(rows):
        row, good, _ = decide_cells(dict(cells), Asked(views[0], strict=strict), position=place + 1)
        if good is None:
            continue
        decided += 1
        one, other = (compose(row, view, strict=strict) for view in views)
        was, now = outcome(one, views[0]), outcome(other, views[1])
        if was != now:
            causes = list(transaction_causes(one, other, *views))
            assert causes
            known = [view.known for view in views]
            past = {}
            if None not in known and one.on > max(day for day in known if day):
                past = {"hindsight": str(outcome(compose(row, LAW.view(), strict=strict), LAW.view()))}
            found.append({"id": row.id, "on": one.on.isoformat(), "before": str(was), "after": str(now),
                          "direction": direction(was, now), "causes": causes, **past})  # fmt: skip
    return found, decided


def diff_of(views: tuple[View, View], *, strict: bool = False) -> DiffBook:
    return DiffBook(*(FrameBook(view, strict=strict) for view in views))


def objects(compared: list[Compared]) -> list[dict[str, object]]:
    return [flip for one in compared for flip in one.flips.objects()]


def batches(rows: list[dict[str, str]], size: int) -> Iterator[pa.Table]:
    for number, first in enumerate(range(0, len(rows), size)):
        table = table_of(rows[first : first + size])
        yield native(table) if number % 2 else table


@pytest.mark.parametrize("seed", range(10))
def test_every_flip_and_its_causes_are_those_found_row_by_row(seed: int) -> None:
    views, strict = PAIRS[seed % 5], seed % 3 == 2
    rows = near_rows(500, 40 + seed)
    for row in rows:
        row.update({name: "true" for name, cell in row.items() if cell == "yes"})
    expected, decided = plainly(rows, views, strict=strict)
    compared = list(diff_of(views, strict=strict).compare_all(batches(rows, 200)))
    assert objects(compared) == expected
    assert len(expected) > (0 if strict else 10)
    assert sum(one.decided for one in compared) == decided
    assert sum(one.rejected for one in compared) == len(rows) - decided


@pytest.mark.soak
def test_every_flip_of_twenty_thousand_rows_is_that_found_row_by_row() -> None:
    for seed in range(400, 420):
        views = PAIRS[seed % 5]
        rows = near_rows(1000, seed)
        expected, _ = plainly(rows, views, strict=seed % 3 == 2)
        found = objects(list(diff_of(views, strict=seed % 3 == 2).compare_all(iter([table_of(rows)]))))
        assert found == expected


def test_rows_alike_are_told_alike_from_batch_to_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carveout.book.frame_book.ALIKE", 2.0)
    chance = random.Random(9)
    rows = [dict(row) for row in near_rows(80, 9) for _ in range(8)]
    for place, row in enumerate(rows):
        row["id"] = f"r{place}"
        row["on"] = (date.fromisoformat(row["on"]) + timedelta(days=chance.choice([0, 0, 1, 30]))).isoformat()
    chance.shuffle(rows)
    expected, _ = plainly(rows, PAIRS[0], strict=False)
    assert objects(list(diff_of(PAIRS[0]).compare_all(batches(rows, 150)))) == expected


NEW = 'id = "el/acme-de"\nname = "Acme"\ncountry = "DE"\nlisted = [{from = 2019-06-01, evidence = "inferred"}]'
ALIAS = 'id = "el/huawei-italia-it"\naliases = ["Acme"]'


def overlaid(tmp_path: Path, entry: str = NEW) -> tuple[View, View]:
    """The law without and with a page of a user's own, which lists somebody."""
    page = tmp_path / "listed.md"
    page.write_text("# A carrier is listed\n\nWhat if.\n", encoding="utf-8")
    page.with_suffix(".toml").write_text(f"[[entry]]\n{entry}\n", encoding="utf-8")
    corpus, names = bundled_over([str(page)])
    return corpus.view(), corpus.view(scenarios=names)


@pytest.mark.parametrize("entry", [NEW, ALIAS])
def test_a_party_that_only_one_view_lists_is_compared_with_itself(tmp_path: Path, entry: str) -> None:
    views = overlaid(tmp_path, entry)
    rows = near_rows(500, 77)
    chance = random.Random(77)
    for row in rows:
        if chance.random() < 0.6:
            row[chance.choice(["ultimate_consignee", "end_user", "purchaser"])] = "Acme"
    expected, _ = plainly(rows, views, strict=False)
    assert len(expected) > 20
    assert objects(list(diff_of(views).compare_all(batches(rows, 250)))) == expected
    causes = Counter(cause for flip in expected for cause in flip["causes"])  # type: ignore[attr-defined]
    assert causes.most_common(1)[0][0] == "ear/744.11/entity-list"


def test_several_processes_know_the_scenarios_of_a_user(tmp_path: Path) -> None:
    _, view = overlaid(tmp_path)
    rows = near_rows(300, 5)
    for place, row in enumerate(rows):
        row |= {"ultimate_consignee": "Acme"} if place % 2 else {}
    tables = [table_of(rows[first : first + 100]) for first in range(0, len(rows), 100)]
    book = FrameBook(view)
    assert book.is_bundled
    one = list(answer_all(iter(tables), FrameBook(view)))
    many = list(answer_all(iter(tables), book, workers=2))
    assert [a.results.to_pylist() for _, a in many] == [a.results.to_pylist() for _, a in one]


def test_an_id_used_before_and_a_bad_cell_are_errors_once() -> None:
    rows = [
        {"id": "a", "on": "2019-12-01", "direction": "export"},
        {"id": "b", "on": "2019-13-01"},
        {"id": "a"},
        {"on": "2020-01-01"},
    ]
    compared = list(diff_of(PAIRS[0]).compare_all(batches(rows, 2)))
    assert [str(error).split(",")[0] for one in compared for error in one.errors] == ["row b", "row a", "row #4"]
    assert sum(one.rejected for one in compared) == 3


def test_further_parties_count_on_both_sides(tmp_path: Path) -> None:
    book, parties = tmp_path / "book.csv", tmp_path / "parties.csv"
    free = {
        "on": "2019-12-01", "direction": "export", "item_kind": "commodity", "eccn": "EAR99", "activity": "sale",
        "ultimate_consignee": "Rheinland Netz GmbH", "ultimate_consignee_country": "DE", "ccl_license_required": "false",
        "knowledge_of_violation": "false", "diversion_knowledge": "false", "value": "10", "currency": "eur",
    }  # fmt: skip
    with book.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["id", *free])
        writer.writeheader()
        writer.writerows([{"id": "T-1", **free}, {"id": "T-2", **free}, {"id": "T-2", **free}])
    parties.write_text("id,role,name,country\nT-2,end_user,HiSilicon Technologies Co. Ltd,CN\n")
    before, after = (Asked(view) for view in (LAW.view(known=date(2019, 5, 10)), LAW.view()))
    compared = list(compare_rows(records(str(book)), before, after, open_parties(str(parties))))
    assert [(flip["id"], flip["direction"], flip["causes"]) for flip in objects(compared)] == [
        ("T-2", "barred", ["ear/744.11/entity-list"])
    ]
    assert [(one.decided, one.rejected) for one in compared] == [(2, 1)]
    found = Differences(before.view, after.view, decided=2)
    found.add(compared[0].flips)
    [group] = found.groups.values()
    assert amounts(group.values) == "EUR 10"


def test_in_hindsight_one_of_two_views_of_the_past_was_right(tmp_path: Path) -> None:
    views = LAW.view(known=NOVEMBER), LAW.view(known=NOVEMBER, scenarios=["two-weeks-2019-11"])
    rows = [{**row, "id": f"b{place}"} for place, row in enumerate(base_rows()[::4])]
    rows = [
        {**row, "id": f"{row['id']} {day}", "on": day}
        for row in rows
        for day in ("2019-11-19", "2019-12-02", "2019-12-03")
    ]
    [compared] = diff_of(views).compare_all(iter([table_of(rows)]))
    expected, decided = plainly(rows, views, strict=False)
    flips = objects([compared])
    assert flips == expected
    found = Differences(*views, decided=decided)
    found.add(compared.flips)
    wrong = [flip for flip in flips if flip["hindsight"] != flip["after"]]
    assert len(flips) > 20
    assert not wrong
    assert found.sentence().endswith(f"; in hindsight {len(flips)} as under the latter.")
    table = compared.flips.table()
    assert table.column("hindsight").to_pylist() == table.column("after").to_pylist()
    book, parties = tmp_path / "book.ndjson", tmp_path / "parties.csv"
    book.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    parties.write_text("id,role,name\n", encoding="utf-8")
    one, other = (Asked(view) for view in views)
    assert objects(list(compare_rows(records(str(book)), one, other, open_parties(str(parties))))) == expected


def test_which_way_a_row_flips() -> None:
    def way(*ends: int) -> str:
        low, high, later_low, later_high = map(Outcome, ends)
        return direction(Interval(low, high), Interval(later_low, later_high))

    assert way(4, 4, 2, 2) == way(5, 5, 0, 1) == "freed"
    assert way(2, 2, 4, 4) == way(0, 3, 4, 5) == "barred"
    assert way(2, 2, 2, 4) == way(4, 4, 1, 4) == "opened"
    assert way(2, 4, 4, 4) == way(1, 5, 1, 1) == "settled"
    assert way(2, 2, 1, 1) == way(4, 5, 4, 4) == "eased"
    assert way(1, 1, 2, 2) == way(4, 4, 4, 5) == "tightened"
    assert way(1, 1, 0, 2) == "widened"
    assert way(0, 2, 1, 1) == "narrowed"
    seen = {
        direction(a, b)
        for a in INTERVALS
        for b in INTERVALS
        if a.at_least <= a.at_most and b.at_least <= b.at_most and a != b
    }
    assert seen == set(DIRECTIONS)


def test_the_difference_in_a_sentence(tmp_path: Path) -> None:
    before, after = PAIRS[0]
    rows = [{**row, "value": "1000.5", "currency": "USD"} for row in near_rows(300, 3)]
    found = Differences(before, after)
    for one in diff_of((before, after)).compare_all(batches(rows, 100)):
        found.decided += one.decided
        found.add(one.flips)
    expected, decided = plainly(rows, (before, after), strict=False)
    ways = Counter(str(flip["direction"]) for flip in expected)
    sentence = found.sentence()
    opening = "Under the law as known today instead of the law as known on 2019-11-17, "
    assert sentence.startswith(
        f"{opening}{len(expected)} of {decided} rows flip: {ways['freed']} that were barred are free"
    )
    assert len(re.findall(r"\.(?!\w)", sentence)) == 1
    assert sum(group.values["USD"] for group in found.groups.values()) == pytest.approx(1000.5 * len(expected))
    assert found.ranked()[0][1].rows == max(group.rows for group in found.groups.values())
    assert Differences(before, after, decided=5).sentence() == f"{opening}none of 5 rows flips."
    page = tmp_path / "likely.md"
    page.write_text(
        '# Likely\n```toml\nprobability = 0.25\n```\n```toml\nscenario = "likely"\nprovision = "ear/744.supp7/c1"\n'
        'from = 2019-11-19\nevidence = "inferred"\n```\n',
        encoding="utf-8",
    )
    corpus, names = bundled_over([str(page), "repealed-devices"])
    view = corpus.view(known=NOVEMBER, scenarios=names)
    assert named(view) == "the law as known on 2019-11-17 with likely (probability 0.25) and repealed-devices"
