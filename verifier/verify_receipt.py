#!/usr/bin/env python3
"""Checks a file of Carveout receipts, and nothing of Carveout is needed to run it: one file, the standard library only.

    python verify_receipt.py FILE [--key PUBLIC] [--head HASH] [--row ID]

PUBLIC is the public key you trust (64 hex digits, or the .pub file that holds them); without it the file is checked for
being whole and unaltered by anybody without the key it names, and that key is printed for you to compare. HASH is the hash
of the last line as you kept it: without it, a file cut back to an earlier seal is a whole file. --row prints one receipt.
Exit codes: 0 it holds, 1 refused, 2 wrong usage or a file that cannot be read.

What is checked, line by line: one spelling only (RFC 8785), the fields of the format and no other, the number of the line,
the SHA-256 of the line before it, the id of the key, the hash of the facts, the Ed25519 signature (RFC 8032, computed
here in plain integers); and of the file: it ends with a seal that counts its receipts. What no check can tell: whether the
law that was applied is right, and whether the facts are true.
"""

import hashlib
import json
import sys
from pathlib import Path

FORMAT = "carveout-receipt/1"
COMMON = {"format", "kind", "number", "previous", "issued", "key", "signature"}
FIELDS = {
    "determination": COMMON
    | {"engine", "law", "asked", "row", "on", "facts", "parties", "facts_hash", "decided_on_hash", "outcome"}
    | {"explanation", "screened_against", "notice"},
    "seal": COMMON | {"receipts"},
}
NOTICE = "Not legal advice; liability is strict; regimes of other countries are out of scope."


class Refused(Exception):
    """Why a file does not hold."""


# RFC 8785, for what a receipt may hold: texts, whole numbers, truths, nulls, lists, objects


def canonical(value):
    """The one spelling of a value; ValueError for what a receipt does not hold."""
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        value.encode("utf-8")  # half of a surrogate pair has no form
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise ValueError("a number too large for RFC 8785")
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(value[name]) for name in names) + "}"
    raise ValueError("a receipt holds no such value")


def sha256(data):
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


# Ed25519, verification only: RFC 8032 section 5.1.7, points in extended coordinates

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    """The sum of two points (RFC 8032 section 5.1.4)."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(scalar, point):
    """A multiple of a point, by doubling and adding."""
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_equal(a, b):
    """Whether two points are the same one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(data):
    """The point that 32 bytes stand for, None where they stand for none (section 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, signature, message):
    """Whether 64 bytes are the signature of a message by a public key of 32 bytes."""
    key, commitment = point_of(public), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return point_equal(point_times(scalar, BASE), point_add(commitment, point_times(challenge, key)))


# The file


def is_hex(text, length):
    """Whether a value is a text of so many lower-case hex digits."""
    return isinstance(text, str) and len(text) == length and set(text) <= set("0123456789abcdef")


def read_line(line):
    """The object of a line, which must be in its one spelling and have the fields of its kind."""
    try:
        body = json.loads(line.decode("utf-8"))
        one_spelling = canonical(body).encode("utf-8") == line
    except (ValueError, RecursionError):
        one_spelling = False
    if not one_spelling:
        raise Refused("not JSON in the canonical form of RFC 8785")
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise Refused("not a receipt of the format " + FORMAT)
    if not isinstance(body.get("kind"), str) or FIELDS.get(body["kind"]) != set(body):
        raise Refused("a field is missing, or one is too many")
    return body


def check_line(body, number, previous, trusted):
    """Whether a line is what was signed, in the place where it was written, by the trusted key."""
    if body["number"] is True or body["number"] != number:
        raise Refused("it is not the line that stood here; a line is missing, or two changed places")
    if body["previous"] != previous:
        raise Refused("it was not written after the line before it")
    key, signature = body["key"], body["signature"]
    well_formed = isinstance(key, dict) and set(key) == {"id", "public"}
    if not well_formed or not is_hex(key["public"], 64) or not is_hex(signature, 128):
        raise Refused("the key or the signature is not well formed")
    public = bytes.fromhex(key["public"])
    if key["id"] != sha256(public):
        raise Refused("the id of the key is not that of the key")
    if trusted is not None and key["public"] != trusted:
        raise Refused("signed with another key than the one that is trusted, or than the lines before")
    unsigned = {name: value for name, value in body.items() if name != "signature"}
    if not is_signed(public, bytes.fromhex(signature), (FORMAT + "\n" + canonical(unsigned)).encode("utf-8")):
        raise Refused("the signature is not that of this text")
    if body["kind"] == "determination":
        stated = {"facts": body["facts"], "parties": body["parties"]}
        if body["facts_hash"] != sha256(canonical(stated).encode("utf-8")):
            raise Refused("facts_hash is not the hash of the facts")


def verify(data, trusted=None, head=None):
    """The receipts of a file, the public key that signed them, the hash of the last line; Refused with line and reason."""
    if not data.endswith(b"\n"):
        raise Refused("the file is empty, or its last line is cut off")
    receipts, previous, kind = [], None, ""
    for number, line in enumerate(data[:-1].split(b"\n"), 1):
        try:
            body = read_line(line)
            check_line(body, number, previous, trusted)
            if body["kind"] == "determination":
                receipts.append(body)
            elif body["receipts"] is True or body["receipts"] != len(receipts):
                raise Refused("the seal counts other receipts than the file has")
        except Refused as refused:
            raise Refused(f"line {number}: {refused}") from None
        trusted, previous, kind = body["key"]["public"], sha256(line), body["kind"]
    if kind != "seal":
        raise Refused("the file does not end with a seal; its end is missing")
    if head is not None and head != previous:
        raise Refused(f"the last line has the hash {previous}, not the one that was kept")
    return receipts, trusted, previous


def main(arguments):
    """The command line; the exit code."""
    options, files = {}, []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in ("--key", "--head", "--row") and rest:
            options[word] = rest.pop(0)
        else:
            files.append(word)
    if len(files) != 1 or files[0].startswith("--"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        trusted = options.get("--key")
        if trusted is not None and Path(trusted).exists():
            trusted = Path(trusted).read_text(encoding="ascii").strip()
        data = Path(files[0]).read_bytes()
    except (OSError, UnicodeDecodeError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    if trusted is not None and not is_hex(trusted, 64):
        print("--key is no public key: 64 hex digits, or the .pub file that holds them", file=sys.stderr)
        return 2
    try:
        receipts, public, head = verify(data, trusted, options.get("--head"))
    except Refused as refused:
        print(f"REFUSED: {refused}")
        return 1
    row = options.get("--row")
    for body in receipts:
        if row is None or body["row"] == row:
            overall = body["outcome"]["overall"]
            print(f"{body['row']} on {body['on']}: {overall['at_least']} .. {overall['at_most']}")
        if body["row"] == row:
            print(json.dumps(body, ensure_ascii=False, indent=2, sort_keys=True))
    print(f"HOLDS: {len(receipts)} receipts; key {public}; last line {head}")
    if "--key" not in options:
        print("No key was named as trusted: compare this one with that of the signer.")
    print(NOTICE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
