"""How plans ask the law: views by day and scenarios, and the transaction of a row of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from carveout.doors.cli.shared import views

if TYPE_CHECKING:
    from carveout.decide.transaction import Transaction
    from carveout.facts.row import Row
    from carveout.law.view import View


def composed(row: Row, law: View, day: date) -> Transaction:
    """How a row becomes a transaction: screened and with its defaults, as in a book."""
    from carveout.book.compose import compose

    return compose(row, law, on=day)


class AskedLaw:
    """The law for planners and checkers, who know no books."""

    def view(self, known: date | None, scenarios: Sequence[str]) -> View:
        """The law as known on a day, with scenarios laid over it: names, or paths of pages."""
        return views((known, scenarios))[0]

    def compose(self, cells: Mapping[str, str], on: date, view: View) -> Transaction:
        """The transaction of a row on a day.

        Raises:
            PlanError: a cell that cannot be read.
        """
        from carveout.facts.row import read_row
        from carveout.plan.error import PlanError

        row, errors = read_row({"id": "act", **cells})
        if errors:
            raise PlanError("; ".join(f"the act: column {e.column}: {e.value!r} is not {e.expected}" for e in errors))
        return composed(row, view, on)
