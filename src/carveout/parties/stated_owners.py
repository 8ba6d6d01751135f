"""What a row says of who owns its parties: how much listed parties hold together, and which entries they are."""

from __future__ import annotations

from carveout.facts.row import Row
from carveout.facts.schema import ROLES
from carveout.law.entry import EntryView, unheld_entry
from carveout.law.owners import TIED, Ownership
from carveout.law.view import View
from carveout.parties.name import normalize

UNTOLD = (None, "none")
"""States that set nobody apart who is not named."""


class StatedOwners:
    """The ownership that a row states, by role; what is said of a party in one role is true of it in the others."""

    def __init__(self, row: Row, view: View) -> None:
        self.row, self.view = row, view
        self._said = any(self._text(role, "ownership") or self._text(role, "owners") for role in ROLES)

    def _text(self, role: str, what: str) -> str | None:
        value = self.row.facts.get(f"{role}_{what}")
        return value if isinstance(value, str) and value else None

    def told(self, role: str) -> bool:
        """Whether the row says of a role, named or not, that listed parties own something of it."""
        return self._said and (self._text(role, "ownership") not in UNTOLD or self._text(role, "owners") is not None)

    def of(self, role: str, name: str) -> Ownership:
        """Who owns the party in a role, as far as the row says; else the question to ask."""
        source = role
        if self._said and self._text(role, "ownership") is None and f"{role}_ownership" not in self.row.stated_unknown:
            source = next((other for other in ROLES if self._same(name, other)), role)
        state = self._text(source, "ownership")
        owners = self._entries(self._text(source, "owners"))
        assumed = tuple(f"{source}_{what}" for what in ("ownership", "owners") if self._text(source, what))
        ask: tuple[str, ...] = ()
        if state is None:
            ask = (f"{role}_ownership",)
        elif state in TIED and not owners:
            ask = (f"{source}_owners",)
        return Ownership(state, owners, ask, assumed)

    def _same(self, name: str, role: str) -> bool:
        """Whether the party of another role has the same name, and its ownership is stated."""
        other = self.row.facts.get(role)
        return (
            bool(name) and isinstance(other, str) and self._text(role, "ownership") is not None
            and normalize(other) == normalize(name)
        )  # fmt: skip

    def _entries(self, said: str | None) -> tuple[EntryView, ...]:
        ids = [part.strip().casefold() for part in said.split(",")] if said else []
        return tuple(self.view.entries.get(one) or unheld_entry(one) for one in dict.fromkeys(ids) if one)


__all__ = ["UNTOLD", "StatedOwners"]
