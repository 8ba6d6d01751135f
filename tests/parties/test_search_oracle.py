"""The search against its slow oracle: every pair scored. And its laws: batches, settings, country."""

import random
from dataclasses import fields, replace
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.parties.candidates import Reach
from carveout.parties.name_index import Match
from carveout.parties.search import Listed, Query, Search, SearchSettings

PARTIES, QUERIES = 500, 80


@pytest.fixture(scope="module")
def parties(test_data: Path) -> tuple[Listed, ...]:
    rows = orjson.loads((test_data / "lists" / "csl-2026-07-31.json").read_bytes())["results"]
    kinds = {"Entity": "organization", "Individual": "person", "Vessel": "vessel"}
    picked = random.Random(5).sample(rows, PARTIES)
    return tuple(
        Listed(row["id"], row["source"], (row["name"], *(row["alt_names"] or ())),
               tuple(dict.fromkeys(a["country"] for a in row["addresses"] if a.get("country"))),
               kinds.get(row["type"], "any"))
        for row in picked
    )  # fmt: skip


@pytest.fixture(scope="module")
def search(parties: tuple[Listed, ...]) -> Search:
    return Search(parties)


def altered(name: str, rng: random.Random) -> str:
    """The name with a letter lost, words turned, a word lost, or as it is."""
    words, at = name.split(), rng.randrange(len(name))
    turned = rng.sample(words, len(words))
    lost = [word for n, word in enumerate(words) if n != rng.randrange(len(words))]
    return rng.choice([name, name[:at] + name[at + 1 :], " ".join(turned), " ".join(lost or words)])


@pytest.fixture(scope="module")
def queries(search: Search) -> list[str]:
    rng = random.Random(9)
    return [altered(name, rng) for name in rng.sample(search.index.names, QUERIES)]


@pytest.fixture(scope="module")
def slow(search: Search, queries: list[str]) -> dict[str, list[Match]]:
    """What scoring every pair finds."""
    return {name: [m for m in search.index.every(search.index.ask(name)) if m.match] for name in queries}


def test_the_search_alerts_where_scoring_all_pairs_does(search: Search, slow: dict[str, list[Match]]) -> None:
    kept = alerts = 0
    for name, found in slow.items():
        alerts += bool(found)
        kept += bool(found) and any(match.match for match in search.index.find([(name, "any")])[0].matches)
    assert alerts > QUERIES / 2
    assert kept >= 0.98 * alerts


def test_the_search_never_alerts_where_scoring_all_pairs_does_not(search: Search, slow: dict[str, list[Match]]) -> None:
    for name, found in slow.items():
        near = [m for m in search.index.find([(name, "any")])[0].matches if m.match and m.tier == "search"]
        assert {match.row for match in near} <= {match.row for match in found}


def test_candidates_hold_what_scoring_all_pairs_finds(search: Search, slow: dict[str, list[Match]]) -> None:
    """Recall of the candidates alone, apart from who is scored: the likeliest match is among them."""
    held = matched = 0
    for name, found in slow.items():
        if found:
            best = max(found, key=lambda match: (match.strength, -match.row))
            matched += 1
            held += best.row in search.index.candidate_rows(search.index.ask(name))
    assert held >= 0.98 * matched


names = st.one_of(
    st.sampled_from(["Huawei", "ZTE Parsian", "Ivan Petrov", "Alfa Trading LLC", "", "!?", "Петров"]),
    st.text(max_size=30),
)
queried = st.builds(
    Query, names, st.sampled_from([None, "CN", "RU"]), st.sampled_from(["any", "person", "organization"])
)
SMALL = Search((
    Listed("a", "EL", ("Huawei Technologies Co., Ltd.", "Huawei"), ("CN",), "organization", ("9144-0300-X",), ("1 Bantian Road, Shenzhen",)),
    Listed("b", "EL", ("ZTE Parsian",), ("IR",), "organization"),
    Listed("c", "SDN", ("Ivan Petrov", "Petrov, Ivan Sergeevich"), ("RU",), "person"),
    Listed("d", "SDN", ("Alpha Trading LLC", "Alfa Trade"), (), "any"),
    Listed("e", "SDN", ("Huawei Technologies Chengdu",), (), "any"),
))  # fmt: skip


