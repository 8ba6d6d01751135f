"""Countries as list rows write them: codes, names, and the places that are no country of their own."""

from __future__ import annotations

from functools import lru_cache

from carveout.facts.country import countries

_OTHER = {
    "UK": "GB", "PRC": "CN", "TURKIYE": "TR", "TÜRKIYE": "TR", "TURKEY": "TR", "MACAU": "MO", "MACAO": "MO", "UAE": "AE",
    "USA": "US", "BURMA": "MM", "MAN, ISLE OF": "IM", "NORTH KOREA": "KP", "SOUTH KOREA": "KR", "RUSSIA": "RU",
    "IRAN": "IR", "SYRIA": "SY", "WEST BANK": "PS", "NORTHERN GAZA": "PS", "NORTH GAZA": "PS", "GAZA": "PS",
    "CRIMEA (OCCUPIED)": "UA", "KOREA, NORTH": "KP", "KOREA, SOUTH": "KR", "BAHAMAS, THE": "BS", "GAMBIA, THE": "GM",
    "CONGO, DEMOCRATIC REPUBLIC OF THE": "CD", "CONGO, REPUBLIC OF THE": "CG", "COTE D IVOIRE": "CI", "IVORY COAST": "CI",
    "CZECH REPUBLIC": "CZ", "CAPE VERDE": "CV", "SWAZILAND": "SZ", "VIETNAM": "VN", "LAOS": "LA", "BRUNEI": "BN",
    "MACEDONIA": "MK", "NORTH MACEDONIA, THE REPUBLIC OF": "MK", "PALESTINIAN": "PS", "VENEZUELA": "VE", "BOLIVIA": "BO",
    "TANZANIA": "TZ", "MOLDOVA": "MD", "TAIWAN": "TW", "NETHERLANDS ANTILLES": "CW", "AN": "CW",
}  # fmt: skip
"""Upper-case spelling -> code. The lists speak of the occupied regions of Ukraine under Ukraine."""
_REGION = "REGION:"


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """The ISO 3166-1 alpha-2 code of a country as written; nothing when it names none."""
    word = " ".join(text.upper().split()).removeprefix(_REGION).strip(" .")
    if word in countries():
        return word
    if word in _OTHER:
        return _OTHER[word]
    return _by_name().get(word, "")


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {name.upper(): code for code, name in countries().items()}
