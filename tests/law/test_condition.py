"""The grammar of conditions, and the plain interpreter against a naive one that tries every completion of a row."""

from __future__ import annotations

import calendar
import itertools
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carveout.decide.closure import judge, judge_condition
from carveout.facts.schema import schema
from carveout.facts.value import ALWAYS, FALSE, NEVER, TRUE, UNKNOWN, Span
from carveout.law.condition import (
    And,
    Compare,
    Holds,
    Like,
    Member,
    Node,
    Not,
    Or,
    Refused,
    Shift,
    conjunction,
    facts_of,
    groups_of,
    leaves,
    like_pattern,
)
from carveout.law.evidence import Evidence
from carveout.law.grammar import Grammar
from carveout.law.group import GroupHistory, Membership
from carveout.law.provision import Condition

GRAMMAR = Grammar(schema(), frozenset({"E", "E:1"}))
MAY_16 = date(2019, 5, 16)

# --- what the grammar takes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "tree"),
    [
        ("published", Holds("published")),
        ("published = TRUE", Holds("published")),
        ("published <> FALSE", Holds("published")),
        ("FALSE = published", Not(Holds("published"))),
        ("NOT published", Not(Holds("published"))),
        ("((published))", Holds("published")),
        ("direction = 'export'", Compare("=", "direction", "export")),
        ("'export' = direction", Compare("=", "direction", "export")),
        ("direction != 'export'", Compare("<>", "direction", "export")),
        ("eccn = 'it''s'", Compare("=", "eccn", "it's")),
        ("destination = 'none'", Compare("=", "destination", "none")),
        ("us_controlled_content_pct > 25", Compare(">", "us_controlled_content_pct", 25.0)),
        ("us_controlled_content_pct > -2.5", Compare(">", "us_controlled_content_pct", -2.5)),
        ("25 < us_controlled_content_pct", Compare(">", "us_controlled_content_pct", 25.0)),
        ("contract_date <= DATE '2019-05-16'", Compare("<=", "contract_date", MAY_16)),
        ("DATE '2019-05-16' >= contract_date", Compare("<=", "contract_date", MAY_16)),
        ("contract_date <= act_date", Compare("<=", "contract_date", other="act_date")),
        ("destination = end_user_country", Compare("=", "destination", other="end_user_country")),
        (
            "act_date < contract_date + INTERVAL '90' DAY",
            Compare("<", "act_date", other="contract_date", other_shift=Shift(days=90)),
        ),
        (
            "contract_date - INTERVAL '2' MONTH - INTERVAL '3' DAYS > act_date",
            Compare(">", "contract_date", other="act_date", shift=Shift(months=-2, days=-3)),
        ),
        ("direction IN ('export', 'release')", Member("direction", frozenset({"export", "release"}))),
        ("direction NOT IN ('export')", Not(Member("direction", frozenset({"export"})))),
        ("us_controlled_content_pct IN (10, 25)", Member("us_controlled_content_pct", frozenset({10.0, 25.0}))),
        ("contract_date IN (DATE '2019-05-16')", Member("contract_date", frozenset({MAY_16}))),
        ("destination IN GROUP('E:1')", Member("destination", group="E:1")),
        ("destination NOT IN GROUP('E')", Not(Member("destination", group="E"))),
        ("eccn LIKE '5D%'", Like("eccn", "5D%")),
        ("eccn NOT LIKE '5D%'", Not(Like("eccn", "5D%"))),
        (
            "us_controlled_content_pct BETWEEN 10 AND 25",
            And((Compare(">=", "us_controlled_content_pct", 10.0), Compare("<=", "us_controlled_content_pct", 25.0))),
        ),
    ],
)
def test_the_grammar_reads(sql: str, tree: Node) -> None:
    assert GRAMMAR.parse(sql) == tree


def test_and_binds_before_or_and_not_before_both() -> None:
    assert GRAMMAR.parse("NOT published AND enhances_function OR expands_capacity") == Or(
        (And((Not(Holds("published")), Holds("enhances_function"))), Holds("expands_capacity"))
    )


