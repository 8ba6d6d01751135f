"""Statements of the Beneficial Ownership Data Standard, of both generations, read as shareholdings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carveout.law.corpus import bundled
from carveout.parties.bods import load_statements, read_bods
from carveout.parties.holding import PART, Share
from carveout.parties.ownership import judge
from carveout.parties.ownership_file import NotHoldings

HUAWEI = "Huawei Technologies Co., Ltd."
DAY = date(2025, 10, 15)


def entity(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"statementId": f"s-{key}", "recordId": key, "recordType": "entity", "statementDate": "2024-01-01",
            "recordDetails": {"entityType": {"type": "registeredEntity"}, "name": name, **more}}  # fmt: skip


def relation(
    key: str, owner: Any, owned: str, *interests: dict[str, Any], on: str = "2024-01-01", status: str = "new"
) -> dict[str, Any]:
    details = {"isComponent": False, "subject": owned, "interestedParty": owner, "interests": list(interests)}
    return {"statementId": f"s-{key}-{on}", "recordId": key, "recordType": "relationship", "statementDate": on,
            "recordStatus": status, "recordDetails": details}  # fmt: skip


def shares(**share: Any) -> dict[str, Any]:
    return {"type": "shareholding", "directOrIndirect": "direct", "share": share}


FOUND = (entity("h", HUAWEI), entity("a", "Alpha Radio Ltd", jurisdiction={"code": "MY"}))


def state(*statements: Any, day: date = DAY) -> str | None:
    found = judge(read_bods([*FOUND, *statements]), bundled().view(), day, complete=True).of("a")
    assert found is not None
    return found.state


def test_a_direct_shareholding_of_half_covers() -> None:
    assert state(relation("r", "h", "a", shares(exact=50, minimum=50, maximum=50))) == "owned"
    assert state(relation("r", "h", "a", shares(exact=49.9))) == "minority"


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        ({"minimum": 25, "exclusiveMaximum": 50}, Share(25 * PART, 50 * PART - 1)),
        ({"exclusiveMinimum": 25, "maximum": 50}, Share(25 * PART + 1, 50 * PART)),
        (
            {"minimum": 25, "maximum": 50, "exclusiveMinimum": True, "exclusiveMaximum": False},
            Share(25 * PART + 1, 50 * PART),
        ),
        ({"minimum": 75}, Share(75 * PART, 100 * PART)),
        ({}, Share(0, 100 * PART)),
    ],
)
def test_bounds_are_kept_with_the_ends_they_leave_out(share: dict[str, Any], expected: Share) -> None:
    assert read_bods([*FOUND, relation("r", "h", "a", shares(**share))]).holdings[0].share == expected


def test_less_than_half_by_an_exclusive_bound_is_less_than_half() -> None:
    assert state(relation("r", "h", "a", shares(minimum=25, exclusiveMaximum=50))) == "minority"
    assert state(relation("r", "h", "a", shares(minimum=25, maximum=50))) == "share_unknown"


def test_votes_and_control_are_ties() -> None:
    votes = {"type": "votingRights", "directOrIndirect": "direct", "share": {"exact": 100}}
    assert state(relation("r", "h", "a", votes)) == "minority"


def test_an_indirect_interest_without_its_chain_leaves_it_open() -> None:
    indirect = {**shares(exact=75), "directOrIndirect": "indirect"}
    assert state(relation("r", "h", "a", indirect)) == "share_unknown"


def test_a_later_version_takes_the_place_of_the_earlier_from_its_day_and_a_closed_record_ends() -> None:
    first = relation("r", "h", "a", shares(exact=60), on="2024-01-01")
    second = relation("r", "h", "a", shares(exact=40), on="2025-10-10", status="updated")
    assert state(first, second, day=date(2025, 10, 9)) == "owned"
    assert state(first, second) == "minority"
    closed = relation("r", "h", "a", shares(exact=60), on="2025-10-10", status="closed")
    assert state(first, closed, day=date(2025, 10, 9)) == "owned"
    assert state(first, closed) == "none"


def test_an_interest_that_ceased_counts_through_the_day_before() -> None:
    ceased = {**shares(exact=60), "startDate": "2020-01-01", "endDate": "2025-10-15"}
    assert state(relation("r", "h", "a", ceased), day=date(2025, 10, 14)) == "owned"
    assert state(relation("r", "h", "a", ceased)) == "none"


def test_an_owner_who_is_not_named_may_be_anybody() -> None:
    person = {
        "statementId": "p",
        "recordId": "p",
        "recordType": "person",
        "recordDetails": {"personType": "anonymousPerson"},
    }
    assert state(person, relation("r", "p", "a", shares(exact=100))) is None
    assert state(relation("r", "somebody", "a", shares(exact=100))) is None
    assert state(relation("r", {"reason": "unknown"}, "a")) == "none"


def test_statements_of_the_older_shape_are_read_too() -> None:
    statements = [
        {"statementID": "e1", "statementType": "entityStatement", "entityType": "registeredEntity", "name": HUAWEI},
        {"statementID": "e2", "statementType": "entityStatement", "entityType": "registeredEntity", "name": "Alpha",
         "incorporatedInJurisdiction": {"code": "DE"}},
        {"statementID": "e3", "statementType": "entityStatement", "entityType": "registeredEntity", "name": "Alpha GmbH",
         "statementDate": "2025-01-01", "replacesStatements": ["e2"]},
        {"statementID": "p1", "statementType": "personStatement", "names": [{"fullName": "Jane Roe"}]},
        {"statementID": "o1", "statementType": "ownershipOrControlStatement",
         "subject": {"describedByEntityStatement": "e2"}, "interestedParty": {"describedByEntityStatement": "e1"},
         "interests": [{"type": "shareholding", "interestLevel": "direct", "share": {"minimum": 50, "maximum": 75}}]},
        {"statementID": "o2", "statementType": "ownershipOrControlStatement",
         "subject": {"describedByEntityStatement": "e3"}, "interestedParty": {"describedByPersonStatement": "p1"},
         "interests": [{"type": "voting-rights", "interestLevel": "direct", "share": {"exact": 25}}]},
    ]  # fmt: skip
    found = judge(read_bods(statements), bundled().view(), DAY)
    verdict = found.of("e3")
    assert verdict is not None
    assert (verdict.member.name, verdict.state) == ("Alpha GmbH", "owned")
    assert [(h.kind, h.owned) for h in found.found.holdings] == [("equity", "e3"), ("votes", "e3")]


def test_what_cannot_be_read_is_an_error_and_leaves_the_party_open() -> None:
    bad = relation("r", "h", "a", shares(exact=160))
    found = read_bods([*FOUND, bad, "text", {"recordType": "planet", "statementId": "x"}])
    assert len(found.errors) == 3
    assert "shares from 0 to 100 percent" in str(found.errors[-1])
    assert state(bad) is None


_plain = (
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.floats()
    | st.sampled_from(["h", "a", "r", "entity", "2024-01-01", "x"])
)
_json = st.recursive(_plain, lambda one: st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(
    ["recordId", "recordDetails", "subject", "interestedParty", "interests", "share", "exact", "minimum", "exclusiveMaximum", "names",
     "statementDate", "startDate", "endDate", "replacesStatements", "recordStatus", "type", "jurisdiction", "describedByEntityStatement"]),
    one, max_size=4), max_leaves=12)  # fmt: skip
_keys = st.fixed_dictionaries(
    {"statementId": _plain, "recordType": st.sampled_from(["entity", "person", "relationship", "planet", 3])}
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_keys, st.dictionaries(st.sampled_from(
    ["recordId", "recordDetails", "statementDate", "replacesStatements", "recordStatus"]), _json, max_size=5)), max_size=5))  # fmt: skip
def test_whatever_a_statement_holds_it_is_read_or_told(parts: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    found = read_bods([{**keys, **more} for keys, more in parts])
    assert all(holding.owner in found.members and holding.owned in found.members for holding in found.holdings)
    assert all(str(error) for error in found.errors)


def test_a_file_is_an_array_or_an_object_a_line(tmp_path: Path) -> None:
    whole, lines, broken = (tmp_path / name for name in ("a.json", "a.jsonl", "b.json"))
    whole.write_text(json.dumps(FOUND), encoding="utf-8")
    lines.write_text("\n".join(map(json.dumps, FOUND)), encoding="utf-8")
    broken.write_text("[{", encoding="utf-8")
    assert load_statements(whole) == load_statements(lines) == list(FOUND)
    with pytest.raises(NotHoldings, match="neither a JSON array"):
        load_statements(broken)
