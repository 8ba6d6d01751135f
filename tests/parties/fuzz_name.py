"""Coverage-guided fuzzing of the normalizer and the scorer, run as a program: ``fuzz_name.py SECONDS CORPUS``."""

import sys
import unicodedata

import atheris

with atheris.instrument_imports(include=["carveout.parties"]):
    from carveout.parties.explanation import explain
    from carveout.parties.letters import LIMIT, MOST_WORDS, NameTooLong, fold
    from carveout.parties.name import bare, normalize, read_name, readable
    from carveout.parties.pairs import score_pairs
    from carveout.parties.score import score
    from carveout.parties.settings import Kind

KINDS: list[Kind] = ["organization", "person", "vessel", "any"]


def check_name(raw: str) -> None:
    """What holds for every text, or AssertionError."""
    if len(raw) > LIMIT:
        for reader in (normalize, bare, read_name, fold):
            try:
                reader(raw)
            except NameTooLong:
                continue
            raise AssertionError("a text too long was read")
        return
    once = normalize(raw)
    assert len(once) > LIMIT or normalize(once) == once
    assert once == once.casefold().strip()
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in once)
    bare(raw)
    assert isinstance(readable(raw), bool)
    try:
        name = read_name(raw)
    except NameTooLong:
        assert len(raw) > MOST_WORDS / 2
        return
    assert name.raw == raw
    assert all((*name.core, *name.person, *name.forms, *name.numbers, *name.places))
    assert bool(name.core) == bool(name.normalized) == bool(name.person)


def check_pair(one: str, other: str, kind: Kind) -> None:
    """What holds for every pair of texts, or AssertionError."""
    (answer,) = score_pairs([{"name1": one, "name2": other, "schema": kind}])
    assert 0.0 <= answer["score"] <= 1.0
    try:
        a, b = read_name(one), read_name(other)
    except NameTooLong:
        assert not answer["match"]
        return
    found = score(a, b, kind=kind)
    assert 0.0 <= found.value <= 1.0
    assert 0.0 <= found.strength <= 1.0
    assert (found.strength == 1.0) == (one == other and bool(a.normalized))
    assert explain(a, b, kind=kind)


def one_input(data: bytes) -> None:
    """One round of the fuzzer."""
    source = atheris.FuzzedDataProvider(data)
    kind = KINDS[source.ConsumeIntInRange(0, 3)]
    one = source.ConsumeUnicode(source.ConsumeIntInRange(0, 60))
    other = source.ConsumeUnicode(60)
    check_name(one)
    check_pair(one, other, kind)


if __name__ == "__main__":
    seconds, corpus = sys.argv[1:]
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={seconds}", "-max_len=400", "-timeout=20", "-rss_limit_mb=4096", corpus],
        one_input,
    )
    atheris.Fuzz()
