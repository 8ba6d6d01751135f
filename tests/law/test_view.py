"""Views: the law folded into stretches, as known on a day and with scenarios laid over; small corpora, then the real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.facts.value import ALWAYS, FALSE, NEVER, TRUE, UNKNOWN, Span
from carveout.law.corpus import Corpus, bundled, load
from carveout.law.dates import period
from carveout.law.entry import Dated, Entry, view_entry
from carveout.law.error import UnknownName
from carveout.law.evidence import Evidence
from carveout.law.instrument import Instrument
from carveout.law.involvement import Involvement
from carveout.law.view import ProvisionView, View, last_day

# --- small corpora -----------------------------------------------------------------------------------------------

INSTRUMENTS = """
[BASE]
title = "A text older than the corpus"
citation = "Base"
published = 2019-01-01
effective = 2019-01-01
standing = true

[SPRING]
title = "Published in March, effective on the first of April"
citation = "1 FR 1"
published = 2019-03-20
effective = 2019-04-01

[SUMMER]
title = "Effective in June, published three days later"
citation = "1 FR 2"
published = 2019-06-04
effective = 2019-06-01

[AUTUMN]
title = "Filed, then effective, then published"
citation = "1 FR 3"
filed = 2019-09-01
published = 2019-09-10
effective = 2019-09-02
"""

HEAD = """
[regime.ear]
title = "t"
addressee = "a"
act = "a"
scope = "s"
subject = "subject_to_ear"
"""


def block(instrument: str, start: str, *, says: str = "", kind: str = "", **more: Any) -> str:
    """One assertion; ``says`` names the fact that is its only condition, ``start`` the day it is in force from."""
    rows = [f'kind = "{kind}"'] if kind else []
    rows += [f'instrument = "{instrument}"', f"from = {start}"]
    rows += [f"{key} = {value}" for key, value in {"evidence": '"primary"', **more}.items()]
    rows += ["[when]", f'"{says}" = "{says}"'] if says else []
    return "```toml\n" + "\n".join(rows) + "\n```\n"


def law(*blocks: str, **files: str) -> Corpus:
    """A corpus of one provision, ``ear/rule``."""
    texts = {"instruments.toml": INSTRUMENTS, "corpus.toml": HEAD, "ear/rule.md": "# 1: rule\n\n" + "".join(blocks)}
    return load({**texts, **{name.replace("__", "/") + ".md": text for name, text in files.items()}})


def scenario(name: str, start: str, *, says: str = "", **more: Any) -> str:
    """A scenario of one assertion about the rule."""
    return f"# {name}\n\n" + block("", start, says=says, provision='"ear/rule"', **more).replace(
        'instrument = ""', f'scenario = "{name}"'
    )


def told(view: View, day: str, provision: str = "ear/rule") -> list[str]:
    """What stands on a day: per reading the fact it asks for, ``-`` where it is not law; nothing outside all stretches."""
    stretch = view.provisions[provision].at(date.fromisoformat(day))
    return [r.text.conditions[0].name if r else "-" for r in stretch.readings] if stretch else []


def sources(seen: ProvisionView, day: str) -> list[str]:
    """Per reading of a day the instrument or scenario it comes from, ``-`` where it is not law."""
    stretch = seen.at(date.fromisoformat(day))
    return [r.source if r else "-" for r in stretch.readings] if stretch else []


REQUIREMENT = "requirement"


def test_a_provision_stands_from_its_first_to_its_last_day_both_included() -> None:
    view = law(block("BASE", "2019-02-01", says="published", kind=REQUIREMENT, through="2019-02-28")).view()
    assert [told(view, day) for day in ("2019-01-31", "2019-02-01", "2019-02-28", "2019-03-01")] == [
        [], ["published"], ["published"], [],
    ]  # fmt: skip
    [stretch] = view.provisions["ear/rule"].stretches
    assert last_day(stretch) == date(2019, 2, 28)


def test_a_provision_without_a_last_day_stays_open() -> None:
    [stretch] = (
        law(block("BASE", "2019-02-01", says="published", kind=REQUIREMENT)).view().provisions["ear/rule"].stretches
    )
    assert stretch.end is None
    assert last_day(stretch) is None


def test_an_extension_inherits_the_text_it_prolongs() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, through="2019-03-31"),
        block("SPRING", "2019-04-01", through="2019-06-30"),
    ).view()
    assert told(view, "2019-03-31") == told(view, "2019-04-01") == ["published"]
    assert sources(view.provisions["ear/rule"], "2019-04-01") == ["SPRING"]
    assert told(view, "2019-07-01") == []


def test_an_extension_inherits_the_latest_text_not_the_first() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, through="2019-03-31"),
        block("SPRING", "2019-04-01", says="enhances_function", through="2019-05-31"),
        block("SUMMER", "2019-06-01"),
    ).view()
    assert told(view, "2019-06-01") == ["enhances_function"]


def test_an_extension_is_held_no_better_than_the_text_it_prolongs() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, through="2019-03-31", evidence='"inferred"'),
        block("SPRING", "2019-04-01"),
    ).view()
    stretch = view.provisions["ear/rule"].at(date(2019, 4, 1))
    assert stretch is not None
    assert [r.evidence for r in stretch.readings if r] == [Evidence.inferred]


def test_where_two_instruments_overlap_the_later_wins_for_its_own_range_and_the_earlier_comes_back_after_it() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        block("SPRING", "2019-04-01", says="enhances_function", through="2019-04-30"),
    ).view()
    assert [told(view, day) for day in ("2019-03-31", "2019-04-01", "2019-04-30", "2019-05-01")] == [
        ["published"], ["enhances_function"], ["enhances_function"], ["published"],
    ]  # fmt: skip


def test_later_means_published_later_whatever_the_order_in_the_file() -> None:
    first = block("BASE", "2019-01-01", says="published", kind=REQUIREMENT)
    spring = block("SPRING", "2019-04-01", says="enhances_function")
    autumn = block("AUTUMN", "2019-09-02", repeals="true")
    days = ("2019-03-31", "2019-04-01", "2019-09-01", "2019-09-02")
    in_order, reversed_ = law(first, spring, autumn).view(), law(first, autumn, spring).view()
    assert [told(in_order, day) for day in days] == [told(reversed_, day) for day in days]
    assert told(in_order, "2019-09-02") == []


def test_a_repeal_ends_the_provision_on_its_first_day() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT), block("SPRING", "2019-04-01", repeals="true")
    ).view()
    assert told(view, "2019-03-31") == ["published"]
    assert told(view, "2019-04-01") == []


def test_a_repeal_with_a_last_day_suspends() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        block("SPRING", "2019-04-01", repeals="true", through="2019-04-30"),
    ).view()
    assert [told(view, day) for day in ("2019-04-01", "2019-04-30", "2019-05-01")] == [[], [], ["published"]]


def test_what_was_repealed_can_come_back_with_the_text_it_had() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        block("SPRING", "2019-04-01", repeals="true"),
        block("SUMMER", "2019-06-01"),
    ).view()
    assert [told(view, day) for day in ("2019-04-01", "2019-06-01")] == [[], ["published"]]


# --- what was public -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instrument", "restricts", "frees"),
    [
        ("BASE", date.min, date.min),  # standing: older than the corpus
        ("SPRING", date(2019, 3, 20), date(2019, 3, 20)),  # published before its effect
        ("SUMMER", date(2019, 6, 1), date(2019, 6, 4)),  # effective before it was printed
        ("AUTUMN", date(2019, 9, 1), date(2019, 9, 1)),  # filed for public inspection
    ],
)
def test_public_is_filed_else_effect_or_publication_for_a_burden_and_publication_for_a_relief(
    instrument: str, restricts: date, frees: date
) -> None:
    held = law(block("BASE", "2019-01-01", says="published", kind=REQUIREMENT)).instruments[instrument]
    assert held.public_from(frees=False) == restricts
    assert held.public_from(frees=True) == frees


def known_from(corpus: Corpus, provision: str = "ear/rule") -> date:
    """The first day in June 2019 on which a reader knows what the instrument of June says of the tenth."""
    told_of_all = sources(corpus.view().provisions[provision], "2019-06-10")
    for offset in range(10):
        day = date(2019, 5, 31) + timedelta(days=offset)
        if sources(corpus.view(known=day).provisions[provision], "2019-06-10") == told_of_all:
            return day
    raise AssertionError("never known")


def test_a_requirement_is_known_from_its_effect_when_that_comes_before_print() -> None:
    assert known_from(law(block("SUMMER", "2019-06-01", says="published", kind=REQUIREMENT))) == date(2019, 6, 1)


@pytest.mark.parametrize("kind", ["authorization", "carve_out"])
def test_a_relief_is_known_from_print(kind: str) -> None:
    assert known_from(law(block("SUMMER", "2019-06-01", says="published", kind=kind))) == date(2019, 6, 4)


def test_the_repeal_of_a_requirement_frees_so_it_is_known_from_print() -> None:
    first = block("BASE", "2019-01-01", says="published", kind=REQUIREMENT)
    assert known_from(law(first, block("SUMMER", "2019-06-01", repeals="true"))) == date(2019, 6, 4)


def test_the_repeal_of_an_authorization_restricts_so_it_is_known_from_its_effect() -> None:
    first = block("BASE", "2019-01-01", says="published", kind="authorization")
    assert known_from(law(first, block("SUMMER", "2019-06-01", repeals="true"))) == date(2019, 6, 1)


def test_an_assertion_may_say_itself_that_it_frees() -> None:
    assert known_from(law(block("SUMMER", "2019-06-01", says="published", kind=REQUIREMENT, frees="true"))) == date(
        2019, 6, 4
    )


def test_what_is_not_public_yet_does_not_touch_what_is() -> None:
    corpus = law(
        block("BASE", "2019-01-01", says="published", kind="authorization", through="2019-06-02"),
        block("SUMMER", "2019-06-01", through="2019-06-30"),
    )
    before = corpus.view(known=date(2019, 6, 3)).provisions["ear/rule"].stretches
    after = corpus.view(known=date(2019, 6, 4)).provisions["ear/rule"].stretches
    assert last_day(before[-1]) == date(2019, 6, 2)
    assert last_day(after[-1]) == date(2019, 6, 30)


# --- doubt -----------------------------------------------------------------------------------------------------------


def test_an_unverified_assertion_is_read_as_law_and_as_not_law() -> None:
    view = law(block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, evidence='"unverified"')).view()
    assert told(view, "2019-01-01") == ["-", "published"]


def test_an_unverified_amendment_leaves_the_old_text_as_one_of_two_readings() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        block("SPRING", "2019-04-01", says="enhances_function", evidence='"unverified"'),
    ).view()
    assert told(view, "2019-03-31") == ["published"]
    assert told(view, "2019-04-01") == ["published", "enhances_function"]


def test_an_unverified_repeal_leaves_the_provision_in_doubt() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        block("SPRING", "2019-04-01", repeals="true", evidence='"unverified"'),
    ).view()
    assert told(view, "2019-04-01") == ["published", "-"]


def test_a_later_firm_assertion_ends_the_doubt() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, evidence='"unverified"'),
        block("SPRING", "2019-04-01", says="enhances_function"),
    ).view()
    assert told(view, "2019-04-01") == ["enhances_function"]


def test_a_firm_extension_of_an_unverified_text_settles_nothing() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, evidence='"unverified"', through="2019-03-31"),
        block("SPRING", "2019-04-01"),
    ).view()
    assert told(view, "2019-03-31") == told(view, "2019-04-01") == ["-", "published"]
    stretch = view.provisions["ear/rule"].at(date(2019, 4, 1))
    assert stretch is not None
    assert [r.evidence for r in stretch.readings if r] == [Evidence.unverified]


def test_a_firm_extension_prolongs_the_firm_text_and_the_unverified_one_beside_it() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, through="2019-05-31"),
        block("SPRING", "2019-04-01", says="enhances_function", evidence='"unverified"', through="2019-05-31"),
        block("SUMMER", "2019-06-01"),
    ).view()
    assert told(view, "2019-05-31") == told(view, "2019-06-01") == ["published", "enhances_function"]
    assert sources(view.provisions["ear/rule"], "2019-06-01") == ["SUMMER", "SUMMER"]


def test_an_unverified_extension_leaves_the_end_as_a_reading() -> None:
    view = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT, through="2019-03-31"),
        block("SPRING", "2019-04-01", evidence='"unverified"'),
    ).view()
    assert told(view, "2019-04-01") == ["-", "published"]


def test_a_doubtful_first_day_is_firm_from_the_narrow_day_and_in_doubt_from_the_wide_one() -> None:
    view = law(block("BASE", "{wide = 2019-02-01, narrow = 2019-03-01}", says="published", kind=REQUIREMENT)).view()
    assert [told(view, day) for day in ("2019-01-31", "2019-02-01", "2019-02-28", "2019-03-01")] == [
        [], ["-", "published"], ["-", "published"], ["published"],
    ]  # fmt: skip


def test_a_doubtful_last_day_is_firm_through_the_narrow_day_and_in_doubt_through_the_wide_one() -> None:
    ends = "{narrow = 2019-02-28, wide = 2019-03-31}"
    view = law(block("BASE", "2019-02-01", says="published", kind=REQUIREMENT, through=ends)).view()
    assert [told(view, day) for day in ("2019-02-28", "2019-03-01", "2019-03-31", "2019-04-01")] == [
        ["published"], ["-", "published"], ["-", "published"], [],
    ]  # fmt: skip


def test_a_period_whose_narrow_reading_is_empty_is_nowhere_firm() -> None:
    when = period(
        {"wide": date(2019, 2, 1), "narrow": date(2019, 4, 1)}, {"wide": date(2019, 4, 30), "narrow": date(2019, 3, 1)}
    )
    assert when.narrow is None
    view = law(
        block(
            "BASE", "{wide = 2019-02-01, narrow = 2019-04-01}", says="published", kind=REQUIREMENT,
            through="{wide = 2019-04-30, narrow = 2019-03-01}",
        )
    ).view()  # fmt: skip
    assert {tuple(told(view, f"2019-{month}-15")) for month in ("02", "03", "04")} == {("-", "published")}


# --- scenarios -------------------------------------------------------------------------------------------------------

LAPSING = block("BASE", "2019-01-01", says="published", kind="authorization", through="2019-06-30")


def test_a_scenario_lies_over_the_law_and_only_where_it_is_asked_for() -> None:
    corpus = law(LAPSING, scenarios__extended=scenario("extended", "2019-07-01", through="2019-12-31"))
    assert told(corpus.view(), "2019-07-01") == []
    assert told(corpus.view(scenarios=["extended"]), "2019-07-01") == ["published"]
    assert sources(corpus.view(scenarios=["extended"]).provisions["ear/rule"], "2019-07-01") == ["scenario extended"]


def test_a_scenario_needs_no_publication() -> None:
    corpus = law(LAPSING, scenarios__extended=scenario("extended", "2019-07-01"))
    assert told(corpus.view(known=date(2019, 1, 1), scenarios=["extended"]), "2019-07-01") == ["published"]


def test_a_scenario_can_repeal_and_can_bring_a_text_of_its_own() -> None:
    corpus = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        scenarios__gone=scenario("gone", "2019-07-01", repeals="true"),
        scenarios__other=scenario("other", "2019-07-01", says="enhances_function"),
    )
    assert told(corpus.view(scenarios=["gone"]), "2019-07-01") == []
    assert told(corpus.view(scenarios=["other"]), "2019-07-01") == ["enhances_function"]


def test_a_scenario_wins_over_every_instrument_for_its_own_range() -> None:
    corpus = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        block("AUTUMN", "2019-09-02", says="enhances_function"),
        scenarios__gone=scenario("gone", "2019-01-01", repeals="true"),
    )
    assert corpus.view(scenarios=["gone"]).provisions["ear/rule"].stretches == ()


@pytest.mark.parametrize(
    ("chosen", "stands"),
    [(["gone", "other"], ["enhances_function"]), (["other", "gone"], []), (["other"], ["enhances_function"])],
)
def test_a_later_scenario_wins_over_an_earlier_one(chosen: list[str], stands: list[str]) -> None:
    corpus = law(
        block("BASE", "2019-01-01", says="published", kind=REQUIREMENT),
        scenarios__gone=scenario("gone", "2019-07-01", repeals="true"),
        scenarios__other=scenario("other", "2019-07-01", says="enhances_function"),
    )
    assert told(corpus.view(scenarios=chosen), "2019-07-01") == stands


DEFINITION = """# 2: what is controlled

