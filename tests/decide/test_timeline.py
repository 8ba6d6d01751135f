"""Timelines on random law: the plain one against every single day, the one over bit planes against the plain one."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carveout.book.timelines import names_in
from carveout.decide.frame_answer import BlockFacts, UnitColumns
from carveout.decide.frame_timeline import changes_of, interval_of, mark_of
from carveout.decide.outcome import Interval, Outcome
from carveout.decide.plain import Unit
from carveout.decide.timeline import told_by
from carveout.decide.transaction import judge_units
from carveout.law.corpus import Corpus, load
from tests.book.test_interpreters_agree import column_of
from tests.strategies import FIRST, USED, corpora, random_facts

SLOW = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=30,
)  # fmt: skip


def test_every_interval_has_a_number_of_its_own() -> None:
    every = [Interval(low, high) for low in Outcome for high in Outcome if low <= high]
    assert [interval_of(mark_of(one)) for one in every] == every
    assert len({mark_of(one) for one in every}) == len(every)


@SLOW
@given(corpora().map(load), st.integers(0, 1 << 30))
def test_a_timeline_is_the_outcome_of_every_single_day(corpus: Corpus, seed: int) -> None:
    view, chance = corpus.view(), random.Random(seed)
    for _ in range(3):
        facts, on = random_facts(chance, USED), FIRST + timedelta(days=chance.randrange(700))
        held, changes = told_by(lambda f=facts, d=on: [Unit(view, {**f, "act_date": d})], on)  # type: ignore[misc]
        turns = {change.day: change for change in changes}
        assert [change.day for change in changes] == sorted(turns)
        unit = Unit(view, {**facts, "act_date": on})
        for number in range(1100):
            day = on + timedelta(days=number)
            unit.on(day)
            now = judge_units(unit.network, [unit])["overall"]
            if day in turns:
                assert turns[day].before == held != turns[day].after == now
                assert turns[day].causes
            else:
                assert now == held, day
            held = now


@SLOW
@given(corpora().map(load), st.integers(0, 1 << 30))
def test_over_bit_planes_every_change_and_every_cause_is_the_same(corpus: Corpus, seed: int) -> None:
    view, chance, rows = corpus.view(), random.Random(seed), 40
    facts = [random_facts(chance, USED) for _ in range(rows)]
    on = [FIRST + timedelta(days=chance.randrange(900)) for _ in range(rows)]
    columns = {name: column_of(name, [row[name] for row in facts]) for name in USED}
    days = np.asarray([day.toordinal() for day in on], np.int32)
    zero, none = np.zeros(rows, np.uint8), np.zeros((rows, 2), np.uint64)
    block = BlockFacts(rows, days, [UnitColumns(columns, zero, none, zero, none)], [], frozenset(), none, none, none)
    found = changes_of(view, block)
    names = corpus.order
    for place in range(rows):
        first, changes = told_by(lambda p=place: [Unit(view, {**facts[p], "act_date": on[p]})], on[place])  # type: ignore[misc]
        assert interval_of(found.start[place]) == first
        got = [
            (date.fromordinal(int(found.days[n])), interval_of(found.before[n]), interval_of(found.after[n]),
             tuple(names_in(found.causes[n], names)))
            for n in np.flatnonzero(found.rows == place)
        ]  # fmt: skip
        assert got == [(change.day, change.before, change.after, change.causes) for change in changes]
