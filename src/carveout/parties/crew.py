"""Names shared out among this process and its workers, part by part: who is done first takes the next part.

Two threads serve each worker; they only carry bytes, so that this process goes on searching meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Semaphore, Thread
from typing import TypeAlias

from carveout.parties.found import Found, unpacked
from carveout.parties.settings import Kind
from carveout.parties.worker import Worker

Named = tuple[str, Kind]
Part = tuple[int, int]
Carried: TypeAlias = tuple[Part, bytes] | Exception | None
"""A part with the worker's answer, or why there is none; None where a worker takes no more parts."""
AHEAD = 2
"""Parts that a worker may have without having answered."""
LARGEST, SMALLEST = 4096, 512
"""Names of a part: many, so that little is lost between parts; fewer towards the end, so that all end together."""


class Left:
    """The names not yet taken: this process takes from the first on, the others from the last back."""

    def __init__(self, names: int, processes: int) -> None:
        self.low, self.high, self.processes = 0, names, processes
        self.lock = Lock()

    def first(self) -> Part | None:
        """The next part from the first name on."""
        with self.lock:
            low = self.low
            self.low = min(low + self._size(), self.high)
            return (low, self.low) if low < self.low else None

    def last(self) -> Part | None:
        """The next part from the last name back."""
        with self.lock:
            high = self.high
            self.high = max(high - self._size(), self.low)
            return (self.high, high) if self.high < high else None

    def clear(self) -> None:
        """Leave nothing to be taken."""
        with self.lock:
            self.low = self.high

    def _size(self) -> int:
        return min(LARGEST, max(SMALLEST, (self.high - self.low) // (2 * self.processes)))


def shared_out(
    named: Sequence[Named], find: Callable[[Sequence[Named]], list[Found]], workers: Sequence[Worker]
) -> Iterator[tuple[int, list[Found]]]:
    """(place of the first, matches) of every part as it is found, in no order. Raises NameTooLong, and RuntimeError where a
    worker has died."""
    left = Left(len(named), len(workers) + 1)
    done: SimpleQueue[Carried] = SimpleQueue()
    threads = [Thread(target=_carry, args=(worker, named, left, done), daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    running = len(threads)
    try:
        while True:
            part = left.first()
            if part:
                yield part[0], find(named[slice(*part)])
            elif not running:
                return
            for carried in _waiting(done, wait=not part):
                if carried is None:
                    running -= 1
                elif isinstance(carried, Exception):
                    raise carried
                else:
                    (low, high), told = carried
                    # A worker says nothing of names that cannot be read; finding them here says why.
                    yield low, unpacked(told) if told else find(named[low:high])
    finally:
        # Workers end the part they are at, so that the next question does not get the answer to this one.
        left.clear()
        for thread in threads:
            thread.join()


def _carry(worker: Worker, named: Sequence[Named], left: Left, done: SimpleQueue[Carried]) -> None:
    """Fetch the answer to part after part from a worker, until none is left or the worker is no more; a thread beside this one hands
    over the next part meanwhile, so that the worker does not wait for this process to get round to it.
    """
    handed: SimpleQueue[Part | RuntimeError | None] = SimpleQueue()
    room = Semaphore(AHEAD)
    handing = Thread(target=_hand, args=(worker, named, left, handed, room), daemon=True)
    handing.start()
    try:
        while (part := handed.get()) is not None:
            if isinstance(part, RuntimeError):
                raise part
            done.put((part, worker.answer()))
            room.release()
    except RuntimeError as error:
        left.clear()
        room.release()
        done.put(error)
    finally:
        handing.join()
        done.put(None)


def _hand(
    worker: Worker, named: Sequence[Named], left: Left, handed: SimpleQueue[Part | RuntimeError | None], room: Semaphore
) -> None:
    """Hand part after part to a worker, where there is room for one more without an answer."""
    try:
        while room.acquire() and (part := left.last()):
            worker.ask(named[slice(*part)])
            handed.put(part)
    except RuntimeError as error:
        handed.put(error)
    finally:
        handed.put(None)


def _waiting(done: SimpleQueue[Carried], *, wait: bool) -> Iterator[Carried]:
    """What is there; where nothing else is to be done, what comes next too."""
    if wait:
        yield done.get()
    while True:
        try:
            yield done.get_nowait()
        except Empty:
            return