```toml
kind = "definition"
defines = "controlled_act"
instrument = "BASE"
from = 2019-01-01
evidence = "primary"
[when]
"published" = "published"
```
"""


def test_what_a_scenario_asks_is_decided_before_the_provision_it_speaks_of() -> None:
    rule = block("BASE", "2019-01-01", says="published", kind=REQUIREMENT)
    asks = scenario("asks", "2019-07-01", says="controlled_act")
    assert law(rule, ear__zz=DEFINITION).order == ("ear/rule", "ear/zz")
    assert law(rule, ear__zz=DEFINITION, scenarios__asks=asks).order == ("ear/zz", "ear/rule")


def test_an_unverified_scenario_leaves_the_law_as_a_reading_beside_it() -> None:
    corpus = law(LAPSING, scenarios__rumor=scenario("rumor", "2019-07-01", evidence='"unverified"'))
    assert told(corpus.view(scenarios=["rumor"]), "2019-07-01") == ["-", "published"]


def test_a_scenario_carries_its_probability() -> None:
    text = "# s\n\n```toml\nprobability = 0.25\n```\n" + scenario("likely", "2019-07-01").removeprefix("# likely\n\n")
    assert law(LAPSING, scenarios__likely=text).scenarios["likely"].probability == 0.25


def test_a_scenario_that_is_not_held_is_refused_with_the_nearest_name() -> None:
    corpus = law(LAPSING, scenarios__extended=scenario("extended", "2019-07-01"))
    with pytest.raises(UnknownName, match=r"no scenario 'extnded'; did you mean extended\?"):
        corpus.view(scenarios=["extnded"])


# --- the fold against a naive one ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One assertion as the property test draws it: days after 2019-01-01, both ends included."""

    published: int
    start: int
    through: int | None
    fact: str
    repeals: bool
    unverified: bool


