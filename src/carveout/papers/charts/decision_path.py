"""The path of one answer, drawn: what engages a restriction, what was tried against it, each step with its citation.

A drawing of its own and not a chart: lines of text on a rail, as an explanation reads (see
:mod:`carveout.decide.explanation`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from carveout.decide.explanation import ConditionNote, Explanation, ProvisionNote, UnitNote
from carveout.decide.render import DECISION_WORDS, say
from carveout.decide.shape import NOTICE
from carveout.papers import theme
from carveout.papers.picture import Picture
from carveout.papers.text_width import measured

WIDTH, MARGIN, INDENT, LEADING, EM = 900, 26, 24, 17, 6.7
MARKS = {"yes": ("✓", "#23776f"), "no": ("✕", "#5b6b79"), "unknown": ("?", "#7a5ea8"), "burden": ("!", "#a8431a")}
MOST_TRIED = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the drawing: how deep, which mark before it (a key of MARKS, or none), text, and a fainter text below."""

    depth: int
    mark: str
    text: str
    below: str = ""
    strong: bool = False


def decision_path(explanation: Explanation) -> Picture:
    """The answer of one row as a drawing."""
    e = explanation
    color = {"go": theme.SHADES["authorized"], "go_with_conditions": theme.SHADES["authorized"], "hold": "#7a5ea8",
             "license_required": "#a8431a", "prohibited": theme.SHADES["prohibited"]}[e.decision]  # fmt: skip
    ends = f"changes on {e.changes_on}" if e.changes_on else "no later change is known"
    word, verdict = DECISION_WORDS[e.decision], say(e.outcome)
    known = f", as known on {e.known}" if e.known else ""
    parts = [
        _text(MARGIN, 44, f"{e.row}", 18, theme.INK),
        f'<rect x="{MARGIN}" y="60" width="{WIDTH - 2 * MARGIN}" height="50" rx="5" fill="{color}"/>',
        _text(MARGIN + 16, 82, word if word.casefold() == verdict else f"{word}: {verdict}", 15, "#ffffff"),
        _text(MARGIN + 16, 101, f"on {e.on}{known}; {ends}", 12, "#ffffff"),
    ]
    y = 140.0
    for unit in e.units:
        for line in _unit(unit):
            y = _drawn(parts, line, y)
        y += 12
    tail = f"Evidence: {e.evidence} at its weakest. Citations: {'; '.join(e.citations) or 'none'}. {NOTICE}"
    for piece in _wrapped(tail, (WIDTH - 2 * MARGIN) / 6.2):
        parts.append(_text(MARGIN, y, piece, 11, theme.FAINT))
        y += 15
    height = y + 10
    told = f"{e.row} on {e.on}: {say(e.outcome)}. {ends}."
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'font-family="{", ".join(theme.FONTS)}" role="img"><title>{escape(told)}</title>'
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="{theme.PAPER}"/>'
    )
    return Picture(measured(head + "".join(parts) + "</svg>"), told)


def _unit(unit: UnitNote) -> Iterator[Line]:
    roles = ", ".join(role.replace("_", " ") for role in unit.roles) or "no role"
    how = {"exact": f"listed as {unit.entry}", "stated": f"stated to be {unit.entry}", "possible": f"may be {unit.entry}",
           "none": "not on the lists held", "unknown": "cannot be told"}[unit.match]  # fmt: skip
    yield Line(0, "", f"{unit.party} ({roles})", f"{how}; toward this party: {say(unit.outcome)}", strong=True)
    for note in unit.burdens or unit.subject:
        yield from _provision(note)


