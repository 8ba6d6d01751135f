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

from carveout.parties.kept_name import line_of, name_of
from carveout.parties.mending import SHORTEST, mended
from carveout.parties.name import NameTooLong, can_be_read, read_name
from carveout.parties.name_index import NameIndex, text_of
from carveout.parties.rarity import DEFAULT
from carveout.parties.rows import Rows
from carveout.parties.score import compared, score
from carveout.parties.search import SearchSettings
from carveout.parties.settings import SETTINGS, Kind
from carveout.parties.vocabulary import skeleton, skeletons
from carveout.parties.word import FORMS

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
        name_of("Huawei", "huawei")


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
