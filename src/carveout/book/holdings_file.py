"""A file of shareholdings of any kind that a table may be, or of statements of the Beneficial Ownership Data Standard."""

from __future__ import annotations

from pathlib import Path

from carveout.book.error import BookError
from carveout.book.tables import records
from carveout.parties.bods import is_bods, load_statements, read_bods
from carveout.parties.holding import Shareholdings
from carveout.parties.ownership_file import NotHoldings, read_holdings


def open_holdings(name: str) -> Shareholdings:
    """The shareholdings in a file.

    Raises:
        BookError: a file that cannot be read, or that holds no shareholdings.
    """
    path = Path(name)
    try:
        if path.suffix.casefold() in (".json", ".jsonl", ".ndjson") and path.is_file():
            statements = load_statements(path)
            if is_bods(statements) or path.suffix.casefold() == ".json":
                if not is_bods(statements):
                    raise NotHoldings(
                        f"{name} holds no statements of the Beneficial Ownership Data Standard (objects with recordType, or statementType)"
                    )
                return read_bods(statements)
        return read_holdings((record.cells for record in records(name)), name)
    except NotHoldings as error:
        raise BookError(str(error)) from None
    except OSError as error:
        raise BookError(f"{name} cannot be opened: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise BookError(f"{name} is no text in UTF-8") from None


__all__ = ["open_holdings"]
