"""What stops a plan."""

from __future__ import annotations


class PlanError(Exception):
    """A plan cannot be made of what was given: what was wrong, where, and what would be right."""
