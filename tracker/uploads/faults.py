"""What is wrong with an upload, and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One thing wrong: its code (`tracker.uploads.wording` says it in words), its sheet and cell where it has them."""

    code: str
    sheet: str = ""
    cell: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Return where it is, as Excel writes it: 填报!F7; F7 in a text, the sheet alone, or nothing when it is the
        file.
        """
        return "!".join(part for part in (self.sheet, self.cell) if part)


class UploadRefused(Exception):
    """The file cannot be taken, for these faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(f"{fault.place} {fault.code}".strip() for fault in self.faults))

    @classmethod
    def because(cls, code: str, **details: object) -> "UploadRefused":
        """One fault of the file as a whole."""
        return cls([Fault(code, details={name: str(value) for name, value in details.items()})])
