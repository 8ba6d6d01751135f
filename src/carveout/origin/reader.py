"""Reading a bill of materials, by the ending of its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from carveout.origin.bill import Bill
from carveout.origin.bill_csv import read_csv
from carveout.origin.cyclonedx import read_cyclonedx
from carveout.origin.error import OriginError


def read_bill(path: Path, *, rates: Mapping[str, float] | None = None) -> Bill:
    """The bill of a file: ``.csv`` or ``.tsv``, or ``.json`` in CycloneDX. ``rates``: see ``origin.assemble``.

    Raises:
        OriginError: another ending, or a file that cannot be read.
    """
    ending = path.suffix.casefold()
    if ending in (".csv", ".tsv"):
        return read_csv(path, rates=rates)
    if ending == ".json":
        return read_cyclonedx(path, rates=rates)
    raise OriginError(f"{path}: a bill is .csv, or .json in CycloneDX, not {ending or 'without an ending'}")
