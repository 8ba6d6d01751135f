"""Evolution of schedules: a population of orders and modes, bred and improved by the hundred thousand (Valls and others 2008).

A member is an order of the tasks and a mode for each. Children are placed by serial generation and pushed late and early, and their
starts become their order. A searcher begins anew with a drawn population when its own has grown alike.
"""

from __future__ import annotations

import random
from threading import Thread
from time import monotonic

import numpy as np

from carveout.plan.schedule.generation import drawn_order
from carveout.plan.schedule.incumbent import Incumbent
from carveout.plan.schedule.kernel import WORST, Ints, evolve
from carveout.plan.schedule.project import Mode, Project, Schedule

LEAST_MEMBERS, MOST_MEMBERS = 40, 800
CHILDREN_A_MEMBER = 120
"""How many children there is time for decides how many members there are: few in a hurry, many where there is time to mix them."""

CHILDREN = 400
"""Children between two looks at the clock."""

PATIENCE = 60
"""Children without a better schedule, in populations, after which one is drawn anew."""

WORD = 62
"""Bits of a word that lanes may take."""


class Tables:
    """A project as arrays; modes are the usable ones."""

    def __init__(self, project: Project) -> None:
        self.project = project
        n, widest = project.size, max(len(places) for places in project.usable)
        self.choices = np.array([len(places) for places in project.usable], dtype=np.int64)
        self.dur = np.zeros((n, widest), dtype=np.int64)
        self.eat = np.zeros((n, widest, len(project.nonrenewable)), dtype=np.int64)
        lanes, words = _lanes(project)
        self.use = np.zeros((n, widest, words), dtype=np.int64)
        self.guard, self.full = np.zeros(words, dtype=np.int64), np.zeros(words, dtype=np.int64)
        for held, (word, shift, bits) in zip(project.renewable, lanes, strict=True):
            self.guard[word] += 1 << (shift + bits)
            self.full[word] += ((1 << bits) + min(held, (1 << bits) - 1)) << shift
        for task, places in enumerate(project.usable):
            for place, number in enumerate(places):
                mode = project.modes[task][number]
                self.dur[task, place] = mode.duration
                self.eat[task, place] = mode.nonrenewable
                for units, (word, shift, _) in zip(mode.renewable, lanes, strict=True):
                    self.use[task, place, word] += units << shift
        self.store = np.array(project.nonrenewable, dtype=np.int64)
        self.p_off, self.p_list = _flat(project.predecessors)
        self.s_off, self.s_list = _flat(project.successors)
        self.horizon = int(self.dur.max(axis=1).sum()) + 1

    def schedule(self, starts: Ints, modes: Ints) -> Schedule:
        """Starts and modes as a schedule."""
        chosen = tuple(self.project.usable[task][place] for task, place in enumerate(modes.tolist()))
        return Schedule(tuple(starts.tolist()), chosen)


def _lanes(project: Project) -> tuple[list[tuple[int, int, int]], int]:
    """Of each renewable its word, its place in it, and its bits below the guard; and the number of words."""
    found: list[tuple[int, int, int]] = []
    word, shift = 0, 0
    for kind, held in enumerate(project.renewable):
        asked = sum(max(mode.renewable[kind] for mode in modes) for modes in project.modes)
        bits = max(1, min(held, asked).bit_length())
        if shift + bits + 1 > WORD:
            word, shift = word + 1, 0
        found.append((word, shift, bits))
        shift += bits + 1
    return found, word + 1


def _flat(lists: tuple[tuple[int, ...], ...]) -> tuple[Ints, Ints]:
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    return offsets, np.array([other for one in lists for other in one] or [0], dtype=np.int64)


def evolution(known: Incumbent, *, until: float, seed: int, searchers: int = 2) -> None:
    """Improve the best schedule by breeding until the clock, or until it is proven best."""
    tables = Tables(known.project)
    threads = [
        Thread(target=breed, args=(known, tables, until, seed + 104_729 * n), daemon=True) for n in range(searchers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def warm() -> None:
    """Compile, or load what was compiled before, by breeding two tasks once."""
    project = Project(((Mode(1, (1,), (0,)),), (Mode(1, (1,), (0,)),)), ((1,), ()), (1,), (1,))
    breed(Incumbent(project, Schedule((0, 1), (0, 0)), 0), Tables(project), monotonic() + 1e-3, 0)


def breed(known: Incumbent, tables: Tables, until: float, seed: int) -> None:
    """One searcher."""
    draw = random.Random(seed)
    n = known.project.size
    starts, mode = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    members = LEAST_MEMBERS
    while monotonic() < until and not known.done:
        orders, modes = _population(known, tables, draw, members)
        value, mark = np.full(members, WORST, dtype=np.int64), np.zeros(members, dtype=np.int64)
        stale, record, begun, count = 0, WORST, monotonic(), 0
        while stale * CHILDREN < PATIENCE * members and monotonic() < until and not known.done:
            if count == 1:  # what a child takes is known now
                left = (until - begun) / max(1e-6, monotonic() - begun) * CHILDREN
                wanted = int(min(MOST_MEMBERS, max(LEAST_MEMBERS, left / CHILDREN_A_MEMBER)))
                if wanted > 2 * members:
                    members = wanted
                    break
            count += 1
            made = evolve(
                draw.randrange(1 << 31), CHILDREN, orders, modes, value, mark, tables.choices, tables.dur, tables.use, tables.guard,
                tables.full, tables.eat, tables.store, tables.p_off, tables.p_list, tables.s_off, tables.s_list,
                min(tables.horizon, 2 * known.makespan), bool(tables.choices.max() > 1), starts, mode,
            )  # fmt: skip
            stale = 0 if made < record else stale + 1
            record = min(record, made)
            if made < known.makespan:
                known.offer(tables.schedule(starts, mode))


def _population(known: Incumbent, tables: Tables, draw: random.Random, members: int) -> tuple[Ints, Ints]:
    """Orders drawn around the latest starts, and modes near those of the best schedule."""
    project, best = known.project, known.schedule
    rank = [-float(tail) for tail in project.tails(best.modes)]
    orders = np.array(
        [drawn_order(project, rank, draw, draw.uniform(0.05, 0.8)) for _ in range(members)], dtype=np.int64
    )
    end = [best.end(project, task) for task in range(project.size)]
    place = {task: number for number, task in enumerate(project.order)}
    # One member is the best that is known, so that its parts spread.
    orders[0] = sorted(range(project.size), key=lambda task: (best.starts[task], end[task], place[task]))
    held = [
        project.usable[task].index(mode) if mode in project.usable[task] else 0 for task, mode in enumerate(best.modes)
    ]
    modes = np.tile(np.array(held, dtype=np.int64), (members, 1))
    return orders, modes
