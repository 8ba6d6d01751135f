"""Scenarios of a user: a page ``NAME.md`` anywhere, its list entries in ``NAME.toml`` beside it, laid over the bundled law.

They are read and linted exactly as the scenarios that come with the law; faults name the user's own files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from carveout.law.corpus import Corpus, bundled, bundled_with
from carveout.law.error import Fault, LawError, UnknownName, nearest
from carveout.law.scenario import FOLDER

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Overlay:
    """A scenario of a user: its name (that of the file), where it stands, and its texts by path in the corpus."""

    name: str
    path: Path
    texts: tuple[tuple[str, str], ...]


def is_path(scenario: str) -> bool:
    """Whether a scenario is given as the path of a page rather than by name."""
    return scenario.endswith(".md") or "/" in scenario or "\\" in scenario


def read_overlay(path: Path) -> Overlay:
    """The scenario of a page, and of the list entries beside it where there are any.

    Raises:
        LawError: not a page, not there, not readable, or a name that a scenario of the law has.
    """
    name = path.stem
    if path.suffix != ".md":
        raise _fault(
            path, "a scenario is a page", f"name {path.with_suffix('.md')}, with list entries beside it in .toml"
        )
    if not _NAME.fullmatch(name):
        raise _fault(path, f"{name!r} is no name of a scenario", "use letters, digits, dots, dashes and underscores")
    if name in bundled().scenarios:
        raise _fault(path, f"the law comes with a scenario {name!r}", "give the file another name")
    entries = path.with_suffix(".toml")
    texts = [(f"{FOLDER}{name}.md", _text(path))]
    if entries.is_file():
        texts.append((f"{FOLDER}{name}.toml", _text(entries)))
    return Overlay(name, path, tuple(texts))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise LawError([Fault(str(path), line, "not UTF-8", "save the file as UTF-8")]) from None
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        raise _fault(path, why, "name a page that is there, or a scenario of the law") from None


def _fault(path: Path, wrong: str, right: str) -> LawError:
    return LawError([Fault(str(path), 1, wrong, right)])


def bundled_over(scenarios: Iterable[str]) -> tuple[Corpus, tuple[str, ...]]:
    """The bundled law with those of the scenarios that are given by path, and the names of all of them in order.

    Raises:
        LawError: something is wrong with a page; every fault names the user's file and its line.
        UnknownName: a name the law does not hold.
    """
    overlays: dict[str, Overlay] = {}
    names = []
    for scenario in scenarios:
        if not is_path(scenario):
            if scenario not in bundled().scenarios:
                close = nearest(scenario, bundled().scenarios)
                raise UnknownName(
                    f"no scenario {scenario!r}; {close} (a page of your own is given by its path, NAME.md)"
                )
            names.append(scenario)
            continue
        read = read_overlay(Path(scenario))
        held = overlays.setdefault(read.name, read)
        if held.path.resolve() != read.path.resolve():
            raise _fault(read.path, f"{held.path} has the same name", "give one of the two files another name")
        names.append(read.name)
    added = tuple(text for name in sorted(overlays) for text in overlays[name].texts)
    shown = {
        f"{FOLDER}{name}{ending}": str(one.path.with_suffix(ending))
        for name, one in overlays.items() for ending in (".md", ".toml")
    }  # fmt: skip
    try:
        return bundled_with(added), tuple(names)
    except LawError as error:
        faults = [Fault(shown.get(f.file, f.file), f.line, f.wrong, _own(f.right, shown)) for f in error.faults]
        raise LawError(faults) from None


def _own(text: str, shown: dict[str, str]) -> str:
    """A sentence with the paths of the corpus replaced by the user's own."""
    for path, own in shown.items():
        text = text.replace(path, own)
    return text
