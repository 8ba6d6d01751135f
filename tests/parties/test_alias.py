"""The curated aliases: every one names a listed party, says how we know it, and is claimed by nobody else unsaid."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from carveout.law.evidence import Evidence
from carveout.parties.alias import Alias, AliasError, _read, alias_key, aliases, aliases_of, parties_called
from carveout.parties.rendering import script_of

LANGUAGES = {
    "zh": {"chinese"},
    "ru": {"cyrillic"},
    "fa": {"arabic"},
    "ar": {"arabic"},
    "ps": {"arabic"},
    "ko": {"korean"},
    "ja": {"japanese"},
    "he": {"hebrew"},
}


def _party(alias: Alias) -> tuple[str, str]:
    return alias.list, alias.name


@pytest.fixture(scope="module")
def listed(test_data: Path) -> dict[tuple[str, str], set[str]]:
    """Countries of every party of the Consolidated Screening List, by list and name."""
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party in json.loads((test_data / "lists" / "csl-2026-07-31.json").read_text(encoding="utf-8"))["results"]:
        code = re.search(r"\(([A-Z -]+?)(?: List)?\)", party["source"])
        countries = {address["country"] for address in party["addresses"] if address.get("country")}
        held[code[1] if code else "CMIC", party["name"]] |= countries
    return held


def test_every_alias_names_a_party_of_the_list_in_its_country(listed: dict[tuple[str, str], set[str]]) -> None:
    strangers = [alias for alias in aliases() if _party(alias) not in listed]
    assert not strangers
    elsewhere = [
        alias
        for alias in aliases()
        if (alias.country not in listed[_party(alias)] if alias.country else listed[_party(alias)])
    ]
    assert not elsewhere


def test_there_are_several_hundred_and_none_twice() -> None:
    held = Counter((alias.list, alias.name, alias.country, alias_key(alias.alias)) for alias in aliases())
    assert [key for key, times in held.items() if times > 1] == []
    assert len({alias.alias for alias in aliases()}) > 900


def test_an_alias_is_written_in_the_script_of_its_language() -> None:
    assert [alias for alias in aliases() if alias.script not in LANGUAGES[alias.language]] == []


def test_an_alias_of_two_parties_says_so_or_is_weak() -> None:
    """Parties that one table joins under several lists are one party."""
    claimed: dict[str, set[frozenset[tuple[str, str]]]] = defaultdict(set)
    together: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for alias in aliases():
        for other in aliases_with(alias):
            together[_party(alias)].add(_party(other))
    for alias in aliases():
        claimed[alias_key(alias.alias)].add(frozenset(together[_party(alias)]))
    shared = {key for key, parties in claimed.items() if len(parties) > 1}
    assert shared, "some names are shared, and the note says so"
    assert [alias for alias in aliases() if alias_key(alias.alias) in shared and not alias.note] == []


def aliases_with(alias: Alias) -> list[Alias]:
    """The aliases from the same line of the same table: same text, same source, same note."""
    return [
        other
        for other in parties_called(alias.alias)
        if (other.source, other.note, other.since) == (alias.source, alias.note, alias.since)
    ]


def test_no_alias_claims_to_be_on_a_list_itself() -> None:
    assert {alias.evidence for alias in aliases()} <= {Evidence.secondary, Evidence.inferred}
    assert all(alias.source for alias in aliases())


def test_a_weak_alias_says_why() -> None:
    assert [alias for alias in aliases() if alias.weak and not alias.note] == []


def test_the_aliases_of_a_listed_name_are_found_in_its_country_only() -> None:
    found = {alias.alias for alias in aliases_of("Yangtze Memory Technologies Co., Ltd.", "CN")}
    assert "长江存储科技有限责任公司" in found
    assert aliases_of("Yangtze Memory Technologies Co., Ltd.", "JP") == ()
    assert {alias.alias for alias in aliases_of("yangtze memory technologies co ltd", None)} == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("北航", "Beijing University of Aeronautics and Astronautics (BUAA)"),
        ("海康威視", "Hangzhou Hikvision Digital Technology Co., Ltd."),
        ("ОБЪЕДИНЕННАЯ СУДОСТРОИТЕЛЬНАЯ КОРПОРАЦИЯ", "United Shipbuilding Corporation"),
        ("شرکت ملی نفتکش ایران", "NATIONAL IRANIAN TANKER COMPANY"),
        ("정찰총국", "RECONNAISSANCE GENERAL BUREAU"),
    ],
)
def test_a_party_is_found_by_its_alias_however_it_is_spelled(text: str, name: str) -> None:
    assert name in {alias.name for alias in parties_called(text)}


def test_a_short_brand_is_only_a_possible_match() -> None:
    assert all(alias.weak for alias in parties_called("大华"))
    assert not any(alias.weak for alias in parties_called("浙江大华技术股份有限公司"))


def test_an_unlisted_neighbor_is_called_by_no_alias() -> None:
    for name in ("清华大学", "荣耀终端有限公司", "中兴通讯股份有限公司", "小米科技有限责任公司", "Яндекс", "삼성전자"):
        assert parties_called(name) == ()


@pytest.mark.parametrize(
    "text",
    [
        'language = "zh"\n[[party]]\nlisted = []\nsource = "x"\naliases = []',
        'language = "zh"\n[[party]]\nlisted = [{list="EL",name="A",country="CN"}]\nsource="x"\naliases=[{alias="Acme"}]',
        'language = "zh"\n[[party]]\nlisted = [{list="EL",name="A",country="CN"}]\nsource="x"\naliases=[{alias="华",sure=1}]',
    ],
)
def test_a_wrong_table_is_refused(text: str) -> None:
    with pytest.raises(AliasError):
        list(_read("bad.toml", text))


def test_scripts_are_told_apart() -> None:
    assert script_of("Acme") == "latin"
    assert script_of("ООО Acme") == "cyrillic"
    assert script_of("トヨタ自動車") == "kana"
