"""From a process to the facts that 734.9(e)(1) asks, on a day: which limb is met, by which path, and what would settle it.

Either limb is a disjunction of paths: a path is a step and what it uses. For the item limb the technology or software is on
the list of the day and subject to the EAR; for the plant limb equipment essential to the stage is the direct product of
listed technology or software of US origin. A path is true, false or unknown; the limb is their disjunction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from carveout.facts.eccn import NONE, OPEN
from carveout.facts.value import FALSE, TRUE, UNKNOWN, Truth
from carveout.law.condition import facts_of
from carveout.law.view import View
from carveout.origin.process import Equipment, Process, Source, Step

INPUTS = "footnote1-inputs"
"""The dated set of technology and software that 734.9(e)(1) names."""

PLANT = "ear/734.9/e1-plant"
"""The provision that states the plant limb."""

Limb = Literal["item", "plant"]


@dataclass(frozen=True, slots=True)
class Path:
    """One way into a limb: the step, what it uses, how far it holds, in words, and what to ask where it is unknown.

    ``listed`` and ``counts`` are its two halves: the ECCN is on the list of the day; the technology is subject to the EAR,
    or, of equipment, of US origin and essential.
    """

    limb: Limb
    item: str
    step: str
    uses: str
    eccn: str | None
    listed: Truth
    counts: Truth
    words: str
    questions: tuple[str, ...] = ()

    @property
    def truth(self) -> Truth:
        """Whether the path makes the item a direct product."""
        return self.listed & self.counts


@dataclass(frozen=True)
class DirectProduct:
    """What a process says of an item on a day, for 734.9(e)(1): its paths, and the cells of a row."""

    item: str
    on: date
    paths: tuple[Path, ...]
    components: tuple[tuple[str, Truth, Truth], ...]
    cells: dict[str, str]

    def limb(self, limb: Limb) -> Truth:
        """Whether a limb is met."""
        found = FALSE
        for path in self.paths:
            found |= path.truth if path.limb == limb else FALSE
        return found

    @property
    def truth(self) -> Truth:
        """Whether the item is a direct product by either limb; design and destination are asked elsewhere."""
        return self.limb("item") | self.limb("plant")

    @property
    def because(self) -> tuple[str, ...]:
        """The paths that make it so; where none does, those that may."""
        wanted = self.truth
        return tuple(path.words for path in self.paths if path.truth == wanted) if wanted else ()

    @property
    def questions(self) -> tuple[str, ...]:
        """What would settle it; nothing once it is settled."""
        if self.truth != UNKNOWN:
            return ()
        return tuple(dict.fromkeys(q for path in self.paths if path.truth == UNKNOWN for q in path.questions))


def direct_product(process: Process, on: date, view: View, *, item: str = "") -> DirectProduct:
    """The facts of 734.9(e)(1) for an item of a process (the one shipped by default), under the list of the day."""
    name = item or process.item
    rule = _Rule(view, on)
    paths = tuple(_paths(process, name, rule))
    components = tuple(_components(process, name, rule))
    cells = _cells(paths) | {"caught_components": _caught(components)}
    started = process.started_on(name)
    if started is not None:
        cells["production_started_on"] = started.isoformat()
    if process.design_owner is not None and name == process.item:
        cells["design_owner"] = process.design_owner
    return DirectProduct(name, on, paths, components, cells)


class _Rule:
    """The rule of a day: its list, asked one ECCN at a time, and how it reads the origin of a plant."""

    def __init__(self, view: View, on: date) -> None:
        self._history, self._on = view.groups[INPUTS], on
        stretch = view.provisions[PLANT].at(on)
        readings = [reading for reading in stretch.readings if reading is not None] if stretch else []
        self.in_force = bool(readings)
        # The printed text of February 2022 left the origin out: there, foreign origin does not take the plant out.
        self.origin_in_doubt = any(
            len(condition.readings) > 1 and any("plant_us_origin" in facts_of(tree) for tree in condition.readings)
            for reading in readings
            for condition in reading.text.conditions
        )

    def lists(self, eccn: str | None) -> Truth:
        """Whether an ECCN is on the list; before the first list nothing can be."""
        if not self.in_force:
            return FALSE
        return UNKNOWN if eccn is None else self._history.contains(eccn, self._on, some=True)

    def origin(self, stated: Truth) -> Truth:
        """Whether the origin of a plant counts."""
        return UNKNOWN if stated == FALSE and self.origin_in_doubt else stated


def _paths(process: Process, item: str, rule: _Rule) -> Iterator[Path]:
    for step in process.of(item):
        yield from _by_technology(process, step, rule)
        for equipment in process.equipment_of(step):
            yield from _by_equipment(step, equipment, rule)


def _by_technology(process: Process, step: Step, rule: _Rule) -> Iterator[Path]:
    lot = f"{step.makes}: step {step.id}"
    if step.technology is None:
        asks = (f"By which technology and software is step {step.id} done, and of which ECCNs?",)
        words = f"{lot} is done by technology that is not known -> item limb open"
        yield Path("item", step.makes, step.id, "", None, rule.lists(None), UNKNOWN, words, asks)
        return
    for name in step.technology:
        source = process.technology[name].source
        listed, subject = rule.lists(source.eccn), source.subject_to_ear
        asks = (
            *((f"What is the ECCN of {name}?",) if source.eccn is None else ()),
            *((f"Is {name} subject to the EAR?",) if subject == UNKNOWN else ()),
        )
        said = {TRUE: "subject to the EAR", FALSE: "not subject to the EAR", UNKNOWN: "subject to the EAR or not"}[
            subject
        ]
        words = f"{lot} uses {name} ({source.eccn or 'of an unknown ECCN'}, {said}){_arrow('item', listed & subject)}"
        yield Path("item", step.makes, step.id, name, source.eccn, listed, subject, words, asks)


def _by_equipment(step: Step, equipment: Equipment | None, rule: _Rule) -> Iterator[Path]:
    lot = f"{step.makes}: step {step.id}"
    if equipment is None:
        what = "plant" if step.plant is None else "equipment"
        asks = (
            f"Which {what} is used in step {step.id}, and of which technology or software is it the direct product?",
        )
        words = f"{lot} uses {what} that is not known -> plant limb open"
        yield Path("plant", step.makes, step.id, "", None, rule.lists(None), UNKNOWN, words, asks)
        return
    name = f"{'plant' if equipment.is_plant else 'tool'} {equipment.id}"
    for source in (Source(),) if equipment.behind is None else equipment.behind:
        yield _plant_path(lot, step, name, equipment, source, rule)


def _plant_path(lot: str, step: Step, name: str, equipment: Equipment, source: Source, rule: _Rule) -> Path:
    listed, counts = rule.lists(source.eccn), rule.origin(source.us_origin) & equipment.essential
    asks = (
        *((f"Of which technology or software, by ECCN, is {name} the direct product?",) if source.eccn is None else ()),
        *((f"Is the technology behind {name} of US origin?",) if source.us_origin == UNKNOWN else ()),
        *((f"Is {name} essential to step {step.id}?",) if equipment.essential == UNKNOWN else ()),
    )
    origin = {TRUE: "US origin", FALSE: "foreign origin", UNKNOWN: "unknown origin"}[source.us_origin]
    need = {TRUE: "essential", FALSE: "not essential", UNKNOWN: "essential or not"}[equipment.essential]
    words = (
        f"{lot} uses {name} (direct product of {source.eccn or 'an unknown ECCN'} technology of {origin}), "
        f"{need} to production{_arrow('plant', listed & counts)}"
    )
    return Path("plant", step.makes, step.id, name, source.eccn, listed, counts, words, asks)


def _arrow(limb: Limb, truth: Truth) -> str:
    return {TRUE: f" -> {limb} limb", UNKNOWN: f" -> {limb} limb open", FALSE: f" -> not the {limb} limb"}[truth]


def _components(process: Process, item: str, rule: _Rule) -> Iterator[tuple[str, Truth, Truth]]:
    """Every item that goes into an item, however deep: its name, whether it is a direct product, whether licensed."""
    held: dict[str, None] = {}
    rest, unknown = [item], False
    while rest:
        own = process.of(rest.pop())
        unknown = unknown or any(step.components is None for step in own)
        for step in own:
            for name in step.components or ():
                if name not in held:
                    held[name] = None
                    rest.append(name)
    for name in held:
        component = process.components[name]
        found = FALSE if process.of(name) else component.direct_product
        for path in _paths(process, name, rule):
            found |= path.truth
        yield name, found, component.licensed
    if unknown:
        yield "", UNKNOWN, UNKNOWN


def _caught(components: tuple[tuple[str, Truth, Truth], ...]) -> str:
    """The cell ``caught_components``: the worst of the components."""
    if any(caught == TRUE and licensed == FALSE for _, caught, licensed in components):
        return "unlicensed"
    if any(caught != FALSE and licensed != TRUE for _, caught, licensed in components):
        return "unknown"
    if any(caught == TRUE for _, caught, _ in components):
        return "licensed"
    return "none" if all(caught == FALSE for _, caught, _ in components) else "unknown"


def _cells(paths: tuple[Path, ...]) -> dict[str, str]:
    """Both limbs as cells of a row, so that the engine finds on this day what the paths say."""
    cells: dict[str, str] = {}
    for limb, eccns, counts in (
        ("item", "input_eccns", "input_subject_to_ear"),
        ("plant", "plant_eccns", "plant_us_origin"),
    ):
        # What cannot count is left out: beside it, a yes for another would be taken for both.
        able = [path for path in paths if path.limb == limb and path.counts != FALSE]
        cells[eccns] = _eccn_cell(able)
        if any(path.truth == TRUE for path in able):
            cells[counts] = "true"
        elif not able:
            cells[counts] = "false"
        else:
            doubt = any(path.listed != FALSE and path.counts == UNKNOWN for path in able)
            cells[counts] = "unknown" if doubt else "true"
    return cells


def _eccn_cell(paths: list[Path]) -> str:
    named = sorted({path.eccn for path in paths if path.eccn is not None})
    more = [OPEN] if any(path.eccn is None and path.listed != FALSE for path in paths) else []
    return ",".join([*named, *more]) or NONE
