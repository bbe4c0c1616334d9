"""What a summary's mail says, with its workbook."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from tracker.documents import wording
from tracker.documents.drawing.image import picture_of
from tracker.documents.files import type_of
from tracker.documents.findings import Facts
from tracker.documents.summary import Summary, chasing_list, summarise
from tracker.models import Delivery, IssuedReport, Subscription
from tracker.queries.documents.kinds import BRIEF
from tracker.queries.errors import Refused
from tracker.queries.mail import recipients
from tracker.queries.mail.summary_facts import MailScope, facts_of
from tracker.services.documents import reports
from tracker.services.documents.brief import brief_of, issue_brief
from tracker.services.mail import unsubscribe
from tracker.services.mail.attached_report import facts_and_present_report, facts_with_report
from tracker.services.mail.message import Attachment, Content, Picture, link, picture_id
from tracker.services.storage.hashing import open_proved

#: A report that another worker is writing is waited for; after so many attempts the summary goes without.
ATTEMPTS_FOR_REPORT = 3


@dataclass(frozen=True)
class Gathered:
    """What the mails of one scope in one language share."""

    summary: Summary
    picture: bytes | None
    report: IssuedReport | None
    no_report: str
    as_of: datetime


@dataclass
class Gathering:
    """What was gathered for the mails of a batch: each scope once, however many get it.

    `is_preview` issues no report: it shows what there is.
    """

    is_preview: bool = False
    found: dict[tuple[object, ...], Gathered] = field(default_factory=dict)
    papers: dict[int, Attachment] = field(default_factory=dict)

    def of(self, delivery: Delivery, *, now: datetime) -> Gathered:
        """Return what this delivery's mail tells. Raises Refused while its workbook is being written elsewhere."""
        subscription, _period = delivery.subscribed
        scope, is_chase = scope_told(delivery), subscription.about == Subscription.About.CHASING
        key = (scope, is_chase, translation.get_language())
        if key not in self.found:
            if is_chase:
                self.found[key] = Gathered(chasing_list(facts_of(scope)), None, None, "", now)
            else:
                self.found[key] = self._gather(scope, delivery.attempts, now)
        return self.found[key]

    def _gather(self, scope: MailScope, attempts: int, now: datetime) -> Gathered:
        facts, report, no_report = self._facts(scope, attempts, now)
        summary = summarise(facts)
        picture = picture_of(summary.chart) if summary.chart else None
        return Gathered(summary, picture, report, no_report, now)

    def _facts(self, scope: MailScope, attempts: int, now: datetime) -> tuple[Facts, IssuedReport | None, str]:
        if self.is_preview:
            facts, report = facts_and_present_report(scope)
            return facts, report, "" if report else translation.gettext("it is made when the mail is sent.")
        try:
            return *facts_with_report(scope, now=now), ""
        except Refused as refused:
            if attempts < ATTEMPTS_FOR_REPORT:
                raise
            return facts_of(scope), None, refused.message

    def paper(self, delivery: Delivery, report: IssuedReport, *, now: datetime) -> IssuedReport | None:
        """Return what is attached to a delivery: the report, its brief, or nothing; nothing where it is too large.

        The brief is issued first where there is none. Raise Refused while it is being written elsewhere.
        """
        subscription, _period = delivery.subscribed
        found: IssuedReport | None = report
        if subscription.attached == Subscription.Attached.NOTHING:
            return None
        if subscription.attached == Subscription.Attached.BRIEF:
            try:
                found = brief_of(report) if self.is_preview else issue_brief(report, acting_user=None, now=now)
            except Refused:
                if delivery.attempts < ATTEMPTS_FOR_REPORT:
                    raise
                return None
        return found if found and found.file_size <= settings.EMAIL_ATTACHMENT_LIMIT else None

    def attachment(self, paper: IssuedReport) -> Attachment:
        """The file of a report or brief, read once."""
        if paper.pk not in self.papers:
            with open_proved(paper.file, paper.sha256) as file:
                content_type = type_of(paper.file.name).content_type
                self.papers[paper.pk] = Attachment(reports.download_name(paper), content_type, file.read())
        return self.papers[paper.pk]


def summary_mail(delivery: Delivery, *, now: datetime, gathering: Gathering) -> Content:
    """The mail with its workbook, which is issued first when there is none of these figures.

    Raises Refused while the workbook is being written elsewhere.
    """
    _subscription, period = delivery.subscribed
    with timezone.override(period.plan.zone):
        return _content(delivery, gathering.of(delivery, now=now), gathering, now=now)


def _content(delivery: Delivery, found: Gathered, gathering: Gathering, *, now: datetime) -> Content:
    attached = gathering.paper(delivery, found.report, now=now) if found.report else None
    chart = Picture(picture_id(delivery, "chart"), "chart.png", found.picture) if found.picture else None
    is_brief = attached is not None and attached.kind == BRIEF
    context = _context(delivery, found) | {"attached": attached, "is_brief": is_brief, "chart": chart}
    return Content(
        subject=render_to_string("mail/summary_subject.txt", context),
        text=render_to_string("mail/summary.txt", context),
        html=render_to_string("mail/summary.html", context),
        stop_link=str(context["stop_link"]),
        attachments=[gathering.attachment(attached)] if attached else [],
        pictures=[chart] if chart else [],
    )


def scope_told(delivery: Delivery) -> MailScope:
    """Return what the delivery's subscription is about, at its period."""
    subscription, period = delivery.subscribed
    wanted = frozenset[int]()
    if subscription.about == Subscription.About.INDICATORS:
        wanted = frozenset(indicator.pk for indicator in subscription.indicators.all())
    return MailScope(period, subscription.subject_region, wanted)


def _context(delivery: Delivery, found: Gathered) -> dict[str, object]:
    subscription, period = delivery.subscribed
    query = f"?plan={period.plan.code}&period={period.code}"
    if subscription.place:
        query += f"&region={subscription.place.code}"
    return {
        "summary": found.summary,
        "language": translation.get_language(),
        "recipient": delivery.named,
        "why": recipients.reason_for(subscription),
        "as_of": wording.moment(found.as_of),
        "zone": wording.zone_name(),
        "due_at": wording.moment(delivery.due_at) if delivery.is_late and delivery.due_at else "",
        "report": found.report,
        "no_report": found.no_report,
        "report_link": link(reverse("report", args=[found.report.pk])) if found.report else "",
        "page_link": link(f"{reverse('home')}{query}"),
        "mail_link": link(reverse("deliveries")) if delivery.user else "",
        "stop_link": link(reverse("mail_stop", args=[unsubscribe.key_of(unsubscribe.stoppable(delivery))])),
    }
