"""The law for checkers that are tried on many plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from carveout.decide.transaction import Transaction
from carveout.doors.cli.plan_law import AskedLaw
from carveout.law.view import View


class Remembering(AskedLaw):
    """The law, each act composed once for all the plans that are tried."""

    def __init__(self) -> None:
        self.held: dict[Any, Any] = {}

    def view(self, known: date | None, scenarios: Sequence[str]) -> View:
        key = known, tuple(scenarios)
        if key not in self.held:
            self.held[key] = super().view(known, scenarios)
        found: View = self.held[key]
        return found

    def compose(self, cells: Mapping[str, str], on: date, view: View) -> Transaction:
        key = tuple(sorted(cells.items())), on, id(view)
        if key not in self.held:
            self.held[key] = super().compose(cells, on, view)
        found: Transaction = self.held[key]
        return found
