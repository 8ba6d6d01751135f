"""What is remembered of kinds of rows: an answer that is not there is never read as one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from carveout.book.coded_texts import CodedTexts
from carveout.book.frame_book import FrameBook
from carveout.book.memory import Decided, Memory, Numbering
from carveout.decide.plain import network_of
from carveout.law.corpus import bundled

KINDS = np.asarray([7, 3, 9], np.uint64)


def test_a_book_that_states_nothing_is_held() -> None:
    for columns in ({"id": ["a", "b"]}, {"id": ["a", "b"], "our_own_column": ["x", None]}):
        answered = FrameBook(bundled().view()).answer(pa.table(columns))
        told = answered.results.to_pylist()
        assert [(one["overall_at_least"], one["overall_at_most"], one["overall_decision"]) for one in told] == [
            ("not_subject", "prohibited", "hold")
        ] * 2


def test_a_kind_keeps_its_place_and_its_number() -> None:
    memory = Memory(Numbering(), CodedTexts(network_of(bundled().view())))
    places = memory.add(KINDS)
    again = memory.find(np.asarray([9, 8, 7], np.uint64))
    assert again.tolist() == [places[2], -1, places[0]]
    assert memory.add(np.asarray([8], np.uint64)).tolist() == [3]
    assert memory.numbers.tolist() == [0, 1, 2, 3]


def test_an_answer_that_is_not_there_is_not_read() -> None:
    memory = Memory(Numbering(), CodedTexts(network_of(bundled().view())))
    places = memory.add(KINDS)
    one = Decided({"lower": np.asarray([2], np.uint8)}, np.asarray([False]), [])
    memory.fill(places[:1], one)
    assert memory.answers(places[:1])["lower"].tolist() == [2]
    with pytest.raises(RuntimeError, match="before it was decided"):
        memory.answers(places)
    with pytest.raises(ValueError, match="1 answers for 2 kinds"):
        memory.fill(places[1:], one)


def test_rows_of_another_number_than_their_days_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rows of cells for 1 days"):
        FrameBook(bundled().view()).decide(pa.table({"eccn": ["EAR99", "EAR99"]}), np.asarray([737500], np.int32))
