"""The scorer against public labelled pairs: cross-validated by group of cases, and the entity checks row by row."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from carveout.parties.name import read_name
from carveout.parties.pairs import score_pairs
from carveout.parties.score import KINDS, kind_of, score

ORGANIZATIONS = ("Company", "Organization", "LegalEntity")


@pytest.fixture(scope="module")
def pairs(test_data: Path) -> list[dict[str, str]]:
    with (test_data / "labelled" / "name_pairs_dev.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def f1(told: list[tuple[bool, bool]]) -> float:
    """F1 of (label, answer) pairs."""
    hits = sum(label and answer for label, answer in told)
    wrong = sum(label != answer for label, answer in told)
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


def cross_validated(pairs: list[dict[str, str]], chosen: Callable[[dict[str, str]], bool]) -> float:
    """F1 where the threshold of each group of cases is the best one of all other groups."""
    rows = [row for row in pairs if chosen(row)]
    values = [found["score"] for found in score_pairs(rows)]
    labels = [row["is_match"] == "true" for row in rows]
    groups = [row["case_group"] for row in rows]
    answers: list[tuple[bool, bool]] = []
    for group in sorted(set(groups)):
        training = [n for n, other in enumerate(groups) if other != group]
        cut = max(
            sorted({values[n] for n in training}), key=lambda cut: f1([(labels[n], values[n] >= cut) for n in training])
        )
        answers += [(labels[n], values[n] >= cut) for n, other in enumerate(groups) if other == group]
    return f1(answers)


def test_every_labelled_pair_is_answered(pairs: list[dict[str, str]]) -> None:
    answers = list(score_pairs(pairs))
    assert [(a["name1"], a["name2"]) for a in answers] == [(row["name1"], row["name2"]) for row in pairs]


def test_cross_validated_f1_of_all_pairs(pairs: list[dict[str, str]]) -> None:
    assert cross_validated(pairs, lambda row: True) >= 0.87


def test_cross_validated_f1_of_organizations(pairs: list[dict[str, str]]) -> None:
    assert cross_validated(pairs, lambda row: row["schema"] in ORGANIZATIONS) >= 0.92


@pytest.mark.parametrize(("schemata", "bound"), [(ORGANIZATIONS, 0.93), (("Person",), 0.87), (tuple(KINDS), 0.9)])
def test_f1_at_the_threshold_of_the_settings(
    pairs: list[dict[str, str]], schemata: tuple[str, ...], bound: float
) -> None:
    rows = [row for row in pairs if row["schema"] in schemata or row["schema"].lower() in schemata]
    told = [(row["is_match"] == "true", found["match"]) for row, found in zip(rows, score_pairs(rows), strict=True)]
    assert f1(told) >= bound


def test_most_entity_checks_agree(test_data: Path) -> None:
    text = (test_data / "labelled" / "nomenklatura_entity_bench_checks.yml").read_text(encoding="utf-8")
    agreed = total = 0
    for check in yaml.safe_load(text)["checks"]:
        one, other = (_name(check[side]) for side in ("query", "candidate"))
        found = score(read_name(one), read_name(other), kind=kind_of(check["schema"]))
        agreed += found.match == check["match"]
        total += 1
    assert total > 200
    assert agreed / total >= 0.83


def _name(entity: dict[str, str]) -> str:
    parts = (entity.get(part, "") for part in ("firstName", "middleName", "fatherName", "lastName"))
    return entity.get("name") or " ".join(filter(None, parts))
