"""Lower bounds of the end of a project that need no search: the longest chain, and the work that windows must hold.

The energetic bound takes, for each resource, the tasks whose head is at least h and whose tail after them is at least q: they can
only run between h and T - q, so T >= h + work / units + q (Carlier and Pinson's adjusted bound, relaxed to energy).
"""

from __future__ import annotations

from carveout.plan.schedule.project import Project


def chain_bound(project: Project) -> int:
    """The longest chain of tasks in their shortest modes."""
    return max(project.tails(), default=0)


def energy_bound(project: Project) -> int:
    """The least end by which the least work on each resource fits between heads and tails."""
    heads, tails = project.heads(), project.tails()
    found = 0
    for kind, held in enumerate(project.renewable):
        rows = []
        for task in range(project.size):
            modes = [project.modes[task][place] for place in project.usable[task]]
            work = min(mode.duration * mode.renewable[kind] for mode in modes)
            if work:
                rows.append((heads[task], tails[task] - min(mode.duration for mode in modes), work))
        for head in {row[0] for row in rows}:
            chosen = sorted((row for row in rows if row[0] >= head), key=lambda row: -row[1])
            work = 0
            for _, tail, more in chosen:
                work += more
                found = max(found, head + -(-work // held) + tail)
    return found


def simple_bound(project: Project) -> int:
    """The better of both."""
    return max(chain_bound(project), energy_bound(project))