def _provision(note: ProvisionNote) -> Iterator[Line]:
    how = {
        "yes": "applies",
        "unknown": "may apply",
        "no": "engaged, and lifted" if note.engaged != "no" else "taken out",
    }[note.holds]
    mark = {"yes": "burden", "unknown": "unknown", "no": "yes"}[note.holds]
    if note.kind == "definition":
        how, mark = {"yes": "holds", "unknown": "may hold", "no": "does not hold"}[note.holds], note.holds
    yield Line(1, mark, f"{note.citation}: {note.title} – {how}", _source(note), strong=True)
    for condition in note.conditions:
        yield _condition(2, condition)
    told = sorted(note.against, key=lambda one: {"yes": 0, "unknown": 1, "no": 2}[one.holds])
    for tried in told[:MOST_TRIED]:
        yield from _tried(tried)
    if len(told) > MOST_TRIED:
        yield Line(2, "", f"and {len(told) - MOST_TRIED} more that do not help")


def _tried(note: ProvisionNote) -> Iterator[Line]:
    verb = {"yes": "helps", "unknown": "may help", "no": "does not help"}[note.holds]
    if note.kind == "limitation":
        verb = {"yes": "bars it", "unknown": "may bar it", "no": "does not bar it"}[note.holds]
    mark = "burden" if note.kind == "limitation" and note.holds == "yes" else note.holds
    yield Line(2, mark, f"{note.citation}: {note.title} – {verb}", _source(note), strong=True)
    if note.holds == "yes":
        for condition in note.conditions:
            yield _condition(3, condition)
    elif (stumbled := note.stumbled_on) is not None and stumbled.truth != "yes":
        yield _condition(3, stumbled)
    for deeper in note.against if note.engaged != "no" else ():
        if deeper.holds != "no":
            mark, verb = ("burden", "bars it") if deeper.holds == "yes" else ("unknown", "may bar it")
            yield Line(3, mark, f"{deeper.citation}: {deeper.title} – {verb}", _source(deeper), strong=True)
            for condition in deeper.conditions:
                yield _condition(4, condition)


def _condition(depth: int, note: ConditionNote) -> Line:
    values = ", ".join(
        f"{name.replace('_', ' ')}: {value}" for name, value in note.values if value not in ("none", "unknown")
    )
    return Line(depth, note.truth, note.name, values)


def _source(note: ProvisionNote) -> str:
    if note.in_force is None:
        return f"{note.provision}; not in force on that day"
    start, end = note.in_force
    days = f"since {start}" if end == "open" else f"{start} to {end}"
    return f"{note.provision}; {note.instrument}, in force {days}"


def _drawn(parts: list[str], line: Line, y: float) -> float:
    """The line drawn at a height; the height of the next."""
    x = MARGIN + line.depth * INDENT
    top = y - 13
    if line.mark:
        sign, color = MARKS[line.mark]
        parts.append(f'<circle cx="{x + 7}" cy="{y - 4.5}" r="7.5" fill="{color}"/>')
        parts.append(
            f'<text x="{x + 7}" y="{y - 0.5}" font-size="11" fill="#ffffff" text-anchor="middle">{sign}</text>'
        )
    start = x + (22 if line.mark else 0)
    room = WIDTH - MARGIN - start
    for piece in _wrapped(line.text, room / EM):
        parts.append(_text(start, y, piece, 13, theme.INK if line.strong else "#3c4a57"))
        y += LEADING
    for piece in _wrapped(line.below, room / 5.9):
        parts.append(_text(start, y - 1, piece, 11, theme.FAINT))
        y += 14
    if line.depth:
        rail = MARGIN + (line.depth - 1) * INDENT + 7
        parts.append(f'<line x1="{rail}" x2="{rail}" y1="{top}" y2="{y - 10}" stroke="{theme.LINE}"/>')
    return y + 5


def _text(x: float, y: float, text: str, size: float, color: str) -> str:
    return f'<text x="{x}" y="{y:.0f}" font-size="{size}" fill="{color}">{escape(text)}</text>'


def _wrapped(text: str, length: float) -> list[str]:
    """A text in lines of about so many Latin letters; a wide letter counts twice."""
    lines, line, room = [], "", 0.0
    for word in text.split():
        wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in word) + 1
        if line and room + wide > length:
            lines.append(line)
            line, room = "", 0.0
        line, room = (f"{line} {word}" if line else word), room + wide
    return [*lines, line] if line else lines
