"""The pair scorer against public labelled data: F1, the entity checks row by row, and every disagreement.

Run ``python -m bench.names`` for all rows; ``section`` gives the summary for docs/benchmarks.md.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.stats import spearmanr

from carveout.parties.explanation import explain
from carveout.parties.name import read_name
from carveout.parties.rarity import DEFAULT
from carveout.parties.score import compared, kind_of, score, settled
from carveout.parties.settings import SETTINGS

ORGANIZATIONS = ("Company", "Organization", "LegalEntity")
CHOSEN = {"all": (*ORGANIZATIONS, "Person", "Vessel"), "organizations": ORGANIZATIONS, "persons": ("Person",)}


def _folder() -> Path:
    return Path(os.environ.get("CARVEOUT_TEST_DATA", "../shared/data")) / "labelled"


def pairs() -> list[dict[str, str]]:
    """The labelled pairs, each with ``value``, ``match`` and ``label`` added."""
    with (_folder() / "name_pairs_dev.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, object]] = [dict(row) for row in csv.DictReader(file)]
    for row in rows:
        one, other, kind = read_name(str(row["name1"])), read_name(str(row["name2"])), kind_of(str(row["schema"]))
        found = score(one, other, kind=kind)
        row |= {"value": found.value, "match": found.match, "label": row["is_match"] == "true"}
        row["features"] = compared(one, other, kind, DEFAULT, SETTINGS)[2]
        row["kind"] = settled(kind, one, other)
    return rows  # type: ignore[return-value]


def f1(labels: np.ndarray, answers: np.ndarray) -> float:
    """F1 of boolean answers."""
    return float(2 * (labels & answers).sum() / max(1, labels.sum() + answers.sum()))


def best(labels: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """(F1, threshold) of the best threshold."""
    return max((f1(labels, values >= cut), float(cut)) for cut in np.unique(values))


def by_group(rows: list[dict]) -> float:
    """F1 with the threshold of every group of cases taken from all other groups."""
    labels, values, groups = _columns(rows)
    answers = np.zeros(len(rows), bool)
    for group in np.unique(groups):
        held_out = groups == group
        answers[held_out] = values[held_out] >= best(labels[~held_out], values[~held_out])[1]
    return f1(labels, answers)


def refitted(rows: list[dict], folds: int = 5, repeats: int = 5) -> tuple[float, float]:
    """F1 (mean, standard deviation) with weights and thresholds fitted anew on the other folds: what the features alone give."""
    labels, _, _ = _columns(rows)
    kinds = np.array([row["kind"] for row in rows])
    features = np.array([row["features"] for row in rows], float)
    found = []
    for repeat in range(repeats):
        fold = np.random.default_rng(repeat).integers(0, folds, len(rows))
        answers = np.zeros(len(rows), bool)
        for kind in np.unique(kinds):
            for held in range(folds):
                train, test = (kinds == kind) & (fold != held), (kinds == kind) & (fold == held)
                if len(set(labels[train])) < 2:
                    continue
                weights = _fit(features[train], labels[train])
                odds = weights[0] - features @ weights[1:]
                answers[test] = odds[test] >= best(labels[train], odds[train])[1]
        found.append(f1(labels, answers))
    return float(np.mean(found)), float(np.std(found))


def _fit(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights of the model by penalized logistic regression; no weight counts a difference for a match."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = weights[0] - features @ weights[1:]
        off = 1 / (1 + np.exp(-odds)) - labels
        value = (np.logaddexp(0, odds) - labels * odds).sum() + 0.025 * (weights[1:] ** 2).sum()
        return value, np.r_[off.sum(), 0.05 * weights[1:] - features.T @ off]

    size = features.shape[1]
    return minimize(
        loss, np.full(size + 1, 3.0), jac=True, bounds=[(None, None)] + [(0, None)] * size, method="L-BFGS-B"
    ).x


def _columns(rows: list[dict]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.array([row["label"] for row in rows]),
        np.array([row["value"] for row in rows]),
        np.array([row["case_group"] for row in rows]),
    )


def checks() -> list[dict]:
    """The entity checks: names, label, answer, value."""
    text = (_folder() / "nomenklatura_entity_bench_checks.yml").read_text(encoding="utf-8")
    told = []
    for check in yaml.safe_load(text)["checks"]:
        one, other = _name(check["query"]), _name(check["candidate"])
        found = score(read_name(one), read_name(other), kind=kind_of(check["schema"]))
        told.append({"name1": one, "name2": other, "schema": check["schema"], "label": check["match"],
                     "match": found.match, "value": found.value})  # fmt: skip
    return told


def _name(entity: dict[str, str]) -> str:
    parts = (entity.get(part, "") for part in ("firstName", "middleName", "fatherName", "lastName"))
    return entity.get("name") or " ".join(filter(None, parts))


def ofac() -> tuple[float, int]:
    """Spearman's rank correlation of our strength with the scores that OFAC's search gave in 2021, and the rows."""
    with (_folder() / "nomenklatura_ofac2021_fixtures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ours = [score(read_name(row["query_name"]), read_name(row["result_name"])).strength for row in rows]
    return float(spearmanr(ours, [float(row["ofac_score"]) for row in rows]).statistic), len(rows)


def section() -> list[str]:
    """The summary as Markdown."""
    rows = pairs()
    lines = [
        "\n## Names\n",
        "| labelled pairs | rows | F1 as set | best threshold | thresholds by group | weights refitted, 5 folds |",
    ]
    lines.append("|---|---|---|---|---|---|")
    for label, schemata in CHOSEN.items():
        chosen = [row for row in rows if row["schema"] in schemata]
        labels, values, _ = _columns(chosen)
        mean, spread = refitted(chosen)
        as_set = f1(labels, np.array([row["match"] for row in chosen]))
        lines.append(
            f"| {label} | {len(chosen)} | {as_set:.3f} | {best(labels, values)[0]:.3f} | {by_group(chosen):.3f} | {mean:.3f} ± {spread:.3f} |"
        )
    told = checks()
    agreed = sum(row["match"] == row["label"] for row in told)
    correlation, number = ofac()
    lines.append(
        f"\nEntity checks that agree: {agreed} of {len(told)}. Rank correlation with OFAC's search of 2021: {correlation:.2f} ({number} rows)."
    )
    return lines


def _disagreements(rows: list[dict]) -> None:
    for row in rows:
        if row["match"] != row["label"]:
            print(
                f"{'missed' if row['label'] else 'false alarm':12}{row['value']:.2f} {row['schema']:13}{row['name1']} | {row['name2']}"
            )
            for reason in explain(read_name(row["name1"]), read_name(row["name2"]), kind=kind_of(row["schema"])):
                print(f"{reason.points:19.2f}  {reason.text}")


def main() -> None:
    """Everything, row by row."""
    print("\n".join(section()))
    print("\nDisagreements with labelled pairs\n")
    _disagreements(pairs())
    print("\nEntity checks, row by row\n")
    told = checks()
    for row in told:
        says = "agrees" if row["match"] == row["label"] else "DIFFERS"
        print(
            f"{says:8}{row['value']:.2f} {'match' if row['label'] else 'no match':9}{row['schema']:13}{row['name1']} | {row['name2']}"
        )


if __name__ == "__main__":
    main()
