"""Makers of equipment: the named company is sure, whoever may be an affiliate is unknown, and nobody else is none but assumed."""

from __future__ import annotations

import pytest

from carveout.facts.schema import schema
from carveout.law.corpus import bundled
from carveout.parties.producer import UNSTATED, Maker, made_by, maker_of

VIEW = bundled().view()


@pytest.mark.parametrize(
    ("name", "group"),
    [("Huawei", "huawei"), ("Huawei Italia", "huawei"), ("HiSilicon", "huawei"), ("ZTE", "zte"), ("ZTE Corporation", "zte"),
     ("Hangzhou Hikvision Digital Technology Company", "hikvision"), ("Dahua Technology Company", "dahua"), ("DJI", "dji"),
     ("AO Kaspersky Lab", "kaspersky"), ("China Telecom (Americas) Corp.", "china_telecom"), ("ComNet", "pacific_networks")],
)  # fmt: skip
def test_the_named_companies_and_those_listed_with_them_are_found(name: str, group: str) -> None:
    assert maker_of(name, VIEW, strict=False) == Maker(group)


@pytest.mark.parametrize(
    "name", ["Huawei Marine Networks", "ZTE Garden Supplies LLC", "Hytera America Inc.", "Hikvision Europe B.V.", "China Unicom Global",
             "Kaspersky Labs GmbH", "a company owned by Huawei", "TBD", "?!"],
)  # fmt: skip
def test_whoever_may_be_an_affiliate_is_unknown(name: str) -> None:
    assert maker_of(name, VIEW, strict=False).group is None


@pytest.mark.parametrize("name", ["Ericsson", "Nokia Solutions and Networks Oy", "Dahuang Pharmacy", "Acme"])
def test_a_name_found_nowhere_is_nobody_named_on_the_assumption_that_it_is_no_affiliate(name: str) -> None:
    assert maker_of(name, VIEW, strict=False) == Maker("none", assumed=True)
    assert maker_of(name, VIEW, strict=True).group is None


def test_none_is_nobody_and_rests_on_nothing() -> None:
    assert maker_of("none", VIEW, strict=True) == Maker("none")


def test_a_supplier_tells_the_maker_only_where_it_may_be_a_named_one() -> None:
    assert made_by("ZTE (USA) Inc.", None, VIEW, strict=False).group == "zte"
    assert made_by("Hytera America Inc.", None, VIEW, strict=False) != UNSTATED
    assert made_by("Plains Dealer Inc.", None, VIEW, strict=False) == UNSTATED
    assert made_by("Plains Dealer Inc.", "fcc/zte-corporation-cn", VIEW, strict=False).group == "zte"


def test_every_group_of_the_schema_is_borne_by_an_entry_and_a_component_knows_the_same() -> None:
    held = {entry.group for entry in VIEW.entries.values()} - {"other"}
    assert held | {"none"} == set(schema()["producer_group"].values) == set(schema()["component_group"].values)
