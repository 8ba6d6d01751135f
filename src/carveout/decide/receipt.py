"""Receipts: what was asked, under which law, and what was answered; signed, chained, and checked by anybody.

A file of receipts is NDJSON. Every line is one object in the canonical form of RFC 8785, so that it has one spelling only;
it bears the SHA-256 of the line before it and an Ed25519 signature over its own canonical form without the signature. Every
run ends with a *seal* that counts the receipts: without it, a file that lost its end would look whole. What only the
outside can tell is whether the key is the right one, and whether a file was cut back to an earlier seal; both are asked
with the trusted public key and the trusted hash of the last line.

All values are texts, whole numbers, truths and nulls; amounts stand as they were written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from carveout import __version__
from carveout.decide.determination import Determination
from carveout.decide.explanation import explanation_id
from carveout.decide.shape import as_json, overall
from carveout.decide.signing import Signer, is_signed, key_id
from carveout.facts.row import Party, read_row
from carveout.facts.schema import schema
from carveout.facts.value import Span, Value

FORMAT = "carveout-receipt/1"
DETERMINATION, SEAL = "determination", "seal"
COMMON = frozenset({"format", "kind", "number", "previous", "issued", "key", "signature"})
FIELDS = {
    DETERMINATION: COMMON | {
        "engine", "law", "asked", "row", "on", "facts", "parties", "facts_hash", "decided_on_hash", "outcome",
        "explanation", "screened_against", "notice",
    },
    SEAL: COMMON | {"receipts"},
}  # fmt: skip
REGIME_FIELDS = (
    "at_least", "at_most", "governing", "authorizations", "changes_on", "authority_through", "conditions_outstanding",
    "matters", "assumed", "evidence",
)  # fmt: skip


class Refused(Exception):
    """A receipt, or a file of them, that is not what was signed. ``line`` is the first that is wrong, 0 the whole file."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}" if line else why)
        self.line = line
        self.why = why


def canonical(value: Any) -> bytes:
    """The canonical form of RFC 8785.

    Raises:
        ValueError: a value that has none, such as an infinite number or half of a surrogate pair.
    """
    import rfc8785

    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def message(body: Mapping[str, Any]) -> bytes:
    """What is signed: the format, a line end, and the canonical form of all but the signature."""
    return f"{FORMAT}\n".encode() + canonical({name: value for name, value in body.items() if name != "signature"})


# What a receipt says


def facts_hash(facts: Mapping[str, str], parties: Iterable[Mapping[str, str]]) -> str:
    """The hash of what was stated: the cells of the row and its further parties."""
    return digest(canonical({"facts": dict(facts), "parties": [dict(party) for party in parties]}))


