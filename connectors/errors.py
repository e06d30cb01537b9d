"""What a tracker did not do, by what to do next; the tree is drawn in ``connectors.base``."""

ANOTHER_ACCOUNT = "give crosstie its token again, or run `crosstie retire` with it before another account takes over"
"""What to do about notes that the account of a former token wrote."""


class ConnectorError(Exception):
    """Something a tracker did not do. ``tracker`` names it; ``str()`` is a sentence for people."""

    def __init__(self, tracker: str, message: str) -> None:
        super().__init__(f"{tracker}: {message}")
        self.tracker = tracker


class TryLater(ConnectorError):
    def __init__(self, tracker: str, message: str, *, after: float | None = None, sent: bool = False) -> None:
        super().__init__(tracker, message)
        self.after = after
        """Seconds the tracker asked us to wait, or that our own pacing asks for; None: nobody asked for any."""
        self.sent = sent
        """Whether the request may have been carried out although no answer was read: look before writing again."""


class Refused(ConnectorError):
    def __init__(self, tracker: str, message: str, *, why: str = "") -> None:
        super().__init__(tracker, message)
        self.why = why
        """What is in the way, in words that hold for every issue it concerns: ``acme/old is archived``."""


class Gone(Refused):
    pass


class Denied(Refused):
    pass


class TooLong(Refused):
    pass


class Stop(ConnectorError):
    pass
