"""Whether an item has a de minimis level at all: the families of 15 CFR 734.4(a), by what it is and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from carveout.facts.value import FALSE, UNKNOWN, Truth
from carveout.law.view import View
from carveout.origin.control import Destination
from carveout.origin.eccn import read_eccn
from carveout.origin.inside import Inside
from carveout.origin.threshold import may_be_in_a_family, military_content

SHOWN = 5


class Military(StrEnum):
    """US-origin 600-series and 9x515 content of an item, in the words of the fact ``us_600_series_content``."""

    none = "none"
    y_only = "y_only"
    a_to_x = "a_to_x"


@dataclass(frozen=True, slots=True)
class Family:
    """Whether any controlled US content makes the item subject, why, and what is assumed.

    ``military`` is None where it is not known.
    """

    zero: Truth
    why: str
    military: Military | None
    assumed: tuple[str, ...]


def family_of(
    view: View, to: Destination, item: str, inside: Inside, *, stated: Truth | None = None, strict: bool = False
) -> Family:
    """The family of an item with the classification ``item`` (empty when none is stated).

    ``stated`` says whether the item itself is of a family, where somebody knows. Strict: an item or a US part without a
    classification is not assumed to be of none.
    """
    bill, assumed = inside.bill, []
    kinds: dict[str, list[int]] = {"a_to_x": [], "y_only": [], "unclassified": []}
    for place, part in enumerate(bill.classes):
        eccn = read_eccn(part.eccn)
        if not part.eccn and part.origin != "foreign":
            kinds["unclassified"].append(place)
        elif eccn is not None and eccn.is_military and part.origin != "foreign":
            kinds["y_only" if eccn.is_minor else "a_to_x"].append(place)
    found = {kind: inside.of_classes(classes) for kind, classes in kinds.items()}
    sure = {
        kind: [p for p in found[kind] if inside.least[p] > 0 and bill.class_at(int(inside.parts[p])).origin == "us"]
        for kind in ("a_to_x", "y_only")
    }
    doubtful = [kind for kind in ("a_to_x", "y_only") if len(found[kind]) and not sure[kind]]
    reasons: list[tuple[Truth, str]] = []
    for kind in ("a_to_x", "y_only"):
        if len(found[kind]):
            reach = military_content(view, to.country, to.on, minor=kind == "y_only")
            truth = reach if sure[kind] else reach & UNKNOWN
            named = ", ".join(bill.parts[int(inside.parts[p])] for p in found[kind][:SHOWN])
            what = "US-origin" if sure[kind] else "perhaps US-origin"
            reasons.append((truth, f"{what} 600-series or 9x515 content ({named}) toward {to.name}, 734.4(a)(6)"))
    open_lines = found["unclassified"]
    if len(open_lines) and not strict:
        assumed.append(f"none of {len(open_lines)} US lines without a classification is a 600-series or 9x515 item")
    elif len(open_lines):
        reach = military_content(view, to.country, to.on, minor=False) & UNKNOWN
        reasons.append((reach, "a US line without a classification may be a 600-series or 9x515 item, 734.4(a)(6)"))
    if stated is not None:
        reasons.append((stated, "stated: the item is of a family without a level, 734.4(a)"))
    elif not item and not strict:
        assumed.append("the item, whose classification is not stated, is of no family without a level (734.4(a))")
    elif may_be_in_a_family(view, item, to.on):
        said = item or "an item without a classification"
        reasons.append((UNKNOWN, f"{said} may be of a family without a level, 734.4(a): say whether it is"))
    zero = FALSE
    for truth, _ in reasons:
        zero |= truth
    military = (
        Military.a_to_x if sure["a_to_x"]
        else None if doubtful or len(open_lines)
        else Military.y_only if sure["y_only"]
        else Military.none
    )  # fmt: skip
    return Family(zero, "; ".join(why for truth, why in reasons if truth), military, tuple(assumed))
