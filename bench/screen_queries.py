"""What the screening benchmark asks: listed names altered as people alter them, and names that should not match.

A query carries the entries that answer it: those that hold the name it was made from, and those that share any name
with them (the same party stands on several lists). Seeded; every query is unique.
"""

from __future__ import annotations

import csv
import os
import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from carveout.parties.name import bare, normalize
from carveout.parties.search import Listed
from carveout.parties.settings import Kind

KINDS: dict[str, Kind] = {"Entity": "organization", "Individual": "person", "Vessel": "vessel", "Aircraft": "vessel"}
MIX = {
    "exact": 1000, "one slip": 1000, "two slips": 1000, "other order": 1000, "no legal form": 1000,
    "no legal form, one slip": 500, "a word missing": 500, "joined": 300, "punctuation": 200,
}  # fmt: skip
"""Queries of a kind made from listed names, in proportion; beside them stand 2,498 companies and 1,000 persons."""
COMPANIES, PERSONS = 2498, 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A query of the benchmark: its kind, its text, and the entries that answer it (none: it should not match)."""

    kind: str
    text: str
    answers: frozenset[str] = frozenset()


def data() -> Path:
    """The folder of public list data."""
    return Path(os.environ.get("CARVEOUT_TEST_DATA", "../shared/data"))


def parties(folder: Path) -> list[Listed]:
    """The Consolidated Screening List of 2026-07-31, as the bulk file has it."""
    rows = orjson.loads((folder / "lists" / "csl-2026-07-31.json").read_bytes())["results"]
    return [
        Listed(
            row["id"], row["source"], (row["name"], *(row["alt_names"] or ())),
            tuple(dict.fromkeys(a["country"] for a in row["addresses"] if a.get("country"))),
            KINDS.get(row["type"], "any"),
        )
        for row in rows
    ]  # fmt: skip


def companies(folder: Path) -> list[str]:
    """Companies that file with the SEC, each name once."""
    rows = orjson.loads((folder / "negatives" / "sec_company_tickers.json").read_bytes())
    return list(dict.fromkeys(row["title"] for row in rows.values()))


def persons(folder: Path) -> list[str]:
    """Synthetic persons, each name once."""
    with (folder / "negatives" / "yente_negatives_us_10k.csv").open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["full_name"] for row in csv.DictReader(file)))


def slip(text: str, rng: random.Random) -> str:
    """One letter changed, lost, added or swapped with its neighbor."""
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    at = rng.choice(places)
    letter = rng.choice(string.ascii_lowercase)
    return rng.choice([
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
    ])  # fmt: skip


def _turned(text: str, rng: random.Random) -> str:
    words = text.split()
    return " ".join(rng.sample(words, len(words)))


def _shorter(text: str, rng: random.Random) -> str:
    words = text.split()
    words.pop(rng.randrange(len(words)))
    return " ".join(words)


def _pointed(text: str, rng: random.Random) -> str:
    marks = rng.choice([(" ", "-"), (" ", "."), (" ", " & "), (" ", ", "), (",", ""), (".", "")])
    return text.replace(*marks) + rng.choice(["", ".", " -"])


TAIL = frozenset(
    [
        "co",
        "ltd",
        "limited",
        "company",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "llc",
        "llp",
        "lp",
        "plc",
        "gmbh",
        "ag",
        "kg",
        "sa",
        "sas",
        "srl",
        "sarl",
        "spa",
        "bv",
        "nv",
        "ab",
        "as",
        "oy",
        "pte",
        "pvt",
        "pty",
        "sdn",
        "bhd",
        "ltda",
        "jsc",
        "ojsc",
        "cjsc",
        "pjsc",
        "fze",
        "fzc",
        "fzco",
        "dmcc",
        "fz",
        "est",
        "private",
        "&",
        "and",
    ]
)
HEAD = (
    "limited liability company", "joint stock company", "open joint stock company", "public joint stock company",
    "closed joint stock company", "joint-stock company", "obshchestvo s ogranichennoi otvetstvennostyu", "ooo", "oao", "zao",
    "pao", "ao", "jsc", "ojsc", "llc", "pjsc", "cjsc",
)  # fmt: skip


def formless(text: str) -> str:
    """The name without the legal form at its end or beginning, as people leave it out."""
    for mark in (", S.A. DE C.V.", " S.A. DE C.V.", ", S. DE R.L. DE C.V."):
        text = text.removesuffix(mark)
    words = text.split()
    while len(words) > 1 and words[-1].lower().replace(".", "").strip(",()") in TAIL:
        words.pop()
    text = " ".join(words).rstrip(",")
    for head in sorted(HEAD, key=len, reverse=True):
        if text.lower().startswith(head + " "):
            return text[len(head) + 1 :]
    return text


ALTER: dict[str, Callable[[str, random.Random], str]] = {
    "exact": lambda text, _: text,
    "one slip": slip,
    "two slips": lambda text, rng: slip(slip(text, rng), rng),
    "other order": _turned,
    "no legal form": lambda text, _: formless(text),
    "no legal form, one slip": lambda text, rng: slip(formless(text), rng),
    "a word missing": _shorter,
    "joined": lambda text, _: text.replace(" ", ""),
    "punctuation": _pointed,
}


def _fit(kind: str, text: str) -> bool:
    """Whether the alteration leaves something that a reader could still recognize, and alters the name at all."""
    core = bare(text)
    words, letters = len(core.split()), sum(c.isalpha() for c in core)
    if kind in ("no legal form", "no legal form, one slip"):
        return formless(text) != text and letters >= 5
    if kind in ("other order", "joined"):
        return words >= 2
    if kind == "a word missing":
        return words >= 3
    return letters >= {"one slip": 5, "two slips": 8}.get(kind, 1)


def workload(held: Sequence[Listed], folder: Path, *, times: int = 1, seed: int = 7) -> list[Asked]:
    """Unique queries in the proportions of :data:`MIX`, ``times`` as many, in random order."""
    rng = random.Random(seed)
    holders: dict[str, set[str]] = {}
    for party in held:
        for name in party.names:
            holders.setdefault(normalize(name), set()).add(party.entry)
    keys = {party.entry: [normalize(name) for name in party.names] for party in held}
    names = [(name, party.entry) for party in held for name in party.names]
    asked: dict[str, Asked] = {}

    def add(kind: str, texts: Sequence[str]) -> None:
        for text in texts:
            asked.setdefault(text, Asked(kind, text))

    add("a company of the US", rng.sample(companies(folder), min(COMPANIES * times, len(companies(folder)))))
    add("a synthetic person", rng.sample(persons(folder), min(PERSONS * times, len(persons(folder)))))
    for kind, count in MIX.items():
        wanted = len(asked) + count * times
        pool = [pair for pair in names if _fit(kind, pair[0])]
        while len(asked) < wanted:
            name, entry = rng.choice(pool)
            text = ALTER[kind](name, rng)
            if text in asked or (kind != "exact" and text == name):
                if kind in ("exact", "no legal form", "joined") and rng.random() < 0.001:
                    break
                continue
            answers = holders[normalize(name)] | holders.get(normalize(text), set())
            answers = answers.union(*(holders[key] for key in keys[entry]))
            asked[text] = Asked(kind, text, frozenset(answers))
    found = list(asked.values())
    rng.shuffle(found)
    return found
