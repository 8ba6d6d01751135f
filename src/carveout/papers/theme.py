"""How papers look: colors, words and letters, in one place.

The colors of outcomes go from gray over teal to red, in steps of lightness, so that they are told apart in gray and by people
who do not tell red from green; a legend says each in words, and no picture says something by color alone that its
text does not say too.
"""

from __future__ import annotations

from typing import Any

from carveout.decide.outcome import Interval, Outcome

INK, FAINT, LINE, PAPER = "#22303c", "#5b6b79", "#d5dce2", "#ffffff"
ACCENT = "#2b5c8a"
FONT = "Noto Sans"
FONTS = (
    FONT,
    "Noto Sans CJK SC",
    "Noto Sans Arabic",
    "Segoe UI",
    "Helvetica",
    "Arial",
    "Liberation Sans",
    "sans-serif",
)
"""The fonts of a picture; where an SVG is read without the first, its texts keep their width (:mod:`carveout.papers.text_width`)."""

SHADES = {
    "not subject to the rules": "#cfd8df",
    "no license required": "#9fcfc4",
    "authorized": "#23776f",
    "free, subject to review": "#e3c567",
    "unsettled": "#b9a5cf",
    "license required": "#e08a55",
    "prohibited": "#8c2740",
}
"""What an outcome is called in a picture -> its color; unsettled where it may be free and may not."""

WAYS = {"barred": "#e08a55", "doubtful": "#b9a5cf", "other": "#cfd8df", "freed": "#23776f"}
"""Which way a change goes -> its color."""

BANNER = {
    "go": "#23776f", "go_with_conditions": "#23776f", "hold": "#6a4f98", "license_required": "#a8431a",
    "prohibited": "#8c2740",
}  # fmt: skip
"""The color behind a decision, dark enough for white letters."""

_WORDS = {
    Outcome.not_subject: "not subject to the rules", Outcome.no_license_required: "no license required",
    Outcome.authorized: "authorized", Outcome.subject_to_review: "free, subject to review",
    Outcome.license_required: "license required", Outcome.prohibited: "prohibited",
}  # fmt: skip


def shade(outcome: Interval) -> str:
    """The word for an outcome, a key of SHADES: the upper end where both ends are free; the lower where neither is."""
    if outcome.at_most.is_free:
        return _WORDS[outcome.at_most]
    return "unsettled" if outcome.at_least.is_free else _WORDS[outcome.at_least]


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart."""
    family = ", ".join(FONTS)
    axis = {
        "labelFont": family, "titleFont": family, "labelColor": INK, "titleColor": FAINT, "labelFontSize": 12,
        "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#e9edf0", "domainColor": LINE, "tickColor": LINE,
        "labelLimit": 420, "titlePadding": 10, "labelPadding": 6,
    }  # fmt: skip
    return {
        "background": PAPER, "font": family, "padding": 18, "view": {"stroke": None}, "axis": axis,
        "title": {
            "font": family, "subtitleFont": family, "fontSize": 19, "fontWeight": "normal", "color": INK,
            "subtitleColor": FAINT, "subtitleFontSize": 13, "subtitlePadding": 6, "anchor": "start", "offset": 16,
            "frame": "group", "subtitleLineHeight": 17,
        },
        "legend": {
            "labelFont": family, "titleFont": family, "labelColor": INK, "titleColor": FAINT, "labelFontSize": 12,
            "titleFontSize": 12, "titleFontWeight": "normal", "orient": "bottom", "direction": "horizontal",
            "symbolType": "square", "symbolSize": 130, "labelLimit": 300, "columns": 7, "offset": 14,
        },
        "text": {"font": family, "fontSize": 11, "color": INK}, "range": {"category": list(SHADES.values())},
    }  # fmt: skip
