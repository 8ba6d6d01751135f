"""The compiled loops of :mod:`carveout.book.word_kernel`, made ready beside the first large batch; arrays until then."""

from __future__ import annotations

from types import ModuleType

from carveout.facts.compiled import Loops


def _load() -> ModuleType:
    from carveout.book import word_kernel

    word_kernel.warm()
    return word_kernel


WORD_LOOPS = Loops(_load)
make_ready, loops, wait = WORD_LOOPS.make_ready, WORD_LOOPS.module, WORD_LOOPS.wait
