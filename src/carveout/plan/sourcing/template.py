"""A problem to fill in: the bundled example, and a page that says what each column means and in which unit."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from carveout.facts.whole_file import whole_file
from carveout.plan.error import PlanError
from carveout.plan.sourcing.columns import DEMAND, OFFERS, PARTS, SITES, STORES
from carveout.plan.sourcing.table_file import Column

FILES = ("sourcing.toml", "parts.csv", "offers.csv", "stores.csv", "sites.csv", "acts.csv", "de-minimis-ten-percent.md")
PAGE = "COLUMNS.md"
_ABOUT = {
    "parts": "what is needed", "offers": "who supplies it, one line per way of getting it",
    "stores": "where it is kept; what may be drawn under one act is kept apart from what may not",
    "sites": "places, with the space that the plan's parts may take",
    "demand": "optional, named by `demand = \"demand.csv\"` under `[tables]`: what is wanted in single periods",
}  # fmt: skip


def example_text(name: str) -> str:
    """The text of a file of the bundled example."""
    return files("carveout").joinpath("examples", "sourcing", name).read_text(encoding="utf-8")


def columns_page() -> str:
    """What the tables hold, as a page."""
    told = [
        "# The tables of a sourcing problem",
        "",
        "Rates are per month of 30 days, times in days, money in the plan's currency.",
    ]
    for name, columns in (
        ("parts", PARTS),
        ("offers", OFFERS),
        ("stores", STORES),
        ("sites", SITES),
        ("demand", DEMAND),
    ):
        told += [
            "",
            f"## {name}.csv: {_ABOUT[name]}",
            "",
            "| column | holds | empty |",
            "|---|---|---|",
            *map(_line, columns),
        ]
    told += [
        "", "## acts.csv: the acts, one row each, with the columns of a book", "",
        "`carveout law facts` prints them. The plan sets the day; leave `on` out. A license that an event decides about is filled",
        "in where it is approved. An act whose answer is not settled is not used: give the facts that `carveout ask` asks for.", "",
    ]  # fmt: skip
    return "\n".join(told)


def _line(column: Column) -> str:
    empty = "" if not column.optional else "none" if column.default is None else f"{column.default}"
    return f"| `{column.name}` | {column.told} | {empty if column.optional else 'fill it in'} |"


def write_template(folder: Path) -> list[str]:
    """Write the files of a problem into a folder; their names.

    Raises:
        PlanError: one of them is there already, or the folder cannot be made.
    """
    there = [name for name in (*FILES, PAGE) if (folder / name).exists()]
    if there:
        raise PlanError(f"{folder} holds {there[0]} already; nothing is overwritten, name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*FILES, PAGE):
            text = columns_page() if name == PAGE else example_text(name)
            with whole_file(folder / name) as part:
                part.write_text(text, encoding="utf-8")
    except OSError as error:
        raise PlanError(f"{folder} cannot be written: {(error.strerror or str(error)).lower()}") from None
    return [*FILES, PAGE]
