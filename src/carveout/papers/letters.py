"""The fonts of papers: Noto, under the SIL Open Font License, from packages; no font of the system is relied on."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGES = {"fontpkg_noto_sans": "files", "fontpkg_noto_sans_arabic": "files", "noto_cjk_sans_otc": ""}
"""Package -> the folder in it that holds the fonts: Latin, Greek and Cyrillic; Arabic; Chinese, Japanese and Korean."""


@cache
def font_folders() -> tuple[Path, ...]:
    """The folders of the fonts, those that are installed."""
    found = []
    for package, folder in PACKAGES.items():
        spec = find_spec(package)
        for place in spec.submodule_search_locations or () if spec else ():
            found.append(Path(place) / folder)
    return tuple(found)
