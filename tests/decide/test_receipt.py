"""Receipts: what was signed holds, and whatever anybody altered is refused, by the engine and by the standalone verifier."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from carveout.book.decide_book import Asked, decide_book
from carveout.book.reader import Record
from carveout.decide import signing
from carveout.decide.receipt import Asking, Chain, Refused, canonical, digest, message, receipt_body, stated, verify
from carveout.decide.signing import KeyProblem, Signer, make_key, read_key, read_public
from carveout.law.corpus import bundled

ISSUED = datetime(2026, 11, 28, 12, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"id": "T-1", "on": "2019-11-10", "direction": "export", "item_kind": "software", "activity": "support_network",
     "ultimate_consignee": "Huawei Technologies Co., Ltd.", "ultimate_consignee_country": "CN"},
    {"id": "T-2 \u534e\u4e3a \u2028 \U0001f4e1 \"\\", "on": "2020-03-02", "direction": "import", "value": 12.5,
     "supplier": "\u534e\u4e3a\u6280\u672f\u6709\u9650\u516c\u53f8"},
]  # fmt: skip


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return make_key(tmp_path_factory.mktemp("key") / "receipt-key.pem")


@pytest.fixture(scope="module")
def bodies() -> list[dict[str, Any]]:
    records = [Record(n, cells) for n, cells in enumerate(ROWS, 1)]
    return [
        receipt_body(one.record.cells, one.further, one.determination, Asking())
        for one in decide_book(records, Asked(bundled().view()))
        if one.determination is not None
    ]


@pytest.fixture(scope="module")
def signed(signer: Signer, bodies: list[dict[str, Any]]) -> bytes:
    chain = Chain(signer)
    first = chain.line(bodies[0], ISSUED) + chain.seal(ISSUED)
    return first + chain.line(bodies[1], ISSUED) + chain.seal(ISSUED)


@pytest.fixture(scope="module")
def standalone(pytestconfig: pytest.Config) -> ModuleType:
    """The verifier as a module of its own; the same signatures are asked again and again, so answers are kept."""
    place = pytestconfig.rootpath / "verifier" / "verify_receipt.py"
    spec = importlib.util.spec_from_file_location("verify_receipt", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.is_signed = cache(module.is_signed)
    return module


# What was signed


def test_what_was_signed_holds(signed: bytes, signer: Signer, standalone: ModuleType) -> None:
    held = verify(signed, public=signer.public)
    assert [one["row"] for one in held.receipts] == [row["id"] for row in ROWS]
    assert held.head == digest(signed[:-1].split(b"\n")[-1])
    receipts, public, head = standalone.verify(signed, signer.public, held.head)
    assert (receipts, public, head) == (list(held.receipts), signer.public, held.head)


def test_a_receipt_says_what_was_asked_and_answered(bodies: list[dict[str, Any]]) -> None:
    first = bodies[0]
    assert first["law"]["corpus"] == bundled().hash
    assert first["facts"]["activity"] == "support_network"
    assert "id" not in first["facts"]
    assert first["outcome"]["overall"]["regime"] == "ear"
    assert "EL" in {one["list"] for one in first["screened_against"]}
    assert "liability is strict" in first["notice"]


def test_the_verifier_is_short_and_stands_alone(pytestconfig: pytest.Config) -> None:
    text = (pytestconfig.rootpath / "verifier" / "verify_receipt.py").read_text()
    assert len(text.splitlines()) < 250
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported == {"hashlib", "json", "pathlib", "sys"}


def test_the_verifier_computes_the_signatures_of_rfc_8032(standalone: ModuleType) -> None:
    # Section 7.1, tests 1 to 3.
    for public, text, signature in (
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ):  # fmt: skip
        key, sign, said = bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(text)
        assert standalone.is_signed(key, sign, said)
        assert signing.is_signed(public, signature, said)
        assert not standalone.is_signed(key, sign, said + b"!")
        more = (int.from_bytes(sign[32:], "little") + standalone.L).to_bytes(32, "little")
        assert not standalone.is_signed(key, sign[:32] + more, said), "a second spelling of the same signature"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_engine_and_verifier_spell_alike(standalone: ModuleType, value: Any) -> None:
    assert standalone.canonical(value).encode() == canonical(value) == rfc8785.dumps(value)


# What was altered


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    found = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    empty = True
    for name, inner in found:
        empty = False
        yield from leaves(inner, (*path, name))
    if empty:
        yield path


def altered(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + chance.choice((-1, 1))
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
    return chance.choice(("x", 1, True))


def field_altered(lines: list[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(lines))
    body = json.loads(lines[place])
    path = chance.choice(list(leaves(body)))
    inner = body
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = altered(inner[path[-1]], chance)
    lines[place] = canonical(body)


def field_gone(lines: list[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(lines))
    body = json.loads(lines[place])
    del body[chance.choice(sorted(body))]
    lines[place] = canonical(body)


def field_added(lines: list[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(lines))
    lines[place] = canonical({**json.loads(lines[place]), f"note{chance.randrange(9)}": "approved"})


def other_spelling(lines: list[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(lines))
    body = json.loads(lines[place])
    names = list(body)
    chance.shuffle(names)
    shuffled = {name: body[name] for name in names}
    lines[place] = chance.choice((
        json.dumps(body).encode(), json.dumps(shuffled, ensure_ascii=False, separators=(",", ":")).encode(),
        lines[place].replace(b'"number":', b'"number":0.0,"number":', 1), lines[place] + b" ", b"\xef\xbb\xbf" + lines[place],
        lines[place] + b"\r", json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(", ", ":")).encode(),
    ))  # fmt: skip


def order_altered(lines: list[bytes], chance: random.Random) -> None:
    a, b = chance.sample(range(len(lines)), 2)
    lines[a], lines[b] = lines[b], lines[a]


def line_gone(lines: list[bytes], chance: random.Random) -> None:
    del lines[chance.randrange(len(lines) - 1)]


def end_gone(lines: list[bytes], chance: random.Random) -> None:
    del lines[chance.choice((1, 3)) :]


def line_twice(lines: list[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(lines))
    lines.insert(chance.randrange(len(lines) + 1), lines[place])


def resigned(lines: list[bytes], chance: random.Random, by: Signer) -> None:
    """One line written and signed anew, as well as one can with a key of one's own."""
    place = chance.randrange(len(lines))
    body = json.loads(lines[place])
    body["issued"] = "2019-01-01T00:00:00Z"
    body["key"] = {"id": signing.key_id(by.public), "public": by.public}
    body["signature"] = by.sign(message(body))
    lines[place] = canonical(body)


