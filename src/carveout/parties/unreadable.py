"""The errors of list files: one that cannot be read at all, and one that is read and not believed."""


class Unreadable(ValueError):
    """A file of lists that cannot be read; the message says why, and what would be right."""


class Refused(Exception):
    """A file of lists that was read and is not taken; the message says why. What was held before stays."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