def test_a_chain_of_and_is_one_conjunction() -> None:
    assert GRAMMAR.parse("published AND enhances_function AND expands_capacity") == And(
        (Holds("published"), Holds("enhances_function"), Holds("expands_capacity"))
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("contract_date <= DATE '2019-05-17' - INTERVAL '1' DAY", MAY_16),
        ("contract_date <= DATE '2019-04-16' + INTERVAL '1' MONTH", MAY_16),
        ("contract_date + INTERVAL '1' DAY <= DATE '2019-05-17'", MAY_16),
        ("contract_date - INTERVAL '14' DAY <= DATE '2019-05-02'", MAY_16),
    ],
)
def test_an_interval_on_a_day_is_folded_when_the_law_is_read(written: str, meant: date) -> None:
    assert GRAMMAR.parse(written) == Compare("<=", "contract_date", meant)


# --- what it refuses (the messages are in tests/bad) -----------------------------------------------------------------

ERASES_AN_UNKNOWN = [
    "published IS NULL",
    "published IS NOT NULL",
    "published ISNULL",
    "published IS TRUE",
    "published IS UNKNOWN",
    "published <=> TRUE",
    "direction IS DISTINCT FROM 'export'",
    "direction IS NOT DISTINCT FROM 'export'",
    "COALESCE(published, FALSE)",
    "NVL(published, FALSE)",
    "IFNULL(published, FALSE)",
    "COALESCE(direction, 'export') = 'export'",
    "CASE WHEN published THEN TRUE ELSE FALSE END",
    "CASE direction WHEN 'export' THEN 'a' ELSE 'b' END = 'a'",
    "IF(published, TRUE, FALSE)",
    "GREATEST(us_controlled_content_pct, 10) > 25",
    "LEAST(us_controlled_content_pct, 10) > 25",
    "NOT (published AND (enhances_function OR published IS NULL))",
    "published AND COALESCE(enhances_function, TRUE)",
    "ISNULL(published)",
]

OUTSIDE = [
    "",
    " ",
    "published AND",
    "published; enhances_function",
    "SELECT published",
    "DROP TABLE law",
    "TRUE",
    "1 = 1",
    "NULL",
    "published = NULL",
    "direction IN ('export', NULL)",
    "direction IN (SELECT 'export')",
    "direction = (SELECT 'export')",
    "EXISTS (SELECT 1)",
    "direction IN ()",
    "direction IN (item_kind)",
    "UPPER(eccn) = 'EAR99'",
    "NULLIF(published, TRUE)",
    "EXTRACT(YEAR FROM act_date) = 2019",
    "CURRENT_DATE > act_date",
    "us_controlled_content_pct + 1 > 25",
    "act_date - contract_date > 5",
    "1 < us_controlled_content_pct < 3",
    "eccn || 'x' = 'EAR99x'",
    "eccn ILIKE 'ear%'",
    "eccn LIKE '3A%' ESCAPE '!'",
    "eccn LIKE ANY ('a', 'b')",
    "eccn SIMILAR TO 'a'",
    "direction = ANY('export')",
    "published AS x",
    ":published",
    "?",
    "on = DATE '2019-05-16'",
]

OF_ANOTHER_KIND = [
    "nobody_asks_this = 'x'",
    "Published",
    "direction = 'exprot'",
    "direction IN ('export', 'exprot')",
    "direction = 'EXPORT'",
    "direction > 'export'",
    "eccn >= 'EAR99'",
    "destination = 'UK'",
    "destination IN ('CN', 'cn')",
    "destination IN GROUP('F')",
    "destination IN GROUP('E', 'E:1')",
    "destination IN E",
    "contract_date IN GROUP('E')",
    "published = 1",
    "us_controlled_content_pct > '25'",
    "contract_date <= '2019-05-16'",
    "contract_date <= DATE '2019-02-29'",
    "contract_date <= TIMESTAMP '2019-05-16'",
    "direction = contract_date",
    "published = enhances_function",
    "published AND direction",
    "direction LIKE 'ex%'",
    "contract_date + INTERVAL '1' YEAR <= act_date",
    "contract_date + INTERVAL '1.5' DAY <= act_date",
    "contract_date + INTERVAL '1000000' DAY <= act_date",
    "contract_date + INTERVAL '1' MONTH <= DATE '2019-06-16'",
    "us_controlled_content_pct + INTERVAL '1' DAY > 25",
    "deal = 'x'",
    "\"on\" = DATE '2019-05-16'",
]


