"""Expected failures, with a message fit for the person. Anything else is a bug and propagates."""

from collections.abc import Mapping


class Refused(Exception):
    """What was asked is not done and nothing was stored. `fields` names each place and what is wrong there."""

    def __init__(self, message: object, fields: Mapping[str, object] | None = None) -> None:
        self.message = str(message)
        self.fields = {name: str(text) for name, text in (fields or {}).items()}
        super().__init__(self.message)


class ChangedMeanwhile(Refused):
    """Another person saved the same thing first."""


class NotAllowed(Refused):
    """The person may not do this here."""
