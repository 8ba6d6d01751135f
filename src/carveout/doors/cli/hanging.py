"""``law show PROVISION --book BOOK``: what hangs on a provision, assertion by assertion."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from carveout.doors.cli.shared import Stop, console, counted, emit, say

if TYPE_CHECKING:
    from carveout.book.hanging import Hanging
    from carveout.law.provision import Provision
    from carveout.law.view import View


def hangs(provision: Provision, book: str, view: View, on: date | None, *, json: bool) -> None:
    """Tell which rows of a book would have another outcome without a provision."""
    from carveout.book.error import BookError
    from carveout.book.hanging import as_saved, hanging
    from carveout.book.tables import ending_of

    try:
        ending_of(book)
        with as_saved(Path(book), view, say, on=on) as saved:
            found = hanging(saved, provision.id)
            total = len(saved.kind_of)
    except BookError as error:
        raise Stop(str(error)) from None
    if json:
        emit({"provision": provision.id, "rows": sum(one.rows for one in found), "of": total,
              "assertions": [_as_json(one) for one in found]})  # fmt: skip
        return
    _table(provision, found, total)


def _as_json(one: Hanging) -> dict[str, Any]:
    from carveout.law.view import last_day

    end = last_day(one.stretch)
    return {
        "source": list(one.sources), "from": one.stretch.start.isoformat(), "through": end.isoformat() if end else None,
        "rows": one.rows,
        "ways": [{"before": before, "without": without, "rows": rows} for (before, without), rows in one.ways.most_common()],
        "value": one.values, "ids": one.ids,
    }  # fmt: skip


def _table(provision: Provision, found: list[Hanging], total: int) -> None:
    from rich.table import Table

    from carveout.law.view import last_day

    typer.echo(f"{provision.citation}: {provision.title}")
    rows = sum(one.rows for one in found)
    if not rows:
        typer.echo(f"Nothing hangs on it: none of {counted(total, 'row')} would have another outcome without it.")
        return
    verb = "hangs" if rows == 1 else "hang"
    typer.echo(f"{rows:,} of {counted(total, 'row')} {verb} on it: without it their outcome would be another.\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, side in (("in force", "left"), ("says", "left"), ("rows", "right"), ("as it is", "left"),
                          ("without it", "left"), ("value", "right"), ("rows, for example", "left")):  # fmt: skip
        table.add_column(
            heading, justify="right" if side == "right" else "left", no_wrap=heading in ("in force", "rows")
        )
    for one in found:
        end = last_day(one.stretch)
        days = f"{one.stretch.start} .. {end or ''}".rstrip()
        value = ", ".join(f"{amount:,.0f} {currency}" for currency, amount in sorted(one.values.items()))
        for number, ((before, without), count) in enumerate(one.ways.most_common()):
            first = number == 0
            table.add_row(
                days if first else "", ", ".join(one.sources) if first else "", f"{count:,}", before, without,
                value if first else "", ", ".join(one.ids[:3]) if first else "",
            )  # fmt: skip
    console().print(table)
