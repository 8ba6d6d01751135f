"""The frame interpreter against the plain one: every field of every row, errors included."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carveout.book.decide_book import Asked, decide_cells
from carveout.book.frame_book import FrameBook
from carveout.book.stream import answer_all
from carveout.book.writer import result_columns
from carveout.decide.determination import judge_units
from carveout.decide.frame import Frame
from carveout.decide.frame_answer import BlockFacts, BlockSolver, UnitColumns, fact_words
from carveout.decide.frame_horizon import day_of
from carveout.decide.horizon import sweep
from carveout.decide.plain import Unit
from carveout.decide.planes import Codes, Range, value_ends
from carveout.facts.schema import ROLES, schema
from carveout.facts.value import UNKNOWN
from carveout.law.corpus import Corpus, bundled, load
from carveout.law.view import View
from tests.book.near_rows import base_rows, near_rows
from tests.further_lists import now_and_then
from tests.strategies import FIRST, USED, corpora, random_facts


def table_of(rows: list[dict[str, str]]) -> pa.Table:
    names = sorted({name for row in rows for name in row})
    return pa.table({name: [row.get(name) or None for row in rows] for name in names})


def assert_same(rows: list[dict[str, str]], view: View, *, strict: bool = False, on: date | None = None) -> None:
    answered = FrameBook(view, strict=strict, on=on.toordinal() if on else None).answer(table_of(rows))
    by_place = dict(zip(answered.places.tolist(), answered.results.to_pylist(), strict=True))
    errors = []
    for place, cells in enumerate(rows):
        row, plain, wrong = decide_cells(dict(sorted(cells.items())), Asked(view, on, strict), position=place + 1)
        errors += [str(error) for error in wrong]
        assert (plain is not None) == (place in by_place), row.id
        if plain is None:
            continue
        got = {k: "" if v is None else v.isoformat() if isinstance(v, date) else v for k, v in by_place[place].items()}
        assert got == result_columns(plain), row.id
    assert errors == [str(error) for error in answered.errors]


@pytest.mark.parametrize("seed", range(8))
def test_on_rows_near_the_real_law_every_field_is_the_same(seed: int) -> None:
    known = [None, date(2019, 11, 17), date(2020, 5, 20), None][seed % 4]
    assert_same(
        near_rows(250, seed),
        bundled().view(known=known),
        strict=seed % 3 == 2,
        on=date(2020, 6, 1) if seed == 7 else None,
    )


@pytest.mark.parametrize("seed", range(20, 26))
def test_one_answer_serves_all_rows_that_the_law_cannot_tell_apart(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carveout.book.frame_book.ALIKE", 2.0)
    chance = random.Random(seed)
    rows = [dict(row) for row in near_rows(40, seed) for _ in range(9)]
    for number, row in enumerate(rows):
        row["id"] = f"r{number}"
        row["on"] = (date.fromisoformat(row["on"]) + timedelta(days=chance.choice([0, 0, 1, 2, 30, 200]))).isoformat()
        row["destination"] = chance.choice([row.get("destination") or "", "DE", "FR", "CU"])
        if chance.random() < 0.3:
            row["purchaser"] = chance.choice(["Acme", "Emca", "Huawei Italia", "Huawei Chile S.A."])
        if chance.random() < 0.3:
            row["design_owner"] = chance.choice(["HiSilicon", "Acme", "Huawei Cloud Brazil", "Shanghai HiSilicon"])
        if chance.random() < 0.3:
            row["us_controlled_content_pct"] = chance.choice(["3", "4", "24", "25", "26"])
        if chance.random() < 0.3:
            row["certification_on"] = (
                date.fromisoformat(row["on"]) + timedelta(days=chance.randrange(-9, 9))
            ).isoformat()
    assert_same(rows, bundled().view(), strict=seed % 5 == 0)


@pytest.mark.parametrize("seed", range(40, 46))
def test_on_rows_with_parties_of_every_list_held_now_and_then_every_field_is_the_same(seed: int) -> None:
    known = [None, None, date(2020, 9, 1)][seed % 3]
    view = now_and_then().view(known=known)
    names = [n for entry in view.entries.values() if entry.group != "huawei" for n in (entry.name, *entry.aliases)]
    rows = near_rows(300, seed, names)
    chance = random.Random(seed)
    for row in rows:
        for role in chance.sample(ROLES, chance.randrange(3)):
            row[role] = chance.choice(names)
            row[f"{role}_country"] = chance.choice(["CN", "DE", "HK", "CZ", "RU", ""])
    assert_same(rows, view, strict=seed % 3 == 1)


def native(table: pa.Table) -> pa.Table:
    """The same cells as a database gives them: days as days, truths as truths, texts coded; texts where that fails."""
    found = {}
    for name in table.column_names:
        cells, fact = table.column(name), schema().get(name)
        kind = {"date": pa.date32(), "bool": pa.bool_(), "number": pa.float64()}.get(fact.type if fact else "")
        try:
            found[name] = cells.cast(kind) if kind else cells.dictionary_encode()
        except pa.ArrowInvalid:
            found[name] = cells
    return pa.table(found)


def test_answers_remembered_from_batch_to_batch_fit_cells_of_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carveout.book.frame_book.ALIKE", 2.0)
    view, rows = bundled().view(), near_rows(400, 31)
    for row in rows:
        row.update({name: "true" for name, cell in row.items() if cell == "yes"})
    whole = FrameBook(view).answer(table_of(rows))
    expected = dict(zip(whole.places.tolist(), whole.results.to_pylist(), strict=True))
    book = FrameBook(view)
    book._memories[False].limit = 300
    for first in (0, 150, 0, 250, 100):
        part = table_of(rows[first : first + 150])
        for table in (part, native(part)):
            answered = book.answer(table)
            got = dict(zip((answered.places + first).tolist(), answered.results.to_pylist(), strict=True))
            assert got == {place: expected[place] for place in expected if first <= place < first + 150}


def test_several_processes_give_what_one_gives() -> None:
    rows = [{**row, "id": f"r{number}"} for number, row in enumerate(near_rows(300, 5) * 4)]
    batches = [table_of(rows[first : first + 100]) for first in range(0, len(rows), 100)]
    batches[3], batches[7] = native(batches[3]), native(batches[7])
    one = list(answer_all(iter(batches), FrameBook(bundled().view())))
    many = list(answer_all(iter(batches), FrameBook(bundled().view()), workers=2))
    assert [a.results.to_pylist() for _, a in many] == [a.results.to_pylist() for _, a in one]
    assert [a.errors for _, a in many] == [a.errors for _, a in one]
    assert sum(len(a.places) for _, a in many) > 1000


@pytest.mark.soak
def test_on_a_hundred_thousand_rows_every_field_is_the_same() -> None:
    for seed in range(100, 125):
        known = [None, date(2019, 11, 17), date(2020, 5, 20), None][seed % 4]
        assert_same(near_rows(4000, seed), bundled().view(known=known), strict=seed % 3 == 2)


def test_a_day_before_the_law_is_told_alike() -> None:
    assert_same(near_rows(20, 3), bundled().view(), on=date(2011, 1, 1))


def column_of(name: str, values: list[Any]) -> Codes | Range:
    fact = schema()[name]
    if fact.type in ("date", "number"):
        ends = [value_ends(value) for value in values]
        return Range(np.asarray([low for low, _ in ends]), np.asarray([high for _, high in ends]))
    distinct = [v for v in dict.fromkeys(values) if v is not None and not (fact.type == "bool" and v == UNKNOWN)]
    last = UNKNOWN if fact.type == "bool" else None
    codes = np.asarray([distinct.index(v) if v in distinct else len(distinct) for v in values], np.uint8)
    return Codes(codes, (*distinct, last))


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=40,
)  # fmt: skip
@given(corpora().map(load), st.integers(0, 1 << 30))
def test_on_random_law_every_truth_every_horizon_and_every_missing_fact_is_the_same(corpus: Corpus, seed: int) -> None:
    view = corpus.view()
    rows = 24
    chance = random.Random(seed)
    facts = [random_facts(chance, USED) for _ in range(rows)]
    on = [FIRST + timedelta(days=chance.randrange(900)) for _ in range(rows)]
    columns = {name: column_of(name, [row[name] for row in facts]) for name in USED}
    days = np.asarray([day.toordinal() for day in on], np.int32)
    frame = Frame(view, rows, columns, days)
    solution = frame.solve()
    zero, none = np.zeros(rows, np.uint8), np.zeros((rows, fact_words()), np.uint64)
    unit = UnitColumns(columns, zero, none, zero, none)
    block = BlockFacts(rows, days, [unit], [unit], frozenset(), none, none, none)
    answer = BlockSolver(view, block).answer()
    for place in range(rows):
        plain = Unit(view, {**facts[place], "act_date": on[place]})
        for node in plain.network.nodes:
            for mine, theirs in ((solution.engaged, plain.solution.engaged), (solution.holds, plain.solution.holds)):
                must, may = (np.unpackbits(bits, count=rows)[place] for bits in mine[node.index])
                assert 2 * must + may == theirs[node.index], node.provision.id
        interval = judge_units(plain.network, [plain])["overall"]
        assert (answer.lower[place], answer.upper[place]) == (interval.at_least, interval.at_most)
        change = day_of(answer.regimes["ear"].changes[place])
        assert change == _change(plain, view, facts[place], on[place])


def _change(plain: Any, view: View, facts: dict[str, Any], on: date) -> date | None:
    return sweep(plain.network, [plain], on, lambda units: judge_units(plain.network, units), [[]]).overall_changes_on


def test_the_example_book_is_the_same_row_by_row() -> None:
    rows = [{**row, "id": f"b{n}"} for n, row in enumerate(base_rows())]
    assert_same(rows, bundled().view())
