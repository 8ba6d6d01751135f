"""What is filed of an app plan: plan.json, pictures, memo and workbook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carveout.facts.whole_file import whole_file


def write_papers(plan: Mapping[str, Any], named: Any, folder: Path) -> None:
    """Write all of it into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    with whole_file(folder / "plan.json") as part:
        part.write_text(json.dumps(plan, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
