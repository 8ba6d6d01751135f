"""What a checker of plans asks the law with; who opens the checker brings it, for plans know no books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from carveout.decide.transaction import Transaction
from carveout.law.view import View


class Law(Protocol):
    """Views of the law, and the transaction of a row of cells."""

    def view(self, known: date | None, scenarios: Sequence[str]) -> View:
        """The law as known on a day, with scenarios laid over it."""

    def compose(self, cells: Mapping[str, str], on: date, view: View) -> Transaction:
        """The transaction of a row on a day."""