@pytest.mark.parametrize("sql", ERASES_AN_UNKNOWN)
def test_what_could_turn_unknown_into_an_answer_is_refused_and_the_reason_says_so(sql: str) -> None:
    with pytest.raises(Refused, match="it can turn unknown into an answer"):
        GRAMMAR.parse(sql)


@pytest.mark.parametrize("sql", [*OUTSIDE, *OF_ANOTHER_KIND])
def test_what_the_law_may_not_say_is_refused_with_what_would_be_right(sql: str) -> None:
    with pytest.raises(Refused) as refused:
        GRAMMAR.parse(sql)
    assert refused.value.wrong
    assert refused.value.right


WORDS = [
    "published", "direction", "contract_date", "act_date", "eccn", "us_controlled_content_pct", "deal", "nothing",
    "'export'", "'CN'", "'2019-05-16'", "25", "-", "DATE '2019-05-16'", "DATE '9999-12-31'", "DATE '0001-01-01'", "TRUE",
    "NULL", "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "=", "<>", "<", ">=", "(", ")", ",", "+",
    "INTERVAL '1' DAY", "INTERVAL '99999' MONTH", "INTERVAL", "GROUP('E')", "GROUP", "CASE", "WHEN", "THEN", "END",
    "COALESCE(", "SELECT", "FROM", "*", "'", '"', ";", ".", "::date", "--", "/*",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=30))
def test_any_text_is_read_or_refused_and_nothing_else(sql: str) -> None:
    try:
        tree = GRAMMAR.parse(sql)
    except Refused:
        return
    assert all(name in schema() for name in facts_of(tree))


# --- small things ----------------------------------------------------------------------------------------------------

NEAR = st.dates(date(2000, 1, 1), date(2050, 12, 31))
MONTHS = st.integers(-240, 240)


def moved(day: date, shift: Shift) -> date:
    """The day moved, written another way: month by month, then day by day."""
    year, month = day.year, day.month
    for _ in range(abs(shift.months)):
        month += 1 if shift.months > 0 else -1
        year, month = (year + 1, 1) if month > 12 else (year - 1, 12) if month < 1 else (year, month)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1])) + timedelta(days=shift.days)


@given(NEAR, MONTHS, st.integers(-400, 400))
def test_a_shift_moves_by_months_within_the_month_and_then_by_days(day: date, months: int, days: int) -> None:
    assert Shift(months, days).apply(day) == moved(day, Shift(months, days))


@given(NEAR, NEAR, MONTHS, st.integers(-400, 400))
def test_a_shift_keeps_the_order_of_days(one: date, other: date, months: int, days: int) -> None:
    first, last = sorted((one, other))
    assert Shift(months, days).apply(first) <= Shift(months, days).apply(last)


@pytest.mark.parametrize(
    "shift", [Shift(days=30), Shift(days=-30), Shift(months=6), Shift(months=-6), Shift(6, 99999), Shift(-6, -99999)]
)
def test_a_day_that_does_not_come_and_a_day_before_all_others_can_be_shifted(shift: Shift) -> None:
    assert shift.apply(NEVER) > date(9000, 1, 1)
    assert shift.apply(ALWAYS) < date(1000, 1, 1)


def matches(text: str, pattern: str) -> bool:
    """LIKE by trying every way of reading the pattern."""
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(matches(text[cut:], pattern[1:]) for cut in range(len(text) + 1))
    return bool(text) and pattern[0] in ("_", text[0]) and matches(text[1:], pattern[1:])


@given(st.text("ab.*\n", max_size=6), st.text("ab.*%_\n", max_size=5))
def test_like_means_what_sql_says(text: str, pattern: str) -> None:
    assert bool(like_pattern(pattern).fullmatch(text)) == matches(text, pattern)


def test_a_tree_knows_its_leaves_its_facts_and_its_sets() -> None:
    tree = GRAMMAR.parse("NOT (published OR contract_date <= act_date) AND destination IN GROUP('E')")
    assert [type(leaf) for leaf in leaves(tree)] == [Holds, Compare, Member]
    assert facts_of(tree) == {"published", "contract_date", "act_date", "destination"}
    assert groups_of(tree) == {"E"}


# --- random trees over small domains ---------------------------------------------------------------------------------

