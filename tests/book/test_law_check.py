"""The check of the law, and that it can refuse."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from carveout.book.check import check_law
from carveout.law.corpus import bundled, load, read_folder

SOURCES = read_folder(Path(str(files("carveout") / "corpus" / "us")))


def refused(changes: dict[str, tuple[str, str]], check: str) -> list[str]:
    sources = dict(SOURCES)
    for path, (old, new) in changes.items():
        assert old in sources[path]
        sources[path] = sources[path].replace(old, new)
    report = check_law(load(sources), proofs=check == "proof")
    return [f.what for f in report.findings if f.check == check and not f.ok]


def test_the_bundled_law_passes_every_check() -> None:
    report = check_law(bundled())
    assert report.ok, [f.what for f in report.findings if not f.ok]
    counts = {name: sum(f.check == name for f in report.findings) for name in ("case", "coverage", "proof", "gap")}
    assert counts["case"] > 300
    assert counts["coverage"] > 200
    assert counts["proof"] > 30
    assert report.coverage.startswith("coverage of conditions 100 percent: ")


def test_a_condition_that_no_case_shows_is_listed_and_lowers_the_figure() -> None:
    path, line = (
        "fcc/54.9.md",
        "| paid with own money, kept apart | 2020-07-15 | but funds=own | no_license_required | open |\n",
    )
    assert line in SOURCES[path]
    report = check_law(load({**SOURCES, path: SOURCES[path].replace(line, "")}), proofs=False)
    lacking = [f.what for f in report.findings if not f.ok]
    assert lacking == [
        "fcc/54.9, text from 2020-01-03 (85-FR-230): a case in which only 'paid with universal-service support' fails"
    ]
    assert report.coverage.startswith("coverage of conditions 99.")


def test_both_gaps_come_out_by_themselves() -> None:
    gaps = [f.what for f in check_law(bundled(), proofs=False).findings if f.check == "gap"]
    assert any("2019-05-16 to 2019-05-19" in gap for gap in gaps)
    assert any("2020-08-14 to 2020-08-16" in gap for gap in gaps)


def test_two_definitions_that_can_hold_at_once_are_found() -> None:
    found = refused({"ear/734.4/d.md": ("us_controlled_content_pct > 25", "us_controlled_content_pct > 12")}, "proof")
    assert len(found) == 2
    assert "never define over_de_minimis at once" in found[0]
    assert "us_controlled_content_pct=" in found[0]


def test_a_provision_that_can_never_hold_is_found() -> None:
    path = "ear/744.supp7/c2.md"
    found = refused({path: ("device_class = 'handset'", "device_class = 'handset' AND device_class = 'cpe'")}, "proof")
    assert found == [], "the text of another day can still hold"
    never = refused(
        {"ear/744.11/diversion.md": ('= "diversion_knowledge"', '= "diversion_knowledge AND NOT diversion_knowledge"')},
        "proof",
    )
    assert never == ["ear/744.11/diversion: can hold"]


def test_a_case_that_comes_out_otherwise_is_refused() -> None:
    found = refused(
        {"ear/744.supp7/c1.md": ("contract_date <= DATE '2019-05-16'", "contract_date <= DATE '2017-05-16'")}, "case"
    )
    assert found


def test_a_gap_that_nobody_explains_is_refused() -> None:
    found = refused({"ear/744.supp4/footnote2.md": ("from = 2020-08-17", "from = 2020-08-19")}, "gap")
    assert len(found) == 1
    assert found[0].endswith("2020-08-14 to 2020-08-18, unexplained")


@pytest.mark.parametrize(
    "path", sorted(p for p in SOURCES if p.endswith(".md") and p.startswith(("ear/", "icts/", "fcc/", "s889/")))
)
def test_every_provision_can_be_read_without_code(path: str) -> None:
    provision = bundled().provisions[path.removesuffix(".md")]
    assert len(provision.prose) > 60
    assert provision.cases
    for assertion in provision.assertions:
        for condition in assertion.text.conditions if assertion.text else ():
            assert condition.name not in condition.sql
