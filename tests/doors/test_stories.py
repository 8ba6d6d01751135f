"""The pages of stories say what the program says, word for word. ``make golden`` writes their outputs anew."""

from __future__ import annotations

import csv
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

PAGES = ("rural-carrier", "handset-maker", "chip-supplier", "standards-delegation", "technology-package")
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


EXAMPLES = Path("src") / "carveout" / "examples"

HANDSETS = {
    "patch-2019-05-18": ("license_required", "no general license before 20 May 2019"),
    "patch-2019-06-03": ("authorized", "(c)(2), first text, certified by the exporter"),
    "os-2019-06-03": ("authorized", "the first text does not bar new functions"),
    "tablet-patch-2019-06-03": ("license_required", "the first text speaks of handsets"),
    "patch-2019-09-02": ("authorized", "(c)(2), text of August 2019, certified by the listed entity"),
    "patch-own-word-2019-09-02": ("license_required", "(d) asks for the listed entity's certification"),
    "os-2019-09-02": ("license_required", "(c)(2) takes out what enhances function"),
    "tablet-patch-2019-09-02": ("authorized", "personal consumer devices are named"),
    "laptop-patch-2019-09-02": ("license_required", "general-purpose computers are not"),
    "new-model-image-2019-09-02": ("license_required", "not available to the public by 16 May 2019"),
    "patch-2020-08-14": ("license_required", "the license ended on 13 August 2020"),
    "source-early-2019-09-02": ("license_required", "not published"),
    "source-public-2019-09-02": ("not_subject", "734.7"),
    "source-public-no-notice-2019-09-02": ("license_required", "742.15(b) in the text of 2019"),
    "build-for-certification-2019-09-02": ("not_subject", "an import"),
    "crash-logs-in-2019-09-02": ("not_subject", "an import"),
    "certification-result-2019-09-02": ("license_required", "technology for a new model"),
    "store-to-users-2019-09-02": ("no_license_required", "no listed party receives it"),
    "maker-to-users-2019-09-02": ("not_subject", "foreign-made, nothing controlled in it, from a listed party"),
    "maker-to-plant-2019-09-02": ("license_required", "a transfer to a listed party"),
    "hole-told-2019-06-03": ("authorized", "(c)(3), first text, names handsets"),
    "hole-told-2019-09-02": (
        "authorized..license_required",
        "devices in (c)(3) are inferred, who certifies is unknown",
    ),
    "hole-told-2020-09-01": ("license_required", "footnote 2 speaks of networks"),
    "hole-heard-2020-09-01": ("no_license_required", "an import"),
}
CHIPS = {
    "us-made-2019-06-10": ("license_required", "of US origin"),
    "us-made-en-route-2019-05-18": ("no_license_required", "savings clause of 84 FR 22961"),
    "us-made-on-the-dock-2019-05-18": ("license_required", "not aboard on 16 May 2019"),
    "abroad-12-percent-2019-07-01": ("not_subject", "de minimis"),
    "abroad-31-percent-2019-07-01": ("license_required", "above 25 percent"),
    "standard-2020-06-15": ("not_subject", "the text of May 2020 asks whose design"),
    "standard-2020-08-19": ("no_license_required..license_required", "the savings clause of August 2020 was not seen"),
    "standard-2020-10-05": ("license_required", "the text of August 2020 does not ask whose design"),
    "standard-licensed-2020-11-20": ("authorized", "an individual license"),
    "lot-4411-2020-05-14": ("not_subject", "the day before the rule"),
    "lot-4417-2020-09-14": ("no_license_required", "begun by 15 May, shipped through 14 September 2020"),
    "lot-4417-2020-09-15": ("license_required", "a day late"),
    "lot-4421-2020-08-05": ("license_required", "begun after 15 May 2020"),
    "lot-own-tools-2020-10-05": ("not_subject", "no limb of the product scope"),
    "lot-tool-unknown-2020-10-05": ("not_subject..license_required", "one tool is unknown"),
    "design-tool-2019-06-10": ("license_required", "of US origin"),
    "design-file-2019-07-01": ("not_subject", "the listed party sends it"),
    "yield-data-2020-10-05": ("not_subject", "foreign technology, no direct product"),
    "module-maker-2020-06-15": ("not_subject", "the supplier's own design"),
    "module-maker-2020-10-05": ("license_required", "knowingly incorporated"),
    "module-maker-not-asked-2020-10-05": ("not_subject..license_required", "not inquired is not no knowledge"),
    "module-maker-asked-2020-10-05": ("not_subject", "no knowledge after diligence"),
}
PACKAGE = {
    "patents-in-2019-10-01": ("not_subject", "an import"),
    "source-code-in-2019-10-01": ("no_license_required", "an import; EO 13873 bars nothing by itself"),
    "source-code-in-2021-06-01": ("subject_to_review", "15 CFR 791.3"),
    "blueprints-in-2021-06-01": ("no_license_required", "an import of no such technology"),
    "source-code-update-in-2025-10-15": ("subject_to_review", "15 CFR 791.3"),
    "grant-back-2019-10-01": ("license_required", "an export to a listed party"),
    "grant-back-2024-08-20": ("license_required", "an export to a listed party"),
    "grant-back-by-patent-2019-10-01": ("not_subject", "published"),
    "grant-back-published-2019-10-01": ("not_subject", "published"),
    "code-sent-back-2019-10-01": ("license_required", "in the United States, 734.3(a)(1)"),
    "bug-report-2019-10-01": ("license_required", "no security disclosure"),
    "hole-told-2019-08-01": ("authorized", "(c)(3), first text"),
    "hole-told-2019-10-01": ("authorized..license_required", "who certifies is unknown"),
    "hole-told-2020-08-15": ("license_required", "between license and footnote 2"),
    "hole-told-2020-09-01": ("no_license_required", "footnote 2"),
    "question-in-training-2019-10-01": ("license_required", "a release abroad"),
    "question-in-training-at-home-2019-10-01": ("license_required", "a deemed export to who acts for the listed party"),
    "joint-development-2019-10-01": ("license_required", "an export to a listed party"),
    "joint-development-2024-08-20": ("license_required", "an export to a listed party"),
    "joint-standard-2024-08-20": ("not_subject", "734.10(b)"),
    "fee-paid-2019-10-01": ("not_subject", "no item moves"),
    "buyer-abroad-grant-back-2021-06-01": ("not_subject", "foreign, no US technology"),
    "buyer-abroad-tools-2021-06-01": ("license_required", "a direct product of 5D991 software"),
}


