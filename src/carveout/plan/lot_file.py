"""The file of a lot plan: TOML with the cycle, the row of the shipment, and how the lot is made.

``[plan]`` has ``cycle_days = [shortest, longest]`` and, where the lot is described by a process, ``process = "file"``;
``[row]`` has cells as in a book (the customer, the direction, what is known). What the process says goes into the row.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from carveout.facts.row import Row, read_row
from carveout.facts.schema import schema
from carveout.law.view import View
from carveout.origin.direct_product import direct_product
from carveout.origin.error import OriginError
from carveout.origin.process import Process
from carveout.origin.process_file import read_process
from carveout.plan.error import PlanError
from carveout.plan.lot_start import SHIPPED, STARTED, Cycle


@dataclass(frozen=True)
class LotFile:
    """A lot to be planned: its cycle, the cells of its row, and its process where one is given."""

    cycle: Cycle
    cells: Mapping[str, Any]
    process: Process | None = None

    def row(self, begun: date, shipped: date, view: View) -> Row:
        """The row of the lot, begun and shipped on two days; the process is read under the list of the day of shipment.

        Raises:
            PlanError: a cell that cannot be read.
        """
        made = direct_product(self.process, shipped, view).cells if self.process is not None else {}
        days = {STARTED: begun.isoformat(), SHIPPED: shipped.isoformat()}
        row, errors = read_row({"id": "lot", **made, **self.cells, **days})
        if errors:
            raise PlanError("; ".join(str(error) for error in errors))
        return row


def read_lot(path: Path) -> LotFile:
    """The lot of a TOML file.

    Raises:
        PlanError: a file that cannot be read, a table or key that a lot does not have, or no cycle.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror or error}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"{path} is not TOML: {error}") from None
    plan, cells = document.get("plan"), document.get("row")
    if set(document) - {"plan", "row"} or not isinstance(plan, dict) or not isinstance(cells, dict):
        raise PlanError(f"{path}: a lot has the tables [plan] and [row]")
    if set(plan) - {"cycle_days", "process"}:
        raise PlanError(f"{path}: [plan] has cycle_days and process, not {', '.join(sorted(plan))}")
    strange = [name for name in cells if (fact := schema().get(name)) is None or not fact.is_column]
    fixed = [name for name in cells if name in ("on", STARTED, SHIPPED)]
    if strange or fixed:
        why = "no column of a book" if strange else "what the plan tries out; leave it out"
        raise PlanError(f"{path}: [row] {', '.join(strange or fixed)}: {why}")
    days = plan.get("cycle_days")
    if not isinstance(days, list) or len(days) != 2 or not all(type(day) is int for day in days):
        raise PlanError(f"{path}: write cycle_days = [shortest, longest], whole days from the first step to shipment")
    process = None
    if "process" in plan:
        try:
            process = read_process(path.parent / str(plan["process"]))
        except OriginError as error:
            raise PlanError(str(error)) from None
    return LotFile(Cycle(*days), cells, process)