@st.composite
def said(draw: Any) -> Said:
    start = draw(st.integers(0, 60))
    through = draw(st.none() | st.integers(start, 80))
    style = draw(st.sampled_from(["text", "text", "prolong", "repeal"]))
    fact = draw(st.sampled_from(["published", "enhances_function", "expands_capacity"])) if style == "text" else ""
    return Said(draw(st.integers(0, 99)), start, through, fact, style == "repeal", draw(st.integers(0, 3)) == 0)


def naive(all_said: list[Said], day: int) -> list[str]:
    """What stands on a day, one assertion after another in the order of publication."""
    standing, texts = ["-"], ["-"]
    for one in sorted(all_said, key=lambda s: s.published):
        if one.fact:
            texts = [*texts, one.fact] if one.unverified else [one.fact]
        if one.start <= day and (one.through is None or day <= one.through):
            readings = ["-"] if one.repeals else [one.fact] if one.fact else texts
            standing = [*standing, *readings] if one.unverified else readings
    return list(dict.fromkeys(standing))


@given(
    st.lists(said(), min_size=1, max_size=5, unique_by=lambda s: s.published), st.permutations(range(5)), st.booleans()
)
def test_folding_is_painting_one_assertion_after_another_day_by_day(
    drawn: list[Said], order: list[int], doubted: bool
) -> None:
    first = Said(-1, 0, 20, "published", False, doubted)
    origin = date(2019, 1, 1)
    later = [drawn[place] for place in order if place < len(drawn)]
    instruments = "".join(
        f'[I{s.published + 1}]\ntitle = "t"\ncitation = "c"\npublished = {origin + timedelta(days=s.published + 1)}\n'
        "effective = 2019-01-01\n"
        for s in [first, *later]
    )
    blocks = []
    for one in [first, *later]:
        more: dict[str, Any] = {"evidence": '"unverified"'} if one.unverified else {}
        more |= {"repeals": "true"} if one.repeals else {}
        more |= {"through": origin + timedelta(days=one.through)} if one.through is not None else {}
        kind = REQUIREMENT if one is first else ""
        start = str(origin + timedelta(days=one.start))
        blocks.append(block(f"I{one.published + 1}", start, says=one.fact, kind=kind, **more))
    texts = {"instruments.toml": instruments, "corpus.toml": HEAD, "ear/rule.md": "# 1: r\n\n" + "".join(blocks)}
    seen = load(texts).view()
    for day in range(-1, 83):
        stands = told(seen, str(origin + timedelta(days=day))) or ["-"]
        assert list(dict.fromkeys(stands)) == naive([first, *later], day)
    stretches = seen.provisions["ear/rule"].stretches
    assert all(a.end is not None and a.end <= b.start for a, b in pairwise(stretches))