def stated(cells: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a row that are facts (all but the id), as texts that read back as the same facts.

    Raises:
        ValueError: a cell that does not; a receipt of it could not be replayed.
    """
    row, _ = read_row(cells)
    found = {}
    for name, cell in cells.items():
        fact = schema().get(name)
        if fact is not None and fact.is_column and name != "id" and cell is not None and cell != "":
            found[name] = _text(cell, number=fact.type == "number")
    again, errors = read_row(found)
    if errors or (again.facts, again.on, again.stated_unknown) != (row.facts, row.on, row.stated_unknown):
        raise ValueError(f"row {row.id}: its cells do not read back as the same facts; save the book as CSV")
    return found


def _text(cell: Any, *, number: bool) -> str:
    """A cell as the text that is read as the same value (see :func:`carveout.facts.row.read_cell`)."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return repr(cell) if number else f"{cell:g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _plain(value: Value) -> Any:
    if isinstance(value, Span):
        return [_plain(value.low), _plain(value.high)]
    if isinstance(value, date):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else value


def decided_on(determination: Determination) -> str:
    """The hash of what the engine decided on: facts after defaults, parties as screened, countries, assumptions."""
    transaction = determination.transaction
    parties = [
        [list(one.roles), one.name, one.match, sorted(entry.id for entry in one.candidates), one.why]
        for one in transaction.involved
    ]
    variants = [{name: _plain(value) for name, value in one.items()} for one in transaction.variants]
    return digest(canonical({
        "facts": {name: _plain(value) for name, value in transaction.facts.items()}, "parties": parties,
        "variants": variants, "assumed": sorted(transaction.assumed),
        "supplied": {name: int(value) for name, value in transaction.supplied.items()},
    }))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asking:
    """How a row was asked beside its cells: the option ``--on``, strictness, and the hash of imported EAR tables."""

    on: date | None = None
    strict: bool = False
    tables: str = ""


def receipt_body(
    cells: Mapping[str, Any], further: Sequence[Party], determination: Determination, asking: Asking
) -> dict[str, Any]:
    """What the receipt of one determination says, without its place in a chain: from the cells of the row as they were
    read, and the further parties of a second file.

    Raises:
        ValueError: a cell that cannot be written so that it reads back.
    """
    view, told = determination.view, as_json(determination)
    facts = stated(cells)
    parties = [
        {"role": p.role, "name": p.name, "country": p.country, "address": p.address, "listing": p.listing}
        for p in further
    ]
    return {
        "kind": DETERMINATION,
        "engine": {"name": "carveout", "version": __version__},
        "law": {
            "corpus": view.corpus.hash, "view": view.hash, "known": told["known"], "scenarios": list(view.scenarios),
            "pages": dict(view.corpus.added), "tables": asking.tables,
        },
        "asked": {"on": asking.on.isoformat() if asking.on else None, "strict": asking.strict},
        "row": told["id"], "on": told["on"], "facts": facts, "parties": parties, "facts_hash": facts_hash(facts, parties),
        "decided_on_hash": decided_on(determination), "outcome": outcome_of(determination),
        "explanation": explanation_id(determination), "screened_against": told["screened_against"],
        "notice": told["notice"],
    }  # fmt: skip


def outcome_of(determination: Determination) -> dict[str, Any]:
    """Overall and per regime: the interval, what governs and is relied on, the horizon, what is missing and assumed."""
    regimes = as_json(determination)["regimes"]
    return {
        "overall": overall(determination),
        "regimes": {name: {field: answer[field] for field in REGIME_FIELDS} for name, answer in regimes.items()},
    }


# The chain


class Chain:
    """Receipts one after another, each bound to the one before it; ``head`` is the hash of the last line."""

    def __init__(self, signer: Signer, *, head: str | None = None, number: int = 0, receipts: int = 0) -> None:
        self.signer = signer
        self.head = head
        self.number = number
        self.receipts = receipts

    def line(self, body: Mapping[str, Any], issued: datetime | None = None) -> bytes:
        """The next line for a body of :func:`receipt_body`, signed; with its line end."""
        if body["kind"] == DETERMINATION:
            self.receipts += 1
        return self._line(body, issued)

    def seal(self, issued: datetime | None = None) -> bytes:
        """The line that ends a run and counts its receipts and those before them."""
        return self._line({"kind": SEAL, "receipts": self.receipts}, issued)

    def _line(self, body: Mapping[str, Any], issued: datetime | None) -> bytes:
        self.number += 1
        stamp = (issued or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        whole = {
            **body, "format": FORMAT, "number": self.number, "previous": self.head,
            "issued": stamp.isoformat().replace("+00:00", "Z"),
            "key": {"id": key_id(self.signer.public), "public": self.signer.public},
        }  # fmt: skip
        line = canonical({**whole, "signature": self.signer.sign(message(whole))})
        self.head = digest(line)
        return line + b"\n"


@dataclass(frozen=True, slots=True)
class Verified:
    """A file that holds: its receipts in order, the key that signed them, and the hash of its last line."""

    receipts: tuple[dict[str, Any], ...]
    public: str
    head: str
    lines: int

    @property
    def key(self) -> str:
        """The id of the key."""
        return key_id(self.public)


def verify(data: bytes, *, public: str | None = None, head: str | None = None) -> Verified:
    """The receipts of a file, each of whose lines is checked.

    ``public`` is the key that is trusted, ``head`` the hash of the last line as somebody kept it; None asks for neither.

    Raises:
        Refused: at the first line that is not what was signed, with the reason.
    """
    if not data:
        raise Refused(0, "the file is empty; a file of receipts ends with a seal")
    if not data.endswith(b"\n"):
        raise Refused(0, "the last line is cut off; every line ends with a line end")
    receipts: list[dict[str, Any]] = []
    previous, signer, last = None, public, ""
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        body = _body(number, line)
        _place(number, body, previous)
        signer = signer or body["key"]["public"]
        if body["key"]["public"] != signer:
            raise Refused(number, "signed with another key than the one that is trusted, or than the lines before")
        if not is_signed(signer, body["signature"], message(body)):
            raise Refused(number, "the signature is not that of this text")
        if body["kind"] == DETERMINATION:
            if body["facts_hash"] != facts_hash(body["facts"], body["parties"]):
                raise Refused(number, "facts_hash is not the hash of the facts")
            receipts.append(body)
        elif body["receipts"] != len(receipts):
            raise Refused(number, f"the seal counts {body['receipts']} receipts, the file has {len(receipts)}")
        previous, last = digest(line), body["kind"]
    if last != SEAL:
        raise Refused(0, "the file does not end with a seal; its end is missing")
    assert previous is not None
    assert signer is not None
    if head is not None and head != previous:
        raise Refused(0, f"the last line has the hash {previous}, not the one that was kept; the file is another one")
    return Verified(tuple(receipts), signer, previous, number)


def _body(number: int, line: bytes) -> dict[str, Any]:
    """The object of a line in its one spelling, with exactly the fields of its kind."""
    try:
        body = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(number, "not JSON in UTF-8") from None
    try:
        same = canonical(body) == line
    except ValueError:
        same = False
    if not same:
        raise Refused(number, "not the canonical form of RFC 8785; a receipt has one spelling only")
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise Refused(number, f"not a receipt of the format {FORMAT}")
    kind = body.get("kind")
    if not isinstance(kind, str) or FIELDS.get(kind) != frozenset(body):
        raise Refused(number, "a field is missing, or one is too many")
    return body


def _place(number: int, body: Mapping[str, Any], previous: str | None) -> None:
    """Whether a line stands where it was written, and its key and signature are well formed."""
    if body["number"] != number or isinstance(body["number"], bool):
        raise Refused(number, f"it says that it is line {body['number']}; a line is missing, or two changed places")
    if body["previous"] != previous:
        raise Refused(number, "it was not written after the line before it; a line is missing, added or altered")
    key, signature = body["key"], body["signature"]
    if (
        not isinstance(key, dict)
        or set(key) != {"id", "public"}
        or not (_hex(key["public"], 64) and _hex(signature, 128))
    ):
        raise Refused(number, "the key or the signature is not well formed")
    if key["id"] != key_id(key["public"]):
        raise Refused(number, "the id of the key is not that of the key")


def _hex(text: Any, length: int) -> bool:
    return isinstance(text, str) and len(text) == length and set(text) <= set("0123456789abcdef")


__all__ = [
    "FORMAT", "Asking", "Chain", "Refused", "Verified", "canonical", "decided_on", "digest", "facts_hash", "outcome_of",
    "receipt_body", "stated", "verify",
]  # fmt: skip
