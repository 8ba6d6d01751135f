"""What stops a whole book."""

from __future__ import annotations


class BookError(Exception):
    """A book that cannot be read or written at all: what was wrong, where, and what would be right."""
