"""Reading a bill of materials from a CycloneDX JSON document, software or hardware.

Components nested in components go into them; what ``dependencies`` say one depends on goes into it too, unless it is nested
elsewhere. A component is named by its ``bom-ref``. Origin, ECCN and the rest stand in ``properties``, under the names of the
columns of a bill with or without a prefix before the last colon: ``carveout:eccn``, ``export:origin``. A component counts once
where no quantity is given: a document lists each instance (CycloneDX 1.2 to 1.6, ECMA-424).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from carveout.origin.assemble import LINE, assemble
from carveout.origin.bill import Bill
from carveout.origin.error import OriginError
from carveout.origin.line import ALIASES, COLUMNS

KINDS = {
    "application": "software", "framework": "software", "library": "software", "operating-system": "software",
    "firmware": "software", "container": "software", "device-driver": "software", "platform": "software",
    "device": "commodity", "machine-learning-model": "software", "file": "", "data": "technology",
}  # fmt: skip
"""Type of a component -> kind of item; types that are none of ours leave it open."""


def is_cyclonedx(document: Any) -> bool:
    """Whether a JSON document says that it is a CycloneDX bill."""
    return isinstance(document, dict) and str(document.get("bomFormat", "")).casefold() == "cyclonedx"


def read_cyclonedx(path: Path, *, rates: Mapping[str, float] | None = None) -> Bill:
    """The bill of a CycloneDX JSON file.

    Raises:
        OriginError: no such file, not JSON, not CycloneDX, or a document without components.
    """
    try:
        document = orjson.loads(path.read_bytes())
    except OSError as error:
        raise OriginError(f"{path} cannot be read: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise OriginError(f"{path} is not JSON: {error}") from None
    if not is_cyclonedx(document):
        raise OriginError(f"{path} is no CycloneDX document; its bomFormat is CycloneDX")
    rows = _Rows(document)
    if not rows.found:
        raise OriginError(f"{path} has no components")
    frame = pl.DataFrame(rows.found, schema={**dict.fromkeys(COLUMNS, pl.String), LINE: pl.Int64}, strict=False)
    return assemble(frame, rates=rates, notes=tuple(rows.notes))


class _Rows:
    """The lines of a document; the number of a line is the place of its component, from 1."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.found: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self._described: dict[str, dict[str, Any]] = {}
        self._quantity: dict[str, str] = {}
        self._nested: set[str] = set()
        self._count = 0
        item = (document.get("metadata") or {}).get("component")
        top = self._component(item, "") if isinstance(item, dict) else ""
        plain = [self._component(one, "") for one in _components(document)]
        uses = self._dependencies(document)
        below = {child for _, child in uses}
        if top:
            # What nothing else holds is a part of the item itself.
            uses += [(top, ref) for ref in plain if ref not in below and ref != top]
        for parent, child in uses:
            self._use(parent, child)
        used = {row["part"] for row in self.found}
        self.found += [row for ref, row in self._described.items() if ref not in used]
        if any(not quantity for quantity in self._quantity.values()):
            self.notes.append("a component without a quantity counts once: the document lists each instance")

    def _component(self, component: Mapping[str, Any], parent: str) -> str:
        self._count += 1
        ref = str(component.get("bom-ref") or component.get("name") or f"(component {self._count})")
        stated = dict(_properties(component))
        # The document's own quantity, if it states none, is one.
        quantity = stated.pop("quantity", "")
        kind = KINDS.get(str(component.get("type", "")), "")
        if ref not in self._described:
            name = " ".join(str(component[key]) for key in ("name", "version") if component.get(key))
            self._described[ref] = {
                **dict.fromkeys(COLUMNS, ""), "kind": kind, "description": name, **stated,
                "part": ref, "parent": "", "quantity": "", LINE: self._count,
            }  # fmt: skip
            self._quantity[ref] = quantity
        if parent:
            self._nested.add(ref)
            self._use(parent, ref)
        for part in _components(component):
            self._component(part, ref)
        return ref

    def _use(self, parent: str, child: str) -> None:
        row = self._described.get(child) or {**dict.fromkeys(COLUMNS, ""), "part": child, LINE: self._count}
        self.found.append({**row, "parent": parent, "quantity": self._quantity.get(child) or "1"})

    def _dependencies(self, document: Mapping[str, Any]) -> list[tuple[str, str]]:
        found = []
        for one in document.get("dependencies") or ():
            parent = str(one.get("ref", ""))
            children = (str(child) for child in one.get("dependsOn") or ())
            found += [(parent, child) for child in dict.fromkeys(children) if parent and child not in self._nested]
        return found


def _components(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in holder.get("components") or () if isinstance(one, dict))


def _properties(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in component.get("properties") or ():
        name = str(one.get("name", "")).rsplit(":", 1)[-1].strip().casefold().replace("-", "_").replace(" ", "_")
        name = name if name in COLUMNS else ALIASES.get(name, name)
        if name in COLUMNS and name not in ("part", "parent") and one.get("value") is not None:
            yield name, str(one["value"])
