"""What a row says of who owns its parties: how much listed parties hold together, and which entries they are."""

from __future__ import annotations

from carveout.facts.row import Row
from carveout.law.entry import EntryView, unheld_entry
from carveout.law.involvement import Involvement
from carveout.law.owners import OWNED, TIED, Ownership
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


def owner_cautions(party: Involvement) -> list[str]:
    """What is to be heeded of the owners of a party on any day, whether a rule on ownership is in force or not."""
    ownership = party.ownership
    if ownership.state in UNTOLD or not set(party.roles) - {"supplier"}:
        return []
    owners = ", ".join(owner.id for owner in ownership.owners) or "listed parties"
    said = {
        "minority": f"{owners} own less than 50 percent of it, or have control without that: a red flag, no requirement by itself",
        "share_unknown": f"{owners} own a share of it that nobody knows: resolve it (Red Flag 29 while the Affiliates Rule is in force)",
        "branch": f"it is a branch or office abroad of {owners}",
    }.get(
        str(ownership.state),
        f"{owners} own 50 percent or more of it: a red flag even while the Affiliates Rule is suspended",
    )
    found = [f"{party.name!r}: {said}; does the item go on to them?"]
    if ownership.state in OWNED and any(owner.list == "SDN" for owner in ownership.owners):
        found.append(
            f"{party.name!r} is owned by designated nationals: the Treasury blocks its property as theirs, on any day"
        )
    missing = [o.id for o in ownership.owners if o.evidence.is_weak and not o.citation]
    if missing:
        found.append(f"{', '.join(missing)} are not among the entries held; taken as listed, as stated")
    return found


__all__ = ["UNTOLD", "StatedOwners", "owner_cautions"]
