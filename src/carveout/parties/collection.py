"""The collector of cycles, set aside while many objects are made that hold none: looking costs more than the making."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Without looking for cycles meanwhile.

    What was made goes to the objects that are looked at rarely, without a look at each of them: the next look would be at
    all of them at once, a tenth of a second after some ten thousand names.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            # What somebody else has frozen would be thawed with the rest.
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
