"""The scorer: what it calls one party, how it orders candidates, and the sentences it gives for it."""

import math
import string
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carveout.parties.alignment import align, likeness
from carveout.parties.explanation import explain
from carveout.parties.name import read_name
from carveout.parties.pairs import score_pairs
from carveout.parties.rarity import DEFAULT, Rarity
from carveout.parties.score import Score, kind_of, score
from carveout.parties.settings import SETTINGS, Kind

NAMES = [
    "Huawei Technologies Co., Ltd.", "Huawei Technologies", "Hua wei Technologies", "Huawei Marine Networks Co., Ltd.", "SMIC",
    "Semiconductor Manufacturing International (Beijing) Corporation", "Bank of China", "Vladimir Putin", "PUTIN, Vladimir Vladimirovich",
    "V. Putin", "Mohammed bin Salman", "Salman bin Mohammed", "Brigade 44", "Fund V L.P.", "Fund VI L.P.", "Victory 3", "Kim Jong Un",
    "Владимир Путин", "华为技术有限公司", "محمد علي", "The", "x", "12", "Trading Co", "Deutsche Bank AG", "Deutsche Bank (Schweiz) GmbH",
]  # fmt: skip
TEXT = st.one_of(
    st.sampled_from(NAMES),
    st.text(max_size=30),
    st.lists(st.sampled_from(" ".join(NAMES).split()), max_size=7).map(" ".join),
)
KINDS: list[Kind] = ["organization", "person", "vessel", "any"]
KIND = st.sampled_from(KINDS)


def scored(one: str, other: str, kind: Kind = "organization") -> Score:
    return score(read_name(one), read_name(other), kind=kind)


def why(one: str, other: str, kind: Kind = "organization") -> list[str]:
    return [reason.text for reason in explain(read_name(one), read_name(other), kind=kind)]


@pytest.mark.parametrize(
    ("query", "listed", "kind"),
    [
        ("Huawei Technologies", "Huawei Technologies Co., Ltd.", "organization"),
        ("huawie technologies", "Huawei Technologies Co., Ltd.", "organization"),
        ("Hua Wei Tech Ltd", "Huawei Technologies Co., Ltd.", "organization"),
        ("Technologies Huawei", "Huawei Technologies Co., Ltd.", "organization"),
        ("van der bilt corp", "vanderbilt corp", "organization"),
        ("SiemensAG", "Siemens AG", "organization"),
        ("OAO Gazprom", "Gasprom JSC", "organization"),
        ("Acme Intl Mfg Grp", "Acme International Manufacturing Group", "organization"),
        ("Shenzen Rayming Electronics", "Shenzhen Rayming Electronics Co Ltd", "organization"),
        ("Sait Pktersburg Shipping", "Saint Petersburg Shipping", "organization"),
        ("LIMITEDLIABILITY COMPANY OBORONNYE INITSIATIVY", "OOO Oboronnye Initsiativy", "organization"),
        ("Rendered Joynt Stok Company", "Rendered Joint Stock Company", "organization"),
        ("Brigade Fourty-four", "Brigade 44", "organization"),
        ("AT and T Inc.", "AT&T Inc.", "organization"),
        ("Zhongdun Security Technology", "Beijing Zhongdun Security Technology Co., Ltd.", "organization"),
        ("Hu\u0430wei Technologies", "Huawei Technologies Co., Ltd.", "organization"),
        ("Wolodymyr Selenskyj", "Volodymyr Zelenskyy", "person"),
        ("Usama bin Ladin", "Osama bin Laden", "person"),
        ("Moammar Qaddafi", "Muammar Gaddafi", "person"),
        ("PUTIN, Vladimir", "Vladimir Vladimirovich Putin", "person"),
        ("V. Putin", "Vladimir Putin", "person"),
        ("JC Juncker", "Jean-Claude Juncker", "person"),
        ("Ted Doe", "Theodore Doe", "person"),
        ("Ig0r Sech1n", "Igor Sechin", "person"),
        ("RamiMakhlouf", "Rami Makhlouf", "person"),
        ("Mueller Hans-Peter", "Hans Peter Müller", "person"),
        ("Garcia Lopez, Juan Carlos", "Juan Carlos García", "person"),
        ("Dr. Rami Makhlouf", "Rami Makhlouf", "person"),
        ("Nguyễn Văn Hùng", "NGUYEN Van Hung", "person"),
        ("McDonald Ronald", "Ronald Mc Donald", "person"),
        ("MV Hellenic Spirit", "Hellenic Spirit", "vessel"),
    ],
)
def test_the_same_party_written_otherwise_matches(query: str, listed: str, kind: Kind) -> None:
    found = scored(query, listed, kind)
    assert found.match, (found, why(query, listed, kind))