# --- views as things -------------------------------------------------------------------------------------------------


def test_a_view_is_made_once() -> None:
    corpus = law(LAPSING)
    assert corpus.view(known=date(2019, 3, 1)) is corpus.view(known=date(2019, 3, 1))


def test_the_hash_tells_knowledge_scenarios_and_the_text_of_the_law_apart() -> None:
    corpus = law(LAPSING, scenarios__extended=scenario("extended", "2019-07-01"))
    views = [
        corpus.view(),
        corpus.view(known=date(2019, 3, 1)),
        corpus.view(scenarios=["extended"]),
        law(LAPSING).view(),
    ]
    assert len({view.hash for view in views}) == len(views)
    assert law(LAPSING).view().hash == law(LAPSING).view().hash


def test_the_boundaries_are_the_days_on_which_something_changes() -> None:
    assert law(LAPSING).view().boundaries == (date(2019, 1, 1), date(2019, 7, 1))


# --- sets --------------------------------------------------------------------------------------------------------------

SET = """
["E:1"]
title = "t"
"""


def held(start: str, members: str, instrument: str = "BASE", more: str = "", evidence: str = "primary") -> str:
    return f'[["E:1".held]]\nfrom = {start}\n{members}\ninstrument = "{instrument}"\nevidence = "{evidence}"\n{more}\n'


def grouped(*statements: str) -> Corpus:
    texts = {"instruments.toml": INSTRUMENTS, "corpus.toml": HEAD, "sets/e.toml": SET + "".join(statements)}
    return load(texts)


def test_a_set_has_the_members_that_the_later_statement_gives_it() -> None:
    history = grouped(
        held("2019-01-01", 'members = ["IR", "SD"]'), held("2019-04-01", 'members = ["IR"]', "SPRING")
    ).view().groups["E:1"]  # fmt: skip
    assert history.contains("SD", date(2019, 3, 31)) == TRUE
    assert history.contains("SD", date(2019, 4, 1)) == FALSE
    assert history.contains("IR", date(2019, 4, 1)) == TRUE