OF_LINES: tuple[Callable[[list[bytes], random.Random], None], ...] = (
    field_altered, field_altered, field_altered, field_gone, field_added, other_spelling, order_altered, line_gone, end_gone,
    line_twice,
)  # fmt: skip


def bytes_altered(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    how = chance.randrange(4)
    if how == 0:
        return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
    if how == 1:
        return data[:place] + bytes([chance.randrange(256)]) + data[place:]
    if how == 2:
        return data[:place] + data[place + 1 :]
    return data[: chance.randrange(len(data) - 1)]


def refusals(data: bytes, standalone: ModuleType, **known: str) -> tuple[bool, bool]:
    try:
        verify(data, **known)
        engine = False
    except Refused:
        engine = True
    try:
        standalone.verify(data, known.get("public"), known.get("head"))
        alone = False
    except standalone.Refused:
        alone = True
    return engine, alone


def test_a_thousand_alterations_are_refused(
    signed: bytes, standalone: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = make_key(tmp_path_factory.mktemp("other") / "k.pem")
    chance = random.Random(20190516)
    whole = signed[:-1].split(b"\n")
    earlier = b"\n".join(whole[:2]) + b"\n"
    tried = 0
    while tried < 1_000:
        if chance.random() < 0.4:
            data = bytes_altered(signed, chance)
        else:
            lines = copy.copy(whole)
            if chance.random() < 0.1:
                resigned(lines, chance, stranger)
            else:
                chance.choice(OF_LINES)(lines, chance)
            data = b"\n".join(lines) + b"\n"
        if data in (signed, earlier):
            continue
        tried += 1
        assert refusals(data, standalone) == (True, True), data


def test_every_byte_counts(signed: bytes, standalone: ModuleType) -> None:
    for place in range(0, len(signed), 11):
        data = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert refusals(data, standalone) == (True, True), place


def test_a_file_cut_back_to_an_earlier_seal_is_refused_by_who_kept_the_last_hash(
    signed: bytes, standalone: ModuleType
) -> None:
    head = verify(signed).head
    earlier = b"\n".join(signed.split(b"\n")[:2]) + b"\n"
    assert refusals(earlier, standalone) == (False, False)
    assert refusals(earlier, standalone, head=head) == (True, True)


def test_a_file_signed_anew_by_a_stranger_is_refused_by_who_trusts_a_key(
    signer: Signer, bodies: list[dict[str, Any]], standalone: ModuleType, tmp_path: Path
) -> None:
    chain = Chain(make_key(tmp_path / "k.pem"))
    forged = chain.line({**bodies[0], "notice": "all is well"}) + chain.seal()
    assert refusals(forged, standalone) == (False, False)
    assert refusals(forged, standalone, public=signer.public) == (True, True)


def test_facts_and_their_hash_belong_together_even_when_signed(
    signer: Signer, bodies: list[dict[str, Any]], standalone: ModuleType
) -> None:
    chain = Chain(signer)
    data = chain.line({**bodies[0], "facts": {**bodies[0]["facts"], "activity": "sale"}}) + chain.seal()
    assert refusals(data, standalone) == (True, True)


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"null\n", b"[" * 100_000 + b"\n", b"NaN\n", b"1e999\n", b"\xff\n"]
)
def test_what_is_no_file_of_receipts_is_refused(data: bytes, standalone: ModuleType) -> None:
    assert refusals(data, standalone) == (True, True)


