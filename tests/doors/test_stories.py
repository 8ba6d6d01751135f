"""The pages of stories say what the program says, word for word. ``make golden`` writes their outputs anew."""

from __future__ import annotations

import csv
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

PAGES = ("rural-carrier", "standards-delegation")
_BLOCK = re.compile(r"```\n(\$ carveout .*?)```\n", re.DOTALL)
RURAL = Path("src") / "carveout" / "examples" / "rural-carrier" / "book.csv"


def ran(within: Any, command: str, out: Path) -> str:
    """What a command prints, results first, then messages; files that it names below out/ go to a folder of the test."""
    given = [part.replace("out/", f"{out}/") if part.startswith("out/") else part for part in shlex.split(command)[1:]]
    done = within(*given)
    assert done.code == 0, done.err
    text = (done.out + done.err).replace(f"{out}/", "out/")
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def columns(names: str, out: Path, command: str) -> str:
    """Some columns of the file that a command wrote, aligned."""
    written = re.search(r" out/(\S+\.csv)", command)
    assert written
    wanted = [name.strip() for name in names.split(",")]
    with (out / written.group(1)).open(encoding="utf-8") as handle:
        rows = [wanted, *([row[name] for name in wanted] for row in csv.DictReader(handle))]
    widths = [max(len(row[place]) for row in rows) for place in range(len(wanted))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows
    )


def told(within: Any, block: str, out: Path) -> str:
    """A block with its commands and what they give."""
    lines = block.splitlines()
    commands = [line for line in lines if line.startswith("$ ")]
    asked = next((line.removeprefix("columns ") for line in lines if line.startswith("columns ")), None)
    quiet = len(commands) > 1
    found = ""
    for command in commands:
        output = ran(within, command.removeprefix("$ "), out)
        found += command + "\n"
        if asked is not None:
            found += f"columns {asked}\n" + columns(asked, out, command)
        elif not quiet:
            found += output
    return found


@pytest.mark.parametrize("name", PAGES)
def test_the_page_shows_what_the_program_says(
    name: str, within: Any, pytestconfig: pytest.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pytestconfig.rootpath)
    page = pytestconfig.rootpath / "docs" / "stories" / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    shown = _BLOCK.sub(lambda block: "```\n" + told(within, block.group(1), tmp_path) + "```\n", text)
    if os.environ.get("CARVEOUT_RESET_GOLDEN"):
        page.write_text(shown, encoding="utf-8")
        text = shown
    assert text == shown


def test_the_rural_carrier_has_two_dates(within: Any, pytestconfig: pytest.Config) -> None:
    book = str(pytestconfig.rootpath / RURAL)
    then = {one["id"]: one for one in within("determine", book, "--known", "2019-12-02", "--json").objects}
    now = {one["id"]: one for one in within("determine", book, "--json").objects}
    for name in ("core-logs", "core-board-out", "north-logs", "north-tower-out"):
        assert then[name]["regimes"]["ear"]["authority_through"] == "2020-02-16", name
        assert now[name]["regimes"]["ear"]["authority_through"] == "2020-08-13", name
    for name in ("south-logs", "east-capacity"):
        assert then[name]["overall"]["at_least"] == "license_required", name
    for name in ("core-patch", "core-board-in"):
        assert then[name]["regimes"]["ear"]["at_most"] == "not_subject", name
    money = now["spares-universal-service"]
    assert "fcc" in money["not_evaluated"] or money["regimes"]["fcc"]["at_least"] == "prohibited"
