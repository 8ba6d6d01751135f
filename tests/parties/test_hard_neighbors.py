"""The hard neighbors: listed affiliates with nearly the same name, relatives that are not listed, shared common words."""

import pytest

from carveout.law.corpus import bundled
from carveout.parties.search import Hit, Listed, Query, Search


@pytest.fixture(scope="module")
def parties() -> tuple[Listed, ...]:
    entries = bundled().view().entries.values()
    return tuple(Listed(e.id, "EL", (e.name, *e.aliases), (e.country,), "organization") for e in entries)


@pytest.fixture(scope="module")
def search(parties: tuple[Listed, ...]) -> Search:
    return Search(parties)


def found(search: Search, name: str, country: str | None = None) -> tuple[Hit, ...]:
    return search.find(Query(name, country))


def test_every_listed_affiliate_is_found_first_by_its_name_and_country(
    search: Search, parties: tuple[Listed, ...]
) -> None:
    for party in parties:
        hit = found(search, party.names[0], party.countries[0])[0]
        assert hit.alert
        assert hit.party == party, (party.names[0], hit.party.entry)


def test_every_alias_is_an_alert_for_its_party(search: Search, parties: tuple[Listed, ...]) -> None:
    for party in parties:
        for alias in party.names[1:]:
            hits = found(search, alias, party.countries[0])
            assert any(hit.alert and hit.party == party for hit in hits), alias


@pytest.mark.parametrize("country", ["AR", "HK"])
def test_one_name_in_several_countries_is_told_apart_by_country(search: Search, country: str) -> None:
    hits = found(search, "Huawei Tech Investment Co Ltd", country)
    assert hits[0].party.countries == (country,)
    assert hits[0].strength > hits[1].strength
    assert hits[1].alert, "the other country is weaker, and still an alert"


@pytest.mark.parametrize("name", ["Huawei Technologies Zimbabwe Ltd", "Huawei Technologies Peru", "Huawei Cloud Kenya"])
def test_an_unlisted_relative_asks_questions_and_is_no_alert(search: Search, name: str) -> None:
    hits = found(search, name)
    assert hits[0].tier == "related"
    assert not any(hit.alert for hit in hits)
    assert [reason.endswith("?") for reason in hits[0].why][-2:] == [True, True]


@pytest.mark.parametrize(
    "name",
    ["Beijing Digital Technologies Co., Ltd.", "Shanghai Trading Technology Co., Ltd.", "Chile Technologies S.A.",
     "Technologies Investment Holding Ltd", "Ericsson AB", "Nokia Solutions and Networks Oy"],
)  # fmt: skip
def test_a_company_that_shares_common_words_is_nothing(search: Search, name: str) -> None:
    assert not any(hit.alert or hit.tier == "related" for hit in found(search, name))


@pytest.mark.parametrize(
    "name", ["Hua Wei Technologies Co Ltd", "HUAWEI TECHNOLOGIES COMPANY LIMITED", "HuaweiTechnologies Co.,Ltd."]
)
def test_other_spellings_of_the_listed_name_are_alerts(search: Search, name: str) -> None:
    assert found(search, name)[0].alert
