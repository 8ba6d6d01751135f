"""The case to start from: the bundled example, copied."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from carveout.facts.whole_file import whole_file
from carveout.plan.error import PlanError

NAMES = ("apps.toml", "devices.csv", "services.csv", "replacements.csv", "apps.csv")


def write_template(folder: Path) -> None:
    """Write the bundled case into a folder, which is made; nothing that is there is written over.

    Raises:
        PlanError: a file of that name is there, or the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanError(f"{folder} cannot be made: {error.strerror or error}") from None
    there = [name for name in NAMES if (folder / name).exists()]
    if there:
        raise PlanError(f"{folder} holds {', '.join(there)} already; name another folder")
    held = files("carveout") / "examples" / "apps"
    for name in NAMES:
        with whole_file(folder / name) as part:
            part.write_text((held / name).read_text(encoding="utf-8"), encoding="utf-8")