@given(st.lists(queried, max_size=8))
def test_many_are_answered_as_one_each(queries: list[Query]) -> None:
    assert SMALL.find_many(queries) == [SMALL.find(query, limit=5) for query in queries]


@given(names, st.sampled_from(["CN", "RU", "XX"]))
def test_a_country_never_takes_an_alert_away_and_another_never_strengthens(name: str, country: str) -> None:
    without = {hit.party.entry: hit for hit in SMALL.find(Query(name))}
    with_it = {hit.party.entry: hit for hit in SMALL.find(Query(name, country))}
    assert {e for e, hit in without.items() if hit.alert} == {e for e, hit in with_it.items() if hit.alert}
    for entry, hit in with_it.items():
        assert hit.strength <= without[entry].strength
        if country not in hit.party.countries and hit.tier != "address":
            assert hit.strength < without[entry].strength or hit.strength == 0


@given(names)
def test_hits_come_best_first_and_within_bounds(name: str) -> None:
    hits = SMALL.find(Query(name))
    assert [hit.strength for hit in hits] == sorted((hit.strength for hit in hits), reverse=True)
    assert all(0 <= hit.strength <= 1 and 0 <= hit.score <= 1 for hit in hits)
    assert all(hit.name in hit.party.names and hit.why for hit in hits)


CHANGED: dict[str, object] = {
    "worth_scoring": 9.0, "scored_at_most": 1, "close_behind": 0.0, "family_weight": 9.0, "related": 0.9,
    "other_country": 0.1, "no_country": 0.1, "other_kind": 0.1,
}  # fmt: skip
REACHED: dict[str, object] = {
    "postings": 1,
    "words": 0,
    "slips": 0,
    "skeletons": 0,
    "names": 1,
    "word_weight": 0.0,
    "skeleton_weight": 0.0,
}


@pytest.fixture(scope="module")
def asked(search: Search, queries: list[str]) -> list[Query]:
    extra = [Query(name, "CN", "person") for name in queries[:40]]
    kinds = zip(search.index.names, search.index.kinds, strict=True)
    extra += [Query(f"{name} Orchard Lagos") for name, kind in kinds if kind == "organization"][:60]
    more = ["Alfa Trade Nobody", "Huawei Lagos", "Sberbank Leasing Zimbabwe", "Rosneft Lagos Holding"]
    return [Query(name) for name in (*queries, *more)] + extra


def test_every_setting_is_tried() -> None:
    assert {*CHANGED, "reach", "scorer"} == {field.name for field in fields(SearchSettings)}
    assert REACHED.keys() == {field.name for field in fields(Reach)}


@pytest.mark.parametrize("name", CHANGED)
def test_every_setting_changes_some_result(
    name: str, search: Search, parties: tuple[Listed, ...], asked: list[Query]
) -> None:
    other = Search(parties, replace(SearchSettings(), **{name: CHANGED[name]}))
    assert other.find_many(asked) != search.find_many(asked)


@pytest.mark.parametrize("name", REACHED)
def test_every_setting_of_the_candidates_changes_which_are_found(
    name: str, search: Search, parties: tuple[Listed, ...], queries: list[str]
) -> None:
    other = Search(parties, SearchSettings(reach=replace(Reach(), **{name: REACHED[name]})))
    assert any(
        other.index.candidate_rows(other.index.ask(q)) != search.index.candidate_rows(search.index.ask(q))
        for q in queries
    )


def test_a_second_process_answers_the_same(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carveout.parties.search.MANY", 10)
    queries = [Query(name) for name in search.index.names[:60]]
    try:
        assert search.find_many(queries, processes=2) == search.find_many(queries)
    finally:
        search.close()
