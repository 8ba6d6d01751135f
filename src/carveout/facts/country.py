"""Countries as the books name them: ISO 3166-1 alpha-2 codes and their short English names.

The Entity List and the Country Groups speak of destinations, so Hong Kong and Macau keep their own codes.
Source of the codes: ISO 3166-1.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import files


@cache
def countries() -> dict[str, str]:
    """Code -> short English name."""
    text = files("carveout.facts").joinpath("countries.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines() if line)


def is_country(code: str) -> bool:
    """Whether the text is an assigned ISO 3166-1 alpha-2 code, upper case."""
    return code in countries()


def country_name(code: str) -> str:
    """The short English name of a code; the code itself when it is none."""
    return countries().get(code, code)


def nearest_country(text: str) -> str:
    """The code of the country that was probably meant by a name, or nothing."""
    by_name = {name.casefold(): code for code, name in countries().items()}
    word = text.casefold().strip()
    if word in by_name:
        return by_name[word]
    close = get_close_matches(word, by_name, n=1, cutoff=0.8)
    return by_name[close[0]] if close else ""
