"""Texts of answers as numbers: sets of facts or provisions, and ids. Each text is made once, when it is first met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.word_sum import distinct, look_up
from carveout.decide.frame_answer import authorization_order, fact_order
from carveout.decide.network import Network

SETS = ("authorizations", "matters", "assumed")
"""What comes as a set: bits of words, a row each."""
EXPLANATION = "explanation"
NOTHING = 0
"""The number of the empty set."""


def is_text(name: str) -> bool:
    """Whether an array of an answer holds sets or ids."""
    return name == EXPLANATION or name.rpartition("_")[2] in SETS


class CodedTexts:
    """The texts of one memory of answers, counted in the order in which they were met, per array of the answer."""

    def __init__(self, network: Network) -> None:
        order = tuple(network.nodes[index].provision.id for index in authorization_order(network))
        self._names = {"authorizations": order, "matters": fact_order(), "assumed": fact_order()}
        self._numbers: dict[str, dict[Any, int]] = {}
        self._texts: dict[str, list[str]] = {}
        self._columns: dict[str, pa.Array] = {}

    def coded(self, name: str, values: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
        """The number of each row's set (rows x words) or id."""
        values = np.ascontiguousarray(values)
        words = values.view(np.uint8).reshape(len(values), -1)
        _, places, firsts = distinct(mixed(words))
        numbers, texts = self._held(name)
        found = []
        for one in map(_hashable, values[firsts].tolist()):
            number = numbers.get(one)
            if number is None:
                number = numbers[one] = len(texts)
                texts.append(self._text(name, one))
            found.append(number)
        return np.asarray(found, np.int32)[places]

    def _held(self, name: str) -> tuple[dict[Any, int], list[str]]:
        if name not in self._numbers:
            empty = name != EXPLANATION
            # The empty set has its number before any is met; how many words it has is not known yet.
            self._numbers[name], self._texts[name] = ({(): NOTHING}, [""]) if empty else ({}, [])
        return self._numbers[name], self._texts[name]

    def _text(self, name: str, one: Any) -> str:
        return one.decode() if isinstance(one, bytes) else set_text(one, self._names[name.rpartition("_")[2]])

    def column(self, name: str, numbers: npt.NDArray[np.int32]) -> pa.DictionaryArray:
        """The texts of some numbers, coded by those that are among them."""
        texts = self._texts[name]
        column = self._columns.get(name)
        if column is None or len(column) < len(texts):
            column = self._columns[name] = pa.array(texts, pa.string())
        present = np.zeros(len(texts), bool)
        present[numbers] = True
        places = look_up(np.cumsum(present, dtype=np.int32) - np.int32(1), numbers)
        return pa.DictionaryArray.from_arrays(pa.array(places), column.take(pa.array(np.flatnonzero(present))))


def _hashable(one: Any) -> Any:
    """A set as the words that it has bits in, up to the last of these; an id as it is."""
    if isinstance(one, bytes):
        return one
    while one and not one[-1]:
        one.pop()
    return tuple(one)


def mixed(key: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """A 64-bit mix of every row's bytes."""
    width = -(-key.shape[1] // 8) * 8
    padded = np.zeros((len(key), width), np.uint8)
    padded[:, : key.shape[1]] = key
    words = padded.view(np.uint64)
    found = np.zeros(len(key), np.uint64)
    for number in range(words.shape[1]):
        found = (found ^ words[:, number]) * np.uint64(0x9E3779B97F4A7C15)
        found ^= found >> np.uint64(29)
    return found


def set_text(words: Iterable[int], names: tuple[str, ...]) -> str:
    """A set of facts or provisions as text."""
    found = []
    for number, word in enumerate(words):
        rest = word
        while rest:
            low = rest & -rest
            found.append(names[64 * number + low.bit_length() - 1])
            rest ^= low
    return "; ".join(found)
