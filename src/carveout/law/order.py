"""How provisions hang together: edges that point somewhere fit, and an order that goes in no circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from carveout.law.condition import facts_of
from carveout.law.error import Fault, nearest
from carveout.law.provision import EDGES, Assertion, Provision

Definitions = Mapping[str, tuple[str, ...]]
"""Derived fact -> the provisions that define it."""


def _defined_in(assertion: Assertion, definitions: Definitions) -> Iterator[str]:
    """The provisions that define a fact which a condition of the assertion asks."""
    for condition in assertion.text.conditions if assertion.text else ():
        for node in condition.readings:
            for fact in facts_of(node):
                yield from definitions.get(fact, ())


def _needs(
    provisions: Mapping[str, Provision], definitions: Definitions, overlays: Iterable[Assertion]
) -> dict[str, set[str]]:
    """Provision -> those that have to be decided before it."""
    needs: dict[str, set[str]] = {identifier: set() for identifier in provisions}
    for provision in provisions.values():
        for name, targets in provision.edges().items():
            for target in targets:
                if target not in needs:
                    continue
                if name == "attaches":
                    needs[provision.id].add(target)
                else:
                    needs[target].add(provision.id)
        for assertion in provision.assertions:
            needs[provision.id].update(_defined_in(assertion, definitions))
    for assertion in overlays:
        needs[assertion.provision].update(_defined_in(assertion, definitions))
    return needs


def _sorted(needs: Mapping[str, set[str]]) -> tuple[tuple[str, ...], list[str]]:
    """A topological order, and the ids left over in a cycle."""
    done: list[str] = []
    placed: set[str] = set()
    waiting = sorted(needs)
    while waiting:
        ready = [identifier for identifier in waiting if needs[identifier] <= placed]
        if not ready:
            return tuple(done), waiting
        done += ready
        placed.update(ready)
        waiting = [identifier for identifier in waiting if identifier not in placed]
    return tuple(done), []


def order(
    provisions: Mapping[str, Provision], definitions: Definitions, overlays: Iterable[Assertion] = ()
) -> tuple[str, ...]:
    """Provision ids such that each comes after what defeats it and what defines its facts (ties by id).

    ``overlays`` are the assertions of all scenarios: one order serves every view.
    """
    return _sorted(_needs(provisions, definitions, overlays))[0]


def _cycle(stuck: list[str], needs: Mapping[str, set[str]]) -> list[str]:
    """One cycle among the provisions that could not be ordered."""
    path = [stuck[0]]
    while True:
        following = sorted(needs[path[-1]] & set(stuck))[0]
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


def check_links(
    provisions: Mapping[str, Provision], definitions: Definitions, overlays: Iterable[Assertion]
) -> Iterator[Fault]:
    """Edges that point nowhere or to the wrong kind, and law that goes in a circle, scenarios included."""
    for provision in provisions.values():
        for name, targets in provision.edges().items():
            line = provision.edge_lines.get(name, 1)
            for target in targets:
                aimed = provisions.get(target)
                if aimed is None:
                    yield Fault(provision.file, line, f"{name} points to {target!r}, which is not there",
                                nearest(target, provisions))  # fmt: skip
                elif aimed.kind not in EDGES[name][1]:
                    yield Fault(provision.file, line, f"{name} points to {target} of kind {aimed.kind}",
                                f"{name} points to " + ", ".join(sorted(EDGES[name][1])))  # fmt: skip
    overlays = tuple(overlays)
    for laid_over in ((), overlays):
        needs = _needs(provisions, definitions, laid_over)
        _, stuck = _sorted(needs)
        if stuck:
            ring = _cycle(stuck, needs)
            file, line = provisions[ring[0]].file, 1
            for assertion in laid_over:
                if assertion.provision in ring and not set(ring).isdisjoint(_defined_in(assertion, definitions)):
                    file, line = assertion.file, assertion.line
            yield Fault(file, line, "the law goes in a circle: " + " -> ".join(ring),
                        "an edge or a defined fact must go")  # fmt: skip
            return
