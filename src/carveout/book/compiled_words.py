"""The compiled loops of :mod:`carveout.book.word_kernel`, made ready beside the first large batch; arrays until then."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from types import ModuleType

from carveout.facts.compiled import Warming

_LOCK = Lock()
_STARTED: list[Warming] = []
_READY: list[ModuleType] = []


def make_ready() -> None:
    """Begin to load the loops, or to compile them where that was never done; returns at once."""
    with _LOCK:
        if not _STARTED:
            _STARTED.append(Warming(_load))


def _load() -> None:
    # Where numba cannot be loaded, arrays do.
    with suppress(ImportError):
        from carveout.book import word_kernel

        word_kernel.warm()
        _READY.append(word_kernel)


def loops() -> ModuleType | None:
    """The loops, once they are ready."""
    return _READY[0] if _READY else None


def wait(until: float) -> bool:
    """Whether the loops are ready, after waiting for them until a moment of the monotonic clock."""
    make_ready()
    return _STARTED[0].ready(until) and bool(_READY)
