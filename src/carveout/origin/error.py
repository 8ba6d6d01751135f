"""What stops a calculation."""

from __future__ import annotations


class OriginError(Exception):
    """A bill or a folder of tables that cannot be used at all: what was wrong, where, and what would be right."""
