"""The notice on personal data that is in force."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from tracker.models import Notice
from tracker.models.naming import in_readers_language


@dataclass(frozen=True)
class NoticeText:
    """A version of the notice in the reader's language, as paragraphs."""

    version: int
    text: str


def version_in_force() -> int:
    """Return the version that is in force; 0 is the text that comes with the tracker."""
    newest = Notice.objects.values_list("version", flat=True).first()
    return newest or 0


def notice_in_force() -> NoticeText:
    """Return the notice in force. An empty text of the organisation puts the tracker's own in its place."""
    newest = Notice.objects.first()
    own = in_readers_language(newest.text, newest.text_en) if newest else ""
    return NoticeText(newest.version if newest else 0, own or standard_text())


def standard_text() -> str:
    """Return the text that comes with the tracker."""
    return "\n\n".join(
        (
            _(
                "This system holds your user name, name, mail address and, if given, telephone number, so that you can "
                "sign in, get mail about your work and be reached about overdue returns."
            ),
            _(
                "It records when and from which network address you sign in and what you enter, verify, export or "
                "change. The record cannot be altered. It is kept as the law on network security asks."
            ),
            _(
                "Your telephone number is shown only to reviewers and plan managers responsible for your unit. "
                "Documents name who submitted, verified and issued them; copies for addresses outside the organisation "
                "do not."
            ),
            _(
                "The page “My data” shows everything that is held about you, with a file to take away. After your "
                "account is closed its personal data is erased when the term of the organisation is over, or at your "
                "request. Corrections: ask your administrator."
            ),
        )
    )