FIRST = date(2019, 1, 29)
DATES = ("contract_date", "order_on", "act_date")
TEXTS = ("eccn", "destination")
DOMAINS: dict[str, list[Any]] = {
    "published": [TRUE, FALSE],
    "enhances_function": [TRUE, FALSE],
    "direction": list(schema()["direction"].values),
    "eccn": ["CN", "3A001", "5D002"],
    "destination": ["CN", "IR", "SD", "DE"],
    "us_controlled_content_pct": [0.0, 10.0, 17.0, 25.0, 60.0],
    **{name: [FIRST + timedelta(days=n) for n in range(8)] for name in DATES},
}
LITERAL_DAYS = st.integers(-2, 10).map(lambda n: FIRST + timedelta(days=n))
ORDER = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
SHIFT = st.builds(Shift, days=st.integers(-3, 3)) | st.builds(Shift, st.integers(-1, 1), st.integers(-3, 3))

# A set in three steps: firm, in doubt about one member, not held.
SET = GroupHistory(
    "E",
    (FIRST, FIRST + timedelta(days=3), FIRST + timedelta(days=6)),
    (
        Membership(FIRST, None, frozenset({"IR", "SD"}), frozenset({"IR", "SD"}), "I", Evidence.primary),
        Membership(FIRST, None, frozenset({"IR"}), frozenset({"IR", "SD"}), "I", Evidence.primary),
        None,
    ),
)
GROUPS = {"E": SET}


def sampled(name: str, **size: int) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(DOMAINS[name]), min_size=1, **size)


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(["published", "enhances_function"]).map(Holds),
    st.sampled_from(["direction", *TEXTS]).flatmap(
        lambda name: st.builds(Compare, st.sampled_from(["=", "<>"]), st.just(name), st.sampled_from(DOMAINS[name]))
    ),
    st.builds(Compare, ORDER, st.just("us_controlled_content_pct"), st.sampled_from([-1.0, 0.0, 10.0, 25.0, 99.0])),
    st.builds(Compare, ORDER, st.sampled_from(DATES), LITERAL_DAYS),
    st.permutations(DATES).flatmap(
        lambda names: st.builds(
            Compare, ORDER, st.just(names[0]), other=st.just(names[1]), shift=SHIFT, other_shift=SHIFT
        )
    ),
    st.builds(Compare, st.sampled_from(["=", "<>"]), st.just("eccn"), other=st.just("destination")),
    st.sampled_from(["direction", "eccn", "us_controlled_content_pct", "contract_date"]).flatmap(
        lambda name: st.builds(Member, st.just(name), sampled(name, max_size=4))
    ),
    st.just(Member("destination", group="E")),
    st.builds(Like, st.just("eccn"), st.sampled_from(["5D%", "%00_", "CN", "_%1"])),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=5,
)


def unknown(name: str) -> Any:
    return UNKNOWN if schema()[name].type == "bool" else None


@st.composite
def rows(draw: Any) -> dict[str, Any]:
    """Facts: known, unknown, or, where they are ordered, known within bounds. The day of the act is known or unknown."""
    found: dict[str, Any] = {}
    for name, domain in DOMAINS.items():
        kind = draw(st.sampled_from(["known", "known", "unknown", "span"]))
        low, high = sorted((draw(st.integers(0, len(domain) - 1)), draw(st.integers(0, len(domain) - 1))))
        if kind == "span" and low < high and (name in DATES[:2] or name == "us_controlled_content_pct"):
            found[name] = Span(domain[low], domain[high])
        else:
            found[name] = unknown(name) if kind == "unknown" else domain[low]
    return found


def is_known(name: str, value: Any) -> bool:
    return value != UNKNOWN if schema()[name].type == "bool" else value is not None and not isinstance(value, Span)


def possible(name: str, value: Any) -> list[Any]:
    """Every value of the domain that the fact may have."""
    if isinstance(value, Span):
        return [v for v in DOMAINS[name] if value.low <= v <= value.high]
    return [value] if is_known(name, value) else DOMAINS[name]


