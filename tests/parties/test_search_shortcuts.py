"""Each shortcut of the search against the long way round."""

import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from carveout.parties.alignment import likeness
from carveout.parties.coded_names import CodedNames, Numbering
from carveout.parties.crew import Left
from carveout.parties.found import Found, Match, packed, unpacked
from carveout.parties.hit import TIERS
from carveout.parties.kept_name import PART, line_of, name_of
from carveout.parties.latin_pair import latin_odds
from carveout.parties.letter_counts import at_most, counts
from carveout.parties.matcher import BRANCH, calls_itself_branch
from carveout.parties.mending import SHORTEST, mended
from carveout.parties.name import NameTooLong, _sort_out, _sorted_out, can_be_read, read_name
from carveout.parties.name_index import NameIndex
from carveout.parties.name_texts import key_of, text_of
from carveout.parties.overlap import Shares, most_odds, odds
from carveout.parties.plausible import plausible
from carveout.parties.rarity import DEFAULT
from carveout.parties.reading import read_names
from carveout.parties.rows import Rows
from carveout.parties.same_words import SameWords
from carveout.parties.score import compared, score
from carveout.parties.search import SearchSettings
from carveout.parties.settings import SETTINGS, Kind
from carveout.parties.slips import Slips
from carveout.parties.vocabulary import skeleton, skeletons
from carveout.parties.word import FORMS, GIVEN

KINDS: list[Kind] = ["organization", "person", "vessel", "any"]
names = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(["Huawei", "Bin", "Ali", "Omar", "Co.,", "Ltd", "No. 3", "II", "Kenya", "and", "of", "Петров", "华为"]),
        max_size=6,
    ).map(" ".join),
)  # fmt: skip
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=14)
form_words = sorted({word for form in FORMS if form.isascii() for word in form.split() if len(word) >= SHORTEST})


@given(names)
def test_a_name_kept_as_a_line_is_the_name_as_read(raw: str) -> None:
    read = read_name(raw)
    assert name_of(raw, line_of(read)) == read


def test_a_line_that_holds_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        name_of("Huawei", PART.join(["latin", "huawei"]))


@given(names, st.randoms(use_true_random=False), st.sampled_from(["organization", "person", "vessel", "any"]))
def test_words_in_another_order_score_as_their_alignment_says(raw: str, rng: random.Random, kind: Kind) -> None:
    parts = raw.split()
    rng.shuffle(parts)
    one, other = read_name(raw), read_name(" ".join(parts))
    found = score(one, other, kind=kind)
    if one.raw != other.raw and one.normalized != other.normalized and one.normalized and other.normalized:
        odds = compared(one, other, kind, DEFAULT, SETTINGS)[0]
        assert found.value == pytest.approx(1 / (1 + math.exp(-odds)))


def slowly_mended(word: str) -> str:
    """The first remainder of the word that a word of a legal form leaves too, told without any filter before."""
    held = {
        left: form
        for form in form_words
        for left in (form, *(form[:at] + form[at + 1 :] for at in range(len(form))))
    }  # fmt: skip
    if len(word) < SHORTEST - 1:
        return word
    return next(
        (held[left] for left in (word, *(word[:at] + word[at + 1 :] for at in range(len(word)))) if left in held), word
    )


@given(st.one_of(words, st.tuples(st.sampled_from(form_words), st.integers(0, 20), words).map(
    lambda told: told[0][: told[1]] + told[2][:1] + told[0][told[1] + 1 :]
)))  # fmt: skip
def test_no_slip_in_a_legal_form_is_passed_over(word: str) -> None:
    assert mended(word) == slowly_mended(word)


@given(st.lists(words, max_size=8))
def test_many_skeletons_are_those_of_each(many: list[str]) -> None:
    assert skeletons(many) == [skeleton(word) for word in many]


@given(st.lists(st.tuples(st.sampled_from("abc "), st.sampled_from("abcd ")), max_size=9))
def test_rows_are_those_whose_columns_hold_the_text(pairs: list[tuple[str, str]]) -> None:
    columns = [[pair[side].strip() for pair in pairs] for side in (0, 1)]
    rows = Rows([*columns[0], *columns[1]], len(pairs))
    for text in "abcd":
        assert set(rows.find(text)) == {row for row, pair in enumerate(pairs) if text in pair}
    assert rows.find("") == ()


def sample(test_data: Path) -> Sequence[str]:
    rows = orjson.loads((test_data / "lists" / "csl-2026-07-31.json").read_bytes())["results"]
    return [row["name"] for row in random.Random(4).sample(rows, 400)]


