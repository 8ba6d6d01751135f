"""Pictures: a chart or a drawing becomes an SVG or PNG file, without a browser and without the network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from carveout.book.error import BookError
from carveout.book.writer import whole_file
from carveout.papers import theme
from carveout.papers.letters import font_folders
from carveout.papers.pixels import compact
from carveout.papers.text_width import measured

if TYPE_CHECKING:
    import altair as alt

ENDINGS = (".svg", ".png")
VEGA_LITE = "6.4"
PNG_SCALE = 2.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG, and what it shows in a sentence (read aloud in its place)."""

    svg: str
    told: str

    def png(self) -> bytes:
        """The picture in pixels, two for each unit."""
        return compact(_converter().svg_to_png(self.svg, scale=PNG_SCALE))


@cache
def _converter() -> ModuleType:
    import vl_convert

    for folder in font_folders():
        vl_convert.register_font_directory(str(folder))
    return vl_convert


def drawn(chart: alt.TopLevelMixin, told: str) -> Picture:
    """A chart as a picture, in the theme of all papers."""
    spec: dict[str, Any] = chart.to_dict()
    spec["config"] = theme.config()
    svg: str = _converter().vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return Picture(measured(svg), told)


def check_ending(path: Path) -> str:
    """The ending of a picture's file.

    Raises:
        BookError: one that cannot be drawn.
    """
    if path.suffix.lower() not in ENDINGS:
        raise BookError(f"{path}: pictures are written as .svg or .png, not {path.suffix or 'without an ending'}")
    return path.suffix.lower()


def write_picture(picture: Picture, path: Path) -> None:
    """Write a picture by the ending of its name, whole or not at all.

    Raises:
        BookError: another ending, or a name that cannot be written.
    """
    ending = check_ending(path)
    data = picture.png() if ending == ".png" else picture.svg.encode()
    with whole_file(path) as part:
        part.write_bytes(data)
