"""How wide a text is in the font of papers: written into a picture, so that it keeps its measure where that font is not.

An SVG is drawn with the fonts of whoever looks at it. A chart is laid out for Noto Sans; in a wider font its longer texts would run
into each other or be cut off at the rim. ``textLength`` (SVG 1.1, 10.5) tells the viewer how wide each text is meant to be.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import unescape

from carveout.papers.letters import font_folders

FILE = "NotoSans[[]wdth,wght].ttf"
_TEXT = re.compile(r"<(text|tspan)\b([^<>]*)>([^<]*)")
_SIZE = re.compile(r'font-size="([0-9.]+)(?:px)?"')
_HEAVY = re.compile(r'font-weight="(?!normal|400)')
SHORTEST = 3
"""Letters of a text that is worth a measure."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Advance widths of a font, in its units: letter -> width; ``em`` units make one font size."""

    em: int
    widths: Mapping[int, int]

    def of(self, text: str, size: float) -> float | None:
        """The width of a text at a font size; None where the font lacks one of its letters. Kerning is left out."""
        found = [self.widths.get(ord(letter)) for letter in text]
        return None if None in found else sum(one for one in found if one is not None) * size / self.em


@cache
def measure() -> Measure | None:
    """The measure of the regular Noto Sans; None where it is not installed."""
    file = next((one for folder in font_folders() for one in folder.glob(FILE)), None)
    return None if file is None else _read(file.read_bytes())


def _read(font: bytes) -> Measure:
    """The tables head, hhea, hmtx and cmap of a TrueType font (OpenType specification)."""
    (count,) = struct.unpack_from(">H", font, 4)
    tables = {}
    for place in range(12, 12 + 16 * count, 16):
        tag, _, start, _ = struct.unpack_from(">4sIII", font, place)
        tables[tag] = start
    (em,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
    (many,) = struct.unpack_from(">H", font, tables[b"hhea"] + 34)
    advances = struct.unpack_from(f">{2 * many}H", font, tables[b"hmtx"])[::2]
    return Measure(
        em, {letter: advances[min(glyph, many - 1)] for letter, glyph in _letters(font, tables[b"cmap"]).items()}
    )


def _letters(font: bytes, cmap: int) -> dict[int, int]:
    """Letter -> glyph, by a table of segments (format 4)."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for place in range(cmap + 4, cmap + 4 + 8 * count, 8):
        (offset,) = struct.unpack_from(">I", font, place + 4)
        table = cmap + offset
        (form,) = struct.unpack_from(">H", font, table)
        if form == 4:
            return dict(_segments(font, table))
    return {}


def _segments(font: bytes, table: int) -> list[tuple[int, int]]:
    (twice,) = struct.unpack_from(">H", font, table + 6)
    many = twice // 2
    ends = struct.unpack_from(f">{many}H", font, table + 14)
    starts = struct.unpack_from(f">{many}H", font, table + 16 + twice)
    deltas = struct.unpack_from(f">{many}h", font, table + 16 + 2 * twice)
    ranges = table + 16 + 3 * twice
    found = []
    for place, (first, last, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        (offset,) = struct.unpack_from(">H", font, ranges + 2 * place)
        for letter in range(first, last + 1):
            glyph = letter
            if offset:
                (glyph,) = struct.unpack_from(">H", font, ranges + 2 * place + offset + 2 * (letter - first))
            if (glyph or not offset) and letter != 0xFFFF:
                found.append((letter, (glyph + delta) & 0xFFFF))
    return found


def measured(svg: str) -> str:
    """The same picture with the width of each of its texts; texts in heavy letters or in other scripts stay as they are."""
    font, around = measure(), ""
    if font is None:
        return svg

    def told(found: re.Match[str]) -> str:
        nonlocal around
        tag, given, text = found.groups()
        around = given if tag == "text" else around
        size = _SIZE.search(given) or _SIZE.search(around)
        if "textLength" in given or _HEAVY.search(given + around) or size is None or len(text.strip()) < SHORTEST:
            return found.group()
        width = font.of(unescape(text), float(size.group(1)))
        if width is None:
            return found.group()
        return f'<{tag}{given} textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs">{text}'

    return _TEXT.sub(told, svg)
