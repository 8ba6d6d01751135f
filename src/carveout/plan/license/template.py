"""The case to start from: the bundled example, copied."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from carveout.facts.whole_file import whole_file
from carveout.plan.error import PlanError


def write_template(path: Path) -> None:
    """Write the bundled case to a new file.

    Raises:
        PlanError: the file is there, or its folder is not.
    """
    if path.exists():
        raise PlanError(f"{path} is there already; name another file")
    if not path.parent.is_dir():
        raise PlanError(f"{path.parent} is not there; make the folder first")
    text = (files("carveout") / "examples" / "license" / "license.toml").read_text(encoding="utf-8")
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
