"""Random law and random transactions for the property tests: small corpora over the real schema, rows over a corpus."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from carveout.facts.schema import Fact, schema
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Span

FIRST = date(2019, 1, 1)
DAYS = st.integers(0, 900).map(lambda n: FIRST + timedelta(days=n))

BOOLS = (
    "published",
    "network_fully_operational",
    "enhances_function",
    "eligible_before",
    "ccl_license_required",
)
ENUMS = ("direction", "activity", "item_kind")
DATES = ("contract_date", "license_through", "party_listed_from", "order_on")
NUMBERS = ("us_controlled_content_pct",)
TEXTS = ("eccn", "destination")
LISTS = ("input_eccns",)
USED = (*BOOLS, *ENUMS, *DATES, *NUMBERS, *TEXTS, *LISTS)
DERIVED = ("controlled_act", "over_de_minimis", "published_information")
WORDS = {"eccn": ("EAR99", "5D002", "3A001"), "destination": ("CN", "CU", "IR", "DE")}


def leaf() -> st.SearchStrategy[str]:
    """One leaf of a condition, as SQL."""
    facts = schema()
    days = DAYS.map(lambda d: f"DATE '{d}'")
    order = st.sampled_from(["<", "<=", ">", ">=", "=", "<>"])
    shift = st.sampled_from(["", " + INTERVAL '30' DAY", " - INTERVAL '2' MONTH"])
    return st.one_of(
        st.sampled_from([*BOOLS, *DERIVED]),
        st.tuples(st.sampled_from(ENUMS), st.data())
        .map(lambda p: p[0])
        .flatmap(lambda name: st.sampled_from(facts[name].values).map(lambda v: f"{name} = '{v}'")),
        st.sampled_from(ENUMS).flatmap(
            lambda name: st.lists(st.sampled_from(facts[name].values), min_size=1, max_size=4, unique=True).map(
                lambda vs: f"{name} IN ({', '.join(repr(v) for v in vs)})"
            )
        ),
        st.tuples(st.sampled_from(DATES), order, days).map(lambda p: f"{p[0]} {p[1]} {p[2]}"),
        st.tuples(st.sampled_from(DATES), shift, order).map(lambda p: f"{p[0]}{p[1]} {p[2]} act_date"),
        st.tuples(st.sampled_from(DATES), st.sampled_from(DATES)).map(lambda p: f"{p[0]} <= {p[1]}"),
        st.tuples(order, st.integers(0, 40)).map(lambda p: f"us_controlled_content_pct {p[0]} {p[1]}"),
        st.sampled_from(TEXTS).flatmap(lambda name: st.sampled_from(WORDS[name]).map(lambda v: f"{name} <> '{v}'")),
        st.sampled_from(["input_eccns IN GROUP('eccns')", "input_eccns IN ('3E001', '5D991')"]),
        st.sampled_from(["eccn LIKE '5D%'", "destination IN GROUP('E')", "destination NOT IN GROUP('E')"]),
        st.tuples(days, days).map(lambda p: f"contract_date BETWEEN {min(p)} AND {max(p)}"),
    )


def condition() -> st.SearchStrategy[str]:
    """A condition of up to a few leaves."""
    return st.recursive(
        leaf(),
        lambda inner: st.one_of(
            inner.map(lambda a: f"NOT ({a})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]}) AND ({p[1]})"),
            st.tuples(inner, inner).map(lambda p: f"({p[0]}) OR ({p[1]})"),
        ),
        max_leaves=4,
    )


INSTRUMENTS = """
["BASE"]
title = "Standing text"
citation = "Base"
published = 2019-01-01
effective = 2019-01-01
standing = true

["ONE"]
title = "First"
citation = "1 FR 1"
published = 2019-06-01
effective = 2019-05-20

["TWO"]
title = "Second"
citation = "2 FR 2"
filed = 2019-11-01
published = 2019-11-20
effective = 2019-11-18

