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


def proposed_texts(text: BulletinText, *, issuer: str) -> dict[str, str]:
    """Return what a new draft begins with: people change every word of it."""
    found = dict.fromkeys(slots_of(text), "")
    found["addressee"] = _("To all regions and reporting units")
    found["opening"] = _("The progress of the targets is notified as follows.")
    found[AFTER % "demands"] = _(
        "Regions behind schedule find the causes target by target and set monthly amounts until the end of the plan.\n"
        "Units that have not reported do so before the next deadline."
    )
    found["signature"] = issuer
    return found
