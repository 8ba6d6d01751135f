"""HiGHS opened the same way by every planner: quiet, and on one thread."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from pathlib import Path

import highspy


def opened() -> highspy.Highs:
    """A program without a model.

    One thread always: HiGHS keeps one pool of threads a process, and a program that asks for another number is not solved.
    """
    _greeted()
    program = highspy.Highs()  # type: ignore[no-untyped-call]
    program.setOptionValue("output_flag", False)
    program.setOptionValue("threads", 1)
    return program


@cache
def _greeted() -> None:
    """Let HiGHS greet into the void: its first program in a process writes a line to standard output, whatever its options."""
    try:
        sys.stdout.flush()
        held = os.dup(1)
    except (OSError, ValueError):
        return
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as void:
            os.dup2(void.fileno(), 1)
            highspy.Highs()  # type: ignore[no-untyped-call]
            ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(held, 1)
        os.close(held)
