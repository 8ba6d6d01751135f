"""The compiled comparison of pairs says what the scorer says, to the last bit, or nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carveout.facts.compiled import Loops
from carveout.parties import compiled_pairs
from carveout.parties.coded_names import CodedNames, Numbering
from carveout.parties.compiled_pairs import LEFT, PAIR_LOOPS, TELLING, CompiledPairs, Told
from carveout.parties.name import read_name
from carveout.parties.name_index import NameIndex
from carveout.parties.rarity import DEFAULT
from carveout.parties.score import Score, graded, score
from carveout.parties.search import Listed, Query, Search, SearchSettings
from carveout.parties.settings import SETTINGS, Kind

KINDS: list[Kind] = ["organization", "person", "vessel", "any"]
WORDS = st.sampled_from(
    ["Huawei", "Huaway", "Hua", "Wei", "Technologies", "Technology", "Tecnologies", "Hisilicon", "Mohammed", "Muhammad", "Ali",
     "Alexei", "Aleksei", "Al", "Bin", "De", "Van", "Omar", "Umar", "Co.,", "Ltd", "Limitd", "Liabilty", "GmbH", "No. 3", "No. 33",
     "II", "B", "J", "HW", "Kenya", "Kenia", "Hong Kong", "Shenzhen", "Bank", "of", "and", "Trading", "Trade", "M1crosoft", "Microsoft",
     "Petrov", "Петров", "华为", "Shipping", "Line"]
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=7).map(" ".join)


@pytest.fixture(autouse=True, scope="module")
def _loops_are_ready() -> Iterator[None]:
    assert PAIR_LOOPS.wait(time.monotonic() + 300)
    return


class Pair(NamedTuple):
    """What the loops tell of a pair: its score, or nothing; and whether a telling word of the listed name is in the other."""

    score: Score | None
    telling: bool


def compared(query: str, listed: str, kind: Kind) -> Pair:
    """A pair as the loops tell it."""
    numbers = Numbering({})
    held = CodedNames.of([read_name(listed)], numbers)
    pairs = CompiledPairs(held, numbers.new, [kind], DEFAULT, SearchSettings())
    none = np.zeros(1, np.int64)
    told = pairs.compare([read_name(query)], [kind], none, none, np.zeros(1))
    assert told is not None
    if told.state[0] == LEFT:
        return Pair(None, telling=False)
    texts = read_name(query).normalized, read_name(listed).normalized
    return Pair(graded(told.odds[0], told.said[0], *texts, SETTINGS.threshold(kind)), told.state[0] == TELLING)


@given(NAMES, NAMES, st.sampled_from(KINDS))
@example("Tecnologies Huawei", "Huawei Technologies", "organization")
@example("Ali bin Omar", "Omar bin Ali", "person")
def test_a_pair_that_is_told_has_the_score_of_the_scorer(query: str, listed: str, kind: Kind) -> None:
    one, other = read_name(query), read_name(listed)
    told = compared(query, listed, kind).score
    if told is not None and one.normalized != other.normalized and one.normalized and other.normalized:
        assert told == score(one, other, kind=kind)


@given(NAMES, st.integers(0, 60), st.sampled_from("abcxyz 1"), st.sampled_from(KINDS))
def test_so_has_a_name_with_a_slip(listed: str, place: int, letter: str, kind: Kind) -> None:
    at = place % len(listed)
    query = listed[:at] + letter + listed[at + place % 3 :]
    one, other = read_name(query), read_name(listed)
    told = compared(query, listed, kind).score
    if told is not None and one.normalized != other.normalized and one.normalized and other.normalized:
        assert told == score(one, other, kind=kind)


@pytest.mark.parametrize(
    ("query", "listed", "kind"),
    [
        ("Huawei Tecnologies", "Huawei Technologies", "organization"),
        ("Huawei Technologies", "Huawei Technologies Trading", "organization"),
        ("Huawei Shipping Line", "Huawei Trading", "organization"),
        ("Technologies Hisilicon Limitd", "Hisilicon Technologies Co., Ltd", "organization"),
        ("Petrov Omar", "Omar de Petrov", "person"),
    ],
)
def test_the_usual_pairs_are_told(query: str, listed: str, kind: Kind) -> None:
    assert compared(query, listed, kind).score is not None


@pytest.mark.parametrize(
    ("query", "listed", "kind", "why"),
    [
        ("Hua Wei", "Huawei", "organization", "words written apart"),
        ("Umarov Alexei", "Umarov Aleksei", "person", "forms of one given name"),
        ("HW Bank", "Huawei Wuhan Bank", "organization", "initials"),
        ("Bank No. 3", "Bank No. 33", "organization", "numbers that differ"),
        ("Kenia Trading", "Kenya Trading", "organization", "a place misspelled"),
        ("Петров", "Petrov", "person", "another script"),
        ("Ali bin Omar", "Ali bin Umar", "person", "whose son somebody is"),
    ],
)
def test_what_takes_more_than_letters_is_left_to_the_scorer(query: str, listed: str, kind: Kind, why: str) -> None:
    assert compared(query, listed, kind).score is None, why


@given(NAMES, NAMES)
def test_a_telling_word_is_one_that_the_search_finds_telling(query: str, listed: str) -> None:
    told = compared(query, listed, "organization")
    if told.telling:
        index = NameIndex([listed], ["organization"], SearchSettings())
        assert index._telling(read_name(query), 0)


@pytest.fixture(scope="module")
def parties(test_data: Path) -> tuple[Listed, ...]:
    rows = orjson.loads((test_data / "lists" / "csl-2026-07-31.json").read_bytes())["results"]
    kinds: dict[str, Kind] = {"Entity": "organization", "Individual": "person", "Vessel": "vessel"}
    return tuple(
        Listed(row["id"], row["source"], (row["name"], *(row["alt_names"] or ())), (), kinds.get(row["type"], "any"))
        for row in random.Random(11).sample(rows, 3_000)
    )


def altered(name: str, chance: random.Random) -> str:
    """A name with a letter changed or lost, words turned, or a word lost."""
    words, at = name.split(), chance.randrange(len(name))
    turned, lost = chance.sample(words, len(words)), chance.randrange(len(words))
    return chance.choice([
        name[:at] + chance.choice("aeioust") + name[at + 1 :], name[:at] + name[at + 1 :], " ".join(turned),
        " ".join(words[:lost] + words[lost + 1 :]) or name,
    ])  # fmt: skip


def test_a_search_finds_the_same_with_the_loops_as_without(
    parties: tuple[Listed, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    search, chance = Search(parties), random.Random(3)
    asked = [Query(altered(chance.choice(search.index.names), chance)) for _ in range(3_000)]
    told: list[Told] = []

    def watched(*given: object) -> Told | None:
        found = compare(*given)  # type: ignore[arg-type]
        told.extend([found] if found else [])
        return found

    compare = search.index.pairs.compare
    monkeypatch.setattr(search.index.pairs, "compare", watched)
    found = search.find_many(asked)
    states = [state for one in told for state in one.state]
    assert sum(state != LEFT for state in states) > 0.5 * len(states) > 500
    monkeypatch.setattr(search.index.pairs, "compare", lambda *_: None)
    assert found == search.find_many(asked)


def test_a_kept_search_compares_as_the_one_it_was_kept_of(parties: tuple[Listed, ...], tmp_path: Path) -> None:
    from carveout.parties.pair_kernel import compare_pairs

    search, chance = Search(parties[:500]), random.Random(4)
    asked = [Query(altered(chance.choice(search.index.names), chance)) for _ in range(300)]
    found = search.find_many(asked)
    search.save(tmp_path)
    assert Search.load(tmp_path).find_many(asked) == found
    # Names asked for, held and kept are of the types that making ready compiles for: nothing is compiled in the middle of a search.
    assert len(compare_pairs.signatures) == 1  # type: ignore[attr-defined]


def test_the_loops_are_made_ready_once_they_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    monkeypatch.setattr(PAIR_LOOPS, "make_ready", lambda: begun.append(1))
    index = NameIndex(["Huawei Technologies"], ["organization"], SearchSettings())
    index.pairs.count(compiled_pairs.MANY)
    assert not begun
    index.find([("Huawei", "organization")])
    assert begun


def test_loops_that_cannot_be_loaded_are_done_without() -> None:
    def load() -> None:
        raise ImportError("no numba here")

    loops = Loops(load)  # type: ignore[arg-type]
    assert not loops.wait(time.monotonic() + 10)
    assert loops.module() is None
