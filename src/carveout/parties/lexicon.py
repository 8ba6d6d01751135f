"""Ordinary words of organization names in other scripts, in English: our own compilation, one table a language.

A table ``words/LANGUAGE.tsv`` has the columns word, kind, english, note. ``word`` may hold several spellings or inflected
forms and ``english`` several renderings, each separated by ``|``, the most usual first. Kinds: ``form`` (legal form),
``place``, ``institution`` (what kind of body it is), ``trade`` (what it does), ``link`` (of, and, in the name of), ``name`` (abbreviations
and brands of groups that stand inside longer names; the reading by sound comes first, the brand after it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

KINDS = frozenset({"form", "place", "institution", "trade", "link", "name"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a table as it stood in a text: ``english`` has at least one rendering, which may be empty."""

    text: str
    kind: str
    english: tuple[str, ...]
    note: str = ""

    def rendering(self, nth: int) -> str:
        """The nth rendering, or the last where there are fewer."""
        return self.english[min(nth, len(self.english) - 1)]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, found longest first. Time is linear in the text: a word has a greatest length."""

    words: Mapping[str, Word]
    longest: int
    longest_phrase: int

    def pieces(self, text: str) -> Iterator[Word | str]:
        """A text without spaces as words, and the stretches between them."""
        start = held = 0
        while start < len(text):
            for length in range(min(self.longest, len(text) - start), 0, -1):
                word = self.words.get(text[start : start + length])
                if word is not None:
                    if held < start:
                        yield text[held:start]
                    yield word
                    start += length
                    held = start
                    break
            else:
                start += 1
        if held < len(text):
            yield text[held:]

    def phrases(self, tokens: Sequence[str], fold: Callable[[str], str] = str) -> Iterator[Word | str]:
        """A text cut at its spaces as words of the table (of one token or several), and the other tokens as they are.

        ``fold`` is what was done to the table, done to a token before it is looked up.
        """
        keys = [fold(token) for token in tokens]
        start = 0
        while start < len(tokens):
            for length in range(min(self.longest_phrase, len(tokens) - start), 0, -1):
                word = self.words.get(" ".join(keys[start : start + length]))
                if word is not None:
                    yield word
                    start += length
                    break
            else:
                yield tokens[start]
                start += 1


def rows(table: str) -> Iterator[list[str]]:
    """The rows of ``words/TABLE.tsv`` as cells, without its head, empty lines and remarks (``#``)."""
    text = (files("carveout.parties") / "words" / f"{table}.tsv").read_text(encoding="utf-8")
    for line in text.splitlines()[1:]:
        if line.strip() and not line.startswith("#"):
            yield line.split("\t")


@lru_cache(maxsize=16)
def lexicon(language: str, fold: Callable[[str], str] = str) -> Lexicon:
    """The table of a language (``chinese``, ``japanese``, ``korean``, ``russian``, ``arabic``).

    ``fold`` is what the reader of the script does to the letters of a text, done to those of the table too.
    """
    words: dict[str, Word] = {}
    for row in rows(language):
        for spelling in row[0].split("|"):
            word = Word(fold(spelling), row[1], tuple(row[2].split("|")), row[3] if len(row) > 3 else "")
            words.setdefault(word.text, word)
    longest = max(map(len, words), default=0)
    return Lexicon(words, longest, max((len(word.split()) for word in words), default=0))


@lru_cache(maxsize=16)
def spellings(table: str, fold: Callable[[str], str] = str) -> Mapping[str, tuple[str, ...]]:
    """A two-column table of names: the name in its script (``|`` between variants), its Latin spellings (``|``)."""
    held: dict[str, tuple[str, ...]] = {}
    for row in rows(table):
        for name in row[0].split("|"):
            held.setdefault(fold(name), tuple(row[1].split("|")))
    return held
