"""Many pairs of names compared at once have the scores of the scorer, to the last bit, or are left to it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carveout.parties import name_index
from carveout.parties.coded_names import CodedNames, Numbering
from carveout.parties.name import read_name
from carveout.parties.name_index import SEVERAL, NameIndex
from carveout.parties.pair_arrays import PairArrays
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


class Pair(NamedTuple):
    """What is told of a pair among others: its score, or nothing; whether a telling word of the listed name is in the other."""

    score: Score | None
    telling: bool


def compared(*pairs: tuple[str, str], kind: Kind) -> list[Pair]:
    """Pairs of (name asked for, listed name) as they are told together."""
    numbers = Numbering({})
    held = CodedNames.of([read_name(listed) for _, listed in pairs], numbers)
    arrays = PairArrays(held, numbers.new, [kind] * len(pairs), DEFAULT, SETTINGS)
    asked = arrays.asked([read_name(query) for query, _ in pairs], [kind] * len(pairs))
    told = asked.compare(np.arange(len(pairs)), np.arange(len(pairs)))
    found = []
    for (query, listed), odds, said, is_told, telling in zip(pairs, *told, strict=True):
        texts = read_name(query).normalized, read_name(listed).normalized
        found.append(Pair(graded(odds, said, *texts, SETTINGS.threshold(kind)) if is_told else None, telling))
    return found


def same(query: str, listed: str, kind: Kind, told: Score | None) -> bool:
    """Whether a pair was left, or has the score of the scorer (of names that are not equal once normalized)."""
    one, other = read_name(query), read_name(listed)
    if told is None or one.normalized == other.normalized or not one.normalized or not other.normalized:
        return True
    return told == score(one, other, kind=kind)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=12), st.sampled_from(KINDS))
@example([("Tecnologies Huawei", "Huawei Technologies"), ("Huawei", "Kenya Bank")], "organization")
@example([("Ali bin Omar", "Omar bin Ali")], "person")
def test_pairs_that_are_told_have_the_scores_of_the_scorer(pairs: list[tuple[str, str]], kind: Kind) -> None:
    for (query, listed), told in zip(pairs, compared(*pairs, kind=kind), strict=True):
        assert same(query, listed, kind, told.score), (query, listed)


@given(st.lists(NAMES, min_size=1, max_size=8), st.integers(0, 60), st.sampled_from("abcxyz 1"), st.sampled_from(KINDS))
def test_so_have_names_with_a_slip(names: list[str], place: int, letter: str, kind: Kind) -> None:
    pairs = []
    for listed in names:
        at = place % len(listed)
        pairs.append((listed[:at] + letter + listed[at + place % 3 :], listed))
    for (query, listed), told in zip(pairs, compared(*pairs, kind=kind), strict=True):
        assert same(query, listed, kind, told.score), (query, listed)


@pytest.mark.parametrize(
    ("query", "listed", "kind"),
    [
        ("Huawei Tecnologies", "Huawei Technologies", "organization"),
        ("Huawei Technologies", "Huawei Technologies Trading", "organization"),
        ("Huawei Shipping Line", "Huawei Trading", "organization"),
        ("Technologies Hisilicon Limitd", "Hisilicon Technologies Co., Ltd", "organization"),
        ("Petrov Omar", "Omar de Petrov", "person"),
        ("Umarov Alexei", "Umarov Aleksei", "person"),
        ("Hua Wei Trading Bank", "Huawei Trading Bank of Shenzhen", "organization"),
        ("HW Trading Bank", "Huawei Wireless Trading Bank", "organization"),
        ("Muhamad Petrov", "Mohammed Petroff", "person"),
        ("M1crosoft Line", "Microsoft Line Shipping", "organization"),
    ],
)
def test_the_usual_pairs_are_told(query: str, listed: str, kind: Kind) -> None:
    told = compared((query, listed), kind=kind)[0].score
    assert told == score(read_name(query), read_name(listed), kind=kind)


@pytest.mark.parametrize(
    ("query", "listed", "kind", "why"),
    [
        ("Hua Wei", "Huawei", "organization", "one word each, perhaps"),
        ("Ali Omar Ali", "Omar Ali", "person", "a word said twice"),
        ("Bank No. 3", "Bank No. 33", "organization", "numbers that differ"),
        ("Kenia Trading", "Kenya Trading", "organization", "a place misspelled"),
        ("Петров", "Petrov", "person", "another script"),
        ("Ali bin Omar", "Ali bin Umar", "person", "whose son somebody is"),
    ],
)
def test_what_takes_another_reading_is_left_to_the_scorer(query: str, listed: str, kind: Kind, why: str) -> None:
    assert compared((query, listed), kind=kind)[0].score is None, why


@given(NAMES, NAMES)
def test_a_telling_word_is_one_that_the_search_finds_telling(query: str, listed: str) -> None:
    told = compared((query, listed), kind="organization")[0]
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


def test_a_search_finds_the_same_in_arrays_as_pair_by_pair(
    parties: tuple[Listed, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    search, chance = Search(parties), random.Random(3)
    asked = [Query(altered(chance.choice(search.index.names), chance)) for _ in range(3_000)]
    told: list[bool] = []
    plain = NameIndex._told

    def watched(*given: object) -> object:
        found = plain(*given)  # type: ignore[arg-type]
        told.append(found is not None)
        return found

    monkeypatch.setattr(NameIndex, "_told", watched)
    found = search.find_many(asked)
    assert sum(told) > 0.8 * len(told) > 500
    monkeypatch.setattr(name_index, "SEVERAL", 10**9)
    count = len(told)
    assert found == search.find_many(asked)
    assert len(told) == count


def test_a_kept_search_compares_as_the_one_it_was_kept_of(parties: tuple[Listed, ...], tmp_path: Path) -> None:
    search, chance = Search(parties[:500]), random.Random(4)
    asked = [Query(altered(chance.choice(search.index.names), chance)) for _ in range(300)]
    found = search.find_many(asked)
    search.save(tmp_path)
    assert Search.load(tmp_path).find_many(asked) == found


def test_names_of_which_nothing_is_told_are_found_all_the_same() -> None:
    listed = [Listed(str(n), "EL", (f"Yang Liu {n}",), (), "person") for n in range(2 * SEVERAL)]
    asked = [Query(f"阳 柳 {n}") for n in range(2 * SEVERAL)]
    assert Search(listed).find_many(asked) == [Search(listed).find(one, limit=5) for one in asked]
