"""Readers of .sm, .mm and .rcp, and what they say of files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from carveout.plan.error import PlanError
from carveout.plan.schedule.project import Mode
from carveout.plan.schedule.standard_file import read_patterson, read_psplib, read_standard

MULTI = """\
jobs  (incl. supersource/sink ):	3
RESOURCES
- renewable                 : 1 R
- nonrenewable              : 1 N
- doubly constrained        : 0 D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
1	1	1		2
2	2	1		3
3	1	0
************************************************************************
REQUESTS/DURATIONS
jobnr.	mode	dur	R1	N1
1	1	0	0	0
2	1	3	2	1
	2	5	1	0
3	1	0	0	0
************************************************************************

 RESOURCE AVAILABILITIES
	R 1	N 1
	2	4
************************************************************************
"""
RCP = "3 1\n2\n0 0 1 2\n4 2 1 3\n0 0 0\n"


def test_a_multi_mode_file_is_read() -> None:
    project = read_psplib(MULTI)
    assert project.modes == ((Mode(0, (0,), (0,)),), (Mode(3, (2,), (1,)), Mode(5, (1,), (0,))), (Mode(0, (0,), (0,)),))
    assert project.successors == ((1,), (2,), ())
    assert (project.renewable, project.nonrenewable) == ((2,), (4,))


def test_a_patterson_file_is_read() -> None:
    project = read_patterson(RCP)
    assert project.modes == ((Mode(0, (0,)),), (Mode(4, (2,)),), (Mode(0, (0,)),))
    assert project.successors == ((1,), (2,), ())
    assert project.renewable == (2,)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1	1	1		2\n", "1	1	2		2\n", "line 9: job 1 says 2 successors and names 1"),
        ("1	1	1		2\n", "1	1	1		7\n", "line 9: job 1 cannot come before 7; jobs are 1 to 3"),
        ("2	2	1		3\n", "", "line 10: a row of job 2"),
        ("	2	5	1	0\n", "", "line 17: job 2, mode 2: 2, duration and 2 requests"),
        ("2	1	3	2	1\n", "2	1	-3	2	1\n", "line 16: a duration or request of job 2 is negative"),
        ("2	1	3	2	1\n", "2	1	3.5	2	1\n", "line 16: only whole numbers belong here"),
        ("	2	4\n", "	2\n", "1 availabilities for 2 resources"),
        ("PRECEDENCE RELATIONS:\n", "", "the section PRECEDENCE RELATIONS is missing or has no rows"),
        (
            "- doubly constrained        : 0 D",
            "- doubly constrained        : 1 D",
            "doubly constrained resources are not",
        ),
        (
            "2	1	3	2	1\n	2	5	1	0\n",
            "2	1	3	9	1\n	2	5	3	0\n",
            "job 2 asks for",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in MULTI
    file = tmp_path / "wrong.mm"
    file.write_text(MULTI.replace(old, new))
    with pytest.raises(PlanError, match=said.replace("(", r"\(")) as error:
        read_standard(file)
    assert str(file) in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3 1\n2\n0 0 1 2\n4 2 1", "ends where a successor of job 2 should follow"),
        ("3 1\n2\n0 0 1 2\n4 x 1 3\n0 0 0", "line 4: 'x' stands where what job 2 asks of resource 1 should"),
        (RCP + "7", "line 6: '7' stands after the last of 3 jobs"),
        ("0 1\n2", "line 1: '0' stands where the number of jobs should, a whole number from 1"),
        ("2 1\n2\n1 1 1 1\n0 0 0", "job 1 cannot come before itself"),
    ],
)
def test_a_patterson_file_that_is_none_says_where(text: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        read_patterson(text)


def test_another_ending_and_a_missing_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"ends in .sm, .mm or .rcp, not .txt"):
        read_standard(tmp_path / "a.txt")
    with pytest.raises(PlanError, match="cannot be read: No such file"):
        read_standard(tmp_path / "a.sm")


def test_every_shared_instance_is_read(schedules: Path) -> None:
    sizes = {"j60": 62, "j120": 122, "mmlib50": 52}
    files = sorted(file for file in schedules.iterdir() if file.suffix != ".csv")
    assert files
    for file in files:
        assert read_standard(file).size == sizes[file.name.partition("-")[0]]
