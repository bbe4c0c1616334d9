"""Bulletins: the text that a report's figures give, and the issued ones that they no longer agree with."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents.bulletin import BulletinText, Disagreement, build_bulletin, disagreements, text_from_json
from tracker.documents.bulletin.paper import AFTER, FOOT_SLOTS, HEAD_SLOTS, BulletinPaper
from tracker.documents.compliance import ComplianceFigures
from tracker.models import Bulletin, IssuedReport, User
from tracker.models.access import Capability, scope_of
from tracker.queries.documents.compliance_figures import read_compliance_figures
from tracker.queries.documents.consistent_read import consistent_read
from tracker.queries.documents.file_names import own_document_name
from tracker.queries.documents.kinds import COMPLIANCE
from tracker.queries.documents.request import ReportRequest
from tracker.queries.errors import Refused


@dataclass(frozen=True)
class Overtaken:
    """An issued bulletin whose sentences a later report words otherwise."""

    bulletin: Bulletin
    sentences: Sequence[Disagreement]


@dataclass(frozen=True)
class Passage:
    """A section as it is edited: the heading, the sentences with their figures, and the name of its free text."""

    heading: str
    sentences: Sequence[Sequence[tuple[str, str]]]
    slot: str
    text: str
    rows: int = 3


@dataclass(frozen=True)
class BulletinPage:
    """The content of a bulletin's page. `newer` is a report that was issued after the one it is made from."""

    bulletin: Bulletin
    head: Sequence[tuple[str, str, str]]
    passages: Sequence[Passage]
    foot: Sequence[tuple[str, str, str]]
    basis: str
    newer: IssuedReport | None
    differing: Sequence[Disagreement]
    may_write: bool
    may_review: bool
    marker: str = ""


def bulletin_page(bulletin: Bulletin, user: User) -> BulletinPage:
    """Return what a person sees of a bulletin."""
    text, texts = text_from_json(bulletin.sentences), bulletin.texts
    newer = newest_report_after(bulletin.report)
    may_issue = may_issue_bulletins(user, bulletin.report)
    labels = slot_labels()
    return BulletinPage(
        bulletin=bulletin,
        head=[(slot, labels[slot], texts.get(slot, "")) for slot in HEAD_SLOTS],
        passages=[
            Passage(
                section.heading,
                [[(part.text, part.figure) for part in sentence.parts] for sentence in section.sentences],
                AFTER % section.key,
                texts.get(AFTER % section.key, ""),
            )
            for section in text.sections
        ],
        foot=[(slot, labels[slot], texts.get(slot, "")) for slot in FOOT_SLOTS],
        basis=text.basis,
        newer=newer,
        differing=disagreements(text, text_of_report(newer)) if newer else [],
        may_write=may_issue and bulletin.state == Bulletin.State.DRAFT,
        may_review=may_issue and bulletin.state == Bulletin.State.REVIEW and not bulletin.was_written_by(user),
        marker=text.marker,
    )


def slot_labels() -> dict[str, str]:
    """Return what the free texts above and below are called."""
    return {
        "document_number": pgettext("bulletin", "Document number"),
        "addressee": _("Addressees"),
        "opening": _("Opening"),
        "closing": _("Closing"),
        "annex": _("Annexes, one to a line"),
        "signature": _("Signed by"),
        "contact": _("Contact"),
    }


def may_issue_bulletins(user: User, report: IssuedReport) -> bool:
    """Return True if a person may write and review bulletins on a report."""
    return scope_of(user, Capability.ISSUE_REPORTS, plan_id=report.plan_id).covers_region(report.region)


def text_of_report(report: IssuedReport) -> BulletinText:
    """Return the text that the figures of an issued report give, in the report's language.

    Raise Refused for a report that kept no inputs.
    """
    with translation.override(report.language), timezone.override(report.plan.zone):
        return build_bulletin(figures_of(report))


def figures_of(report: IssuedReport) -> ComplianceFigures:
    """Return the figures that a report was issued with. Raise Refused for one that kept no inputs."""
    if report.kind != COMPLIANCE or not report.book:
        raise Refused(_("A bulletin is made from a compliance report that keeps its inputs. Issue one first."))
    with consistent_read():
        request = ReportRequest(
            kind=COMPLIANCE,
            period=report.period,
            region=report.region,
            language=report.language,
            as_of=report.as_of,
            kept=report,
        )
        return read_compliance_figures(request)


def newest_report_after(report: IssuedReport) -> IssuedReport | None:
    """Return the newest report of the same period, region and language, if one was issued after this."""
    found = IssuedReport.objects.filter(
        kind=report.kind,
        plan=report.plan_id,
        period=report.period_id,
        region=report.region_id,
        language=report.language,
        pk__gt=report.pk,
    )
    return found.with_names().order_by("-pk").first()


def overtaken_bulletins(report: IssuedReport) -> list[Overtaken]:
    """Return the issued bulletins, of the report's period, region and language, that no longer agree with it."""
    if report.kind != COMPLIANCE or not report.book:
        return []
    bulletins = Bulletin.objects.with_names().filter(
        state=Bulletin.State.ISSUED,
        report__plan=report.plan_id,
        report__period=report.period_id,
        report__region=report.region_id,
        report__language=report.language,
        report__lt=report.pk,
    )
    issued = list(bulletins)
    if not issued:
        return []
    now = text_of_report(report)
    found = [Overtaken(one, disagreements(text_from_json(one.sentences), now)) for one in issued]
    return [one for one in found if one.sentences]


def paper_of(bulletin: Bulletin) -> BulletinPaper:
    """Return a bulletin ready to be set; call it in the report's language."""
    return BulletinPaper(
        title=bulletin.title,
        text=text_from_json(bulletin.sentences),
        texts=bulletin.texts,
        day=timezone.localtime(bulletin.dated).date(),
        language=bulletin.report.language,
        draft=_("Draft, not issued") if bulletin.is_open else "",
    )


def bulletin_name(bulletin: Bulletin) -> str:
    """Return what the plan calls its bulletins."""
    return own_document_name(bulletin.report.plan, "bulletin") or _("Bulletin")