@pytest.mark.parametrize(
    ("query", "listed", "kind"),
    [
        ("Huawei Marine Networks", "Huawei Technologies Co., Ltd.", "organization"),
        ("Bank of Chad", "Bank of China", "organization"),
        ("Government of Estonia", "Government of Ethiopia", "organization"),
        ("Bowne of Dallas, L.P.", "Bowne of Phoenix, Inc.", "organization"),
        ("Apollo Investment Fund VIII L.P.", "Apollo Investment Fund IX L.P.", "organization"),
        ("Plant 5", "Plant 722", "organization"),
        ("Management Company", "Westminster Management Company", "organization"),
        ("BAE Systems, Inc.", "BAE Industries, Inc.", "organization"),
        ("Blinq Holdings Pty Ltd", "Bailey Holdings Pty Ltd", "organization"),
        ("CDE Company", "A.B.C. Company", "organization"),
        ("Tesla Inc", "Tesa", "organization"),
        ("AmpliTech Group, Inc.", "Group A", "organization"),
        ("Bruno Maya Costela", "Bruno", "person"),
        ("Hafez Makhlouf", "Rami Makhlouf", "person"),
        ("Sergey Viktorovich Lavrov", "Sergey Borisovich Lavrov", "person"),
        ("ABDULLAH BIN OMAR AL-MUHAMMAD", "OMAR BIN ABDULLAH AL-MUHAMMAD", "person"),
        ("A. Nazarbayev", "Nursultan Nazarbayev", "person"),
        ("Frost, William G.", "William W Frost", "person"),
        ("DOVER Corp", "DOVER", "vessel"),
        ("Victory", "Victor Konetsky", "vessel"),
        ("", "Huawei", "any"),
        ("---", "Huawei", "any"),
    ],
)
def test_another_party_of_a_similar_name_does_not(query: str, listed: str, kind: Kind) -> None:
    found = scored(query, listed, kind)
    assert not found.match, (found, why(query, listed, kind))


def test_strength_orders_what_is_closer_first_and_does_not_tie() -> None:
    listed = "Huawei Technologies Co., Ltd."
    closer = [
        listed, "HUAWEI TECHNOLOGIES CO LTD", "Huawei Technologies Company Limited", "Huawei Technologies Ltd", "Huawei Technologies GmbH",
        "Huawie Technologies", "Huawei Tech Marine", "Huawei Technologies (France)", "Huawei Marine", "Marine Networks",
    ]  # fmt: skip
    found = [scored(name, listed).strength for name in closer]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)
    assert found[0] == 1.0


def test_only_the_same_text_has_full_strength() -> None:
    assert scored("Huawei", "Huawei").strength == 1.0
    assert 0.99 <= scored("HUAWEI", "Huawei").strength < 1.0
    assert scored("Hua wei", "Huawei").strength < 0.99


def test_a_rare_word_in_common_says_more_than_a_common_one() -> None:
    rare = scored("Zyxwin Trading", "Zyxwin Logistics")
    common = scored("Zyxwin Trading", "Qwortle Trading")
    assert rare.value > common.value


def test_rarity_is_learned_from_the_names_held() -> None:
    held = [read_name(f"Zyxwin Plant {word}") for word in ("Alpha", "Beta", "Gamma")] + [
        read_name(f"N{n} Ltd") for n in range(60_000)
    ]
    rarity = Rarity.of(held)
    assert rarity.weight("zyxwin") < rarity.weight("alpha") < rarity.weight("neverseen") == 1.0
    assert rarity.weight("trading") == pytest.approx(DEFAULT.weight("trading"), abs=0.05)


@given(st.lists(st.sampled_from(NAMES), max_size=30))
def test_weights_lie_between_nothing_and_one(names: list[str]) -> None:
    read = [read_name(name) for name in names]
    rarity = Rarity.of(read)
    assert all(0.0 < rarity.weight(word) <= 1.0 for name in read for word in name.core)


@given(TEXT, TEXT, KIND)
def test_scores_lie_between_nothing_and_one(one: str, other: str, kind: Kind) -> None:
    found = scored(one, other, kind)
    assert 0.0 <= found.value <= 1.0
    assert 0.0 <= found.strength <= 1.0
    assert found.match == (found.value >= SETTINGS.threshold(kind))


@given(TEXT, KIND)
def test_every_name_matches_itself_before_anything_else(name: str, kind: Kind) -> None:
    assume(read_name(name).normalized)
    assert scored(name, name, kind) == Score(1.0, True, 1.0)


@given(TEXT, TEXT, KIND)
def test_no_other_text_is_as_strong_as_the_same(one: str, other: str, kind: Kind) -> None:
    assume(one != other)
    assert scored(one, other, kind).strength < 1.0


@given(TEXT, TEXT, KIND)
def test_the_same_pair_scores_the_same_in_any_order_of_calls(one: str, other: str, kind: Kind) -> None:
    first = scored(one, other, kind)
    scored(other, one, kind)
    assert scored(one, other, kind) == first


@given(
    st.permutations(["john", "al", "zyxwin", "qasim", "petrovich", "ludwig"]),
    st.permutations([0, 1, 2, 3, 4, 5]),
    st.integers(0, 5),
)
def test_without_a_word_left_over_the_score_is_symmetric(words: list[str], order: list[int], slip: int) -> None:
    # Only what is missing and what is added weigh differently.
    other = [words[n] for n in order]
    other[slip] = other[slip][:-1] + "q"
    one, two = " ".join(words), " ".join(other)
    assert scored(one, two, "person").value == pytest.approx(scored(two, one, "person").value)
    assert scored(one, two).value == pytest.approx(scored(two, one).value)


