"""Every setting of the scorer does something, and says what."""

from dataclasses import fields, replace

import pytest

from carveout.parties.evidence import Evidence
from carveout.parties.name import read_name
from carveout.parties.score import Score, score
from carveout.parties.settings import MODEL, RULES, SETTINGS, Kind, Settings

PAIRS = [
    ("Huawie Technologies", "Huawei Technologies Co., Ltd."),
    ("Huawei Marine", "Huawei Technologies"),
    ("Huawei", "Huawei Technologies Marine"),
    ("Huawei Technologies Marine", "Huawei"),
    ("Trading Company", "Zyxwin Trading Company"),
    ("J Smith Trading", "John Smith Trading"),
    ("Plant 5 Zyxwin", "Plant 722 Zyxwin"),
    ("Fund V", "Fund VI"),
    ("Zyxwin 7", "Zyxwin"),
    ("Zyxwin 5", "Zyxwin 6"),
    ("Zyxwin 5", "Zyxwin 722"),
    ("Bank of Chad", "Bank of China"),
    ("Zyxwin France", "Zyxwin"),
    ("Zyxwin Shanghai", "Zyxwin"),
    ("Zyxwin GmbH", "Zyxwin LP"),
    ("Zyxwin GmbH", "Zyxwin"),
    ("Omar bin Ali", "Ali bin Omar"),
    ("Ali bin Omar Qasim", "Ali Omar Qasim"),
    ("V. Putin", "Vladimir Putin"),
    ("Zyxwin Liabilty Qwortle", "Zyxwin Qwortlf"),
    ("Zyxwin liabilitycompany", "Zyxwin Marine"),
    ("Zyxwinn Stock", "Zyxwin"),
    ("Abcdef Qwortle", "Abcxyz Qwortle"),
    ("ابو عبيدة", "Obaida Abu"),
    ("V. Putin Marine", "Vladimir Putin Spiridonovich"),
    ("Limited Trading Group International", "Trading Group Intl Services"),
    ("Trading Group International", "Trading Group Services"),
]


def results(settings: Settings, kind: Kind) -> list[Score]:
    return [score(read_name(one), read_name(other), kind=kind, settings=settings) for one, other in PAIRS]


WEIGHTS = [(row.name, kind) for row in MODEL for kind in ("organization", "person", "vessel") if getattr(row, kind)]


@pytest.mark.parametrize(("name", "kind"), WEIGHTS)
def test_every_weight_changes_some_result(name: str, kind: Kind) -> None:
    at = [row.name for row in MODEL].index(name)
    changed = SETTINGS.weighing(kind, name, SETTINGS.weights(kind)[at] + 1.0)
    assert results(changed, kind) != results(SETTINGS, kind)


@pytest.mark.parametrize("name", [name for name, _, _ in RULES])
def test_every_rule_changes_some_result(name: str) -> None:
    kinds: list[Kind] = ["organization", "person", "vessel", "any"]
    value = getattr(SETTINGS, name)
    changed = [replace(SETTINGS, **{name: value * factor}) for factor in (0.5, 1.5)]
    assert any(results(settings, kind) != results(SETTINGS, kind) for settings in changed for kind in kinds)


@pytest.mark.parametrize(("name", "kind"), [w for w in WEIGHTS if w[0] != "agree"])
def test_no_weight_makes_a_difference_count_for_a_match(name: str, kind: Kind) -> None:
    at = [row.name for row in MODEL].index(name)
    changed = SETTINGS.weighing(kind, name, SETTINGS.weights(kind)[at] + 1.0)
    assert all(new.value <= old.value for new, old in zip(results(changed, kind), results(SETTINGS, kind), strict=True))


def test_every_setting_is_in_a_table_that_says_what_it_means() -> None:
    named = {name for name, _, _ in RULES} | {"organization", "person", "vessel"}
    assert {field.name for field in fields(Settings)} == named
    assert all(row.means for row in MODEL)
    assert all(means for _, _, means in RULES)
    assert tuple(row.name for row in MODEL) == ("agree", *Evidence._fields)


def test_an_unknown_weight_is_an_error() -> None:
    with pytest.raises(KeyError):
        SETTINGS.weighing("person", "nosuch", 1.0)
