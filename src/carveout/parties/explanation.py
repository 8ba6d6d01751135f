"""Why two names got the score they did, word by word, in sentences a reviewer reads."""

from __future__ import annotations

from dataclasses import dataclass

from carveout.parties.evidence import weigh
from carveout.parties.name import Name
from carveout.parties.rarity import DEFAULT, Rarity
from carveout.parties.score import compared, settled
from carveout.parties.settings import MODEL, SETTINGS, Kind, Settings

COMMON_BELOW = 0.6
"""Weight below which a word is called common."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a sentence, and the points of log odds it adds to (or takes from) the match."""

    text: str
    points: float


def _and(words: list[str]) -> str:
    return " ".join(words)


def _quoted(words: list[str]) -> str:
    return f"'{_and(words)}'"


def _slip(one: str, other: str, edits: int, how: str) -> str:
    if how == "initial":
        letter, word = (one, other) if len(one) < len(other) else (other, one)
        return f"'{letter}' may be the initial of '{word}'"
    if how == "given":
        return f"'{one}' and '{other}' are forms of one given name"
    if how == "sound":
        return f"'{one}' and '{other}' sound alike"
    if how == "digits":
        return f"'{one}' and '{other}': digits stand for letters they look like"
    if how == "joined":
        return f"'{one}' and '{other}': the same letters written apart or together"
    if edits == 1 and sorted(one) == sorted(other):
        return f"'{one}' and '{other}' differ by one transposition"
    return f"'{one}' and '{other}' differ by {edits} letter{'s' if edits > 1 else ''}"


def explain(
    query: Name, candidate: Name, *, kind: Kind = "any", rarity: Rarity = DEFAULT, settings: Settings = SETTINGS
) -> tuple[Reason, ...]:
    """The reasons of a score, in reading order. Their points add up to the log odds that ``value`` comes from."""
    if not query.normalized or not candidate.normalized:
        return (Reason("a name without a letter or digit names nobody", 0.0),)
    kind = settled(kind, query, candidate)
    person = kind == "person"
    _, found, shown = compared(query, candidate, kind, rarity, settings)
    weight = dict(zip((row.name for row in MODEL), settings.weights(kind), strict=True))
    words, listed, spelled, written, (pairs, _, _), mine, theirs, _ = found
    measured = weigh(query, candidate, found, rarity, settings, person=person)
    whole, letters = measured.whole, measured.letters or 1
    reasons: list[Reason] = []
    for i, j, alike, edits, how, part in sorted(pairs):
        one, other = words[i], listed[j]
        heavy = max(measured.weights[one], measured.weights[other]) * part
        held = heavy * (settings.half if how == "initial" else 1.0)
        lost = 0.0 if how == "initial" else heavy * (1.0 - alike)
        points = weight["agree"] * held / whole - weight["slip"] * lost / whole - weight["letters"] * edits / letters
        if how == "equal" and spelled[i] != written[j]:
            reasons.append(Reason(f"'{spelled[i]}' reads as '{written[j]}'", points))
        elif how == "equal":
            common = f" is a common word: {heavy:.1f} of a point" if heavy < COMMON_BELOW else " is the same in both"
            reasons.append(Reason(f"'{spelled[i]}'{common}", points))
        else:
            reasons.append(Reason(_slip(spelled[i], written[j], edits, how), points))
    extra = [spelled[i] for i in measured.left]
    lacking = [written[j] for j in measured.free]
    if extra or lacking:
        share = weight["agree"] * max(measured.extra, measured.lacking) / whole
        loss = (
            weight["contradicted"] * shown.contradicted
            + weight["missing"] * shown.missing
            + weight["added"] * shown.added
        )
        points = share - loss - weight["letters"] * measured.apart / letters
        if extra and lacking:
            text = f"{_quoted(extra)} in the query, {_quoted(lacking)} in the listed name"
        else:
            text = f"only in the query: {_quoted(extra)}" if extra else f"only in the listed name: {_quoted(lacking)}"
        reasons.append(Reason(text, points))
    if not measured.letters and not pairs:
        points = -weight["letters"] * shown.letters
        if not (measured.extra or measured.lacking):
            points += weight["agree"]
        reasons.append(Reason("no word to compare", points))
    said = {
        "alone": "only one word agrees" if shown.alone < 2 else "no whole word agrees",
        "thin": "what agrees says little",
        "initial": "an initial says less than a word",
        "crossed": "son and father have changed places",
        "number_differs": f"numbers differ: {_and(list(query.numbers))} / {_and(list(candidate.numbers))}",
        "number_slip": f"numbers differ by one sign: {_and(list(query.numbers))} / {_and(list(candidate.numbers))}",
        "number_missing": f"a number in one name only: {_and([*query.numbers, *candidate.numbers])}",
        "place_differs": f"places differ: {_and(sorted(mine))} / {_and(sorted(theirs))}",
        "country_missing": f"a country in one name only: {_and(sorted(mine | theirs))}",
        "place_missing": f"a place in one name only: {_and(sorted(mine | theirs))}",
        "form_missing": f"a legal form in one name only: {_and([*query.forms, *candidate.forms])}",
        "form_differs": f"legal forms differ: {_and(list(query.forms))} / {_and(list(candidate.forms))}",
    }
    for name, text in said.items():
        feature = getattr(shown, name)
        if feature:
            reasons.append(Reason(text, -weight[name] * feature))
    same_places = [place for place in query.places if place in candidate.places]
    if not person and same_places:
        reasons.append(Reason(f"the same place: {_and(same_places)}", 0.0))
    if not person and query.numbers and query.numbers == candidate.numbers:
        reasons.append(Reason(f"the same number: {_and(list(query.numbers))}", 0.0))
    if found.unvoweled:
        reasons.append(Reason("only the consonants could be compared", -settings.unvoweled))
    if query.masked or candidate.masked:
        reasons.append(Reason("letters of another script stand among Latin ones and were read as Latin", 0.0))
    if kind == "organization" and query.forms != candidate.forms and not shown.form_differs:
        one, other = _and(list(query.forms)) or "none", _and(list(candidate.forms)) or "none"
        reasons.append(Reason(f"legal forms written differently, not against a match: {one} / {other}", 0.0))
    return tuple(reasons)
