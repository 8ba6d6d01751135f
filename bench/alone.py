"""The bundled law without the other regimes, for the figures of one: as a corpus, and as a package for other processes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import carveout
from carveout.law.corpus import BUNDLED, Corpus, load, read_folder

OTHERS = ("icts", "fcc", "s889")
HEAD = "corpus.toml"


def ear_alone() -> Corpus:
    """The bundled law without the other regimes."""
    texts = {
        path: text for path, text in read_folder(BUNDLED).items() if not path.startswith(tuple(f"{r}/" for r in OTHERS))
    }
    return load({**texts, HEAD: _head(texts[HEAD])})


def ear_package(folder: Path) -> Path:
    """A copy of the package that bundles this law alone; the folder to put on the path."""
    home = folder / "carveout"
    shutil.copytree(Path(carveout.__file__).parent, home, ignore=shutil.ignore_patterns("__pycache__"))
    law = home / "corpus" / "us"
    for regime in OTHERS:
        shutil.rmtree(law / regime)
    (law / HEAD).write_text(_head((law / HEAD).read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def _head(text: str) -> str:
    """The head of the law without the tables of the others."""
    of_others = re.compile(rf"\[regime\.({'|'.join(OTHERS)})\]|within_({'|'.join(OTHERS)})")
    return "\n".join(table for table in re.split(r"\n(?=\[)", text) if not of_others.search(table))
