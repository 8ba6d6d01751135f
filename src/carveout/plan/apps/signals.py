"""Which services an app uses, as its own files show: a CycloneDX bill, or an Android manifest.

The catalogue gives each service ``signals``: package names or prefixes. A bill's component matches by group and name
or by package URL (``com.google.android.gms:play-services-maps``); a manifest by any name or value it mentions: permissions,
features, libraries, actions, metadata (``com.google.android.geo.API_KEY``). A signal ends at a boundary: ``a.b`` matches ``a.b`` and
``a.b.c``, not ``a.bc``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

import orjson

from carveout.plan.error import PlanError

MOST_BYTES = 64 * 1024 * 1024


def services_in(path: Path, kind: str, signals: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The services of the catalogue that a file shows; ``kind`` is cyclonedx or manifest.

    Raises:
        PlanError: a file that cannot be read, or is not of its kind.
    """
    words = _words_of_bill(path) if kind == "cyclonedx" else _words_of_manifest(path)
    return [service for service, marks in signals.items() if any(_matches(mark, words) for mark in marks)]


def _matches(mark: str, words: Iterable[str]) -> bool:
    pattern = re.compile(rf"{re.escape(mark)}(?![A-Za-z0-9_])" if mark[-1:].isalnum() else re.escape(mark))
    return any(pattern.match(word) for word in words)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PlanError(f"{path.name} is larger than {MOST_BYTES // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        raise PlanError(f"{path.name} cannot be read: {error.strerror or error}") from None


def _words_of_bill(path: Path) -> set[str]:
    try:
        document = orjson.loads(_read(path))
    except orjson.JSONDecodeError as error:
        raise PlanError(f"{path.name} is not JSON: {error}") from None
    if not isinstance(document, dict) or str(document.get("bomFormat", "")).casefold() != "cyclonedx":
        raise PlanError(f"{path.name} is no CycloneDX document; its bomFormat is CycloneDX")
    found: set[str] = set()
    for component in _components(document.get("components")):
        name, group = str(component.get("name", "")), str(component.get("group", ""))
        found |= {name, f"{group}:{name}" if group else name, f"{group}.{name}" if group else name}
        purl = unquote(str(component.get("purl", ""))).partition("?")[0].partition("@")[0]
        if purl.startswith("pkg:"):
            found.add(purl.partition("/")[2].replace("/", ":"))
    return found


def _components(found: Any) -> Iterator[dict[str, Any]]:
    stack = list(found) if isinstance(found, list) else []
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            yield one
            inner = one.get("components")
            stack += inner if isinstance(inner, list) else []


def _words_of_manifest(path: Path) -> set[str]:
    """Every attribute of a manifest in text form; the binary form of a package has to be decoded first."""
    data = _read(path)
    if data[:4] == b"\x03\x00\x08\x00":
        raise PlanError(f"{path.name} is a binary manifest; decode it to text first (apkanalyzer manifest print)")
    found: set[str] = set()
    roots: list[str] = []

    def opened(name: str, attributes: dict[str, str]) -> None:
        roots.append(name)
        found.update(attributes.values())

    def refused(*_: Any) -> None:
        raise PlanError(f"{path.name} declares entities; a manifest has none")

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.EntityDeclHandler = refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise PlanError(f"{path.name} is not XML: {error}") from None
    if roots[:1] != ["manifest"]:
        raise PlanError(f"{path.name} is no Android manifest; its first element is manifest")
    return found
