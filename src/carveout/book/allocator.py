"""The memory of batches, kept from one to the next.

Every batch takes and frees arrays of the same sizes. The C library gives those back to the system at once and asks for
them again, and the system clears every page anew: a sixth of the processor time of a large book.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache

import pyarrow as pa

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
"""Parameters of ``mallopt``, see malloc.h of the GNU C library."""

_LARGEST = 32 * 2**20
"""The largest array that can be kept so; the library takes no more."""

_KEPT = 256 * 2**20
"""Bytes that are free and not given back."""

_KEPT_FOR = 20_000
"""Milliseconds for which Arrow keeps what it frees: longer than from one batch to the next."""


@cache
def keep_freed() -> None:
    """Let this process keep what it frees for what it takes next. Nothing happens where the C library is another."""
    with suppress(NotImplementedError):
        # The allocator that Arrow takes by itself gives every page back, and takes it anew.
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        pa.jemalloc_set_decay_ms(_KEPT_FOR)
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGEST)
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_TOP_PAD, _LARGEST)
