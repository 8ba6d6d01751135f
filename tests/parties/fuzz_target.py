"""A target for atheris: any bytes are read or refused, and what is read is sound. Run as a program of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from carveout.parties.filing import Edition, as_plain, from_plain
from carveout.parties.unreadable import Unreadable

MOST = 1 << 20


def sound(edition: Edition) -> None:
    """What holds of every edition, whatever it was read from."""
    for filing in edition.filings:
        assert filing.name.strip(" ,;") == filing.name != ""
        assert filing.list
        for text in (*filing.names, *filing.programs, filing.chain, filing.requirement):
            assert text.isprintable() or all(c.isprintable() or c in "\u200c\u200d" for c in text), text
            text.encode()
        assert from_plain(orjson.loads(orjson.dumps(as_plain(filing)))) == filing
    for fault in edition.faults:
        assert fault.expected
        assert len(fault.value) <= 80
        str(fault).encode()


def as_row(data: bytes) -> bytes:
    """The bytes as the cells of one row in the JSON layout, a line each: so that mutation reaches behind the parser."""
    cells = data.decode("utf-8", "replace").split("\n")
    columns = (
        "name",
        "source",
        "addresses",
        "ids",
        "alt_names",
        "federal_register_notice",
        "license_requirement",
        "start_date",
    )
    row = {
        column: [cell] if len(cell) % 3 == 0 and column != "name" else cell
        for column, cell in zip(columns, cells, strict=False)
    }
    return orjson.dumps({"results": [row]})


def one(data: bytes) -> None:
    """One input: read or refused."""
    from carveout.parties.csl import read_csl

    data = as_row(data[1:]) if data.startswith(b"#") else data
    try:
        edition = read_csl(data, MOST)
    except Unreadable as error:
        if not str(error).encode():
            raise
        return
    sound(edition)


def run(seconds: int, seeds: Path) -> None:
    """Fuzz for a time, from the seeds of a folder; ends the process."""
    import atheris

    # Instrumented while imported, so that coverage leads; in place of what is imported already.
    for name in [
        name for name in sys.modules if name.startswith("carveout.parties.") and not name.endswith("unreadable")
    ]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["carveout.parties"]):
        import carveout.parties.csl
        import carveout.parties.filing

    globals().update(as_plain=carveout.parties.filing.as_plain, from_plain=carveout.parties.filing.from_plain)
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={seconds}", "-max_len=20000", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1",
         f"-artifact_prefix={seeds}/crash-", str(seeds)],
        one,
    )  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    run(int(sys.argv[1]), Path(sys.argv[2]))
