"""Two readers of iCalendar that know nothing of the one that writes ours."""

from __future__ import annotations

import vobject
from ical.calendar_stream import IcsCalendarStream


def refusals(text: bytes) -> list[str]:
    """What they object to."""
    found = []

    def vobject_reads() -> None:
        for component in vobject.readComponents(text.decode()):
            component.validate(raiseException=True)

    for name, reads in (
        ("vobject", vobject_reads),
        ("ical", lambda: IcsCalendarStream.calendar_from_ics(text.decode())),
    ):
        try:
            reads()
        except Exception as error:  # noqa: BLE001 - the readers raise many kinds, and any is a refusal
            found.append(f"{name}: {error}")
    return found
