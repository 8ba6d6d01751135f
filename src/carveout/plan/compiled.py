"""Functions compiled by numba, the same way by every planner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit  # type: ignore[import-not-found,import-untyped,unused-ignore]

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compiled on its first call, without the interpreter's lock, and kept on disk: beside the source, or in the user's cache where
    that cannot be written; in memory alone where neither can.
    """
    try:
        made: F = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no place to keep it
        made = njit(nogil=True, error_model="numpy")(function)
    return made
