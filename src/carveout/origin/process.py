"""A production process as a graph: steps that make items, with the equipment, technology and components they use.

The direct product rule of 734.9(e) asks two things of it: of which technology or software an item is the direct product, and
of which the plant, or equipment essential to a stage of production, is. What is not stated is unknown, never absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from carveout.facts.value import TRUE, UNKNOWN, Truth
from carveout.origin.error import OriginError


@dataclass(frozen=True, slots=True)
class Source:
    """Technology or software by its ECCN (None: not known), whether it is of US origin, and subject to the EAR."""

    eccn: str | None = None
    us_origin: Truth = UNKNOWN
    subject_to_ear: Truth = UNKNOWN


@dataclass(frozen=True, slots=True)
class Technology:
    """Technology or software used to make an item."""

    id: str
    source: Source


@dataclass(frozen=True, slots=True)
class Equipment:
    """A tool, or a plant as a whole, and the technology or software ``behind`` it: that of which it is the direct product.

    ``behind`` None is not known, empty is none. ``essential`` says whether production of the item needs it; equipment used
    in a stage of production does.
    """

    id: str
    behind: tuple[Source, ...] | None = None
    essential: Truth = TRUE
    is_plant: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of making an item. Each collection holds names; None is not known, empty is none."""

    id: str
    makes: str
    after: tuple[str, ...] = ()
    plant: str | None = None
    tools: tuple[str, ...] | None = None
    technology: tuple[str, ...] | None = None
    components: tuple[str, ...] | None = None
    started_on: date | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """An item that goes into another: whether a license covers it through to the footnote 1 party, and, where no step of
    the process makes it, whether it is known to be a direct product.
    """

    item: str
    licensed: Truth = UNKNOWN
    direct_product: Truth = UNKNOWN


@dataclass(frozen=True)
class Process:
    """Steps in the order given, what they use by name, and the lot: the item shipped and whose design it is."""

    steps: tuple[Step, ...]
    equipment: Mapping[str, Equipment] = field(default_factory=dict)
    technology: Mapping[str, Technology] = field(default_factory=dict)
    components: Mapping[str, Component] = field(default_factory=dict)
    lot: str = ""
    item: str = ""
    design_owner: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no process can be.

        Raises:
            OriginError: nothing is made, a name is not described, or something is made from itself.
        """
        if self.item not in {step.makes for step in self.steps}:
            raise OriginError(
                f"no step makes {self.item or 'the item shipped'!r}; name the item that the last step makes"
            )
        for step in self.steps:
            self._named(step)
        self._circle({step.id: step.after for step in self.steps}, "step")
        made = {item: tuple(c for s in self.of(item) for c in s.components or ()) for item in self.items}
        self._circle(made, "item")

    def _named(self, step: Step) -> None:
        ids = {other.id for other in self.steps}
        plant = (step.plant,) if step.plant is not None else ()
        for what, names, known in (
            ("step", step.after, ids), ("equipment", (*plant, *(step.tools or ())), self.equipment),
            ("technology", step.technology or (), self.technology), ("component", step.components or (), self.components),
        ):  # fmt: skip
            for name in names:
                if name not in known:
                    raise OriginError(f"step {step.id}: {what} {name!r} is not described")

    def _circle(self, before: Mapping[str, tuple[str, ...]], what: str) -> None:
        done: set[str] = set()
        for first in before:
            path: list[tuple[str, Iterator[str]]] = [(first, iter(before[first]))] if first not in done else []
            while path:
                name, rest = path[-1]
                other = next((n for n in rest if n in before and n not in done), None)
                if other is None:
                    done.add(name)
                    path.pop()
                elif other in [n for n, _ in path]:
                    raise OriginError(f"{what} {other!r} comes before itself; take one of the links out")
                else:
                    path.append((other, iter(before[other])))

    @property
    def items(self) -> tuple[str, ...]:
        """The items that are made, in the order of their first step."""
        return tuple(dict.fromkeys(step.makes for step in self.steps))

    def of(self, item: str) -> tuple[Step, ...]:
        """The steps that make an item: every stage of its production, testing and packaging included."""
        return tuple(step for step in self.steps if step.makes == item)

    def equipment_of(self, step: Step) -> Iterator[Equipment | None]:
        """The plant and the tools of a step; None stands for what is not known of them."""
        yield self.equipment[step.plant] if step.plant is not None else None
        if step.tools is None:
            yield None
        else:
            yield from (self.equipment[name] for name in step.tools)

    def started_on(self, item: str) -> date | None:
        """The first day of production; None where a first step has no date."""
        own = self.of(item)
        ids = {step.id for step in own}
        first = [step for step in own if not ids & set(step.after)]
        days = [step.started_on for step in own if step.started_on is not None]
        return min(days) if days and all(step.started_on is not None for step in first) else None