def answers(within: Any, root: Path, name: str, *options: str) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in within("determine", str(root / EXAMPLES / name), "--json", *options).objects}


def ends(answer: dict[str, Any]) -> str:
    overall = answer["overall"]
    return ".".join(dict.fromkeys((overall["at_least"], overall["at_most"]))).replace(".", "..")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("handset-maker/flows.csv", HANDSETS),
        ("chip-supplier/book.csv", CHIPS),
        ("technology-package/book.csv", PACKAGE),
    ],
)
def test_every_flow_of_a_story_ends_where_the_law_says(
    name: str, expected: dict[str, tuple[str, str]], within: Any, pytestconfig: pytest.Config
) -> None:
    found = answers(within, pytestconfig.rootpath, name)
    assert {row: (ends(found[row]), why) for row, (_, why) in expected.items()} == expected


@pytest.mark.parametrize(
    ("known", "through"), [("2019-09-02", "2019-11-18"), ("2019-11-20", "2020-02-16"), ("", "2020-08-13")]
)
def test_what_counts_for_an_update_is_the_model_the_kind_and_what_was_known(
    known: str, through: str, within: Any, pytestconfig: pytest.Config
) -> None:
    options = ("--known", known) if known else ()
    for one in answers(within, pytestconfig.rootpath, "handset-maker/updates.csv", *options).values():
        old = not one["id"].startswith(("middle-class-summer-2019", "flagship-autumn-2019"))
        ear = one["regimes"]["ear"]
        if old and not one["id"].endswith("-os"):
            assert (ends(one), ear["authorizations"]) == ("authorized", ["ear/744.supp7/c2"]), one["id"]
            assert ear["authority_through"] == through, one["id"]
        else:
            assert ends(one) == "license_required", one["id"]


def test_a_lot_begun_within_the_longest_cycle_of_the_last_day_surely_ships(
    within: Any, pytestconfig: pytest.Config
) -> None:
    lot = str(pytestconfig.rootpath / EXAMPLES / "chip-supplier" / "lot.toml")
    may = within("plan", "lots", lot, "--known", "2020-06-01", "--json").objects[0]["versions"][1]
    assert may["last_start"] == {"day": "2020-05-07", "open": False, "ends": ["ear/734.9/savings-2020-05-15"]}
    assert (may["last_ship"]["day"], may["possible_start"]["day"]) == ("2020-09-14", "2020-05-15")
    shown = within("plan", "lots", lot).out.splitlines()
    assert shown[-2].split()[:6] == ["2022-02-03", "open", "none", "none", "none", "none"]


def test_one_part_without_a_classification_decides_the_bill(
    within: Any, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    given = pytestconfig.rootpath / EXAMPLES / "chip-supplier" / "bill.csv"
    asked = ("--destination", "CN", "--on", "2019-07-01", "--json")
    found = within("origin", "bill", str(given), *asked).objects[0]
    assert found["verdict"] == "undetermined"
    assert found["content_pct"]["at_least"] == pytest.approx(100 * 28 / 212)
    assert [one["part"] for one in found["settles"]] == ["FPGA"]
    text = given.read_text(encoding="utf-8")
    for eccn, verdict in (("3A991,AT,false", "below"), ("3A001.a.7,NS,true", "undetermined")):
        (tmp_path / "bill.csv").write_text(text.replace("18..26,USD,us,,,", f"18..26,USD,us,{eccn}"), encoding="utf-8")
        assert within("origin", "bill", str(tmp_path / "bill.csv"), *asked).objects[0]["verdict"] == verdict