def test_the_statement_published_later_wins_whatever_the_order_in_the_file() -> None:
    statements = held("2019-01-01", 'members = ["IR", "SD"]'), held("2019-04-01", 'members = ["IR"]', "SPRING")
    for written in (statements, statements[::-1]):
        history = grouped(*written).view().groups["E:1"]
        assert [history.contains("SD", date(2019, month, 1)) for month in (3, 4)] == [TRUE, FALSE]


def test_of_two_statements_of_one_instrument_the_later_written_wins() -> None:
    statements = held("2019-01-01", 'members = ["IR", "SD"]'), held("2019-04-01", 'members = ["IR"]')
    assert grouped(*statements).view().groups["E:1"].contains("SD", date(2019, 4, 1)) == FALSE
    assert grouped(*statements[::-1]).view().groups["E:1"].contains("SD", date(2019, 4, 1)) == TRUE


def test_a_day_for_which_no_statement_of_a_set_is_held_is_unknown() -> None:
    history = grouped(held("2019-02-01", 'members = ["IR"]', more="through = 2019-02-28")).view().groups["E:1"]
    assert history.contains("IR", date(2019, 1, 31)) == UNKNOWN
    assert history.contains("DE", date(2019, 1, 31)) == UNKNOWN
    assert history.contains("IR", date(2019, 2, 28)) == TRUE
    assert history.contains("IR", date(2019, 3, 1)) == UNKNOWN


def test_a_member_of_the_wide_set_only_is_unknown() -> None:
    history = grouped(held("2019-01-01", 'narrow = ["IR"]\nwide = ["IR", "SD"]')).view().groups["E:1"]
    assert [history.contains(code, date(2019, 1, 1)) for code in ("IR", "SD", "DE")] == [TRUE, UNKNOWN, FALSE]


def test_an_unverified_statement_of_a_set_settles_no_member() -> None:
    history = grouped(held("2019-01-01", 'members = ["IR"]', evidence="unverified")).view().groups["E:1"]
    assert [history.contains(code, date(2019, 1, 1)) for code in ("IR", "DE")] == [UNKNOWN, FALSE]


def test_a_set_is_seen_as_known() -> None:
    corpus = grouped(held("2019-01-01", 'members = ["IR", "SD"]'), held("2019-04-01", 'members = ["IR"]', "SPRING"))
    assert corpus.view(known=date(2019, 3, 19)).groups["E:1"].contains("SD", date(2019, 4, 1)) == TRUE
    assert corpus.view(known=date(2019, 3, 20)).groups["E:1"].contains("SD", date(2019, 4, 1)) == FALSE


# --- entries ---------------------------------------------------------------------------------------------------------


def instrument(published: date, effective: date) -> Instrument:
    return Instrument("I", "t", "c", published, effective)


ADDED = instrument(date(2019, 5, 21), date(2019, 5, 16))
REMOVED = instrument(date(2020, 1, 10), date(2020, 1, 8))
DOCUMENTS = {"ADDED": ADDED, "REMOVED": REMOVED}


def dated(
    start: Any,
    source: str = "",
    value: str = "",
    scenario_name: str = "",
    *,
    through: Any = None,
    unverified: bool = False,
) -> Dated:
    grade = Evidence.unverified if unverified else Evidence.secondary
    return Dated(period(start, through), source, "citation", grade, value, scenario_name)


def entry(*listed: Dated, **more: Any) -> Entry:
    return Entry("el/x-cn", "EL", "X", "CN", "other", listed=listed, **more)


LISTED = dated(date(2019, 5, 16), "ADDED")


def test_an_entry_is_listed_from_the_day_of_its_rule() -> None:
    seen = view_entry(entry(LISTED), None, DOCUMENTS)
    assert (seen.listed_from, seen.listed_through) == (date(2019, 5, 16), NEVER)
    assert not seen.may_be_listed(date(2019, 5, 15))
    assert seen.may_be_listed(date(2019, 5, 16))


def test_an_entry_is_never_listed_before_its_rule_is_public() -> None:
    assert view_entry(entry(LISTED), date(2019, 5, 15), DOCUMENTS).listed_from == NEVER
    assert view_entry(entry(LISTED), date(2019, 5, 16), DOCUMENTS).listed_from == date(2019, 5, 16)


def test_a_removal_ends_the_listing_the_day_before() -> None:
    seen = view_entry(entry(LISTED, dated(date(2020, 1, 8), "REMOVED", "removed")), None, DOCUMENTS)
    assert seen.listed_through == date(2020, 1, 7)
    assert seen.may_be_listed(date(2020, 1, 7))
    assert not seen.may_be_listed(date(2020, 1, 8))


def test_a_removal_frees_so_it_is_known_from_print() -> None:
    removed = entry(LISTED, dated(date(2020, 1, 8), "REMOVED", "removed"))
    assert view_entry(removed, date(2020, 1, 9), DOCUMENTS).listed_through == NEVER
    assert view_entry(removed, date(2020, 1, 10), DOCUMENTS).listed_through == date(2020, 1, 7)


def test_a_doubtful_day_of_listing_is_a_span() -> None:
    seen = view_entry(entry(dated({"wide": date(2019, 5, 16), "narrow": date(2019, 8, 19)}, "ADDED")), None, DOCUMENTS)
    assert seen.listed_from == Span(date(2019, 5, 16), date(2019, 8, 19))
    assert seen.may_be_listed(date(2019, 5, 16))


def test_an_unverified_listing_may_never_have_been() -> None:
    seen = view_entry(entry(dated(date(2019, 5, 16), "ADDED", unverified=True)), None, DOCUMENTS)
    assert seen.listed_from == Span(date(2019, 5, 16), NEVER)
    assert seen.may_be_listed(date(2019, 5, 16))