# Cells and keys


def test_cells_of_a_workbook_are_kept_as_texts_that_read_back() -> None:
    found = stated({"id": 7, "on": date(2019, 11, 10), "published": True, "value": 0.1, "eccn": "unknown", "note": 3})
    assert found == {"on": "2019-11-10", "published": "true", "value": "0.1", "eccn": "unknown"}


def test_a_key_is_for_its_owner_only_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "k.pem"
    made = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path).public == made.public == read_public(path.with_suffix(".pub"))
    with pytest.raises(KeyProblem, match="is there already"):
        make_key(path)
    path.chmod(0o644)
    with pytest.raises(KeyProblem, match="can be read by others"):
        read_key(path)


def test_a_key_does_not_go_into_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(KeyProblem, match="lies in the repository"):
        make_key(tmp_path / "keys" / "k.pem")


def test_what_holds_no_key_is_said(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    with pytest.raises(KeyProblem, match="carveout receipt key makes one"):
        read_key(path)
    path.write_text("hello")
    path.chmod(0o600)
    with pytest.raises(KeyProblem, match="holds no key"):
        read_key(path)


def test_scenario_pages_travel_with_the_receipt(bodies: list[dict[str, Any]]) -> None:
    law = replace(bundled(), added=(("scenarios/x.md", "# X"),), _views={})
    row = next(decide_book([Record(1, ROWS[0])], Asked(law.view())))
    assert row.determination is not None
    assert receipt_body(row.record.cells, (), row.determination, Asking())["law"]["pages"] == {"scenarios/x.md": "# X"}
