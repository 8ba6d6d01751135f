"""Which Latin words can spell an Arabic or Persian one: long vowels must show, short ones may."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carveout.parties.spelling import spelled_share, spells


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("محمود", "Mahmoud"), ("محمود", "Mahmud"), ("محمد", "Muhammad"), ("محمد", "Mohamed"), ("يوسف", "Yusuf"),
        ("يوسف", "Youssef"), ("حسين", "Hossein"), ("حسين", "Husayn"), ("عمر", "Omar"), ("علي", "Ali"), ("موسى", "Musa"),
        ("وليد", "Oualid"), ("الفجر", "al-Fajr"), ("جمال", "Gamal"), ("قاسم", "Kassem"), ("فاطمة", "Fatimah"), ("فاطمه", "Fatemeh"),
        ("ذو", "Dhu"), ("جنبلاط", "Jumblatt"), ("القرضاوي", "Qaradawi"), ("شریف", "Sharif"), ("پرویز", "Parviz"),
    ],
)  # fmt: skip
def test_a_name_is_spelled_in_many_ways(arabic: str, latin: str) -> None:
    assert spelled_share(arabic, latin) == 1.0


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("محمود", "Mohammed"), ("محمد", "Mahmoud"), ("حسن", "Hussein"), ("فهد", "Fuad"), ("سليم", "Salam"), ("النور", "Fajr"),
        ("سعيد", "Saad"), ("رشيد", "Rashad"), ("كريم", "Karam"), ("علي", "Omar"),
    ],
)  # fmt: skip
def test_a_vowel_that_is_written_must_be_heard(arabic: str, latin: str) -> None:
    assert spelled_share(arabic, latin) == 0.0


@pytest.mark.parametrize("latin", ["Abdul Rahman", "Abd al-Rahman", "Abdurrahman", "Abdulrahman", "Abdel Rahman"])
@pytest.mark.parametrize("arabic", ["عبد الرحمن", "عبدالرحمن"])
def test_the_servant_of_god_is_one_name_however_it_is_cut(arabic: str, latin: str) -> None:
    assert spelled_share(arabic, latin) == 1.0


def test_the_order_of_words_does_not_matter_and_each_counts_once() -> None:
    assert spelled_share("رامي مخلوف", "MAKHLUF, Rami") == 1.0
    assert spelled_share("علي علي", "Ali Hassan") == 0.5
    assert spelled_share("علي", "Ali Hassan Ali") == pytest.approx(1 / 3)
    assert spelled_share("", "Ali") == spelled_share("علي", "") == 0.0


def test_labelled_persons_are_told_apart_by_spelling_alone() -> None:
    file = Path(__file__).parents[1] / "data" / "cross-script-names.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [
            row for row in csv.DictReader(lines) if row["script"] in {"arabic", "persian"} and row["kind"] == "person"
        ]
    same = [spelled_share(row["name1"], row["name2"]) for row in rows if row["is_match"] == "true"]
    other = [spelled_share(row["name1"], row["name2"]) for row in rows if row["is_match"] == "false"]
    assert len(same) > 25
    assert len(other) > 10
    assert sum(share == 1.0 for share in same) / len(same) >= 0.9
    assert max(other) <= 0.5


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_have_a_share(arabic: str, latin: str) -> None:
    assert 0.0 <= spelled_share(arabic, latin) <= 1.0


@pytest.mark.parametrize("arabic", ["ع" * 24, "ا" * 24, "اوي" * 8, "باعوي" * 5, "ب" * 24, "ععاا" * 100])
def test_hostile_words_cost_little(arabic: str) -> None:
    started = time.process_time()
    for latin in ("a" * 47 + "b", "ba" * 24, "b" * 48, "aeiouwvy" * 6):
        spells(arabic, latin)
        spelled_share(arabic, latin)
    assert time.process_time() - started < 0.5