def test_counted_likenesses_are_those_of_the_sparse_product(test_data: Path) -> None:
    held = list(dict.fromkeys(sample(test_data)))
    index = NameIndex(held, ["any"] * len(held), SearchSettings())
    texts = [text_of(index.ask(name[: len(name) * 2 // 3]).name) for name in held]
    features = index.candidates.features(texts, index.vocabulary.bags(texts))
    one, other = index.candidates._counted(len(texts), *features), index.candidates._multiplied(len(texts), *features)
    assert len(one[0]) == len(other[0]) > len(texts)
    for places in (0, 2):
        # Names of equal likeness may change places, likenesses may not.
        np.testing.assert_allclose(one[places], other[places], atol=1e-5)


def test_a_name_of_too_many_words_is_refused_however_it_is_read() -> None:
    with pytest.raises(NameTooLong):
        read_name("a " * 200)


@given(st.one_of(names, st.text("a1. '", min_size=200, max_size=400)))
def test_what_can_be_read_is_what_is_read(raw: str) -> None:
    try:
        read_name(raw)
    except NameTooLong:
        assert not can_be_read(raw)
    else:
        assert can_be_read(raw)


long_words = st.lists(
    st.one_of(st.sampled_from([*GIVEN, "zelensky", "selenskij", "b0rn", "born", "j"]), words), min_size=15, max_size=25
)


@given(long_words, long_words, st.sampled_from([0.0, 0.5, 0.8, 1.0]))
def test_words_of_long_names_that_are_alike_are_compared(mine: list[str], theirs: list[str], floor: float) -> None:
    kept = set(plausible(mine, theirs, floor))
    for n, one in enumerate(mine):
        for m, other in enumerate(theirs):
            assert (n, m) in kept or one == other or likeness(one, other)[0] < floor


@given(st.lists(names, max_size=6))
def test_names_read_together_are_those_read_one_by_one(raws: list[str]) -> None:
    assert read_names(raws) == list(map(read_name, raws))


@given(st.lists(st.text("aB1.'_& \n\x1cé", max_size=9), max_size=9))
def test_signs_mean_the_same_to_names_read_together(raws: list[str]) -> None:
    assert read_names(raws) == list(map(read_name, raws))


@given(st.lists(st.builds(
    Found, st.sampled_from(["any", "person", "vessel", "organization"]),
    st.lists(st.builds(Match, st.integers(0, 2**31 - 1), st.sampled_from(TIERS), st.floats(0, 1), st.booleans(), st.floats(0, 1)), max_size=4)
    .map(tuple),
)))  # fmt: skip
def test_matches_come_out_of_their_columns_as_they_went_in(found: list[Found]) -> None:
    assert unpacked(packed(found)) == found


@given(st.integers(0, 60_000), st.integers(2, 5), st.randoms(use_true_random=False))
def test_parts_leave_no_name_out_and_none_twice(many: int, processes: int, rng: random.Random) -> None:
    left, found = Left(many, processes), []
    while part := rng.choice([left.first, left.last])():
        found.append(part)
    found.sort()
    assert left.first() is None
    assert left.last() is None
    assert [low for low, _ in found] == [0, *(high for _, high in found)][: len(found)]
    assert sum(high - low for low, high in found) == many


@given(st.lists(st.sampled_from([
    "Acme", "branch", "BRANCH office of", "Liaison Office", "country", "head", "R&D centre", "r & d center", "sales", "Sucursal",
    "succursale", "filialE", "filiale di", "zweigniederlassung", "niederlassung", "Zweigstelle", "oficina", "escritorio",
    "bureau", "filiaal", "bijkantoor", "oddzial", "organizacni slozka", "subesi", "sube", "филиалы", "-", "centrum", "offices",
]), max_size=4).map(" ".join))  # fmt: skip
def test_a_branch_is_told_as_its_words_tell_it(name: str) -> None:
    assert calls_itself_branch(name) == bool(BRANCH.search(name))


marked = [
    "qqq", "alpha", "b", "tech", "of", "1", "2nd", "forty", "four", "40", "ii", "v", "viii", "ltd", "co", "sa", "de", "cv", "hong",
    "kong", "new", "york", "iran", "no", "and", "limited", "liability", "company",
]  # fmt: skip


@given(st.lists(st.sampled_from(marked), min_size=1, max_size=9))
def test_the_end_of_a_name_is_read_the_same_behind_other_words(words: list[str]) -> None:
    assert [list(part) for part in _sorted_out(words)] == [list(part) for part in _sort_out(words)]


near = st.one_of(words, st.text("ab", min_size=4, max_size=7))


@given(st.lists(near, max_size=12), st.lists(near, max_size=6))
def test_words_one_slip_apart_are_those_that_leave_the_same_behind(held: list[str], asked: list[str]) -> None:
    found = set(zip(*(part.tolist() for part in Slips.build(held).near(asked)), strict=True))
    for n, one in enumerate(asked):
        for m, other in enumerate(held):
            left = [{word, *(word[:at] + word[at + 1 :] for at in range(len(word)))} for word in (one, other)]
            alike = len(one) >= 5 and len(other) >= 5 and not left[0].isdisjoint(left[1])
            assert ((n, m) in found) == alike


texts = st.text("abc xyz 01", max_size=20)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=8))
def test_texts_are_never_more_alike_than_their_letters_allow(pairs: list[tuple[str, str]]) -> None:
    ones, others = [one for one, _ in pairs], [other for _, other in pairs]
    most = at_most(counts(ones), counts(others))
    for one, other, bound in zip(ones, others, most.tolist(), strict=True):
        if one or other:
            assert fuzz.ratio(one, other) / 100 <= bound + 1e-9


shares = st.floats(0, 1)


@given(shares, shares, shares, shares, st.floats(1e-9, 20), shares, shares, shares, shares, st.booleans())
def test_no_odds_exceed_their_bound(
    conflict: float, missing: float, added: float, alike: float, whole: float, bound: float, plain: float, turned: float,
    likely: float, person: bool,
) -> None:  # fmt: skip
    held = Shares(*(np.array([part]) for part in (conflict, missing, added, alike, whole)))
    one, other, near = np.array([bound * plain]), np.array([bound * turned]), np.array([likely])
    who = np.array([person])
    assert odds(held, one, other, near, who)[0] <= most_odds(held, np.array([bound]), near, who)[0] + 1e-6


def test_a_pair_of_latin_names_has_the_odds_of_its_comparison(test_data: Path) -> None:
    """Of listed names altered and of listed names beside each other, to the last bit."""
    rng, told = random.Random(6), 0
    held = sample(test_data)
    for name in held:
        others = [name[: len(name) * 3 // 4], " ".join(rng.sample(name.split(), len(name.split()))), rng.choice(held)]
        others += [name.replace("a", "e", 1), f"{name} {rng.choice(held).split()[0]}"]
        for other in others:
            one, two = read_name(other), read_name(name)
            for kind in ("organization", "person", "vessel"):
                found = latin_odds(one, two, SETTINGS.weights(kind), DEFAULT, SETTINGS, person=kind == "person")
                if found and one.normalized and two.normalized:
                    told += 1
                    odds_, comparison, _ = compared(one, two, kind, DEFAULT, SETTINGS)
                    assert found == (
                        odds_,
                        tuple(comparison.query[i] for i, *_ in comparison.alignment.pairs),
                    )
    assert told > 3000


company_words = st.lists(
    st.sampled_from(["Huawei", "Hua", "Wei", "Trading", "Kenya", "Hong Kong", "No. 3", "II", "of", "AB", "Omar", "Petrov"]), min_size=1,
    max_size=4,
)  # fmt: skip
company_forms = st.sampled_from(["", "", "Ltd", "LLC", "GmbH", "Co.,", "KG", "Inc", "Limited", "AB", "S.A.", "e.V."])


@given(
    company_words,
    company_forms,
    company_forms,
    st.randoms(use_true_random=False),
    st.sampled_from(KINDS),
    st.sampled_from(KINDS),
)
def test_the_score_of_the_same_words_is_that_of_the_scorer(
    words: list[str], form: str, other_form: str, chance: random.Random, asked: Kind, kind: Kind
) -> None:
    turned = chance.sample(words, len(words))
    query, listed = read_name(" ".join([*turned, form]).strip()), read_name(" ".join([*words, other_form]).strip())
    coded = CodedNames.of([listed], Numbering({}))
    told = SameWords(coded, [listed.normalized], [kind], DEFAULT, SETTINGS).score(query, asked, 0)
    if told is not None and key_of(query) == key_of(listed):
        assert told == score(query, listed, kind=asked if kind == "any" else kind)


def test_words_in_another_order_under_another_form_are_told_without_reading_the_listed_name() -> None:
    query, listed = read_name("Trading Huawei GmbH"), read_name("Huawei Trading Limited Liability Company")
    same = SameWords(CodedNames.of([listed], Numbering({})), [listed.normalized], ["organization"], DEFAULT, SETTINGS)
    assert same.score(query, "any", 0) == score(query, listed, kind="organization")
