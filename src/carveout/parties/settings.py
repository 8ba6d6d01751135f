"""The scoring model, whole: every setting, its value for each kind of party, and what it means.

A score is a log odds: ``agree``, less each weight times its feature (``evidence.py`` measures the features). The
logistic function makes it a value in 0..1; at the threshold of the kind it is a match. The weights were fitted by
penalized logistic regression to public labelled name pairs, then rounded, and set by judgment where pairs are few.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["organization", "person", "vessel", "any"]


class Weight(NamedTuple):
    """One weight of the model: its name, its value for organizations, persons and vessels, and what it means."""

    name: str
    organization: float
    person: float
    vessel: float
    means: str


# fmt: off
MODEL: Final = (
    Weight("agree",          3.6, 3.2, 3.0, "log odds that names without any difference are of one party"),
    Weight("slip",           9.5, 7.4, 8.0, "share of words that are written differently, by how much"),
    Weight("letters",        6.0, 8.8, 6.0, "share of letters changed"),
    Weight("contradicted",   2.8, 3.5, 2.5, "weight of the words that either name contradicts by words of its own"),
    Weight("missing",        3.7, 2.8, 4.0, "share of words of the listed name that the query lacks"),
    Weight("added",          6.0, 3.6, 4.0, "share of words of the query that the listed name lacks"),
    Weight("alone",          1.5, 0.9, 1.5, "words short of two that agree, while words are left over or stand as initials"),
    Weight("thin",           2.0, 1.5, 1.5, "how little the agreeing words say while words are left over"),
    Weight("initial",        4.0, 1.3, 4.0, "share of agreeing words that are initials"),
    Weight("crossed",        0.0, 5.0, 0.0, "son and father have changed places: A bin B, B bin A"),
    Weight("number_differs", 5.0, 0.0, 4.0, "numbers differ: another fund, plant, brigade"),
    Weight("number_slip",    1.8, 0.0, 1.8, "numbers differ by one sign, as a slip of the pen does"),
    Weight("number_missing", 2.8, 0.0, 2.4, "a number stands in one name only"),
    Weight("place_differs",  6.0, 0.0, 3.0, "places differ: another branch"),
    Weight("country_missing", 3.3, 0.0, 2.0, "a country stands in one name only, as in the name of a subsidiary"),
    Weight("place_missing",  2.0, 0.0, 2.0, "a city or region stands in one name only"),
    Weight("form_differs",   1.5, 0.0, 0.0, "legal forms of different families: limited, stock, partnership"),
    Weight("form_missing",   0.1, 2.0, 3.0, "a legal form in one name only: a company, not a person or a vessel"),
)

RULES: Final = (
    ("alike",                  0.5,  "likeness from which one word may stand for another, 0..1"),
    ("particle",               0.15, "weight of a particle in a person's name: al, bin, de, van"),
    ("least",                  0.25, "weight of the most common word"),
    ("enough",                 1.5,  "weight of agreeing words from which words left over do not make them thin"),
    ("unvoweled",              0.8,  "log odds lost where only the consonants of a name could be compared"),
    ("half",                   0.5,  "share of a word's weight that its initial carries"),
    ("threshold_organization", 0.62, "value from which organizations match"),
    ("threshold_person",       0.62, "value from which persons match"),
    ("threshold_vessel",       0.62, "value from which vessels match"),
    ("threshold_any",          0.62, "value from which parties of unknown kind match"),
)
# fmt: on

_DEFAULT: Final = {name: value for name, value, _ in RULES}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the scorer; the tables above are the defaults and say what each means."""

    organization: tuple[float, ...] = tuple(row.organization for row in MODEL)
    person: tuple[float, ...] = tuple(row.person for row in MODEL)
    vessel: tuple[float, ...] = tuple(row.vessel for row in MODEL)
    alike: float = _DEFAULT["alike"]
    particle: float = _DEFAULT["particle"]
    least: float = _DEFAULT["least"]
    enough: float = _DEFAULT["enough"]
    unvoweled: float = _DEFAULT["unvoweled"]
    half: float = _DEFAULT["half"]
    threshold_organization: float = _DEFAULT["threshold_organization"]
    threshold_person: float = _DEFAULT["threshold_person"]
    threshold_vessel: float = _DEFAULT["threshold_vessel"]
    threshold_any: float = _DEFAULT["threshold_any"]

    def weights(self, kind: Kind) -> tuple[float, ...]:
        """The weights of a kind, in the order of ``MODEL``; a party of unknown kind is read as an organization."""
        if kind == "person":
            return self.person
        return self.vessel if kind == "vessel" else self.organization

    def threshold(self, kind: Kind) -> float:
        """The value from which two names of this kind match."""
        if kind == "organization":
            return self.threshold_organization
        if kind == "person":
            return self.threshold_person
        return self.threshold_vessel if kind == "vessel" else self.threshold_any

    def weighing(self, kind: Kind, name: str, value: float) -> Settings:
        """These settings with one weight of one kind changed. Raises ``KeyError`` for a weight there is none of."""
        at = {row.name: n for n, row in enumerate(MODEL)}[name]
        weights = self.weights(kind)
        changed = (*weights[:at], value, *weights[at + 1 :])
        if kind == "person":
            return replace(self, person=changed)
        return replace(self, vessel=changed) if kind == "vessel" else replace(self, organization=changed)


SETTINGS: Final = Settings()
