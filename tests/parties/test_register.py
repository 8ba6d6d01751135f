"""Entries through snapshots: ids that stay, days that are honest, three answers."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.law.corpus import bundled
from carveout.law.entry import REMOVED, view_entry
from carveout.law.evidence import Evidence
from carveout.parties.citation import citations
from carveout.parties.csl import read_csl
from carveout.parties.effective import LEAD, HeldDays
from carveout.parties.effective import effective as infer
from carveout.parties.history import parties
from carveout.parties.party import Answer, Party, party_as_plain, party_from_plain
from carveout.parties.register import Register, register_of
from carveout.parties.snapshot import Manifest, Snapshot
from tests.parties.lists import row, snapshot


def held(*snapshots: Snapshot) -> Register:
    """The register of snapshots alone."""
    return register_of(parties(snapshots), [one.manifest for one in snapshots], {})


def with_law(*snapshots: Snapshot) -> Register:
    """The register of snapshots and of the bundled law."""
    law = bundled()
    made = parties(snapshots, law.entries.values(), dict(law.instruments))
    return register_of(made, [one.manifest for one in snapshots], law.entries)


def only(register: Register) -> Party:
    """The one entry there is."""
    (party,) = register
    return party


D = date.fromisoformat


# Ids


@pytest.mark.parametrize(
    "later",
    [
        row("SOME TRADING CO LIMITED", "EL", "CN", "AE", federal_register_notice="80 FR 100"),
        row("Some Trading Co., Ltd.", "EL", "AE", "CN", federal_register_notice="80 FR 100; 85 FR 7"),
        row("Some Trading Co., Ltd.", "EL", "HK", federal_register_notice="80 FR 100"),
        row("Some Tradng Co., Ltd.", "EL", "CN", federal_register_notice="80 FR 100"),
        row("Another Name Inc.", "EL", "CN", federal_register_notice="80 FR 100", alt_names=["Some Trading Co., Ltd."]),
        row("Some Trading Co., Ltd.", "EL", "CN", federal_register_notice="80 FR 103"),
        row("Some Trading Co., Ltd., Long Road", "EL", "CN", federal_register_notice="80 FR 100"),
        row("Some Trading Co., Ltd.", "EL", "CN", federal_register_notice="90 FR 5"),
    ],
    ids=["form", "order", "hong-kong", "spelling", "alias", "page", "address in the name", "corrected notice"],
)
def test_an_entry_filed_again_keeps_its_id_and_counts_as_listed_throughout(later: dict[str, Any]) -> None:
    first = row("Some Trading Co., Ltd.", "EL", "CN", "AE", federal_register_notice="80 FR 100")
    party = only(held(snapshot("2024-01-01", first), snapshot("2024-02-01", later)))
    assert party.id == "el/some-trading-co-ltd-cn"
    assert party.removal is None
    assert (party.first_seen, party.last_seen) == (D("2024-01-01"), D("2024-02-01"))


def test_a_number_of_the_source_ties_what_no_name_would() -> None:
    register = held(
        snapshot("2024-01-01", row("Old Name", "SDN", "IR", entity_number="77")),
        snapshot("2024-02-01", row("Altogether Different", "SDN", "AE", entity_number="77")),
    )
    party = only(register)
    assert party.id == "sdn/old-name-ir"
    assert party.name == "Altogether Different"
    assert "Old Name" in party.aliases
    assert register.party("sdn/altogether-different-ae") is register.party("sdn/old-name-ir")


def test_two_numbers_are_two_entries_of_the_same_name() -> None:
    register = held(
        snapshot(
            "2024-01-01", row("Al-Aqsa", "SDN", "SE", entity_number="1"), row("Al-Aqsa", "SDN", "SE", entity_number="2")
        )
    )
    assert sorted(party.id for party in register) == ["sdn/al-aqsa-se", "sdn/al-aqsa-se-2"]


def test_affiliates_of_the_same_name_in_several_countries_stay_apart() -> None:
    rows = [
        row("Huawei Tech Investment", "EL", code, federal_register_notice="84 FR 43495") for code in ("AR", "QA", "OM")
    ]
    register = held(snapshot("2024-01-01", *rows), snapshot("2024-02-01", *reversed(rows)))
    assert [party.id for party in register] == [f"el/huawei-tech-investment-{code}" for code in ("ar", "om", "qa")]
    assert not any(party.removal for party in register)


def test_institutes_that_differ_in_a_number_are_never_one_respelled() -> None:
    register = held(
        snapshot("2024-01-01", row("The 204th Research Institute", "EL", "CN", federal_register_notice="83 FR 37423")),
        snapshot("2024-02-01", row("The 206th Research Institute", "EL", "CN", federal_register_notice="83 FR 37423")),
    )
    assert [bool(party.removal) for party in register] == [True, False]


def test_two_rows_that_become_one_take_nobody_off_the_list() -> None:
    register = held(
        snapshot("2023-01-01", row("Kinglead", "EL", "CN", federal_register_notice="79 FR 32441"),
                 row("Kinglead", "EL", "HK", federal_register_notice="79 FR 32441")),
        snapshot("2024-01-01", row("Kinglead", "EL", "HK", "CN", federal_register_notice="79 FR 32441")),
    )  # fmt: skip
    assert [party.removal for party in register] == [None, None]


def test_a_name_in_another_script_has_an_id_too() -> None:
    register = held(snapshot("2024-01-01", row("华为", "EL", "CN"), row("中兴", "EL", "CN")))
    identifiers = [party.id for party in register]
    assert len(set(identifiers)) == 2
    assert all(one.startswith("el/name-") and one.isascii() for one in identifiers)


def test_a_list_nobody_knows_is_held_under_its_own_name() -> None:
    register = held(snapshot("2024-01-01", row("Somebody", "A Quite New List - Somewhere")))
    assert only(register).id == "a-quite-new-list-somewhere/somebody-zz"
    assert [one.title for one in register.lists] == ["A Quite New List"]


# The bundled law


def test_the_whole_list_finds_every_entry_of_the_bundled_law_once(test_data: Path) -> None:
    edition = read_csl((test_data / "lists/csl-2026-07-31.json").read_bytes())
    manifest = Manifest("x", D("2026-07-31"), "", "x", 0, "JSON", "x", edition.counts)
    register = with_law(Snapshot(manifest, edition.filings))
    law = bundled()
    in_law = {party.id: party for party in register if party.in_law}
    assert in_law.keys() == law.entries.keys()
    for identifier, party in in_law.items():
        if party.list == "FCC":  # the producers of the Covered List are in no edition of the consolidated list
            assert party.first_seen is None, identifier
            continue
        assert party.first_seen == D("2026-07-31"), identifier
        listed = law.entries[identifier].listed[0]
        assert (party.effective.earliest, party.effective.latest) == (listed.period.wide[0], listed.firm_from)
        assert party.footnotes.keys() >= {"1", "2"}
    # Nobody else of the listed group is left over as a party of its own.
    others = [party.id for party in register if party.list == "EL" and not party.in_law and "huawei" in party.id]
    assert not [one for one in others if one.startswith("el/huawei")]
    assert len({party.id for party in register}) == len(register)


def test_the_company_in_china_and_in_hong_kong_are_two_entries() -> None:
    rows = [
        row("Huawei Technologies Co., Ltd. (Huawei)", "EL", "CN", federal_register_notice="84 FR 22963, 84 FR 43495"),
        row("Huawei Technologies Co., Ltd.", "EL", "HK", "CN", federal_register_notice="84 FR 22963; 85 FR 29853"),
    ]
    for order in (rows, rows[::-1]):
        register = with_law(snapshot("2024-01-01", *order))
        assert register.party("el/huawei-technologies-co-ltd-cn").countries == ("CN",)
        assert register.party("el/huawei-technologies-co-ltd-hk").countries == ("HK", "CN")


def test_a_truly_delisted_entry_of_the_law_ends_only_after_it_was_seen() -> None:
    one = row("Huawei Chile S.A.", "EL", "CL", federal_register_notice="84 FR 22963")
    other = row("Somebody Else", "EL", "RU", federal_register_notice="80 FR 1")
    never_seen = with_law(snapshot("2027-01-01", other))
    assert never_seen.party("el/huawei-chile-s-a-cl").removal is None
    seen = with_law(snapshot("2027-01-01", one, other), snapshot("2027-02-01", other))
    (entry,) = (entry for entry in seen.entries() if entry.id == "el/huawei-chile-s-a-cl")
    assert [said.value for said in entry.listed] == ["", REMOVED]
    law = bundled().with_lists(seen.entries(), seen.held())
    view = law.view().entries[entry.id]
    assert (view.firm_through, view.listed_through) == (D("2027-01-01"), D("2027-01-31"))
    assert view.listed_from == D("2019-05-16")


# Effective days


def effective(*, seen: str = "2024-01-01", **cells: Any) -> tuple[date, date, Evidence]:
    found = only_imported(with_law(snapshot(seen, row("Somebody Else Ltd", "EL", "RU", **cells)))).effective
    return found.earliest, found.latest, found.evidence


def only_imported(register: Register) -> Party:
    (party,) = (party for party in register if not party.in_law)
    return party


def test_a_notice_whose_effective_day_is_held_gives_that_day() -> None:
    day = D("2019-05-16")
    assert effective(federal_register_notice="84 FR 22963; 85 FR 29853", start_date="2019-05-21") == (
        day,
        day,
        Evidence.inferred,
    )


def test_else_the_year_of_the_volume_is_what_is_known() -> None:
    assert effective(federal_register_notice="81 FR 61601, 89 FR 51653") == (
        D("2016-01-01") - LEAD, D("2016-12-31"), Evidence.inferred,
    )  # fmt: skip


def test_pages_between_two_held_days_narrow_the_year() -> None:
    low, high, _ = effective(federal_register_notice="84 FR 30000")
    assert (low, high) == (D("2019-05-22") - LEAD, D("2019-08-13"))


def test_the_start_date_never_makes_a_date_and_may_bound_one_from_above() -> None:
    low, high, grade = effective(federal_register_notice="81 FR 61601", start_date="2016-09-07")
    assert (low, high, grade) == (D("2016-01-01") - LEAD, D("2016-09-07"), Evidence.inferred)
    assert effective(federal_register_notice="81 FR 61601", start_date="2011-09-07")[1] == D("2016-12-31")
    assert effective(start_date="2016-09-07")[0] == date.min


def test_a_denial_order_takes_effect_when_it_is_signed_before_its_notice() -> None:
    found = effective(federal_register_notice="87 F.R. 52741 8/29/2022", start_date="2022-08-24")
    assert found == (D("2022-08-29") - LEAD, D("2022-08-24"), Evidence.inferred)


def test_without_anything_it_may_be_as_old_as_time_and_is_listed_when_first_seen() -> None:
    assert effective() == (date.min, D("2024-01-01"), Evidence.inferred)


def test_a_volume_counted_up_by_a_spreadsheet_does_not_make_a_listing_younger() -> None:
    rows = [row(f"Institute {n}", "EL", "CN", federal_register_notice=f"{83 + n} FR 37423") for n in range(3)]
    for party in held(snapshot("2026-01-01", *rows)):
        assert party.effective.earliest == D("2018-01-01") - LEAD


def test_absence_from_a_whole_list_bounds_a_first_day_from_below() -> None:
    register = held(
        snapshot("2024-01-01", row("First", "SDN", entity_number="1")),
        snapshot("2024-06-01", row("First", "SDN", entity_number="1"), row("Second", "SDN", entity_number="2")),
    )
    found = register.party("sdn/second-zz").effective
    assert (found.earliest, found.latest) == (D("2024-01-01") - LEAD, D("2024-06-01"))


@given(st.integers(60, 91), st.integers(1, 90_000), st.dates(D("2020-01-01"), D("2026-12-31")), st.none() | st.dates())
def test_an_interval_is_never_empty_and_never_after_the_day_it_was_seen(
    volume: int, page: int, seen: date, start: date | None
) -> None:
    cells = {"federal_register_notice": f"{volume} FR {page}", "start_date": start.isoformat() if start else None}
    found = only_imported(with_law(snapshot(seen, row("Somebody Else Ltd", "EL", "RU", **cells)))).effective
    assert found.earliest <= found.latest
    assert found.latest <= seen or volume + 1935 > seen.year or found.latest == found.earliest


# Three answers


FIRST, SECOND, THIRD = D("2024-01-01"), D("2024-01-20"), D("2024-03-01")


def three() -> Register:
    stays, goes = row("Stays", "UVL", "AE"), row("Goes", "UVL", "AE")
    return held(snapshot(FIRST, stays, goes), snapshot(SECOND, stays), snapshot(THIRD, stays))


def test_an_entry_is_listed_while_the_lists_have_it() -> None:
    register = three()
    assert register.status("uvl/stays-ae", THIRD).answer is Answer.listed
    assert register.status("uvl/stays-ae", THIRD).sure
    later = register.status("uvl/stays-ae", THIRD + timedelta(days=1))
    assert later.answer is Answer.listed
    assert not later.sure


def test_an_entry_that_vanished_was_listed_until_a_day_between_two_lists() -> None:
    register = three()
    assert register.status("uvl/goes-ae", FIRST).sure
    between = register.status("uvl/goes-ae", SECOND - timedelta(days=1))
    assert (between.answer, between.sure) == (Answer.listed, False)
    gone = register.status("uvl/goes-ae", SECOND)
    assert (gone.answer, gone.sure) == (Answer.formerly_listed, True)
    assert gone.until == (FIRST, SECOND - timedelta(days=1))
    assert gone.since is not None


def test_what_no_list_has_is_not_listed_as_far_as_held() -> None:
    found = three().status("uvl/nobody-ae", FIRST)
    assert found.answer is Answer.not_listed
    assert not found.sure


def test_an_entry_that_was_forgotten_for_a_day_stays_listed() -> None:
    one, other = row("One", "UVL", "AE"), row("Other", "UVL", "AE")
    register = held(snapshot(FIRST, one, other), snapshot(SECOND, other), snapshot(THIRD, one, other))
    party = register.party("uvl/one-ae")
    assert party.removal is None
    assert party.gaps == (SECOND,)
    assert register.status("uvl/one-ae", SECOND).answer is Answer.listed
    assert not register.status("uvl/one-ae", SECOND).sure


def test_a_partial_list_adds_and_never_takes_away() -> None:
    one, other = row("One", "UVL", "AE"), row("Other", "UVL", "AE")
    register = held(snapshot(FIRST, one), snapshot(SECOND, other, partial=True))
    assert {party.id: party.removal for party in register} == {"uvl/one-ae": None, "uvl/other-ae": None}
    (uvl,) = register.lists
    assert uvl.complete_days == ((FIRST, FIRST),)


def test_a_list_that_lost_a_row_is_not_complete_and_takes_nobody_away() -> None:
    one, broken = row("One", "UVL", "AE"), row("", "UVL", "AE")
    register = held(snapshot(FIRST, one), snapshot(SECOND, broken, row("Other", "UVL", "AE")))
    assert register.party("uvl/one-ae").removal is None
    assert register.lists[0].complete_days == ((FIRST, FIRST),)


def test_a_list_that_is_missing_from_an_edition_is_neither_complete_nor_empty() -> None:
    register = held(snapshot(FIRST, row("One", "UVL", "AE")), snapshot(SECOND, row("Other", "EL", "AE")))
    assert register.party("uvl/one-ae").removal is None
    assert not next(one for one in register.lists if one.list == "UVL").is_complete(SECOND)


@given(
    st.lists(st.dates(D("2024-01-01"), D("2024-12-31")), min_size=1, max_size=6),
    st.dates(D("2023-12-01"), D("2025-01-31")),
)
def test_a_list_is_complete_between_two_whole_editions_a_month_apart(vintages: list[date], day: date) -> None:
    register = held(*(snapshot(one, row("One", "UVL", "AE")) for one in vintages))
    before = max((one for one in vintages if one <= day), default=None)
    after = min((one for one in vintages if one >= day), default=None)
    expected = before is not None and after is not None and (after - before).days <= 31
    assert register.lists[0].is_complete(day) == expected
    assert register.held()[0].is_complete(day) == expected


# The same whatever the order


NAMES = (
    "Alpha Trading Ltd",
    "Alpha Trading Limited",
    "Alpha Tradng Ltd",
    "Beta Institute 204",
    "Beta Institute 206",
    "Gamma",
)
ROWS = st.builds(
    lambda name, code, countries, notice: row(name, code, *countries, federal_register_notice=notice),
    st.sampled_from(NAMES), st.sampled_from(["EL", "UVL"]),
    st.lists(st.sampled_from(["CN", "HK", "RU"]), max_size=2), st.sampled_from(["80 FR 100", "80 FR 103", "85 FR 9; 86 FR 9", None]),
)  # fmt: skip
EDITIONS = st.lists(
    st.tuples(st.sampled_from([FIRST, SECOND, THIRD, D("2024-03-20")]), st.lists(ROWS, min_size=1, max_size=5), st.booleans()),
    min_size=1, max_size=4,
)  # fmt: skip


@given(EDITIONS, st.randoms(use_true_random=False))
def test_the_order_of_imports_and_of_rows_changes_nothing(editions: list[Any], order: Any) -> None:
    snapshots = [snapshot(day, *rows, partial=partial) for day, rows, partial in editions]
    expected = parties(snapshots)
    shuffled = []
    for one in snapshots:
        filings = list(one.filings)
        order.shuffle(filings)
        shuffled.append(Snapshot(one.manifest, tuple(filings)))
    for permuted in itertools.islice(itertools.permutations(shuffled), 24):
        assert parties(permuted) == expected


@given(EDITIONS)
def test_every_filing_of_every_edition_has_an_entry_and_ids_are_unique(editions: list[Any]) -> None:
    snapshots = [snapshot(day, *rows, partial=partial) for day, rows, partial in editions]
    register = held(*snapshots)
    identifiers = [party.id for party in register]
    assert len(set(identifiers)) == len(identifiers)
    by_list: dict[str, set[str]] = {}
    for party in register:
        by_list.setdefault(party.list, set()).update((party.name, *party.aliases))
    for one in snapshots:
        assert all(filing.name in by_list[filing.list] for filing in one.filings)


@given(EDITIONS)
def test_on_the_day_of_a_list_whoever_is_on_it_may_be_listed_under_the_law(editions: list[Any]) -> None:
    snapshots = [snapshot(day, *rows, partial=partial) for day, rows, partial in editions]
    register = held(*snapshots)
    views = {entry.id: view_entry(entry, None, {}) for entry in register.entries()}
    for one in snapshots:
        for filing in one.filings:
            there = [
                party for party in register
                if party.list == filing.list and filing.name in (party.name, *party.aliases)
                and (not filing.countries or set(filing.countries) & set(party.countries) or not party.countries)
            ]  # fmt: skip
            assert any(views[party.id].may_be_listed(one.vintage) for party in there), filing


@given(EDITIONS)
def test_a_party_survives_being_compiled(editions: list[Any]) -> None:
    for party in parties([snapshot(day, *rows, partial=partial) for day, rows, partial in editions]):
        assert party_from_plain(party_as_plain(party)) == party


# The bridge


def test_an_interval_becomes_a_wide_and_a_narrow_reading() -> None:
    register = held(
        snapshot(FIRST, row("One", "UVL", "AE"), row("Other", "UVL", "AE")), snapshot(SECOND, row("Other", "UVL", "AE"))
    )
    (entry,) = (entry for entry in register.entries() if entry.id == "uvl/one-ae")
    listed, removed = entry.listed
    assert listed.period.wide == (date.min, None)
    assert listed.period.narrow == (FIRST, None)
    assert (removed.value, removed.period.wide[0], removed.firm_from, removed.public) == (
        REMOVED, FIRST + timedelta(days=1), SECOND, SECOND,
    )  # fmt: skip
    assert (entry.list, entry.group, entry.country) == ("UVL", "other", "AE")


def test_marks_policy_programs_and_places_reach_the_law() -> None:
    register = held(snapshot(FIRST, row(
        "One", "EL", "CN", "HK", license_requirement="(See §§ 734.9(e)(2) and 744.11 of the EAR)4", type="Entity",
        license_policy="Presumption of denial", federal_register_notice="87 FR 62186", programs=["X"],
    )))  # fmt: skip
    (entry,) = register.entries()
    assert set(entry.footnotes) == {"4"}
    assert [said.value for said in entry.review_policies] == ["presumption_of_denial"]
    assert (entry.programs, entry.countries, entry.kind) == (("X",), ("CN", "HK"), "Entity")
    assert entry.listed[0].citation == "87 FR 62186"
    assert entry.listed[0].instrument == "lists/EL"


def test_the_known_days_of_the_listed_group_lie_within_what_a_stranger_would_infer(test_data: Path) -> None:
    """The intervals without the bundled law, against its days. Two rows of the list leave out the notice that listed them
    and begin with a later one, one has a notice of an earlier rule; no row shows it, so what is inferred is graded so."""
    edition = read_csl((test_data / "lists/csl-2026-07-31.json").read_bytes())
    manifest = Manifest("x", D("2026-07-31"), "", "x", 0, "JSON", "x", edition.counts)
    law, register = bundled(), with_law(Snapshot(manifest, edition.filings))
    too_late, too_early = set(), set()
    for party in register:
        if party.in_law:
            chain = citations("; ".join(party.citations))
            found = infer(chain, HeldDays({}), D("2026-07-31"))
            day = law.entries[party.id].listed[0].period.wide[0]
            too_late |= {party.id} if day < found.earliest else set()
            too_early |= {party.id} if found.latest < day else set()
            assert found.evidence is Evidence.inferred
    assert too_late == {"el/huawei-technical-service-co-ltd-cn", "el/proven-honour-gb"}
    assert too_early == {"el/huawei-technologies-dusseldorf-gmbh-de"}
