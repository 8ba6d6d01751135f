"""Codes of the restricted-party lists: how the Consolidated Screening List names its sources, and what we call them."""

from __future__ import annotations

import re
import unicodedata

TITLES = {
    "EL": "Entity List",
    "DPL": "Denied Persons List",
    "MEU": "Military End-User List",
    "UVL": "Unverified List",
    "SDN": "Specially Designated Nationals and Blocked Persons List",
    "CMIC": "Non-SDN Chinese Military-Industrial Complex Companies List",
    "MBS": "Non-SDN Menu-Based Sanctions List",
    "SSI": "Sectoral Sanctions Identifications List",
    "PLC": "Palestinian Legislative Council List",
    "CAP": "Correspondent Account or Payable-Through Account Sanctions (CAPTA) List",
    "DTC": "AECA (ITAR) Debarred List",
    "ISN": "Nonproliferation Sanctions",
}
"""Code -> title of the lists that the law has a page for."""

UNKNOWN = "unknown"
"""The code of a row that does not say which list it is of: kept, because it is on some list."""

_ALIASES = {"NS-MBS": "MBS", "NS-MBS LIST": "MBS", "CAPTA": "CAP", "NS-CMIC": "CMIC", "NS-PLC": "PLC", "ACN": "ISN"}
_IN_PARENTHESES = re.compile(r"\(([^()]+)\)")
_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,11}")


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits, everything else one dash: NFKD, marks dropped (contract of the ids)."""
    folded = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in folded if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def list_code(source: str) -> str:
    """The code of a source as the list names it, e.g. ``Entity List (EL) - Bureau of Industry and Security`` is EL.

    A source that is not known keeps its own abbreviation, or a slug of its name: a list is never dropped.
    """
    found = _IN_PARENTHESES.search(source)
    inside = (found.group(1) if found else source).strip().upper()
    code = _ALIASES.get(inside, inside)
    if code in TITLES:
        return code
    if found and _CODE.fullmatch(code):
        return code
    return slug(source)[:60].strip("-") or UNKNOWN


def list_title(code: str, source: str = "") -> str:
    """The title of a list; of one that is not known, the name its source gives."""
    return TITLES.get(code) or source.partition(" - ")[0].removesuffix(f"({code})").strip() or code