def test_a_firm_listing_after_an_unverified_one_bounds_the_doubt() -> None:
    later = dated(date(2020, 1, 8), "REMOVED")
    seen = view_entry(entry(later, dated(date(2019, 5, 16), "ADDED", unverified=True)), None, DOCUMENTS)
    assert seen.listed_from == Span(date(2019, 5, 16), date(2020, 1, 8))
    assert (seen.evidence, seen.listing_instrument) == (Evidence.secondary, "REMOVED")


def test_a_listing_stated_again_keeps_its_first_day() -> None:
    seen = view_entry(entry(LISTED, dated(date(2020, 1, 8), "REMOVED")), None, DOCUMENTS)
    assert (seen.listed_from, seen.listing_instrument) == (date(2019, 5, 16), "ADDED")


def test_a_listing_for_a_time_ends_with_it_and_can_be_prolonged() -> None:
    short = dated(date(2019, 5, 16), "ADDED", through=date(2020, 1, 7))
    assert view_entry(entry(short), None, DOCUMENTS).listed_through == date(2020, 1, 7)
    longer = view_entry(entry(short, dated(date(2020, 1, 8), "REMOVED")), None, DOCUMENTS)
    assert (longer.listed_from, longer.listed_through) == (date(2019, 5, 16), NEVER)


def test_a_removal_counts_wherever_it_is_written() -> None:
    removal = dated(date(2020, 1, 8), "REMOVED", "removed")
    for written in ((LISTED, removal), (removal, LISTED)):
        assert view_entry(entry(*written), None, DOCUMENTS).through == date(2020, 1, 7)


def test_of_two_removals_the_first_in_effect_ends_the_listing() -> None:
    removals = (dated(date(2020, 1, 8), "REMOVED", "removed"), dated(date(2019, 12, 1), "", "removed", "delisted"))
    seen = view_entry(entry(LISTED, *removals), None, DOCUMENTS, frozenset({"delisted"}))
    assert seen.through == date(2019, 11, 30)


def test_a_removal_from_a_day_in_doubt_leaves_the_end_a_span_and_an_unverified_one_never_settles_it() -> None:
    removal = dated({"wide": date(2020, 1, 8), "narrow": date(2020, 3, 1)}, "REMOVED", "removed")
    seen = view_entry(entry(LISTED, removal), None, DOCUMENTS)
    assert seen.through == Span(date(2020, 1, 7), date(2020, 2, 29))
    assert seen.may_be_listed(date(2020, 2, 29))
    assert not seen.may_be_listed(date(2020, 3, 1))
    rumor = view_entry(entry(LISTED, dated(date(2020, 1, 8), "REMOVED", "removed", unverified=True)), None, DOCUMENTS)
    assert rumor.through == Span(date(2020, 1, 7), NEVER)
    facts = Involvement(("end_user",), "X", "exact", (rumor,)).facts()
    assert facts["party_listed_through"] == Span(date(2020, 1, 7), NEVER)


def test_an_unverified_listing_again_does_not_undo_a_removal_for_sure() -> None:
    again = (dated(date(2020, 1, 8), "REMOVED", "removed"), dated(date(2020, 1, 8), "", "", "back", unverified=True))
    seen = view_entry(entry(LISTED, *again), None, DOCUMENTS, frozenset({"back"}))
    assert (seen.listed_from, seen.through) == (date(2019, 5, 16), Span(date(2020, 1, 7), NEVER))


@pytest.mark.parametrize("mark", ["1", "2"])
def test_a_footnote_of_a_doubtful_day_or_in_an_unverified_rule_is_a_span(mark: str) -> None:
    doubtful = dated({"wide": date(2020, 1, 8), "narrow": date(2020, 3, 1)}, "REMOVED")
    rumor = dated(date(2020, 1, 8), "REMOVED", unverified=True)
    seen = [view_entry(entry(LISTED, footnotes={mark: (one,)}), None, DOCUMENTS) for one in (doubtful, rumor)]
    days = [(one.footnote1_from, one.footnote2_from)[int(mark) - 1] for one in seen]
    assert days == [Span(date(2020, 1, 8), date(2020, 3, 1)), Span(date(2020, 1, 8), NEVER)]


def test_a_footnote_counts_from_its_first_day_and_is_never_there_before_it_is_public() -> None:
    marked = entry(LISTED, footnotes={"1": (dated(date(2020, 1, 8), "REMOVED"),)})
    assert view_entry(marked, None, DOCUMENTS).footnote1_from == date(2020, 1, 8)
    assert view_entry(marked, None, DOCUMENTS).footnote2_from == NEVER
    assert view_entry(marked, date(2020, 1, 7), DOCUMENTS).footnote1_from == NEVER


def test_the_review_policy_is_that_of_the_day() -> None:
    policies = (
        dated(date(2019, 5, 16), "ADDED", "presumption_of_denial"),
        dated(date(2020, 1, 8), "REMOVED", "case_by_case"),
    )
    for written in (policies, policies[::-1]):
        seen = view_entry(entry(LISTED, review_policies=written), None, DOCUMENTS)
        assert [seen.review_policy(day) for day in (date(2019, 5, 15), date(2020, 1, 7), date(2020, 1, 8))] == [
            None, "presumption_of_denial", "case_by_case",
        ]  # fmt: skip


def test_a_delisting_of_a_scenario_counts_only_under_it() -> None:
    delisted = entry(LISTED, dated(date(2021, 1, 1), "", "removed", "delisted"))
    assert view_entry(delisted, None, DOCUMENTS).listed_through == NEVER
    assert view_entry(delisted, None, DOCUMENTS, frozenset({"delisted"})).listed_through == date(2020, 12, 31)


