"""A name as read, as one line of text, so that a kept index need not read its names again: reading takes ten times as long.

The parts are set apart by the separators of ASCII, which no word of a name holds. The text it was read from is not in it.
"""

from __future__ import annotations

from carveout.parties.name import Name

PART, WORD, READING = "\x1e", "\x1f", "\x1d"
SAME = "\x1c"
"""Stands for words that are those of the core, or of the person, once more."""


def line_of(name: Name) -> str:
    """A name as one line; one that is nothing but its words is only these."""
    words = tuple(name.normalized.split(" "))
    if name.core == words and name == name_of(name.raw, name.normalized):
        return name.normalized
    return PART.join((
        name.script, name.normalized, name.joined, "1" if name.masked else "",
        *map(WORD.join, (name.core, name.forms, name.numbers, name.places, name.aside)),
        *(SAME if words == like else WORD.join(words) for words, like in (
            (name.person, name.core), (name.plain, name.core), (name.called, name.person),
        )),
        *(READING.join(map(WORD.join, readings)) for readings in (name.variants, name.callings)),
    ))  # fmt: skip


def name_of(raw: str, line: str) -> Name:
    """The name that :func:`line_of` made the line of, as read from ``raw``. Raises ValueError for a text of other parts."""
    if PART not in line:
        words = tuple(line.split(" "))
        return Name(raw, "latin", line, words, (), (), (), words, (), (), False, "".join(words), words, words, ())
    of, normal, joined, masked, told, forms, numbers, places, aside, bearer, spelled, title, variants, callings = (
        line.split(PART)
    )
    core = tuple(told.split(WORD)) if told else ()
    person = core if bearer == SAME else _words(bearer)
    return Name(
        raw, of, normal, core, _words(forms), _words(numbers), _words(places), person, _readings(variants),
        _readings(callings), bool(masked), joined, core if spelled == SAME else _words(spelled),
        person if title == SAME else _words(title), _words(aside),
    )  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(WORD)) if text else ()


def _readings(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(map(_words, text.split(READING))) if text else ()
