"""The file in which determinations leave their receipts: an older chain is verified and goes on, the file appears whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from carveout.book.decide_book import Asked, Decided
from carveout.book.error import BookError
from carveout.book.table_facts import held_tables
from carveout.book.writer import whole_file
from carveout.decide.receipt import Asking, Chain, Refused, receipt_body, verify
from carveout.decide.signing import Signer


class Ledger:
    """Takes decided rows and writes their receipts."""

    def __init__(self, stream: IO[bytes], chain: Chain, asked: Asked) -> None:
        self.stream = stream
        self.chain = chain
        held = held_tables()
        self.asking = Asking(asked.on, asked.strict, held.hash if held is not None else "")
        self.written = 0

    def add(self, decided: Decided) -> None:
        """The receipt of a row that was decided; a rejected row leaves none.

        Raises:
            BookError: a cell that cannot be written so that it reads back.
        """
        if decided.determination is None:
            return
        try:
            body = receipt_body(decided.record.cells, decided.further, decided.determination, self.asking)
            self.stream.write(self.chain.line(body))
        except ValueError as error:
            raise BookError(f"no receipt can be written: {error}") from None
        self.written += 1


@contextmanager
def ledger(path: Path, signer: Signer, asked: Asked) -> Iterator[Ledger]:
    """A ledger whose file is sealed and takes its name at the end; receipts that were there stay in front.

    Raises:
        BookError: what is there does not verify, was signed with another key, or the file cannot be written.
    """
    chain = Chain(signer)
    with whole_file(path) as part, part.open("r+b") as stream:
        if path.exists():
            chain = _continued(path, signer)
            with path.open("rb") as old:
                shutil.copyfileobj(old, stream)
        found = Ledger(stream, chain, asked)
        yield found
        stream.write(chain.seal())


def _continued(path: Path, signer: Signer) -> Chain:
    try:
        held = verify(path.read_bytes(), public=signer.public)
    except Refused as refused:
        raise BookError(f"{path} is there and cannot be continued: {refused}; name another file") from None
    return Chain(signer, head=held.head, number=held.lines, receipts=len(held.receipts))