LIST = """
[[entry]]
id = "el/x-cn"
name = "X"
country = "CN"
listed = [{from = 2019-03-20, instrument = "SPRING"}]
"""


def listed(**scenarios: str) -> Corpus:
    """A corpus of one entry, and scenarios that speak of entries."""
    texts = {"instruments.toml": INSTRUMENTS, "corpus.toml": HEAD, "lists/el.toml": LIST}
    for name, text in scenarios.items():
        texts |= {f"scenarios/{name}.md": f"# {name}\n\nWhat if.\n", f"scenarios/{name}.toml": text}
    return load(texts)


def says(identifier: str, *statements: str, more: str = "") -> str:
    return f'[[entry]]\nid = "{identifier}"\nlisted = [{", ".join(statements)}]\n{more}\n'


DELISTED = says("el/x-cn", '{from = 2020-01-01, change = "removed"}')
RELISTED = says("el/x-cn", "{from = 2020-01-01}")
ADDED_TOO = says(
    "el/y-de", "{from = 2020-01-01}", more='name = "Y"\ncountry = "DE"\nfootnote.1 = [{from = 2020-02-01}]'
)


def test_a_scenario_delists_and_lists_parties_only_where_it_is_asked_for() -> None:
    corpus = listed(delisted=DELISTED, added=ADDED_TOO)
    assert list(corpus.view().entries) == ["el/x-cn"]
    assert corpus.view().entries["el/x-cn"].through == NEVER
    seen = corpus.view(scenarios=["delisted", "added"]).entries
    assert seen["el/x-cn"].through == date(2019, 12, 31)
    new = seen["el/y-de"]
    assert (new.listed_from, new.footnote1_from, new.listing_instrument) == (
        date(2020, 1, 1),
        date(2020, 2, 1),
        "added",
    )
    assert corpus.view().entries["el/x-cn"].through == NEVER


def test_of_two_scenarios_that_speak_of_one_day_the_later_wins() -> None:
    corpus = listed(delisted=DELISTED, relisted=RELISTED)
    assert corpus.view(scenarios=["delisted", "relisted"]).entries["el/x-cn"].through == NEVER
    assert corpus.view(scenarios=["relisted", "delisted"]).entries["el/x-cn"].through == date(2019, 12, 31)


def test_a_scenario_needs_no_publication_of_its_listings() -> None:
    corpus = listed(added=ADDED_TOO)
    seen = corpus.view(known=date(2019, 1, 1), scenarios=["added"]).entries
    assert (seen["el/x-cn"].listed_from, seen["el/y-de"].listed_from) == (NEVER, date(2020, 1, 1))


def test_an_unverified_delisting_of_a_scenario_leaves_the_listing_in_doubt() -> None:
    rumor = says("el/x-cn", '{from = 2020-01-01, change = "removed", evidence = "unverified"}')
    assert listed(rumor=rumor).view(scenarios=["rumor"]).entries["el/x-cn"].through == Span(date(2019, 12, 31), NEVER)


# --- the real law ----------------------------------------------------------------------------------------------------

PARAGRAPHS = tuple(f"ear/744.supp7/{name}" for name in ("c1", "c2", "c3", "c4"))
LASTING = PARAGRAPHS[:3]  # (c)(4) was dropped in August 2019


@pytest.mark.parametrize(
    ("day", "source"),
    [
        ("2019-05-20", "84-FR-23468"),
        ("2019-08-18", "84-FR-23468"),
        ("2019-08-19", "84-FR-43487"),  # both name the day; the later text governs
        ("2019-11-17", "84-FR-43487"),
        ("2019-11-18", "84-FR-64018"),
        ("2020-02-12", "84-FR-64018"),
        ("2020-02-13", "85-FR-8722"),
        ("2020-02-14", "85-FR-8722"),  # the older window still ran
        ("2020-03-10", "85-FR-14416"),
        ("2020-05-15", "85-FR-29610"),
        ("2020-08-13", "85-FR-29610"),
    ],
)
@pytest.mark.parametrize("paragraph", LASTING)
def test_a_day_of_the_general_license_belongs_to_the_window_published_last(
    paragraph: str, day: str, source: str
) -> None:
    assert sources(bundled().view().provisions[paragraph], day) == [source]


@pytest.mark.parametrize("paragraph", LASTING)
def test_the_windows_changed_the_date_only_and_keep_the_text_of_august_2019(paragraph: str) -> None:
    stretch = bundled().view().provisions[paragraph].at(date(2020, 8, 13))
    assert stretch is not None
    [reading] = stretch.readings
    assert reading is not None
    assert reading.text.instrument == "84-FR-43487"
    assert reading.evidence >= Evidence.secondary  # the window is in print, the text was not seen


def test_the_standards_line_ended_when_the_text_of_august_2019_began() -> None:
    [stretch] = bundled().view().provisions["ear/744.supp7/c4"].stretches
    assert (stretch.start, last_day(stretch)) == (date(2019, 5, 20), date(2019, 8, 18))


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_both_gaps_come_out(paragraph: str) -> None:
    seen = bundled().view().provisions[paragraph]
    assert [seen.at(day) for day in days("2019-05-16", "2019-05-19") + days("2020-08-14", "2020-08-16")] == [None] * 7


@pytest.mark.parametrize("paragraph", LASTING)
def test_the_general_license_runs_without_a_hole_between_the_gaps(paragraph: str) -> None:
    seen = bundled().view().provisions[paragraph]
    assert all(seen.at(day) for day in days("2019-05-20", "2020-08-13"))


def test_the_listing_stands_in_both_gaps_and_footnote_2_begins_after_the_second() -> None:
    view = bundled().view()
    assert all(view.provisions["ear/744.11/entity-list"].at(day) for day in days("2019-05-16", "2020-08-17"))
    footnote = view.provisions["ear/744.supp4/footnote2"]
    assert footnote.at(date(2020, 8, 16)) is None
    assert footnote.stretches[0].start == date(2020, 8, 17)
    assert footnote.stretches[-1].end is None