@given(TEXT, TEXT, KIND)
def test_the_points_of_the_reasons_add_up_to_the_value(one: str, other: str, kind: Kind) -> None:
    a, b = read_name(one), read_name(other)
    assume(a.normalized and b.normalized and a.normalized != b.normalized)
    points = sum(reason.points for reason in explain(a, b, kind=kind))
    value = score(a, b, kind=kind).value
    assert value == pytest.approx(1 / (1 + math.exp(-points)) if points > -40 else 0.0, abs=1e-6)


@given(TEXT, TEXT, KIND)
def test_every_score_has_a_reason(one: str, other: str, kind: Kind) -> None:
    reasons = why(one, other, kind)
    assert reasons
    assert all(text and text == text.strip() for text in reasons)


def test_reasons_read_as_a_reviewer_would() -> None:
    assert why("huawie technologies gmbh marine", "Huawei Technologies LP") == [
        "'huawie' and 'huawei' differ by one transposition",
        "'technologies' is a common word: 0.3 of a point",
        "only in the query: 'marine'",
        "what agrees says little",
        "legal forms differ: gmbh / lp",
    ]
    assert "only in the listed name: 'marine'" in why("Huawei Technologies", "Huawei Technologies Marine")
    assert "places differ: chad / china" in why("Bank of Chad", "Bank of China")
    assert "numbers differ: 5 / 722" in why("Plant 5", "Plant 722")
    assert "a country in one name only: france" in why("Huawei France", "Huawei")
    assert "'v' may be the initial of 'vladimir'" in why("V. Putin", "Vladimir Putin", "person")
    assert "'ted' and 'theodore' are forms of one given name" in why("Ted Doe", "Theodore Doe", "person")
    assert "'wolodymyr' and 'volodymyr' differ by 1 letter" in why("Wolodymyr X", "Volodymyr X", "person")
    assert "'selenskyj' and 'zelenskyy' sound alike" in why("Selenskyj", "Zelenskyy", "person")
    assert "son and father have changed places" in why("Omar bin Ali", "Ali bin Omar", "person")
    assert "'tech' reads as 'technologies'" in why("Huawei Tech", "Huawei Technologies")
    assert any("letters of another script" in text for text in why("Hu\u0430wei", "Huawei Marine"))


def test_an_alignment_uses_every_word_once() -> None:
    found = align(("hua", "wei", "technology", "ltd"), ("huawei", "tecnology", "marine"), 0.5)
    assert sorted(pair.query for pair in found.pairs) == [0, 1, 2]
    assert found.query == [3]
    assert found.candidate == [2]


@given(st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=7), max_size=6),
       st.lists(st.text(string.ascii_lowercase, min_size=1, max_size=7), max_size=6))  # fmt: skip
def test_every_word_is_aligned_or_left_over(one: list[str], other: list[str]) -> None:
    found = align(tuple(one), tuple(other), 0.5)
    assert {pair.query for pair in found.pairs} | set(found.query) == set(range(len(one)))
    assert {pair.candidate for pair in found.pairs} | set(found.candidate) == set(range(len(other)))
    assert not {pair.query for pair in found.pairs} & set(found.query)
    assert not {pair.candidate for pair in found.pairs} & set(found.candidate)


@given(st.text(string.ascii_lowercase, min_size=1, max_size=9), st.text(string.ascii_lowercase, min_size=1, max_size=9))
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other)[0] <= 1.0


def test_schemata_name_kinds() -> None:
    assert [kind_of(s) for s in ("Company", "Person", "Vessel", "LegalEntity", "Individual", "", None, "Spaceship")] == [
        "organization", "person", "vessel", "any", "person", "any", "any", "any",
    ]  # fmt: skip


def test_every_row_of_a_file_of_pairs_gives_one_answer() -> None:
    rows = [
        {"name1": "Huawei", "name2": "HUAWEI", "schema": "Company"},
        {"name1": "", "name2": "Huawei"},
        {"name1": None, "name2": None, "schema": None},
        {"name2": "Huawei"},
        {"name1": "x" * 5000, "name2": "Huawei"},
        {"name1": "x " * 500, "name2": "Huawei"},
        {"name1": "Vladimir Putin", "name2": "V. Putin", "schema": "Person"},
    ]
    answers = list(score_pairs(rows))
    assert [(a["score"], a["match"]) for a in answers[1:6]] == [(0.0, False)] * 5
    assert answers[0]["match"]
    assert answers[6]["match"]
    assert [set(a) for a in answers] == [{"name1", "name2", "score", "match"}] * len(rows)


def test_a_typical_pair_is_scored_in_tens_of_microseconds() -> None:
    pairs = [(read_name(one), read_name(other)) for one in NAMES[:17] for other in NAMES[:17] if one != other]
    for one, other in pairs:
        score(one, other, kind="organization")
    start = time.process_time()
    for one, other in pairs:
        score(one, other, kind="organization")
    assert (time.process_time() - start) / len(pairs) < 200e-6
