"""Other processes decide beside this one; nothing is decided twice, and nothing waits for a process that has ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import Future
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from carveout.book import stream
from carveout.book.deciders import Deciders
from carveout.book.frame_book import FrameBook
from carveout.law.corpus import bundled
from carveout.parties.program import Program, asked_and_told, send


def batch(number: int) -> pa.Table:
    """Two rows of kinds that no other batch has."""
    shares = [float(10 * number + 1), float(10 * number + 2)]
    return pa.table({
        "id": [f"{number}-a", f"{number}-b"], "on": ["2019-07-15", "2019-07-15"], "contract_date": [f"2019-0{number + 1}-03", None],
        "us_controlled_content_pct": shares, "destination": ["CN", "DE"], "activity": [("existing_network", "handset_update")[number % 2]] * 2,
    })  # fmt: skip


class OneBusy:
    """Other processes of which the only one is busy with the first rows, for a while."""

    def __init__(self, book: FrameBook) -> None:
        self.book, self.busy = book, threading.Event()
        self.given = 0

    def submit(self, table: pa.Table, days: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.given += 1
        if self.given == 1:
            assert future.set_running_or_notify_cancel()

            def late() -> None:
                self.busy.wait(60)
                future.set_result(FrameBook(bundled().view()).decide(table, days))

            threading.Thread(target=late).start()
        return future


def test_what_no_process_has_begun_is_decided_here_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HELD", stream.Pace(1, 10))
    book = FrameBook(bundled().view())
    others = OneBusy(book)
    here: list[int] = []
    decide = book.decide

    def counted(table: pa.Table, on: Any, **options: Any) -> Any:
        here.append(table.num_rows)
        if len(here) == others.given - 1:
            others.busy.set()
        return decide(table, on, **options)

    monkeypatch.setattr(book, "decide", counted)
    line = stream._Line(book, others)  # type: ignore[arg-type]
    for number in range(5):
        line.begin(batch(number), 2 * number + 1, np.zeros(2, bool))
    many = [answered.results.to_pylist() for _, answered in line.finished(all_of_them=True)]
    assert others.given > 2
    assert len(here) == others.given - 1
    alone = FrameBook(bundled().view())
    assert many == [alone.answer(batch(number)).results.to_pylist() for number in range(5)]


def test_a_process_that_has_ended_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    book = FrameBook(bundled().view())
    deciders = Deciders(book.recipe, 1)
    try:
        deciders._programs[0].process.kill()
        with pytest.raises(RuntimeError, match="decides rows has ended"):
            deciders.submit(batch(0), np.asarray([737000, 737000], np.int32)).result(60)
    finally:
        deciders.close()


def serve() -> None:
    """Say everything back, and print among it."""
    asked, out = asked_and_told()
    for message in asked:
        print("this goes elsewhere")
        send(out, message)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by a signal")
def test_a_process_that_is_stopped_and_goes_on_loses_nothing() -> None:
    program = Program("tests.book.test_deciders", "says everything back")
    message = bytes(range(256)) * 40_000
    found: list[bytes] = []

    def speak() -> None:
        for _ in range(5):
            program.send(message)
            found.append(program.receive())

    speaking = threading.Thread(target=speak)
    speaking.start()
    try:
        while speaking.is_alive():
            os.kill(program.process.pid, signal.SIGSTOP)
            time.sleep(0.002)
            os.kill(program.process.pid, signal.SIGCONT)
            time.sleep(0.01)
    finally:
        program.close()
        speaking.join(60)
    assert found == [message] * 5