["THREE"]
title = "Third"
citation = "3 FR 3"
published = 2020-08-20
effective = 2020-08-17
"""

SETS = """
["E"]
title = "Group E"
[["E".held]]
from = 2019-01-01
through = 2020-03-31
members = ["CU", "IR"]
instrument = "BASE"
evidence = "secondary"
[["E".held]]
from = 2020-04-01
narrow = ["CU"]
wide = ["CU", "IR"]
instrument = "TWO"
evidence = "secondary"
["eccns"]
title = "ECCNs"
[["eccns".held]]
from = 2019-01-01
members = ["3E001", "3E002"]
instrument = "BASE"
evidence = "secondary"
[["eccns".held]]
from = 2019-11-18
narrow = ["3E001"]
wide = ["3E901", "5E002"]
instrument = "TWO"
evidence = "secondary"
"""

HEAD = """
covers_from = 2019-01-01
reviewed_through = 2026-07-31
[regime.ear]
title = "Random"
addressee = "somebody"
act = "an act"
scope = "random"
subject = "subject_to_ear"
"""


def _quoted(sql: str) -> str:
    return '"' + sql.replace('"', '\\"') + '"'


@st.composite
def _block(draw: Any, instrument: str, head: list[str], *, first: bool) -> str:
    lines = [*head, f'instrument = "{instrument}"']
    start = draw(DAYS) if draw(st.booleans()) else FIRST
    lines.append(f"from = {start}")
    if draw(st.booleans()) and not first:
        lines.append(f"through = {start + timedelta(days=draw(st.integers(0, 400)))}")
    grade = draw(st.sampled_from(["primary", "secondary", "secondary", "inferred", "unverified"]))
    lines.append(f'evidence = "{grade}"')
    style = "text" if first else draw(st.sampled_from(["text", "prolong", "repeal"]))
    if style == "repeal":
        lines.append("repeals = true")
    elif style == "text":
        if draw(st.integers(0, 9)) == 0:
            lines.append('untranslatable = "What does it mean?"')
        conditions = draw(st.lists(condition(), min_size=1, max_size=2))
        lines.append("[when]")
        for number, sql in enumerate(conditions):
            if draw(st.integers(0, 5)) == 0:
                wide = draw(condition())
                lines.append(f'"c{number}" = {{sql = {_quoted(sql)}, narrow = {_quoted(sql)}, wide = {_quoted(wide)}}}')
            elif draw(st.integers(0, 7)) == 0:
                lines.append(f'"c{number}" = {{sql = {_quoted(sql)}, evidence = "unverified"}}')
            else:
                lines.append(f'"c{number}" = {_quoted(sql)}')
    return "```toml\n" + "\n".join(lines) + "\n```\n"


@st.composite
def _page(draw: Any, title: str, head: list[str]) -> str:
    blocks = [draw(_block("BASE", head, first=True))]
    for instrument in ("ONE", "TWO", "THREE"):
        if draw(st.booleans()):
            blocks.append(draw(_block(instrument, [], first=False)))
    return f"# {title}: {title}\n\nRandom.\n\n" + "".join(blocks)


def _names(items: list[str]) -> str:
    return "[" + ", ".join(f'"{item}"' for item in items) + "]"


@st.composite
def corpora(draw: Any) -> dict[str, str]:
    """The files of a random corpus: definitions, burdens, what lifts, carves, limits and suspends them."""
    sources = {"instruments.toml": INSTRUMENTS, "sets/e.toml": SETS, "corpus.toml": HEAD}
    sources["ear/subject.md"] = (
        '# Subject: subject\n\nRandom.\n\n```toml\nkind = "definition"\ndefines = "subject_to_ear"\n'
        f'instrument = "BASE"\nfrom = 2019-01-01\nevidence = "primary"\n[when]\n"s" = {_quoted(draw(condition_without_derived()))}\n```\n'
    )
    for fact in DERIVED:
        text = draw(condition_without_derived())
        sources[f"ear/def-{fact}.md"] = (
            f'# Def {fact}: {fact}\n\nRandom.\n\n```toml\nkind = "definition"\ndefines = "{fact}"\n'
            f'instrument = "BASE"\nfrom = {draw(DAYS)}\nevidence = "{draw(st.sampled_from(["primary", "secondary"]))}"\n'
            f'[when]\n"d" = {_quoted(text)}\n```\n'
        )
    burdens = [f"ear/burden-{n}" for n in range(draw(st.integers(1, 3)))]
    kinds = {}
    for name in burdens:
        kinds[name] = draw(st.sampled_from(["requirement", "requirement", "prohibition", "review"]))
        sources[f"{name}.md"] = draw(_page(name, [f'kind = "{kinds[name]}"']))
    requirements = [name for name in burdens if kinds[name] == "requirement"]
    reliefs = []
    for number in range(draw(st.integers(0, 4))):
        name = f"ear/relief-{number}"
        kind = draw(st.sampled_from(["authorization", "carve_out"])) if requirements else "carve_out"
        targets = draw(
            st.lists(st.sampled_from(requirements if kind == "authorization" else burdens), min_size=1, unique=True)
        )
        edge = "lifts" if kind == "authorization" else "carves"
        sources[f"{name}.md"] = draw(_page(name, [f'kind = "{kind}"', f"{edge} = {_names(targets)}"]))
        reliefs.append(name)
    for number in range(draw(st.integers(0, 3)) if reliefs else 0):
        name = f"ear/zlimit-{number}"
        targets = draw(st.lists(st.sampled_from(reliefs), min_size=1, unique=True))
        head = ['kind = "limitation"', f"limits = {_names(targets)}"]
        if number and draw(st.booleans()):
            head.append(f'suspends = ["ear/zlimit-{number - 1}"]')
        sources[f"{name}.md"] = draw(_page(name, head))
    sources["ear/duty.md"] = draw(
        _page("ear/duty", ['kind = "duty"', 'duty = "keep"', f"attaches = {_names(burdens[:1])}"])
    )
    return sources


def condition_without_derived() -> st.SearchStrategy[str]:
    """A condition for a definition: it names no derived fact, so that nothing goes in a circle."""
    return condition().filter(lambda sql: not any(name in sql for name in (*DERIVED, "subject_to_ear")))


def random_value(chance: random.Random, fact: Fact) -> Any:
    """A known value of a fact."""
    if fact.type == "bool":
        return chance.choice([TRUE, FALSE])
    if fact.type == "enum":
        return chance.choice(fact.values)
    if fact.type == "date":
        return FIRST + timedelta(days=chance.randrange(900))
    if fact.type == "number":
        return float(chance.randrange(60))
    if fact.eccns:
        return chance.choice(("none", "3E001", "2E991,3E001.A", "2E991,EAR99", "3E901", "5E002"))
    return chance.choice(WORDS.get(fact.name, ("CN", "none", "IR")))


def unknown_of(fact: Fact) -> Any:
    """How the fact is held when nothing is known of it."""
    return UNKNOWN if fact.type == "bool" else None


def random_facts(chance: random.Random, names: tuple[str, ...]) -> dict[str, Any]:
    """Random facts: some unknown, some dates known within bounds only, most of them known."""
    found: dict[str, Any] = {}
    for name in names:
        fact = schema()[name]
        draw = chance.random()
        if draw < 0.2:
            found[name] = unknown_of(fact)
        elif fact.eccns and draw < 0.4:
            found[name] = "2E991,?"  # some of the list is known
        elif draw < 0.3 and fact.type == "date":
            low, high = sorted((random_value(chance, fact), random_value(chance, fact)))
            found[name] = low if low == high else Span(low, high)
        else:
            found[name] = random_value(chance, fact)
    return found
