"""Explanations as text and Markdown: the same tree, said in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from carveout.decide.explanation import ConditionNote, Explanation, ProvisionNote, UnitNote
from carveout.decide.shape import NOTICE

OUTCOME_WORDS = {
    "not_subject": "not subject to the EAR",
    "no_license_required": "no license required",
    "authorized": "authorized",
    "subject_to_review": "free, but subject to review",
    "license_required": "license required",
    "prohibited": "prohibited",
}

DECISION_WORDS = {
    "go": "GO",
    "go_with_conditions": "GO, with conditions",
    "hold": "HOLD",
    "license_required": "LICENSE REQUIRED",
    "prohibited": "PROHIBITED",
}

_MARKS = {"yes": "+", "no": "-", "unknown": "?"}
_TRIED = {
    "authorization": "lifts it", "carve_out": "takes the act out of it", "limitation": "bars it",
    "requirement": "suspends it", "definition": "suspends it", "prohibition": "suspends it", "review": "suspends it",
}  # fmt: skip


def say(outcome: str) -> str:
    """An interval in words."""
    low, _, high = outcome.partition("..")
    if not high:
        return OUTCOME_WORDS[low]
    return f"at least {OUTCOME_WORDS[low]}, at most {OUTCOME_WORDS[high]}"


def _condition(note: ConditionNote) -> str:
    values = ", ".join(f"{name} = {value}" for name, value in note.values)
    doubt = " [the law is read two ways]" if note.readings_differ and note.truth == "unknown" else ""
    return f"{_MARKS[note.truth]} {note.name} ({values}){doubt}"


def _heading(note: ProvisionNote) -> str:
    return f"{note.citation}: {note.title}"


def _days(note: ProvisionNote) -> str:
    if note.in_force is None:
        return "not in force on that day"
    start, end = note.in_force
    return f"{note.instrument}, in force {start} to {end}"


def _provision(note: ProvisionNote, indent: str) -> Iterator[str]:
    yield f"{indent}{_heading(note)}"
    yield f"{indent}  {note.provision}; {_days(note)}"
    for condition in note.conditions:
        yield f"{indent}  {_condition(condition)}"
    if note.question:
        yield f"{indent}  ? {note.question}"
    for tried in note.against:
        yield from _tried(tried, indent + "  ")


def _tried(note: ProvisionNote, indent: str) -> Iterator[str]:
    stumbled = note.stumbled_on
    verb = _TRIED[note.kind]
    if note.holds == "yes":
        yield f"{indent}> {note.provision} {verb}: {note.title} ({_days(note)})"
        for condition in note.conditions:
            yield f"{indent}    {_condition(condition)}"
    elif note.holds == "unknown":
        reason = f": {_condition(stumbled)}" if stumbled and stumbled.truth == "unknown" else ""
        yield f"{indent}> {note.provision} may be one that {verb}{reason}"
        if note.question:
            yield f"{indent}    ? {note.question}"
    else:
        barred = [a for a in note.against if a.holds == "yes"]
        reason = f"{_condition(stumbled)}" if stumbled and stumbled.truth == "no" else ""
        if barred and note.engaged == "yes":
            reason = f"barred by {barred[0].provision}: {barred[0].title}"
        if reason:
            yield (
                f"{indent}> {note.provision} does not help: {reason}"
                if note.kind != "limitation"
                else (f"{indent}> {note.provision} does not bar it: {reason}")
            )
    # Why a limitation bars it is worth telling only where it would help at all.
    if note.engaged != "no":
        for deeper in note.against:
            yield from _tried(deeper, indent + "    ")


def _unit(note: UnitNote, alone: bool) -> Iterator[str]:
    roles = ", ".join(role.replace("_", " ") for role in note.roles) or "no role"
    match = {
        "exact": f"listed as {note.entry}", "stated": f"stated to be {note.entry}", "possible": f"may be {note.entry}: {note.why}",
        "none": "not on the lists held", "unknown": f"cannot be told: {note.why}",
    }[note.match]  # fmt: skip
    yield f"Party: {note.party} ({roles}); {match}"
    if not alone:
        yield f"  toward this party: {say(note.outcome)}"
    for provision in note.burdens:
        yield from _provision(provision, "  ")
    for provision in note.deeper if note.burdens else note.subject:
        yield from _provision(provision, "  ")


def text(explanation: Explanation) -> str:
    """The explanation as plain text, one fact a line."""
    e = explanation
    verdict = say(e.outcome)
    word = DECISION_WORDS[e.decision]
    lines = [f"{e.row} on {e.on}: " + (word if word.casefold() == verdict else f"{verdict} - {word}")]
    if e.known:
        lines.append(f"as known on {e.known}")
    if e.changes_on:
        causes = f" ({', '.join(e.change_causes)})" if e.change_causes else ""
        lines.append(f"the answer changes on {e.changes_on}{causes}")
    else:
        lines.append("no later change is known")
    if e.authority_through:
        lines.append(f"the authority relied on runs through {e.authority_through}")
    if e.review_policy:
        lines.append(f"license review policy: {e.review_policy.replace('_', ' ')}")
    lines.append("")
    for unit in e.units:
        lines += list(_unit(unit, len(e.units) == 1))
        lines.append("")
    for title, rows in _appendix(e):
        if rows:
            lines.append(title)
            lines += [f"  {row}" for row in rows]
    lines.append(f"Evidence: {e.evidence} at its weakest. Citations: {'; '.join(e.citations) or 'none'}.")
    lines.append(NOTICE)
    return "\n".join(lines)


def _appendix(e: Explanation) -> list[tuple[str, list[str]]]:
    return [
        (
            "To settle it:",
            [f"{name}: {question}" for name, question in e.matters] + [f"? {q}" for q in e.questions],
        ),
        ("Assumed, and able to change it:", [f"{name}: {default}" for name, default in e.assumed]),
        ("Beside it:", list(e.beside)),
        ("To keep:", list(e.duties)),
        ("Mind:", list(e.cautions)),
        ("Not evaluated:", [f"{rule}: {title}" for rule, title in e.not_evaluated]),
    ]


def markdown(explanation: Explanation) -> str:
    """The explanation as Markdown."""
    e = explanation
    lines = [f"## {e.row} on {e.on}: {say(e.outcome)}", "", f"**{DECISION_WORDS[e.decision]}**", ""]
    if e.known:
        lines.append(f"As known on {e.known}.")
    lines.append(f"The answer changes on **{e.changes_on}**." if e.changes_on else "No later change is known.")
    if e.authority_through:
        lines.append(f"The authority relied on runs through **{e.authority_through}**.")
    if e.review_policy:
        lines.append(f"License review policy: {e.review_policy.replace('_', ' ')}.")
    lines.append("")
    for unit in e.units:
        lines.append(f"### {unit.party}")
        lines += ["", "```", *list(_unit(unit, len(e.units) == 1)), "```", ""]
    for title, rows in _appendix(e):
        if rows:
            lines += [f"**{title.rstrip(':')}**", "", *[f"- {row}" for row in rows], ""]
    lines += [f"Evidence: {e.evidence}. Citations: {'; '.join(e.citations) or 'none'}.", "", f"*{NOTICE}*"]
    return "\n".join(lines)
