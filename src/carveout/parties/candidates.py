"""Which listed names a query could possibly be: one sparse product over trigrams, words and skeletons of words.

Trigrams find joined and broken words, whole words find names whose rest differs, words one slip away find typing
errors, skeletons (consonants only) find other romanizations. Each query brings only its rarest features of each sort,
since the common ones cost most and tell least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from carveout.parties.reach import Reach
from carveout.parties.trigrams import SIZE, Ints, rarest, trigrams
from carveout.parties.vocabulary import Bags, Vocabulary, spread

Floats = NDArray[np.float32]
COMMON = 400
"""A word that more names than this contain finds nothing."""
SLIPPED = 0.8
"""What a word one slip away weighs, beside the word itself."""
FAINT = 0.15
"""Candidates less alike than this are none."""
FEW = 2_000
"""Names up to which likenesses are counted in a table: loading the sparse product would take longer than the search."""
SEVERAL = 64
"""Texts from which the product is with the whole matrix."""
CELLS = 2**17
"""Cells of that table at a time."""
BEYOND = 8.0
"""More than any likeness."""


class Candidates:
    """An index of names, each a text of lower-case ASCII words.

    Features are numbered in blocks: trigrams by rarity, then words, then skeletons. ``arrays`` are all its state, so
    that a file can hold it.
    """

    def __init__(self, vocabulary: Vocabulary, arrays: Mapping[str, NDArray[Any]], reach: Reach) -> None:
        self.vocabulary, self.arrays, self.reach = vocabulary, arrays, reach
        self.rank, self.known, self.weight = arrays["rank"], int(arrays["known"]), arrays["weight"]
        self.names = int(arrays["names"])
        self.bones = SIZE + len(vocabulary.words)
        self.size = self.bones + len(vocabulary.skeletons)
        self.unknown = float(np.log(1 + self.names))
        self.count = np.diff(arrays["indptr"]).astype(np.int64)
        self.matrix: Any = None

    @classmethod
    def build(cls, vocabulary: Vocabulary, texts: Sequence[str], reach: Reach) -> Candidates:
        """The index of these texts."""
        rows, codes = trigrams(texts)
        rows, codes = _once(rows, codes, SIZE)
        count = np.bincount(codes, minlength=SIZE)
        order = np.lexsort((np.arange(SIZE), np.where(count == 0, len(texts) + 1, count)))
        rank = np.empty(SIZE, np.int64)
        rank[order] = np.arange(SIZE)
        bags = vocabulary.bags(texts)
        at, blocks, weights = 0, [], []
        for held, size, share in (
            ((rows, rank[codes]), SIZE, 1.0),
            (bags.known, len(vocabulary.words), reach.word_weight),
            (bags.bones, len(vocabulary.skeletons), reach.skeleton_weight),
        ):
            rows, features = _once(*held, max(size, 1))
            seen = np.bincount(features, minlength=size)
            weight = np.log((1 + len(texts)) / (1 + seen)) + 0.01
            value = weight[features]
            value *= share / np.sqrt(np.bincount(rows, value**2, len(texts)))[rows]
            useful = (at == 0) | (seen[features] <= COMMON)
            blocks.append((rows[useful], features[useful] + at, value[useful]))
            weights.append(weight)
            at += size
        rows, features, values = (np.concatenate(column) for column in zip(*blocks, strict=True))
        order = np.argsort(features * max(len(texts), 1) + rows)
        start = np.concatenate([[0], np.cumsum(np.bincount(features, minlength=at))])
        arrays = {
            "rank": rank, "known": np.array((count > 0).sum()), "weight": np.concatenate(weights).astype(np.float32),
            "names": np.array(len(texts)), "data": values[order].astype(np.float32),
            "indices": rows[order].astype(np.int32), "indptr": start.astype(np.int32),
        }  # fmt: skip
        return cls(vocabulary, arrays, reach)

    def find(self, texts: Sequence[str], bags: Bags) -> tuple[Ints, Ints, Floats]:
        """(text, name, likeness) of every candidate, texts ascending, the likeliest first."""
        if not texts or not self.names:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
        rows, features, values = self.features(texts, bags)
        if self.names <= FEW:
            return self._counted(len(texts), rows, features, values)
        return self._multiplied(len(texts), rows, features, values)

    def _multiplied(self, texts: int, rows: Ints, features: Ints, values: Floats) -> tuple[Ints, Ints, Floats]:
        """The candidates as the largest of a sparse product."""
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
        from sparse_dot_topn import sp_matmul_topn  # type: ignore[import-untyped]

        if self.matrix is None:
            held = (self.arrays["data"], self.arrays["indices"], self.arrays["indptr"])
            self.matrix = csr_matrix(held, shape=(self.size, self.names))
        matrix = self.matrix
        if texts < SEVERAL:
            features, matrix = self._only(features)
        start = np.searchsorted(rows, np.arange(texts + 1)).astype(np.int32)
        query = csr_matrix((values, features.astype(np.int32), start), shape=(texts, matrix.shape[0]))
        found = sp_matmul_topn(query, matrix, top_n=self.reach.names, threshold=FAINT, sort=True)
        return np.repeat(np.arange(texts), np.diff(found.indptr)), found.indices.astype(np.int64), found.data

    def _only(self, features: Ints) -> tuple[Ints, Any]:
        """The features by new numbers, and the matrix of these alone: the product copies the indices of what it is given."""
        from scipy.sparse import csr_matrix

        used, number = np.unique(features, return_inverse=True)
        count = self.count[used]
        at = spread(self.arrays["indptr"][used].astype(np.int64), count)
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        held = (self.arrays["data"][at], self.arrays["indices"][at], start)
        return number, csr_matrix(held, shape=(len(used), self.names))

    def _counted(self, texts: int, rows: Ints, features: Ints, values: Floats) -> tuple[Ints, Ints, Floats]:
        """The same, every likeness counted."""
        start, listed, held = (self.arrays[part] for part in ("indptr", "indices", "data"))
        found: list[tuple[Ints, Ints, Floats]] = []
        step = max(1, CELLS // self.names)
        for low in range(0, texts, step):
            here = slice(*np.searchsorted(rows, (low, low + step)))
            count = self.count[features[here]]
            at = spread(start[features[here]].astype(np.int64), count)
            key = np.repeat(rows[here] - low, count) * self.names + listed[at]
            table = np.bincount(key, np.repeat(values[here], count) * held[at], step * self.names)
            near = np.flatnonzero(table > FAINT)
            row, name = np.divmod(near, self.names)
            order = np.argsort(row * BEYOND - table[near], kind="stable")
            row, name, value = row[order], name[order], table[near][order].astype(np.float32)
            kept = _places(row) < self.reach.names
            found.append((row[kept] + low, name[kept], value[kept]))
        row, name, value = (np.concatenate(column) for column in zip(*found, strict=True))
        return row, name, value

    def features(self, texts: Sequence[str], bags: Bags) -> tuple[Ints, Ints, Floats]:
        """(text, feature, weight) of what each text brings, texts ascending. Words that no name has weigh in the norm all the
        same."""
        reach = self.reach
        rows, codes = trigrams(texts)
        blocks = [self._weighed(*rarest(rows, self.rank[codes], self.known, self.count, reach.postings))]
        words = bags.known[1] + SIZE
        square = np.bincount(bags.known[0], self.weight[words] ** 2.0, len(texts)) + (
            np.bincount(bags.strange, minlength=len(texts)) * self.unknown**2
        )
        norm = np.sqrt(np.maximum(square, 1e-9))
        for found, of, most, share in (
            (bags.known[0], words, reach.words, 1.0),
            (bags.near[0], bags.near[1] + SIZE, reach.slips, SLIPPED),
        ):
            rows, features = self._few(found, of, most)
            blocks.append((rows, features, self.weight[features] / norm[rows] * share))
        blocks.append(self._weighed(*self._few(bags.bones[0], bags.bones[1] + self.bones, reach.skeletons)))
        found, features, values = (np.concatenate(column) for column in zip(*blocks, strict=True))
        order = np.argsort(found, kind="stable")
        return found[order], features[order], values[order].astype(np.float32)

    def _weighed(self, rows: Ints, features: Ints) -> tuple[Ints, Ints, NDArray[np.float64]]:
        value = self.weight[features].astype(np.float64)
        norm = np.sqrt(np.bincount(rows, value**2)) if len(rows) else value
        return rows, features, value / norm[rows]

    def _few(self, rows: Ints, features: Ints, most: int) -> tuple[Ints, Ints]:
        """The ``most`` rarest different features of each row."""
        order = np.lexsort((features, -self.weight[features], rows))
        rows, features = rows[order], features[order]
        new = np.ones(len(rows), bool)
        new[1:] = (rows[1:] != rows[:-1]) | (features[1:] != features[:-1])
        rows, features = rows[new], features[new]
        kept = _places(rows) < most
        return rows[kept], features[kept]


def _places(rows: Ints) -> Ints:
    """How many equal numbers stand before each of these, which ascend."""
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    return np.arange(len(rows)) - np.repeat(first, np.diff(first, append=len(rows)))


def _once(rows: Ints, features: Ints, size: int) -> tuple[Ints, Ints]:
    key = np.unique(rows * size + features)
    return key // size, key % size
