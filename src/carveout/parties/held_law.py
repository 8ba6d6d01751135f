"""The bundled law with the lists that the user imported laid beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from carveout.law.corpus import Corpus, bundled, bundled_with
from carveout.parties.folder import ListsFolder, default_folder

Added = tuple[tuple[str, str], ...]


def law_with_lists(added: Added = (), folder: str | None = None) -> Corpus:
    """The bundled law, a user's scenarios (see :attr:`carveout.law.corpus.Corpus.added`), and the lists of a folder.

    The folder is the user's own where none is given; an empty one stands for no lists. Without imported lists it is the
    bundled law itself. The same corpus for the same snapshots, however often asked.

    Raises:
        LawError: something is wrong with a scenario.
        Unreadable: a snapshot is damaged.
    """
    if folder == "":
        return bundled_with(added)
    lists = ListsFolder(Path(folder) if folder is not None else default_folder())
    manifests = lists.manifests()
    if not manifests:
        return bundled_with(added)
    return _with_lists(added, str(lists.path), lists.key(bundled(), manifests))


@lru_cache(maxsize=4)
def _with_lists(added: Added, folder: str, key: str) -> Corpus:
    """As :func:`law_with_lists`; the key says which snapshots."""
    register = ListsFolder(Path(folder)).register(bundled())
    return replace(bundled_with(added).with_lists(register.entries(), register.held()), lists_folder=folder)
