"""Which provisions made the difference: known answers of the real law, and the frame interpreter against the plain one."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carveout.book.compose import compose
from carveout.decide.causes import causes
from carveout.decide.frame import Frame
from carveout.decide.frame_answer import judge
from carveout.decide.frame_causes import Solved, frame_causes
from carveout.decide.plain import Unit
from carveout.decide.planes import Codes, Range, unpack, value_ends
from carveout.decide.transaction import judge_units, make_units
from carveout.facts.row import read_row
from carveout.facts.schema import schema
from carveout.facts.value import FALSE, TRUE, UNKNOWN
from carveout.law.corpus import Corpus, bundled, load
from carveout.law.view import View
from tests.book.near_rows import near_rows
from tests.strategies import FIRST, USED, corpora, random_facts

PATCH = {
    "direction": "export", "item_kind": "software", "eccn": "EAR99", "published": "false", "activity": "maintain_network",
    "network_fully_operational": "true", "network_third_party": "true", "contract_date": "2018-03-01",
    "enhances_function": "false", "expands_capacity": "false", "certification_by": "listed_entity",
    "certification_on": "2019-08-19", "destination": "CN", "ultimate_consignee": "Huawei Technologies Co., Ltd.",
    "ultimate_consignee_country": "CN", "ccl_license_required": "false", "knowledge_of_violation": "false",
    "diversion_knowledge": "false",
}  # fmt: skip
LIST, NETWORKS, CERTIFICATE = "ear/744.11/entity-list", "ear/744.supp7/c1", "ear/744.supp7/d"


def units_of(cells: dict[str, str], view: View, on: date) -> list[Unit]:
    row, errors = read_row({"id": "r", **cells})
    assert not errors
    return [unit for _, unit in make_units(compose(row, view, on=on), view)]


def between(cells: dict[str, str], first: date, second: date) -> tuple[str, ...]:
    view = bundled().view()
    return causes(units_of(cells, view, first), units_of(cells, view, second))


@pytest.mark.parametrize(
    ("changed", "first", "second", "expected"),
    [
        ({}, date(2019, 5, 15), date(2019, 5, 18), (LIST,)),
        ({}, date(2019, 11, 18), date(2020, 2, 16), ()),
        ({}, date(2020, 8, 13), date(2020, 8, 14), (NETWORKS,)),
        ({"certification_on": "2019-12-01"}, date(2019, 11, 29), date(2019, 12, 2), (CERTIFICATE,)),
        ({"certification_by": "exporter", "certification_on": "2019-06-01"}, date(2019, 8, 18), date(2019, 8, 19), (CERTIFICATE,)),
        ({"activity": "security_disclosure", "item_kind": "technology"}, date(2020, 8, 15), date(2020, 8, 17),
         ("ear/744.supp4/footnote2",)),
        ({"published": "true"}, date(2019, 5, 15), date(2019, 5, 18), ()),
    ],
)  # fmt: skip
def test_from_one_day_to_another(changed: dict[str, str], first: date, second: date, expected: tuple[str, ...]) -> None:
    assert between({**PATCH, **changed}, first, second) == expected
    assert between({**PATCH, **changed}, second, first) == expected


def test_from_one_view_to_another() -> None:
    then, now = bundled().view(known=date(2019, 11, 17)), bundled().view()
    day = date(2019, 12, 2)
    assert causes(units_of(PATCH, then, day), units_of(PATCH, now, day)) == (NETWORKS,)
    before_any_rule = bundled().view(known=date(2019, 5, 10))
    assert causes(units_of(PATCH, before_any_rule, day), units_of(PATCH, now, day)) == (LIST,)


def column_of(name: str, values: Sequence[Any]) -> Codes | Range:
    fact = schema()[name]
    if fact.type in ("date", "number"):
        ends = [value_ends(value) for value in values]
        return Range(np.asarray([low for low, _ in ends]), np.asarray([high for _, high in ends]))
    distinct = [v for v in dict.fromkeys(values) if v is not None and not (fact.type == "bool" and v == UNKNOWN)]
    codes = np.asarray([distinct.index(v) if v in distinct else len(distinct) for v in values], np.int32)
    return Codes(codes, (*distinct, UNKNOWN if fact.type == "bool" else None))


def solved(view: View, units: Sequence[Unit], names: Sequence[str], days: Sequence[date]) -> Solved:
    """One unit of several rows as a solved frame."""
    columns = {name: column_of(name, [unit.facts[name] for unit in units]) for name in names}
    given = {name for unit in units for name in unit.supplied}
    choices = (TRUE, UNKNOWN, FALSE, None)
    supplied = {
        name: Codes(np.asarray([choices.index(unit.supplied.get(name)) for unit in units], np.uint8), choices)
        for name in given
    }
    frame = Frame(view, len(units), columns, np.asarray([day.toordinal() for day in days], np.int32), supplied)
    frame.solve()
    return Solved.of(frame)


def told_by_frames(before: Sequence[Solved], after: Sequence[Solved], rows: int) -> list[tuple[str, ...]]:
    was, now = (judge([s.frame for s in state], [s.solution for s in state])["overall"] for state in (before, after))
    nodes = before[0].frame.network.nodes
    found = {
        nodes[index].provision.id: unpack(bits, rows) for index, bits in frame_causes(before, after, was, now).items()
    }
    return [tuple(sorted(name for name, rows_in in found.items() if rows_in[place])) for place in range(rows)]


def assert_sound(before: Sequence[Unit], after: Sequence[Unit], found: tuple[str, ...]) -> None:
    """Causes are there exactly where the outcome differs, and their text differs somewhere."""
    was, now = (judge_units(units[0].network, units)["overall"] for units in (before, after))
    assert bool(found) == (was != now)
    position = before[0].network.position
    for cause in found:
        place = position[cause]
        assert any(a.solution.texts[place] != b.solution.texts[place] for a, b in zip(before, after, strict=True))


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=40,
)  # fmt: skip
@given(corpora().map(load), st.integers(0, 1 << 30))
def test_on_random_law_both_interpreters_find_the_same_causes(corpus: Corpus, seed: int) -> None:
    view, rows, chance = corpus.view(), 24, random.Random(seed)
    facts = [random_facts(chance, USED) for _ in range(rows)]
    states = [[FIRST + timedelta(days=chance.randrange(900)) for _ in range(rows)] for _ in range(2)]
    plain = [[Unit(view, {**own, "act_date": day}) for own, day in zip(facts, days, strict=True)] for days in states]
    frames = [solved(view, units, USED, days) for units, days in zip(plain, states, strict=True)]
    told = told_by_frames([frames[0]], [frames[1]], rows)
    for before, after, by_frame in zip(*plain, told, strict=True):
        found = causes([before], [after])
        assert found == by_frame
        assert_sound([before], [after], found)


def test_a_state_stays_when_its_frame_moves_on() -> None:
    view, first, second = bundled().view(), date(2020, 8, 13), date(2020, 8, 14)
    unit = units_of(PATCH, view, first)[0]
    state = solved(view, [unit], ASKED, [first])
    state.frame.set_day(second.toordinal())
    state.frame.solve()
    assert told_by_frames([state], [Solved.of(state.frame)], 1) == [(NETWORKS,)]


ASKED = tuple(fact.name for fact in schema() if fact.kind not in ("label", "derived") and fact.name != "act_date")
PAIRS = [
    ({}, {}),
    ({"known": date(2019, 11, 17)}, {}),
    ({"known": date(2019, 5, 10)}, {"known": date(2020, 5, 20)}),
]


def compare_near_rows(count: int, seed: int) -> int:
    """How many rows of different outcome were compared."""
    views = [bundled().view(**chosen) for chosen in PAIRS[seed % len(PAIRS)]]
    chance, flips = random.Random(seed), 0
    shapes: dict[int, list[tuple[list[Unit], list[Unit]]]] = defaultdict(list)
    for cells in near_rows(count, seed):
        row, errors = read_row(cells)
        if errors or row.on is None:
            continue
        later = row.on + timedelta(days=chance.randrange(1, 500)) if views[0] is views[1] else row.on
        before, after = (
            [unit for _, unit in make_units(compose(row, view, on=day), view)]
            for view, day in zip(views, (row.on, later), strict=True)
        )
        if len(before) == len(after):
            shapes[len(before)].append((before, after))
    for size, pairs in shapes.items():
        frames = [
            [
                solved(views[side], [pair[side][place] for pair in pairs], ASKED,
                       [pair[side][place].facts["act_date"] for pair in pairs])
                for place in range(size)
            ]
            for side in (0, 1)
        ]  # fmt: skip
        for (before, after), by_frame in zip(pairs, told_by_frames(frames[0], frames[1], len(pairs)), strict=True):
            found = causes(before, after)
            assert found == by_frame
            assert_sound(before, after, found)
            flips += bool(found)
    return flips


@pytest.mark.parametrize("seed", range(6))
def test_on_rows_near_the_real_law_both_interpreters_find_the_same_causes(seed: int) -> None:
    assert compare_near_rows(400, seed) > 20


@pytest.mark.soak
def test_on_fifty_thousand_rows_both_interpreters_find_the_same_causes() -> None:
    assert sum(compare_near_rows(5000, seed) for seed in range(300, 310)) > 5000
