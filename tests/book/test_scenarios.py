"""Every scenario that comes with the law does what its title says, on a row: what flips, from which day, and through what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from carveout.book.compose import compose
from carveout.book.diff_causes import transaction_causes
from carveout.decide.determination import determine
from carveout.decide.transaction import Transaction, outcome
from carveout.facts.row import read_row
from carveout.law.corpus import bundled
from carveout.law.provision import Kind
from carveout.law.view import View
from tests.book.near_rows import base_rows
from tests.decide.test_causes import PATCH

LAW = bundled()
EXAMPLES = {row["id"]: row for row in base_rows() if "id" in row}
C1, C2, C3, C4 = (f"ear/744.supp7/c{n}" for n in (1, 2, 3, 4))
LIST = "ear/744.11/entity-list"
KNOWN = date(2019, 11, 17)


def case(provision: str, name: str) -> dict[str, str]:
    """The facts of a case that stands beside the law."""
    [found] = [c for c in LAW.provisions[provision].cases if c.name == name]
    return {key: value for key, value in found.facts if value}


def example(identifier: str, **changed: str) -> dict[str, str]:
    return {k: v for k, v in {**EXAMPLES[identifier], **changed}.items() if v and k not in ("story", "label")}


DISCLOSURE = case("ear/744.supp7/d-disclosure", "first text: the exporter has certified")
CHIP = case(LIST, "2021: a chip to HiSilicon")
TABLET = example("tablet-update-2019-09-05")
BODY = example("standards-in-body-2020-07-14")
IN_2022 = example("standards-2022-10-11")
PART = case("ear/750/other-license", "a license for a controlled part to a buyer who is not listed")
EXCEPTION = case("ear/740/exception", "a license exception toward a buyer who is not listed")
VENTURE = case("ear/736.supp1/affiliates-license", "a joint venture with a US partner in China")
SUPPLY = case("ear/744.11/affiliates", "the rule is due back, and nothing was seen")
FREE, NEEDS, LICENSED = "no_license_required", "license_required", "authorized"

# scenario, row, day, outcome without it and with it, the cause
FLIPS = [
    ("repealed-networks", PATCH, date(2019, 12, 1), LICENSED, NEEDS, C1),
    ("repealed-devices", TABLET, date(2019, 9, 5), LICENSED, NEEDS, C2),
    ("repealed-disclosure", DISCLOSURE, date(2019, 6, 3), LICENSED, NEEDS, C3),
    ("repealed-standards-2019", example("standards-2019-06-05"), date(2019, 6, 5), LICENSED, NEEDS, C4),
    ("repealed-footnote-2", DISCLOSURE, date(2020, 8, 17), FREE, NEEDS, "ear/744.supp4/footnote2"),
    ("repealed-standards-release-2020", BODY, date(2020, 7, 14), FREE, NEEDS, "ear/744.11/standards-2020"),
    ("repealed-standards-release-2022", IN_2022, date(2022, 10, 11), FREE, NEEDS, "ear/744.11/standards-2022"),
    ("repealed-exceptions", EXCEPTION, date(2019, 3, 1), LICENSED, NEEDS, "ear/740/exception"),
    ("repealed-licenses", example("licensed-sale-2019-12-16"), date(2019, 12, 16), LICENSED, NEEDS, "ear/750/license"),
    ("repealed-affiliates-license", VENTURE, date(2025, 10, 15), LICENSED, NEEDS, "ear/736.supp1/affiliates-license"),
    ("repealed-other-licenses", PART, date(2021, 3, 1), LICENSED, NEEDS, "ear/750/other-license"),
    ("no-extension-2019-08-19", PATCH, date(2019, 8, 20), LICENSED, NEEDS, C1),
    ("no-extension-2019-11-18", PATCH, date(2019, 11, 19), LICENSED, NEEDS, C1),
    ("no-extension-2020-02-16", PATCH, date(2020, 2, 17), LICENSED, NEEDS, C1),
    ("no-extension-2020-04-01", PATCH, date(2020, 4, 2), LICENSED, NEEDS, C1),
    ("no-extension-2020-05-15", PATCH, date(2020, 5, 16), LICENSED, NEEDS, C1),
    ("six-months-2019-11", PATCH, date(2019, 11, 19), NEEDS, LICENSED, C1),
    ("two-weeks-2019-11", PATCH, date(2019, 11, 19), NEEDS, LICENSED, C1),
    ("affiliates-stay-suspended-2026", SUPPLY, date(2026, 11, 10), f"{FREE}..{NEEDS}", FREE, "ear/744.11/affiliates"),
    ("huawei-delisted-2027", CHIP, date(2027, 1, 1), NEEDS, f"{FREE}..{NEEDS}", LIST),
]  # fmt: skip
REPORTS = ("six-months-2019-11", "two-weeks-2019-11")


def views(scenario: str) -> tuple[View, View]:
    """The law without and with a scenario; a report of November 2019 is laid over what was known then."""
    known = KNOWN if scenario in REPORTS else None
    return LAW.view(known=known), LAW.view(known=known, scenarios=[scenario])


def composed(cells: Mapping[str, str], view: View, on: date) -> Transaction:
    row, errors = read_row({"id": "r", **cells})
    assert not errors
    return compose(row, view, on=on)


def told(cells: Mapping[str, str], view: View, on: date) -> str:
    return str(outcome(composed(cells, view, on), view))


@pytest.mark.parametrize(("scenario", "cells", "on", "without", "under", "cause"), FLIPS)
def test_a_row_flips_as_the_title_says(
    scenario: str, cells: dict[str, str], on: date, without: str, under: str, cause: str
) -> None:
    before, after = views(scenario)
    assert (told(cells, before, on), told(cells, after, on)) == (without, under)
    found = transaction_causes(composed(cells, before, on), composed(cells, after, on), before, after)
    assert cause in found
    assert set(found) <= {cause, "ear/744.11/affiliates"}


def test_every_scenario_is_shown_by_a_row() -> None:
    assert {scenario for scenario, *_ in FLIPS} == set(LAW.scenarios)


@pytest.mark.parametrize(("scenario", "cells", "on"), [flip[:3] for flip in FLIPS if flip[0][:8] != "repealed"])
def test_nothing_flips_on_the_day_before_it_begins(scenario: str, cells: dict[str, str], on: date) -> None:
    before, after = views(scenario)
    eve = on - timedelta(days=1)
    assert LAW.scenarios[scenario].first_day == on
    assert told(cells, before, eve) == told(cells, after, eve)


def test_every_authorization_has_a_scenario_that_repeals_it() -> None:
    repealed = {a.provision for s in LAW.scenarios.values() if s.id.startswith("repealed-") for a in s.assertions}
    assert repealed >= {p.id for p in LAW.provisions.values() if p.kind is Kind.authorization}


@pytest.mark.parametrize("scenario", [name for name in LAW.scenarios if name.startswith("no-extension-")])
def test_without_an_extension_no_later_window_comes(scenario: str) -> None:
    _, after = views(scenario)
    first = LAW.scenarios[scenario].first_day
    assert scenario == f"no-extension-{first - timedelta(days=1)}"
    for paragraph in (C1, C2, C3, C4):
        assert all(
            stretch.end is not None and stretch.end <= first for stretch in after.provisions[paragraph].stretches
        )
    assert told(PATCH, after, date(2020, 8, 13)) == NEEDS
    assert told(DISCLOSURE, after, date(2020, 8, 17)) == FREE


@pytest.mark.parametrize(
    ("scenario", "last"), [("six-months-2019-11", date(2020, 5, 18)), ("two-weeks-2019-11", date(2019, 12, 2))]
)
def test_a_report_runs_through_its_last_day_and_changes_nothing_that_later_rules_say(scenario: str, last: date) -> None:
    _, after = views(scenario)
    assert told(PATCH, after, last) == LICENSED
    assert told(PATCH, after, last + timedelta(days=1)) == NEEDS
    found = determine(composed(PATCH, after, date(2019, 11, 19)), after)
    assert found.overall_changes_on == last + timedelta(days=1)
    today, overlaid = LAW.view(), LAW.view(scenarios=[scenario])
    for day in (date(2019, 11, 19), last, last + timedelta(days=1), date(2020, 8, 13), date(2020, 8, 14)):
        assert told(PATCH, today, day) == told(PATCH, overlaid, day)


def test_the_delisting_reaches_every_entry_of_the_group_and_its_footnotes() -> None:
    before, after = views("huawei-delisted-2027")
    group = {key for key, entry in before.entries.items() if entry.group == "huawei"}
    assert len(group) == 153
    assert {entry.id for entry in LAW.scenarios["huawei-delisted-2027"].entries} == group
    assert all(after.entries[key].through == date(2026, 12, 31) for key in group)
    foreign = {
        **CHIP,
        "origin": "foreign",
        "direction": "reexport",
        "us_controlled_content_pct": "0",
        "located_in_us": "false",
    }
    nobody = {"ultimate_consignee": "Formosa Boards Ltd.", "ultimate_consignee_country": "CN"}
    for cells in (CHIP, {**CHIP, "published": "true", "item_kind": "software"}, {**foreign, "knowledge": "none_after_diligence"},
                  {**CHIP, "recipient_acts_for_listed": "true"}, {**CHIP, "ccl_license_required": "true"}):  # fmt: skip
        assert told(cells, after, date(2027, 1, 4)) == told({**cells, **nobody}, after, date(2027, 1, 4))
    both = LAW.view(scenarios=["affiliates-stay-suspended-2026", "huawei-delisted-2027"])
    assert told(CHIP, both, date(2026, 12, 31)) == NEEDS
    assert told(CHIP, both, date(2027, 1, 1)) == FREE
    acting = {**CHIP, "recipient_acts_for_listed": "true"}
    assert told(acting, after, date(2027, 1, 4)) == NEEDS


def test_without_the_affiliates_rule_direct_products_are_asked_as_before_it() -> None:
    before, after = views("affiliates-stay-suspended-2026")
    added = after.provisions["ear/734.9/e1-affiliates"]
    assert added.at(date(2026, 11, 9)) is None
    assert added.at(date(2026, 11, 10)) is None
    rule = after.provisions["ear/734.9/e1"]
    assert rule.at(date(2026, 11, 9)) == rule.at(date(2026, 11, 10))
    foreign = {**SUPPLY, "origin": "foreign", "direction": "reexport", "us_controlled_content_pct": "0",
               "located_in_us": "false", "knowledge": "none_after_diligence"}  # fmt: skip
    assert told(foreign, before, date(2026, 11, 10)) == "not_subject..license_required"
    assert told(foreign, after, date(2026, 11, 10)) == "not_subject"