def worlds(row: Mapping[str, Any], names: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Every completion of the named facts (of very many, the first few thousand)."""
    needed = sorted(names | {"act_date"})
    every = itertools.product(*(possible(name, row[name]) for name in needed))
    for values in itertools.islice(every, 4000):
        yield {**row, **dict(zip(needed, values, strict=True))}


def member_of_set(value: str, day: date) -> set[bool]:
    """Both answers where the set is in doubt or not held."""
    step = (day - FIRST).days
    if step < 0 or step >= 6:
        return {True, False}
    if value == "SD" and step >= 3:
        return {True, False}
    return {value in ("IR", "SD")}


def answers(node: Node, world: Mapping[str, Any]) -> set[bool]:
    """The answers a complete row allows, in plain two-valued logic: one, or two where a set is in doubt."""
    match node:
        case Not(part):
            return {not answer for answer in answers(part, world)}
        case And(parts):
            return {all(each) for each in itertools.product(*(answers(part, world) for part in parts))}
        case Or(parts):
            return {any(each) for each in itertools.product(*(answers(part, world) for part in parts))}
        case Holds(fact):
            return {world[fact] == TRUE}
        case Member(fact, _, "E"):
            return member_of_set(world[fact], world["act_date"])
        case Member(fact, values):
            return {any(world[fact] == value for value in values)}
        case Like(fact, pattern):
            return {matches(world[fact], pattern)}
        case Compare(op, fact, value, other):
            left, right = world[fact], (world[other] if other else value)
            if isinstance(left, date) and isinstance(right, date):
                left, right = moved(left, node.shift), moved(right, node.other_shift)
            sign = (left > right) - (left < right)
            return {sign in {"=": (0,), "<>": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[op]}
    raise AssertionError(node)


def enumerated(node: Node, row: Mapping[str, Any]) -> set[bool]:
    """All answers that some completion of the row allows."""
    found: set[bool] = set()
    for world in worlds(row, facts_of(node)):
        found |= answers(node, world)
    return found


def allowed(truth: int) -> set[bool]:
    """The answers that a truth leaves open."""
    return {TRUE: {True}, FALSE: {False}, UNKNOWN: {True, False}}[truth]


@given(TREES, rows())
def test_no_completion_of_a_row_ever_leaves_the_answer(tree: Node, row: dict[str, Any]) -> None:
    assert enumerated(tree, row) <= allowed(judge(tree, GROUPS)(row))


def coarse(leaf: Node) -> bool:
    """Whether bounds may be read more widely than the completions say: a shift by months skips days of the calendar,
    and a list is asked value by value."""
    if isinstance(leaf, Compare):
        return bool(leaf.shift.months or leaf.other_shift.months)
    return isinstance(leaf, Member) and not leaf.group


@given(LEAVES, rows())
def test_a_leaf_is_exactly_what_its_completions_say(leaf: Node, row: dict[str, Any]) -> None:
    """Values, spans, sets: must is under every completion, may under some; a fact not known at all leaves it open."""
    truth = judge(leaf, GROUPS)(row)
    needed = facts_of(leaf) | ({"act_date"} if isinstance(leaf, Member) and leaf.group else frozenset())
    if any(row[name] in (None, UNKNOWN) for name in needed):
        assert truth == UNKNOWN
    elif any(isinstance(row[name], Span) for name in facts_of(leaf)) and coarse(leaf):
        assert enumerated(leaf, row) <= allowed(truth)
    else:
        assert allowed(truth) == enumerated(leaf, row)


@given(LEAVES | TREES, rows())
def test_where_everything_is_known_the_answer_is_settled_and_right(tree: Node, row: dict[str, Any]) -> None:
    complete = {name: value if is_known(name, value) else DOMAINS[name][0] for name, value in row.items()}
    assume(complete["act_date"] < FIRST + timedelta(days=3))  # the set is firm
    truth = judge(tree, GROUPS)(complete)
    assert truth in (TRUE, FALSE)
    assert answers(tree, complete) == {truth == TRUE}


@given(TREES, rows(), st.sampled_from(sorted(DOMAINS)), st.data())
def test_filling_an_unknown_fact_only_narrows_the_answer(
    tree: Node, row: dict[str, Any], name: str, data: st.DataObject
) -> None:
    before = judge(tree, GROUPS)(row)
    filled = {**row, name: data.draw(st.sampled_from(possible(name, row[name])))}
    after = judge(tree, GROUPS)(filled)
    assert allowed(after) <= allowed(before)


@given(TREES, rows(), st.sampled_from([*DATES[:2], "us_controlled_content_pct"]), st.data())
def test_narrower_bounds_only_narrow_the_answer(
    tree: Node, row: dict[str, Any], name: str, data: st.DataObject
) -> None:
    values = possible(name, row[name])
    low, high = sorted((data.draw(st.integers(0, len(values) - 1)), data.draw(st.integers(0, len(values) - 1))))
    within = values[low] if low == high else Span(values[low], values[high])
    assert allowed(judge(tree, GROUPS)({**row, name: within})) <= allowed(judge(tree, GROUPS)(row))


# --- trees as text ---------------------------------------------------------------------------------------------------


def literal(value: Any) -> str:
    return f"DATE '{value}'" if isinstance(value, date) else f"'{value}'" if isinstance(value, str) else str(value)


def shifted(fact: str, shift: Shift) -> str:
    units = [(shift.months, "MONTH"), (shift.days, "DAY")]
    return fact + "".join(f" {'+' if n > 0 else '-'} INTERVAL '{abs(n)}' {unit}" for n, unit in units if n)


def written(node: Node) -> str:
    """The tree as the law would write it."""
    match node:
        case Not(part):
            return f"NOT ({written(part)})"
        case And(parts):
            return " AND ".join(f"({written(part)})" for part in parts)
        case Or(parts):
            return " OR ".join(f"({written(part)})" for part in parts)
        case Holds(fact):
            return fact
        case Member(fact, values, group):
            return f"{fact} IN " + (f"GROUP('{group}')" if group else f"({', '.join(map(literal, sorted(values)))})")
        case Like(fact, pattern):
            return f"{fact} LIKE '{pattern}'"
        case Compare(op, fact, value, other):
            right = shifted(other, node.other_shift) if other else literal(value)
            return f"{shifted(fact, node.shift)} {op} {right}"
    raise AssertionError(node)


GRAMMAR_OF_WORDS = Grammar(schema(), frozenset(GROUPS))


@given(LEAVES)
def test_a_leaf_written_down_is_read_back_as_it_was(leaf: Node) -> None:
    assume("destination = '3A001'" not in written(leaf))
    assert GRAMMAR_OF_WORDS.parse(written(leaf)) == leaf


@given(TREES, rows())
def test_a_tree_written_down_and_read_back_gives_the_same_answers(tree: Node, row: dict[str, Any]) -> None:
    read = GRAMMAR_OF_WORDS.parse(written(tree))
    assert judge(read, GROUPS)(row) == judge(tree, GROUPS)(row)
    assert facts_of(read) == facts_of(tree)
    assert list(leaves(read)) == list(leaves(tree))


# --- conditions with readings ----------------------------------------------------------------------------------------


def condition(*readings: Node, doubted: bool = False) -> Condition:
    return Condition("c", readings, ("",) * len(readings), Evidence.primary, doubted)


@given(TREES, TREES, rows())
def test_of_two_readings_must_is_under_both_and_may_under_either(one: Node, other: Node, row: dict[str, Any]) -> None:
    both = judge_condition(condition(one, other), GROUPS)(row)
    assert allowed(both) == allowed(judge(one, GROUPS)(row)) | allowed(judge(other, GROUPS)(row))


@given(TREES, rows())
def test_a_doubted_condition_is_read_as_a_condition_and_as_none(tree: Node, row: dict[str, Any]) -> None:
    doubted = judge_condition(condition(tree, doubted=True), GROUPS)(row)
    assert allowed(doubted) == allowed(judge(tree, GROUPS)(row)) | {True}


@given(st.lists(TREES, max_size=3), rows())
def test_a_conjunction_holds_when_all_do(trees: list[Node], row: dict[str, Any]) -> None:
    found = TRUE
    for tree in trees:
        found &= judge(tree, GROUPS)(row)
    assert judge(conjunction(trees), GROUPS)(row) == found


def test_a_set_may_be_asked_on_another_clock() -> None:
    row = {"destination": "SD", "act_date": FIRST + timedelta(days=6), "contract_date": FIRST}
    tree = Member("destination", group="E")
    assert judge(tree, GROUPS)(row) == UNKNOWN
    assert judge(tree, GROUPS, "contract_date")(row) == TRUE
