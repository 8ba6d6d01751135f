"""The folder of a plan: plan.json and its pictures, each file whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carveout.facts.whole_file import whole_file
from carveout.papers.picture import Picture, write_picture


def write_plan_folder(folder: Path, plan: Mapping[str, Any], drawn: Mapping[str, Picture]) -> None:
    """Write a plan and its pictures, as SVG and as PNG, into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with whole_file(folder / "plan.json") as part:
        part.write_text(json.dumps(plan, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for name, picture in drawn.items():
        write_picture(picture, folder / f"{name}.svg")
        write_picture(picture, folder / f"{name}.png")
