"""Readers of standard instances: PSPLIB single-mode ``.sm`` and multi-mode ``.mm`` (Kolisch and Sprecher 1996), Patterson ``.rcp``.

Errors name the file and the line, and say what is expected there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from carveout.plan.error import PlanError
from carveout.plan.schedule.project import Mode, Project

ENDINGS = (".sm", ".mm", ".rcp")
MOST_JOBS = 20_000
MOST_PERIODS = 1_000_000
_SECTIONS = {"PRECEDENCE RELATIONS": "precedence", "REQUESTS/DURATIONS": "requests", "RESOURCEAVAILABILITIES": "held"}
_COUNTS = {
    "jobs": r"jobs\s*\(incl",
    "renewable": r"-?\s*renewable",
    "nonrenewable": r"-?\s*nonrenewable",
    "doubly": r"-?\s*doubly",
}

Line = tuple[int, list[int]]


def read_standard(path: Path) -> Project:
    """The project of a file, by its ending.

    Raises:
        PlanError: a file that cannot be read, or is none of these; with its line where there is one.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise PlanError(f"{path}: a standard instance ends in .sm, .mm or .rcp, not {path.suffix or 'nothing'}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise PlanError(f"{path} is not text") from None
    project = read_patterson(text, str(path)) if ending == ".rcp" else read_psplib(text, str(path))
    longest = sum(max(mode.duration for mode in modes) for modes in project.modes)
    if longest > MOST_PERIODS:
        raise PlanError(
            f"{path}: its jobs take {longest:,} periods one after another; up to {MOST_PERIODS:,} are read. Count in longer periods"
        )
    try:
        assert project.order is not None
        assert project.usable is not None
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from None
    return project


def read_psplib(text: str, name: str = "the file") -> Project:
    """The project of a ``.sm`` or ``.mm`` text.

    Raises:
        PlanError: what is missing or cannot be read, and where.
    """
    counts, sections = _split(text, name)
    if counts.get("doubly"):
        raise PlanError(
            f"{name}: doubly constrained resources are not read; write them as a renewable and a nonrenewable one"
        )
    for what in ("jobs", "renewable"):
        if what not in counts:
            raise PlanError(
                f"{name}: no line says how many {what} there are, such as 'jobs (incl. supersource/sink ):  32'"
            )
    for title, section in _SECTIONS.items():
        if not sections[section]:
            raise PlanError(f"{name}: the section {title} is missing or has no rows")
    jobs, kinds = counts["jobs"], (counts["renewable"], counts.get("nonrenewable", 0))
    if not 0 < jobs <= MOST_JOBS:
        raise PlanError(f"{name}: {jobs} jobs; from 1 to {MOST_JOBS:,} are read")
    mode_counts, successors = _precedence(sections["precedence"], jobs, name)
    modes = _requests(sections["requests"], mode_counts, kinds, name)
    line, held = sections["held"][-1][0], [number for _, row in sections["held"] for number in row]
    if len(held) != sum(kinds):
        raise PlanError(f"{name}, line {line}: {len(held)} availabilities for {sum(kinds)} resources")
    return Project(modes, successors, tuple(held[: kinds[0]]), tuple(held[kinds[0] :]))


def _split(text: str, name: str) -> tuple[dict[str, int], dict[str, list[Line]]]:
    """The counts of the head, and the rows of numbers of each section with their lines."""
    counts: dict[str, int] = {}
    sections: dict[str, list[Line]] = {section: [] for section in _SECTIONS.values()}
    current: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        bare = re.sub(r"\s+", "", line).upper()
        title = next((t for t in _SECTIONS if bare.startswith(t.replace(" ", ""))), None)
        if title is not None:
            current = _SECTIONS[title]
        elif not bare or set(bare) <= {"*", "-"}:
            continue
        elif current is None or not re.match(r"\s*-?\d", line):
            for what, pattern in _COUNTS.items():
                if re.match(r"\s*" + pattern, line, re.IGNORECASE) and (found := re.search(r":\s*(-?\d+)", line)):
                    counts[what] = int(found.group(1))
            if re.match(r"\s*PROJECT INFORMATION", line, re.IGNORECASE):
                current = None
        else:
            try:
                sections[current].append((number, [int(word) for word in line.split()]))
            except ValueError:
                raise PlanError(f"{name}, line {number}: only whole numbers belong here: {line.strip()!r}") from None
    return counts, sections


def _precedence(rows: Sequence[Line], jobs: int, name: str) -> tuple[list[int], tuple[tuple[int, ...], ...]]:
    mode_counts, successors = [], []
    for place, (line, row) in enumerate(rows, start=1):
        if len(row) < 3 or row[0] != place:
            raise PlanError(
                f"{name}, line {line}: a row of job {place}: its number, modes, successors and each of them"
            )
        if len(row) != 3 + row[2]:
            raise PlanError(f"{name}, line {line}: job {place} says {row[2]} successors and names {len(row) - 3}")
        if row[1] < 1:
            raise PlanError(f"{name}, line {line}: job {place} has {row[1]} modes; at least one is needed")
        strange = [other for other in row[3:] if not 1 <= other <= jobs or other == place]
        if strange:
            raise PlanError(f"{name}, line {line}: job {place} cannot come before {strange[0]}; jobs are 1 to {jobs}")
        mode_counts.append(row[1])
        successors.append(tuple(sorted({other - 1 for other in row[3:]})))
    if len(rows) != jobs:
        raise PlanError(f"{name}: {jobs} jobs are announced and {len(rows)} have a row of successors")
    return mode_counts, tuple(successors)


def _requests(
    rows: Sequence[Line], mode_counts: Sequence[int], kinds: tuple[int, int], name: str
) -> tuple[tuple[Mode, ...], ...]:
    width, found, place = sum(kinds) + 2, [], 0
    for job, count in enumerate(mode_counts, start=1):
        modes = []
        for mode in range(1, count + 1):
            if place == len(rows):
                raise PlanError(f"{name}: mode {mode} of job {job} has no row of durations and requests")
            line, row = rows[place]
            full = row if mode > 1 else row[1:]
            if len(full) != width or full[0] != mode or (mode == 1 and row[0] != job):
                head = f"{job}, {mode}" if mode == 1 else str(mode)
                raise PlanError(
                    f"{name}, line {line}: job {job}, mode {mode}: {head}, duration and {sum(kinds)} requests"
                )
            if min(full[1:]) < 0:
                raise PlanError(f"{name}, line {line}: a duration or request of job {job} is negative")
            modes.append(Mode(full[1], tuple(full[2 : 2 + kinds[0]]), tuple(full[2 + kinds[0] :])))
            place += 1
        found.append(tuple(modes))
    if place < len(rows):
        raise PlanError(f"{name}, line {rows[place][0]}: a row of requests too many")
    return tuple(found)


def read_patterson(text: str, name: str = "the file") -> Project:
    """The project of a ``.rcp`` text: jobs and resources; what there is of each; of each job duration, requests, successors.

    Raises:
        PlanError: what is missing or cannot be read, and where.
    """
    words = [(number, word) for number, line in enumerate(text.splitlines(), start=1) for word in line.split()]
    place = 0

    def take(what: str, low: int = 0, high: int = 10**9) -> int:
        nonlocal place
        if place == len(words):
            raise PlanError(f"{name} ends where {what} should follow")
        line, word = words[place]
        place += 1
        if not re.fullmatch(r"-?\d+", word) or not low <= int(word) <= high:
            raise PlanError(
                f"{name}, line {line}: {word!r} stands where {what} should, a whole number from {low} to {high}"
            )
        return int(word)

    jobs, kinds = take("the number of jobs", 1, MOST_JOBS), take("the number of resources", 0, 1000)
    held = tuple(take(f"what there is of resource {kind}") for kind in range(1, kinds + 1))
    modes, successors = [], []
    for job in range(1, jobs + 1):
        duration = take(f"the duration of job {job}")
        asked = tuple(take(f"what job {job} asks of resource {kind}") for kind in range(1, kinds + 1))
        count = take(f"the number of successors of job {job}", 0, jobs)
        after = {take(f"a successor of job {job}", 1, jobs) - 1 for _ in range(count)}
        if job - 1 in after:
            raise PlanError(f"{name}: job {job} cannot come before itself")
        modes.append((Mode(duration, asked),))
        successors.append(tuple(sorted(after)))
    if place < len(words):
        raise PlanError(f"{name}, line {words[place][0]}: {words[place][1]!r} stands after the last of {jobs} jobs")
    return Project(tuple(modes), tuple(successors), held)
