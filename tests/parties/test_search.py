"""The search over all listed names: tiers, evidence beside the name, order, and a kept index."""

from pathlib import Path

import numpy as np
import pytest

from carveout.parties.search import Listed, Query, Search, SearchSettings, StaleIndex

PARTIES = (
    Listed("el/huawei-cn", "EL", ("Huawei Technologies Co., Ltd.", "Huawei"), ("CN",), "organization", ("91440300",),
           ("Bantian Huawei Base, Longgang District, Shenzhen 518129",)),
    Listed("el/huawei-hk", "EL", ("Huawei Technologies Co., Ltd.",), ("HK",), "organization"),
    Listed("el/zte-parsian-ir", "EL", ("ZTE Parsian",), ("IR",), "organization"),
    Listed("sdn/ivanov", "SDN", ("Ivan Petrovich Sidorenko",), ("RU",), "person"),
    Listed("sdn/vaslati", "SDN", ("VASLATI",), (), "vessel"),
    Listed("el/beihang-cn", "EL", ("Beijing University of Aeronautics and Astronautics", "Beihang University"), ("CN",), "organization"),
)  # fmt: skip


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(PARTIES)


def test_an_exact_name_is_an_alert_whatever_its_case_and_punctuation(search: Search) -> None:
    hit = search.find(Query("HUAWEI TECHNOLOGIES CO LTD", "CN"))[0]
    assert (hit.party.entry, hit.tier, hit.alert) == ("el/huawei-cn", "exact", True)


def test_another_country_never_clears_an_exact_name(search: Search) -> None:
    here, there = (search.find(Query("ZTE Parsian", country))[0] for country in ("IR", "DE"))
    assert there.alert
    assert there.score == here.score
    assert there.strength < here.strength


def test_the_same_name_in_two_countries_is_told_apart_by_country(search: Search) -> None:
    for country in ("CN", "HK"):
        found = search.find(Query("Huawei Technologies Co., Ltd.", country))
        assert found[0].party.countries == (country,)
        assert {hit.party.entry for hit in found} >= {"el/huawei-cn", "el/huawei-hk"}


def test_words_in_another_order_are_the_core_tier(search: Search) -> None:
    hit = search.find(Query("Parsian ZTE"))[0]
    assert (hit.party.entry, hit.tier, hit.alert) == ("el/zte-parsian-ir", "core", True)


def test_two_slips_of_the_pen_are_found(search: Search) -> None:
    hit = search.find(Query("Beijing Univercity of Aeronautics and Astronotics"))[0]
    assert (hit.party.entry, hit.tier, hit.alert) == ("el/beihang-cn", "search", True)


def test_another_kind_of_party_is_weaker(search: Search) -> None:
    person, ship = (search.find(Query("Vaslati", kind=kind))[0] for kind in ("person", "vessel"))
    assert person.strength < ship.strength
    assert person.alert


def test_an_identifier_is_enough(search: Search) -> None:
    hit = search.find(Query("Some Trading House", identifiers=("9144-0300",)))[0]
    assert (hit.party.entry, hit.tier, hit.alert) == ("el/huawei-cn", "identifier", True)


def test_the_same_address_asks_a_question_and_is_no_alert(search: Search) -> None:
    hit = search.find(Query("Sunflower Trading", address="Shenzhen 518129, Longgang district, Bantian, Huawei base"))[0]
    assert (hit.party.entry, hit.tier, hit.alert) == ("el/huawei-cn", "address", False)
    assert hit.why[-1].endswith("?")


def test_many_are_answered_as_one_in_their_order(search: Search) -> None:
    queries = [Query(n, c) for n in ("Huawei", "Parsian ZTE", "Nobody", "Huawei") for c in (None, "CN", "HK")]
    assert search.find_many(queries) == [search.find(query, limit=5) for query in queries]


def test_a_kept_search_answers_as_the_one_that_was_kept(search: Search, tmp_path: Path) -> None:
    search.save(tmp_path)
    again = Search.load(tmp_path, PARTIES)
    queries = [Query(name) for party in PARTIES for name in party.names]
    assert again.find_many(queries) == search.find_many(queries)


def test_a_search_kept_from_other_names_is_refused(search: Search, tmp_path: Path) -> None:
    search.save(tmp_path)
    with pytest.raises(StaleIndex, match="other parties"):
        Search.load(tmp_path, PARTIES[1:])


def test_a_search_kept_under_other_settings_is_refused(search: Search, tmp_path: Path) -> None:
    search.save(tmp_path)
    with pytest.raises(StaleIndex, match="settings"):
        Search.load(tmp_path, settings=SearchSettings(scored_at_most=2))


def test_half_a_kept_search_is_refused(search: Search, tmp_path: Path) -> None:
    search.save(tmp_path)
    whole = (tmp_path / "arrays.npz").read_bytes()
    (tmp_path / "arrays.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StaleIndex):
        Search.load(tmp_path)


def test_arrays_that_hold_objects_are_never_loaded(search: Search, tmp_path: Path) -> None:
    search.save(tmp_path)
    np.savez(tmp_path / "arrays.npz", key=np.array([{"run": "me"}], dtype=object))
    with pytest.raises(StaleIndex):
        Search.load(tmp_path)


def test_no_parties_and_no_name_find_nothing(search: Search) -> None:
    assert Search(()).find(Query("Huawei")) == ()
    assert search.find(Query("")) == ()
    assert search.find_many([]) == []
