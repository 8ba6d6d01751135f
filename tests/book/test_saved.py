"""A kept determination under other law: the same rows flip as when the book is determined from scratch."""

from __future__ import annotations

import random
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from carveout.book.error import BookError
from carveout.book.frame_book import FrameBook
from carveout.book.rerun import flips, without
from carveout.book.saved import Saved, is_saved, kinds_file
from carveout.book.stream import decide_file
from carveout.decide.outcome import Outcome
from carveout.law.corpus import Corpus, bundled, load, read_folder
from carveout.law.view import View
from tests.book.near_rows import near_rows

BEFORE = date(2019, 5, 25)
OVERLAY = """# A report that asks for an older contract, and closes a window in the middle of a stretch

```toml
scenario = "report"
provision = "ear/744.supp7/c1"
from = 2019-06-11
through = 2019-10-03
evidence = "inferred"
[when]
"an older contract" = "contract_date <= DATE '2018-03-01' AND network_fully_operational"
"in some country" = "destination IN ('DE', 'CN', 'FR')"
"content not too high" = "us_controlled_content_pct < 17 OR item_kind = 'software'"
```
"""
LISTED = """[[entry]]
id = "el/emca-fr"
name = "Emca"
country = "FR"
group = "other"
listed = [{from = 2019-07-01, evidence = "inferred"}]

[[entry]]
id = "el/huawei-italia-it"
listed = [{change = "removed", from = 2020-01-15, evidence = "inferred"}]
"""


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The law, with a report that moves thresholds and days, and one that lists and delists."""
    texts = read_folder(Path(str(files("carveout") / "corpus" / "us")))
    texts["scenarios/report.md"] = OVERLAY
    texts["scenarios/listing.md"] = "# Somebody is listed, somebody is not any more\n"
    texts["scenarios/listing.toml"] = LISTED
    texts["scenarios/ended.md"] = "# The listing ends within a stretch\n"
    texts["scenarios/ended.toml"] = ENDED
    return load(texts)


ENDED = """[[entry]]
id = "el/huawei-technologies-co-ltd-cn"
listed = [{change = "removed", from = 2020-06-03, evidence = "inferred"}]
"""


def rows_alike(seed: int) -> list[dict[str, str]]:
    """Rows of which many are of one kind, in ways that other law may see."""
    chance = random.Random(seed)
    rows = [dict(row) for row in near_rows(80, seed) for _ in range(12)]
    for number, row in enumerate(rows):
        row["id"] = f"r{number}"
        row["on"] = (date(2019, 5, 17) + timedelta(days=chance.randrange(700))).isoformat()
        for name, cells in (
            ("contract_date", ["2017-01-01", "2018-06-01", "2019-05-16"]), ("purchaser", ["Emca", "Acme", "Huawei Italia"]),
            ("destination", ["DE", "FR", "AT", "IT"]), ("us_controlled_content_pct", ["11", "16", "18"]),
        ):  # fmt: skip
            if chance.random() < 0.4:
                row[name] = chance.choice(cells)
    return rows


def table_of(rows: list[dict[str, str]]) -> pa.Table:
    return pa.table({name: [row.get(name) or None for row in rows] for name in sorted({n for r in rows for n in r})})


def outcomes(rows: pa.Table, view: View) -> dict[str, tuple[str, str]]:
    answered = FrameBook(view).answer(rows, outcome_only=True)
    ids = np.asarray(rows.column("id").to_pylist(), object)[answered.places]
    told = answered.results.to_pylist()
    return {i: (one["overall_at_least"], one["overall_at_most"]) for i, one in zip(ids, told, strict=True)}


def kept(path: Path, tables: list[pa.Table], view: View, **options: Any) -> None:
    decide_file(iter(tables), FrameBook(view, **options), path, reject=lambda errors: None, save=True)


def views(corpus: Corpus) -> list[tuple[View, View]]:
    """From, to."""
    now, then = corpus.view(), corpus.view(known=BEFORE)
    removed = ["ear/744.supp7/c1", "ear/744.11/entity-list", "ear/744.supp4/footnote2", "ear/738.4", "ear/734.7"]
    found = [(now, without(now, [name])) for name in removed]
    found += [
        (then, now),
        (now, then),
        (now, corpus.view(scenarios=["report"])),
        (then, corpus.view(known=BEFORE, scenarios=["report"])),
    ]
    found += [(now, corpus.view(scenarios=["listing"])), (corpus.view(scenarios=["report", "listing"]), now)]
    found += [(now, corpus.view(scenarios=["ended"]))]
    return found  # fmt: skip


@pytest.mark.parametrize("number", range(12))
def test_the_rows_that_flip_are_those_of_a_determination_from_scratch(
    tmp_path: Path, corpus: Corpus, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carveout.book.frame_book.ALIKE", 2.0)
    old, new = views(corpus)[number]
    path, rows = tmp_path / "kept.parquet", table_of(rows_alike(number))
    kept(path, [rows.slice(0, 500), rows.slice(500)], old)
    saved = Saved(path, corpus)
    assert saved.view is old
    before, after = outcomes(rows, old), outcomes(rows, new)
    expected = {i: (before[i], after[i]) for i in before if before[i] != after[i]}
    found = flips(saved, new)
    ids = saved.column("id").take(pa.array(found.rows)).to_pylist()
    ends = [[Outcome(int(one)).name for one in side] for side in (*found.before, *found.after)]
    got = {i: ((ends[0][c], ends[1][c]), (ends[2][c], ends[3][c])) for i, c in zip(ids, found.case_of, strict=True)}
    assert got == expected
    assert expected
    assert found.decided <= saved.kinds.num_rows or number > 4


def test_a_day_asked_for_all_rows_is_kept(tmp_path: Path, corpus: Corpus) -> None:
    path, rows = tmp_path / "kept.parquet", table_of(rows_alike(3))
    kept(path, [rows], corpus.view(), on=date(2019, 9, 1).toordinal(), strict=True)
    saved, new = Saved(path, corpus), corpus.view(scenarios=["report"])
    whole = FrameBook(new, on=date(2019, 9, 1).toordinal(), strict=True).answer(rows)
    told = pq.read_table(path, columns=["id", "overall_at_least"]).to_pylist()
    fresh = whole.results.column("overall_at_least").to_pylist()
    assert {told[r]["id"] for r in flips(saved, new).rows} >= {
        one["id"] for one, other in zip(told, fresh, strict=True) if one["overall_at_least"] != other
    }


def test_what_cannot_be_asked_again_is_refused_in_a_sentence(tmp_path: Path, corpus: Corpus) -> None:
    path, rows = tmp_path / "kept.parquet", table_of(rows_alike(1))
    kept(path, [rows], corpus.view())
    assert is_saved(path)
    with pytest.raises(BookError, match="under another state of the law"):
        Saved(path, bundled())
    plain = tmp_path / "plain.parquet"
    pq.write_table(rows, plain)
    assert not is_saved(plain)
    with pytest.raises(BookError, match="is not a saved determination"):
        Saved(plain, corpus)
    other = tmp_path / "other.parquet"
    kept(other, [rows], corpus.view())
    kinds_file(other).replace(kinds_file(path))
    with pytest.raises(BookError, match="of two runs"):
        Saved(path, corpus)
    kinds_file(path).unlink()
    with pytest.raises(BookError, match="is not there"):
        Saved(path, corpus)
    with pytest.raises(BookError, match=r"saved as \.parquet"):
        kept(tmp_path / "kept.csv", [rows], corpus.view())
    assert not list(tmp_path.glob("*.csv"))
