"""Functions compiled by numba, the same way everywhere, and their compilation beside other work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from threading import Lock, Thread
from time import monotonic
from types import CodeType, ModuleType
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compiled on its first call, without the interpreter's lock, and kept on disk: beside the source, or in the user's cache where
    that cannot be written; in memory alone where neither can.

    What is kept serves only as long as neither the function nor anything it was compiled with has changed. By itself numba looks at
    the file of the function alone, and would go on with the old code of another file's functions and constants.
    """
    from numba import njit  # type: ignore[import-not-found,import-untyped,unused-ignore]

    digest = _digest(function)
    try:
        made: Any = njit(cache=True, nogil=True, error_model="numpy")(function)
        kept = made._cache._cache_file
        kept._source_stamp = (kept._source_stamp, digest)
    except (RuntimeError, AttributeError):  # no place to keep it, or another numba's way of keeping it
        made = njit(nogil=True, error_model="numpy")(function)
    _DIGESTS[made] = digest
    return cast("F", made)


_DIGESTS: dict[Any, str] = {}
"""Of every compiled function what it was compiled with."""


def _digest(function: Callable[..., Any]) -> str:
    """SHA-256 of the code of a function and of the compiled functions and constants that it names."""
    made = sha256()
    codes = [function.__code__]
    for code in codes:
        made.update(code.co_code)
        made.update(repr([one for one in code.co_consts if not isinstance(one, CodeType)]).encode())
        codes += [one for one in code.co_consts if isinstance(one, CodeType)]
        for name in code.co_names:
            value: Any = function.__globals__.get(name)
            if callable(value):
                told = _DIGESTS.get(value, "")
            elif hasattr(value, "tobytes"):
                told = f"{value.dtype} {value.shape} {sha256(value.tobytes()).hexdigest()}"
            else:
                told = "" if isinstance(value, ModuleType) else repr(value)
            made.update(f"{name} {told}\n".encode())
    return made.hexdigest()


class Warming:
    """Functions made ready in a thread of their own: some seconds the first time ever, which are lost to nobody, a moment later.

    The process does not end before the thread has, so that what was compiled is kept however short the first run was.
    """

    def __init__(self, prepare: Callable[[], None]) -> None:
        self._thread = Thread(target=prepare)
        self._thread.start()

    def ready(self, until: float = 0.0) -> bool:
        """Whether all is ready, after waiting for it until a moment of the monotonic clock."""
        self._thread.join(max(0.0, until - monotonic()))
        return not self._thread.is_alive()


class Loops:
    """A module of compiled loops, made ready beside other work; what does without them is done until then, and where they
    cannot be had.
    """

    def __init__(self, load: Callable[[], ModuleType]) -> None:
        self._load = load
        self._lock = Lock()
        self._started: Warming | None = None
        self._module: ModuleType | None = None

    def make_ready(self) -> None:
        """Begin to load them, or to compile them where that was never done; returns at once."""
        with self._lock:
            if self._started is None:
                self._started = Warming(self._keep)

    def _keep(self) -> None:
        # Whatever the compiler of this machine cannot do, the slower way can.
        with suppress(Exception):
            self._module = self._load()

    def module(self) -> ModuleType | None:
        """The module, once its loops are ready."""
        return self._module

    def wait(self, until: float) -> bool:
        """Whether they are ready, after waiting for them until a moment of the monotonic clock."""
        self.make_ready()
        assert self._started is not None
        return self._started.ready(until) and self._module is not None
