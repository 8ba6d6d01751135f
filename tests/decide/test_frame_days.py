"""A frame moved from day to day against frames made anew, and days of single rows against the plain interpreter."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carveout.decide.determination import judge_units
from carveout.decide.frame import Frame
from carveout.decide.frame_answer import BlockFacts, BlockSolver, UnitColumns, fact_words
from carveout.decide.frame_days import Days
from carveout.decide.frame_horizon import day_of
from carveout.decide.horizon import sweep
from carveout.decide.plain import Unit
from carveout.law.corpus import Corpus, bundled, load
from tests.book.near_rows import near_rows
from tests.book.test_interpreters_agree import assert_same, column_of
from tests.strategies import FIRST, USED, corpora, random_facts

ROUGH = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=40,
)  # fmt: skip


@ROUGH
@given(corpora().map(load), st.integers(0, 1 << 30))
def test_what_is_kept_from_day_to_day_is_what_would_be_solved_anew(corpus: Corpus, seed: int) -> None:
    view, rows = corpus.view(), 40
    chance = random.Random(seed)
    facts = [random_facts(chance, USED) for _ in range(rows)]
    columns = {name: column_of(name, [row[name] for row in facts]) for name in USED}
    start = FIRST.toordinal()
    moved = Frame(view, rows, columns, np.asarray([start + chance.randrange(900) for _ in range(rows)], np.int32))
    moved.solve()
    for _ in range(8):
        one_for_all = chance.random() < 0.7
        day = (
            start + chance.randrange(900)
            if one_for_all
            else np.asarray(chance.choices(range(start, start + 900), k=rows))
        )
        moved.set_day(day)
        mine, anew = moved.solve(), Frame(view, rows, columns, day).solve()
        for node in moved.network.nodes:
            for ours, theirs in ((mine.engaged, anew.engaged), (mine.holds, anew.holds)):
                for bits, expected in zip(ours[node.index], theirs[node.index], strict=True):
                    assert (np.unpackbits(bits, count=rows) == np.unpackbits(expected, count=rows)).all(), (
                        node.provision.id
                    )


@ROUGH
@given(corpora().map(load), st.integers(0, 1 << 30))
def test_on_random_law_days_solved_row_by_row_are_those_of_the_plain_interpreter(corpus: Corpus, seed: int) -> None:
    view, rows = corpus.view(), 24
    chance = random.Random(seed)
    facts = [random_facts(chance, USED) for _ in range(rows)]
    on = [FIRST + timedelta(days=chance.randrange(900)) for _ in range(rows)]
    columns = {name: column_of(name, [row[name] for row in facts]) for name in USED}
    days = np.asarray([day.toordinal() for day in on], np.int32)
    zero, none = np.zeros(rows, np.uint8), np.zeros((rows, fact_words()), np.uint64)
    unit = UnitColumns(columns, zero, none, zero, none)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("carveout.decide.frame_turns.FEW_DAYS", 0)
        answer = BlockSolver(view, BlockFacts(rows, days, [unit], [unit], frozenset(), none, none, none)).answer()
    for place in range(rows):
        plain = Unit(view, {**facts[place], "act_date": on[place]})
        network = plain.network
        horizon = sweep(network, [plain], on[place], lambda units, n=network: judge_units(n, units), [[]])
        assert day_of(answer.regimes["ear"].changes[place]) == horizon.overall_changes_on


@pytest.mark.parametrize("seed", range(40, 44))
def test_on_the_real_law_days_solved_row_by_row_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carveout.decide.frame_turns.FEW_DAYS", 0)
    assert_same(near_rows(400, seed), bundled().view(known=[None, date(2020, 5, 20)][seed % 2]))


def test_days_tell_which_rows_lie_in_a_stretch() -> None:
    days = Days(np.asarray([10, 12, 15]))
    assert days.within(10, None) is True
    assert days.within(16, None) is False
    assert days.within(0, 10) is False
    inside = days.within(11, 15)
    assert not isinstance(inside, bool)
    assert np.unpackbits(inside, count=3).tolist() == [0, 1, 0]
