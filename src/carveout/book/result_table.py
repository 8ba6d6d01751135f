"""The result columns of the contract as Arrow columns, from the arrays of an answer: texts built once per distinct value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from carveout.book.word_sum import distinct
from carveout.book.writer import REGIME_COLUMNS
from carveout.decide.frame_answer import authorization_order, fact_order
from carveout.decide.frame_horizon import NO_DAY
from carveout.decide.outcome import Outcome
from carveout.decide.plain import network_of
from carveout.law.evidence import Evidence
from carveout.law.view import View

DECISIONS = ("go", "go_with_conditions", "hold", "license_required", "prohibited")
KEY = "timeline"
"""The column of keys in the results of a book of timelines."""
EPOCH = 719163
"""Day number of 1970-01-01, from which Arrow counts."""


def result_table(
    view: View, arrays: Mapping[str, npt.NDArray[Any]], policies: list[str], *, outcome_only: bool = False
) -> pa.Table:
    """The result columns of the contract from the arrays of the good rows."""
    names = [outcome.name for outcome in Outcome]
    if not len(arrays.get("lower", ())):
        return pa.table({})
    columns: dict[str, Any] = {
        "overall_at_least": _coded(arrays["lower"], names),
        "overall_at_most": _coded(arrays["upper"], names),
    }
    if outcome_only:
        return pa.table({**columns, KEY: arrays[KEY]} if KEY in arrays else columns)
    columns["overall_decision"] = _coded(arrays["decision"], DECISIONS)
    order = tuple(network_of(view).nodes[index].provision.id for index in authorization_order(network_of(view)))
    for regime in view.corpus.regimes:
        own = {name: arrays[f"{regime}_{name}"] for name in
               ("lower", "upper", "changes", "through", "authorizations", "matters", "assumed", "evidence", "policy")}  # fmt: skip
        through = np.where((own["authorizations"] == 0).all(axis=1), NO_DAY, own["through"])
        built = {
            "at_least": _coded(own["lower"], names), "at_most": _coded(own["upper"], names),
            "changes_on": _dates(own["changes"]), "authority_through": _dates(through),
            "authorizations": _lists(own["authorizations"], order),
            "matters": _lists(own["matters"], fact_order()), "assumed": _lists(own["assumed"], fact_order()),
            "evidence": _coded(own["evidence"], [grade.name for grade in Evidence]),
            "review_policy": _policies(own["policy"], policies),
        }  # fmt: skip
        columns |= {f"{regime}_{name}": built[name] for name in REGIME_COLUMNS}
    columns["explanation_id"] = _explanations(arrays["explanation"])
    return pa.table(columns)


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


def _coded(codes: npt.NDArray[Any], names: Any) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(list(names)))


def _dates(days: npt.NDArray[np.int32]) -> pa.Array:
    missing = days == NO_DAY
    return pa.array((np.where(missing, EPOCH, days) - EPOCH).astype(np.int32), pa.int32(), mask=missing).cast(
        pa.date32()
    )


def _policies(codes: npt.NDArray[np.uint8], policies: list[str]) -> pa.Array:
    missing = (codes == 0) | (codes == 255)
    indices = np.where(missing, 0, codes.astype(np.int16) - 1).astype(np.int8)
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=missing), pa.array(policies or [""]))


def _lists(masks: npt.NDArray[np.uint64], names: tuple[str, ...]) -> pa.Array:
    """Sets as text, joined with a semicolon, once per distinct set."""
    if masks.shape[1] == 1:
        keys = masks[:, 0]
    else:
        keys = mixed(np.ascontiguousarray(masks).view(np.uint8).reshape(len(masks), -1))
    _, places, firsts = distinct(keys)
    known = _known_texts(names)
    if len(known) > _MANY:
        known.clear()
    sets = [tuple(words) for words in masks[firsts].tolist()]
    texts = [known.get(words) or known.setdefault(words, set_text(words, names)) for words in sets]
    return pa.DictionaryArray.from_arrays(pa.array(places), pa.array(texts))


_MANY = 500_000
"""Sets whose texts are remembered."""


@lru_cache
def _known_texts(names: tuple[str, ...]) -> dict[tuple[int, ...], str]:
    """The texts of sets of these names, as far as they were made."""
    del names
    return {}


def _explanations(ids: npt.NDArray[np.bytes_]) -> pa.Array:
    """Explanation ids, each text made once."""
    _, places, firsts = distinct(mixed(np.ascontiguousarray(ids).view(np.uint8).reshape(len(ids), -1)))
    return pa.DictionaryArray.from_arrays(pa.array(places), pa.array(ids[firsts]).cast(pa.string()))


def set_text(words: tuple[int, ...], names: tuple[str, ...]) -> str:
    """A set of facts as text."""
    found = []
    for number, word in enumerate(words):
        rest = word
        while rest:
            low = rest & -rest
            found.append(names[64 * number + low.bit_length() - 1])
            rest ^= low
    return "; ".join(found)
