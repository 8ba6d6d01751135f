"""Files that appear whole or not at all: written beside their name, synced, then renamed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file that takes its name only once all of it is written and on disk; nothing stays behind otherwise.

    Raises:
        IsADirectoryError, FileNotFoundError: the name is one of a directory, or its directory is not there.
    """
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a directory; name a file")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent} is not there; make the directory first")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    # Opened, not made by tempfile, so that the file may be read by whom the system's mask lets read.
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield part
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
