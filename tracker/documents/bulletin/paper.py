"""A bulletin ready to be set: the generated text, the free text by its slot, and what stands around them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tracker.documents.bulletin.text import BulletinText

#: What people write: above the text, around it and below.
HEAD_SLOTS = ("document_number", "addressee", "opening")
FOOT_SLOTS = ("closing", "annex", "signature", "contact")
#: The free text of a section stands after its sentences.
AFTER = "after:%s"
#: So long a text may be; a bulletin is a few pages.
LONGEST = 4_000


@dataclass(frozen=True)
class BulletinPaper:
    """The paper. `draft` is the word that stands on one which is not issued yet; empty on an issued one."""

    title: str
    text: BulletinText
    texts: Mapping[str, str]
    day: date
    language: str
    draft: str = ""

    def written(self, slot: str) -> list[str]:
        """Return the paragraphs that people wrote in a slot."""
        return [line.strip() for line in self.texts.get(slot, "").splitlines() if line.strip()]


def slots_of(text: BulletinText) -> Iterator[str]:
    """Return the slots of a text, in their order on paper."""
    yield from HEAD_SLOTS
    for section in text.sections:
        yield AFTER % section.key
    yield from FOOT_SLOTS


def proposed_texts(text: BulletinText, *, issuer: str, kind: str) -> dict[str, str]:
    """Return what a new draft of a bulletin on a kind of period begins with: people change every word of it."""
    found = dict.fromkeys(slots_of(text), "")
    found["addressee"] = _("To all regions and reporting units")
    found["opening"] = _("The progress of the targets is notified as follows.")
    late = _("Units that have not reported do so before the next deadline.")
    found[AFTER % "demands"] = f"{_catching_up(kind)}\n{late}"
    found["signature"] = issuer
    return found


def _catching_up(kind: str) -> str:
    monthly = _("Regions behind schedule find the causes target by target and set an amount for each month left.")
    other = _("Regions behind schedule find the causes target by target and set an amount for each period left.")
    return monthly if kind == "month" else other
