"""What a process that is ours alone may do, and a library in someone else's may not."""

from __future__ import annotations

import sys
from collections.abc import Sequence


class _NoPandas:
    """Finds no pandas."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> None:
        """Nothing for any other name, so that others look."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def arrow_without_pandas() -> None:
    """Let Arrow find no pandas in this process: it would import it for the first array, which takes as long as the law.

    Arrow asks once. Who imports pandas later gets it; only Arrow's tables will not turn into its frames.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    nothing = _NoPandas()
    sys.meta_path.insert(0, nothing)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(nothing)
