"""Project schedules against trying everything, on instances small enough for it."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.plan.error import PlanError
from carveout.plan.schedule.bound import simple_bound
from carveout.plan.schedule.check import broken
from carveout.plan.schedule.evolution import Tables, evolution, warm
from carveout.plan.schedule.generation import Placer, drawn_order, quick
from carveout.plan.schedule.incumbent import Incumbent
from carveout.plan.schedule.kernel import improved, place
from carveout.plan.schedule.mode_choice import choose_modes
from carveout.plan.schedule.project import Mode, Project, Schedule
from carveout.plan.schedule.search import solve


def drawn(seed: int, *, multi: bool) -> Project:
    """A project of five tasks; in every third one the nonrenewable resource may be too scarce."""
    draw = random.Random(seed)
    modes = tuple(
        tuple(
            Mode(draw.randint(0, 3), (draw.randint(0, 3), draw.randint(0, 2)), (draw.randint(0, 3),) if multi else ())
            for _ in range(draw.randint(1, 2) if multi else 1)
        )
        for _ in range(5)
    )
    after = tuple(tuple(b for b in range(a + 1, 5) if draw.random() < 0.3) for a in range(5))
    return Project(modes, after, (draw.randint(3, 4), draw.randint(2, 3)), (draw.randint(5, 10),) if multi else ())


def shortest(project: Project) -> int | None:
    """By trying: every choice of modes, every order, each task as early as it goes after those before it in the order."""
    found: int | None = None
    for chosen in itertools.product(*(range(len(modes)) for modes in project.modes)):
        for kind, held in enumerate(project.nonrenewable):
            if sum(project.modes[t][m].nonrenewable[kind] for t, m in enumerate(chosen)) > held:
                break
        else:
            for order in itertools.permutations(range(project.size)):
                made = _placed(project, chosen, order)
                if made is not None:
                    assert broken(project, made) == []
                    length = made.makespan(project)
                    found = length if found is None else min(found, length)
    return found


def _placed(project: Project, chosen: tuple[int, ...], order: tuple[int, ...]) -> Schedule | None:
    starts: dict[int, int] = {}
    for task in order:
        if any(before not in starts for before in project.predecessors[task]):
            return None
        mode = project.modes[task][chosen[task]]
        ends = [starts[b] + project.modes[b][chosen[b]].duration for b in project.predecessors[task]]
        at = max(ends, default=0)
        while not _free(project, chosen, starts, mode, at):
            at += 1
        starts[task] = at
    return Schedule(tuple(starts[t] for t in range(project.size)), chosen)


def _free(project: Project, chosen: tuple[int, ...], starts: dict[int, int], mode: Mode, at: int) -> bool:
    for period in range(at, at + mode.duration):
        for kind, held in enumerate(project.renewable):
            running = [
                project.modes[t][chosen[t]]
                for t, start in starts.items()
                if start <= period < start + project.modes[t][chosen[t]].duration
            ]
            if mode.renewable[kind] + sum(one.renewable[kind] for one in running) > held:
                return False
    return True


@pytest.mark.parametrize("multi", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_the_search_finds_what_trying_everything_finds(seed: int, multi: bool) -> None:
    project = drawn(seed, multi=multi)
    best = shortest(project)
    if best is None:
        with pytest.raises(PlanError, match="nonrenewable"):
            solve(project, seconds=2)
        return
    found = solve(project, seconds=2)
    assert (found.makespan, found.lower_bound) == (best, best)
    assert broken(project, found.schedule) == []


@pytest.mark.parametrize("seed", range(20, 40))
def test_no_bound_is_above_the_shortest(seed: int) -> None:
    project = drawn(seed, multi=True)
    best = shortest(project)
    if best is not None:
        assert simple_bound(project) <= choose_modes(project, seconds=2)[1] <= best


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_every_schedule_made_by_rules_holds_and_improvement_never_lengthens(seed: int, second: int) -> None:
    project = drawn(seed, multi=False)
    chosen = (0,) * project.size
    placer, draw = Placer(project, chosen), random.Random(second)
    rank = [draw.random() for _ in range(project.size)]
    for starts in (placer.parallel(rank), placer.serial(drawn_order(project, rank, draw, 0.5))):
        assert broken(project, Schedule(tuple(starts), chosen)) == []
        better = placer.improved(starts, draw)
        assert broken(project, Schedule(tuple(better), chosen)) == []
        assert placer.makespan(better) <= placer.makespan(starts)


def crowded(seed: int, size: int = 20) -> Project:
    """Tasks that compete for five resources, more than one word of lanes where amounts are large."""
    draw = random.Random(seed)
    scale = 10 ** draw.randint(0, 8)
    modes = tuple((Mode(draw.randint(0, 5), tuple(scale * draw.randint(0, 3) for _ in range(5))),) for _ in range(size))
    after = tuple(tuple(b for b in range(a + 1, size) if draw.random() < 0.1) for a in range(size))
    return Project(modes, after, tuple(scale * draw.randint(3, 6) for _ in range(5)))


@pytest.mark.parametrize("seed", range(12))
def test_the_kernel_places_and_improves_as_the_plain_placer_does(seed: int) -> None:
    project = crowded(seed)
    tables, placer, draw = Tables(project), Placer(project, (0,) * project.size), random.Random(seed)
    order = drawn_order(project, [draw.random() for _ in range(project.size)], draw, 0.5)
    free = np.zeros((tables.horizon + 1, len(tables.guard)), dtype=np.int64)
    ends, mode = np.zeros(project.size, dtype=np.int64), np.zeros(project.size, dtype=np.int64)
    known = (tables.dur, tables.use, tables.guard, tables.full)
    last = place(np.array(order), mode, *known, tables.p_off, tables.p_list, free, ends)
    starts = placer.serial(order)
    assert (ends - tables.dur[:, 0]).tolist() == starts
    assert last == placer.makespan(starts)
    turned, count, back = np.array(order), np.zeros(tables.horizon + 4, dtype=np.int64), np.zeros_like(ends)
    shorter = improved(
        turned, mode, *known, tables.p_off, tables.p_list, tables.s_off, tables.s_list, free, count, ends, back
    )
    made = tables.schedule(ends - tables.dur[:, 0], mode)
    assert broken(project, made) == []
    assert shorter == made.makespan(project) <= last
    place_of = {task: n for n, task in enumerate(turned.tolist())}
    assert all(place_of[a] < place_of[b] for a, after in enumerate(project.successors) for b in after)


def test_breeding_alone_shortens_a_bad_schedule_and_keeps_it_feasible() -> None:
    draw = random.Random(5)
    modes = tuple((Mode(draw.randint(1, 5), (draw.randint(1, 3),)),) for _ in range(20))
    after = tuple(tuple(b for b in range(a + 1, 20) if draw.random() < 0.1) for a in range(20))
    project = Project(modes, after, (4,))
    starts, at = [0] * 20, 0
    for task in project.order:  # one after another: nothing runs beside anything
        starts[task] = at
        at += modes[task][0].duration
    best = Incumbent(project, Schedule(tuple(starts), (0,) * 20), simple_bound(project))
    warm()
    evolution(best, until=monotonic() + 0.5, seed=1)
    assert broken(project, best.schedule) == []
    assert best.makespan == solve(project, seconds=3).makespan < at


def test_modes_that_use_up_too_much_are_never_the_best() -> None:
    for seed in range(6):
        project = drawn(seed, multi=True)
        shortest_of_all = shortest(project)
        if shortest_of_all is None:
            continue
        chosen, lower = choose_modes(project, seconds=2)
        best = Incumbent(project, quick(project, chosen, until=0), lower)
        evolution(best, until=monotonic() + 0.1, seed=seed)
        assert broken(project, best.schedule) == []
        assert best.makespan >= shortest_of_all


def test_the_check_says_in_words_what_is_broken() -> None:
    project = Project(
        ((Mode(2, (2,), (1,)),), (Mode(1, (2,), (3,)),), (Mode(1, (0,), (0,)),)), ((2,), (), ()), (3,), (3,)
    )
    told = broken(project, Schedule((0, 1, 1), (0, 0, 0)))
    assert told == [
        "job 3 starts at 1, before job 1 ends at 2",
        "renewable 1: 4 in use from 1 to 2, and there are 3",
        "nonrenewable 1: 4 used up, and there are 3",
    ]
    assert broken(project, Schedule((0, 2), (0, 0))) == ["the schedule has 2 starts and 2 modes for 3 jobs"]
    assert broken(project, Schedule((-1, 2, 2), (0, 0, 5))) == [
        "job 1 starts at -1, before the project does", "job 3 has no mode 6",
    ]  # fmt: skip


def test_jobs_in_a_circle_are_named() -> None:
    project = Project(((Mode(1, ()),),) * 3, ((1,), (2,), (1,)), ())
    with pytest.raises(PlanError, match=r"circle, or for one that does: 2, 3"):
        assert project.order


def test_a_job_that_can_never_run_is_named_with_what_it_asks() -> None:
    project = Project(((Mode(1, (5,)),),), ((),), (3,))
    with pytest.raises(PlanError, match=r"job 1 asks for \[5\], and there are \[3\]"):
        solve(project, seconds=1)


def test_the_same_seed_gives_the_same_quick_schedule() -> None:
    project = drawn(3, multi=False)
    one, two = (quick(project, (0,) * 5, until=0, seed=4, rounds=1) for _ in range(2))
    assert one == two


def test_published_optima_are_met(schedules: Path) -> None:
    from carveout.plan.schedule.standard_file import read_standard

    for name, best in {"j60-j601_9.sm": 85, "j120-j1204_4.sm": 75, "mmlib50-J505_1.mm": 20}.items():
        project = read_standard(schedules / name)
        found = solve(project, seconds=10)
        assert found.makespan == best
        assert found.lower_bound == best
