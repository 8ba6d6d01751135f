"""The maker of the equipment, screened like a party: to which of the groups named by the Covered List and by section 889 it belongs.

Both laws name a producer with its subsidiaries and affiliates (47 CFR 1.50002; section 889(f)(3)), whether or not these are
listed anywhere. So a name that is an entry of such a group is of the group, and a relative of one may be. The producer is no
party to the act and makes no unit of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from carveout.facts.schema import schema
from carveout.law.entry import EntryView
from carveout.law.view import View
from carveout.parties.matcher import matcher_of
from carveout.parties.name import normalize

GROUPS = {"producer": "producer_group", "component_producer": "component_group"}
"""The column that names a maker -> the fact that says its group."""

SUPPLIER = ("supplier", "supplier_listing")
"""Who stands for an empty producer, where it is or may be of a group."""


@dataclass(frozen=True, slots=True)
class Maker:
    """The group of a maker (``none``: of no group; None: unknown), whether that rests on lists that nobody completes,
    and what to be careful about.
    """

    group: str | None
    assumed: bool = False
    cautions: tuple[str, ...] = ()


UNSTATED = Maker(None)


def _groups() -> frozenset[str]:
    return frozenset(schema()["producer_group"].values) - {"none"}


@lru_cache(maxsize=4)
def _names(view: View) -> tuple[tuple[str, str], ...]:
    """The names by which the groups go, normalized, with their group."""
    found = {
        (normalize(name), entry.group): None
        for entry in view.entries.values()
        if entry.group in _groups()
        for name in (entry.name, *entry.aliases)
    }
    return tuple(one for one in found if one[0])


@lru_cache(maxsize=4)
def _by_word(view: View) -> dict[str, tuple[tuple[str, str], ...]]:
    """The same by their first word."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, group in _names(view):
        found.setdefault(name.split(" ", 1)[0], []).append((f" {name} ", group))
    return {word: tuple(names) for word, names in found.items()}


def _bears(name: str, view: View) -> set[str]:
    """The groups whose name stands, word for word, within a longer one."""
    written, held = normalize(name), _by_word(view)
    text = f" {written} "
    return {group for word in written.split(" ") for one, group in held.get(word, ()) if one in text}


def _among(entries: Iterable[EntryView]) -> set[str]:
    return {entry.group for entry in entries} & _groups()


@lru_cache(maxsize=65536)
def maker_of(name: str | None, view: View, *, strict: bool, column: str = "producer") -> Maker:
    """What screening says of a maker; ``none`` is nobody of interest, None was not stated.

    Nobody publishes a list of the affiliates, so a name found nowhere always rests on the names as held.
    """
    if name is None:
        return UNSTATED
    if name.casefold() == "none":
        return Maker("none")
    match = matcher_of(view).find(name)
    groups = _among(match.candidates) | _bears(name, view)
    if match.sort == "unknown":
        return Maker(None, cautions=(f"{column}: {match.why}",))
    sure = _among(entry for entry in match.candidates if entry.id not in match.doubtful)
    if (match.sort == "exact" or match.same_name) and len(sure) == 1:
        return Maker(sure.pop())
    if groups:
        told = ", ".join(sorted(groups))
        why = f"{column}: {name!r} may be a subsidiary or affiliate of a named producer ({told}), which the law covers too"
        return Maker(None, cautions=(why,))
    return Maker(None) if strict else Maker("none", assumed=True)


def made_by(supplier: str | None, listing: str | None, view: View, *, strict: bool) -> Maker:
    """The group that a supplier gives an empty producer: its own where it is or may be of one; None where it says nothing."""
    entry = view.entries.get(listing) if listing else None
    if entry is not None and entry.group in _groups():
        return Maker(entry.group)
    found = maker_of(supplier, view, strict=strict, column="supplier")
    # That a dealer is of no group says nothing of the maker.
    return UNSTATED if found.group == "none" else found


__all__ = ["GROUPS", "SUPPLIER", "UNSTATED", "Maker", "made_by", "maker_of"]
