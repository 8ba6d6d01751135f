"""What a row says of who owns its parties: how much listed parties hold together, and which entries they are."""

from __future__ import annotations

from carveout.facts.row import Row
from carveout.law.entry import EntryView, unheld_entry
from carveout.law.owners import TIED, Ownership
from carveout.law.view import View

UNTOLD = (None, "none")
"""States that set nobody apart who is not named."""


class StatedOwners:
    """The ownership that a row states, by role. A name in two roles is told of in both: names that nobody lists are exchanged for
    one another where many rows are decided, so that nothing may hang on two of them being equal."""

    def __init__(self, row: Row, view: View) -> None:
        self.row, self.view = row, view

    def _text(self, role: str, what: str) -> str | None:
        value = self.row.facts.get(f"{role}_{what}")
        return value if isinstance(value, str) and value else None

    def told(self, role: str) -> bool:
        """Whether the row says of a role, named or not, that listed parties own something of it."""
        return self._text(role, "ownership") not in UNTOLD or self._text(role, "owners") is not None

    def of(self, role: str) -> Ownership:
        """Who owns the party in a role, as far as the row says of that role; else the question to ask."""
        state, owners = self._text(role, "ownership"), self._entries(self._text(role, "owners"))
        assumed = tuple(f"{role}_{what}" for what in ("ownership", "owners") if self._text(role, what))
        ask: tuple[str, ...] = ()
        if state is None:
            ask = (f"{role}_ownership",)
        elif state in TIED and not owners:
            ask = (f"{role}_owners",)
        return Ownership(state, owners, ask, assumed)

    def _entries(self, said: str | None) -> tuple[EntryView, ...]:
        ids = [part.strip().casefold() for part in said.split(",")] if said else []
        return tuple(self.view.entries.get(one) or unheld_entry(one) for one in dict.fromkeys(ids) if one)


__all__ = ["UNTOLD", "StatedOwners"]
