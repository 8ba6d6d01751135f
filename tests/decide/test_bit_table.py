"""Planes turned into rows, against numpy's own packing of a table of bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from carveout.decide.bit_table import MaskPlanes, masks_of, octets, packed
from carveout.decide.planes import CodePlanes, Codes
from carveout.facts.value import FALSE, TRUE, UNKNOWN

ROWS = (1, 7, 8, 9, 1001)


def table(planes: int, rows: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(rows).integers(0, 2, (planes, rows)).astype(np.uint8)


@pytest.mark.parametrize("rows", ROWS)
def test_octets_hold_the_nth_plane_in_bit_n(rows: int) -> None:
    bits = table(8, rows)
    assert (octets([np.packbits(row) for row in bits], rows) == (bits << np.arange(8)[:, None]).sum(axis=0)).all()


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("planes", [1, 8, 19])
def test_packed_is_as_numpy_packs(planes: int, rows: int) -> None:
    bits = table(planes, rows)
    found = packed([np.packbits(row) for row in bits], rows)
    assert found.shape == ((planes + 7) // 8, rows)
    assert (found == np.packbits(bits, axis=0)).all()


@pytest.mark.parametrize("rows", ROWS)
def test_sets_come_back_as_the_planes_they_were_made_from(rows: int) -> None:
    bits = table(5, rows)
    planes = {place: np.packbits(row) for place, row in zip((0, 9, 63, 64, 100), bits, strict=True)}
    masks = masks_of(planes, rows, 2)
    assert masks[0, 0] == int(bits[0, 0]) | int(bits[1, 0]) << 9 | int(bits[2, 0]) << 63
    assert masks[0, 1] == int(bits[3, 0]) | int(bits[4, 0]) << 36
    again = MaskPlanes(masks)
    assert again.places == [place for place, row in zip(planes, bits, strict=True) if row.any()]
    for place, plane in planes.items():
        assert (again.plane(place) == plane).all()
    assert not again.plane(5).any()


@pytest.mark.parametrize("count", [2, 3, 16, 17, 300])
def test_a_coded_column_is_as_true_as_its_values(count: int) -> None:
    chance = np.random.default_rng(count)
    codes = chance.integers(0, count, 1000).astype(np.uint16)
    truths = [(FALSE, UNKNOWN, TRUE)[n] for n in chance.integers(0, 3, count)]
    must, may = CodePlanes(Codes(codes, tuple(range(count)))).truths(truths)
    assert np.unpackbits(must, count=1000).tolist() == [int(truths[code] == TRUE) for code in codes]
    assert np.unpackbits(may, count=1000).tolist() == [int(truths[code] != FALSE) for code in codes]