@pytest.mark.parametrize(
    ("known", "last"),
    [
        ("2019-05-22", "2019-08-19"),
        ("2019-08-20", "2019-08-19"),
        ("2019-08-21", "2019-11-18"),
        ("2019-11-17", "2019-11-18"),
        ("2019-11-19", "2019-11-18"),  # in force since the day before, and not in print until the next
        ("2019-11-20", "2020-02-16"),
        ("2020-02-17", "2020-02-16"),
        ("2020-02-18", "2020-04-01"),
        ("2020-03-12", "2020-05-15"),
        ("2020-05-18", "2020-08-13"),
        ("2020-08-17", "2020-08-13"),
    ],
)
@pytest.mark.parametrize("paragraph", LASTING)
def test_as_known_on_a_day_the_general_license_ends_where_the_last_window_in_print_ends(
    paragraph: str, known: str, last: str
) -> None:
    seen = bundled().view(known=date.fromisoformat(known)).provisions[paragraph]
    assert last_day(seen.stretches[-1]) == date.fromisoformat(last)


def test_nobody_could_know_the_general_license_before_it_was_in_print() -> None:
    assert bundled().view(known=date(2019, 5, 21)).provisions["ear/744.supp7/c1"].stretches == ()


HEADQUARTERS = "el/huawei-technologies-co-ltd-cn"


def test_the_first_listing_was_public_on_the_day_it_took_effect() -> None:
    corpus = bundled()
    assert corpus.view(known=date(2019, 5, 15)).entries[HEADQUARTERS].listed_from == NEVER
    assert corpus.view(known=date(2019, 5, 16)).entries[HEADQUARTERS].listed_from == date(2019, 5, 16)


@pytest.mark.parametrize(
    ("first_day", "document"), [(date(2019, 8, 19), "84-FR-43493"), (date(2020, 8, 17), "85-FR-51596")]
)
def test_the_later_waves_are_known_from_their_effect_although_in_print_days_after(
    first_day: date, document: str
) -> None:
    corpus = bundled()
    wave = [
        e.id for e in corpus.view().entries.values() if e.listing_instrument == document and e.listed_from == first_day
    ]
    assert wave
    before, after = (corpus.view(known=first_day - timedelta(days=n)).entries for n in (1, 0))
    assert {before[entry_id].listed_from for entry_id in wave} == {NEVER}
    assert {after[entry_id].listed_from for entry_id in wave} == {first_day}


def test_where_it_is_not_known_which_rule_listed_a_company_the_day_is_a_span() -> None:
    moved = bundled().view().entries["el/shanghai-huawei-technologies-co-ltd-cn"]
    assert moved.listed_from == Span(date(2019, 5, 16), date(2019, 8, 19))


def test_the_footnotes_stand_in_the_entries_since_2020() -> None:
    seen = bundled().view().entries[HEADQUARTERS]
    assert (seen.footnote1_from, seen.footnote2_from) == (date(2020, 5, 15), date(2020, 8, 17))
    assert bundled().view(known=date(2020, 5, 14)).entries[HEADQUARTERS].footnote1_from == NEVER
    assert seen.review_policy(date(2019, 5, 16)) == "presumption_of_denial"


def test_sudan_left_country_group_e1_on_2021_01_14() -> None:
    history = bundled().view().groups["E:1"]
    assert history.contains("SD", date(2021, 1, 13)) == TRUE
    assert history.contains("SD", date(2021, 1, 14)) == FALSE
    assert history.contains("SY", date(2021, 1, 14)) == TRUE
    assert history.contains("CU", date(2021, 1, 13)) == FALSE  # Cuba is in E:2
    assert history.contains("DE", date(2021, 1, 14)) == FALSE


@pytest.mark.parametrize("name", ["E", "E:1", "E:2", "standards-bodies:2019"])
def test_before_the_first_statement_of_a_set_its_members_are_unknown(name: str) -> None:
    history = bundled().view().groups[name]
    assert history.contains("IR", history.starts[0] - timedelta(days=1)) == UNKNOWN
    assert history.contains("IR", ALWAYS) == UNKNOWN


def test_the_affiliates_rule_was_suspended_and_is_in_doubt_from_the_day_of_its_return() -> None:
    seen = bundled().view().provisions["ear/744.11/affiliates"]
    assert sources(seen, "2025-09-29") == ["90-FR-47201"]
    assert sources(seen, "2025-11-09") == ["90-FR-47201"]
    assert sources(seen, "2025-11-10") == sources(seen, "2026-11-09") == []
    assert sources(seen, "2026-11-10") == ["-", "90-FR-50857"]


def test_every_stretch_of_the_real_law_comes_after_the_one_before_as_known_on_every_day_of_publication() -> None:
    corpus = bundled()
    published = {i.public_from(frees=frees) for i in corpus.instruments.values() for frees in (True, False)}
    for known in (None, *sorted(published - {date.min})):
        for seen in corpus.view(known=known).provisions.values():
            for before, after in pairwise(seen.stretches):
                assert before.end is not None
                assert before.end <= after.start
                assert before.readings != after.readings or before.end < after.start


def test_a_statement_of_a_set_goes_on_for_whoever_cannot_know_the_next() -> None:
    law = bundled()
    for group in law.groups.values():
        for known in {law.instruments[m.instrument].published - timedelta(days=1) for m in group.memberships[1:]}:
            history = group.fold(known, law.instruments)
            assert None not in history.held, f"{group.name} as known on {known}"
    early = law.view(known=date(2020, 6, 20)).groups["E"]
    assert early.contains("SD", date(2022, 1, 1)) == TRUE
    assert early.contains("CN", date(2022, 1, 1)) == FALSE
