"""What a summary's mail says, with its workbook."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from tracker.documents import wording
from tracker.documents.drawing.image import picture_of
from tracker.documents.files import type_of
from tracker.documents.findings import Facts
from tracker.documents.summary import Summary, chasing_list, summarise
from tracker.models import Delivery, IssuedReport, MailThreshold, Subscription
from tracker.queries.documents.kinds import BRIEF
from tracker.queries.errors import Refused
from tracker.queries.mail import recipients
from tracker.queries.mail.conditions import crossings, hold_of
from tracker.queries.mail.outside import is_outside, own_domains
from tracker.queries.mail.summary_facts import MailScope, facts_of
from tracker.services.documents import reports
from tracker.services.documents.brief import brief_of, issue_brief
from tracker.services.documents.copies import copy_without_names, name_without_names, record_copy
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
    papers: dict[tuple[int, bool], Attachment] = field(default_factory=dict)
    passed: dict[tuple[object, ...], list[str]] = field(default_factory=dict)

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

    @cached_property
    def bounded(self) -> set[int]:
        """Return the subscriptions that have bounds: few have, and none is asked one by one."""
        return set(MailThreshold.objects.order_by().values_list("subscription_id", flat=True).distinct())

    @cached_property
    def domains(self) -> Sequence[str]:
        """Return the organisation's mail domains."""
        return own_domains()

    def hides_names(self, delivery: Delivery) -> bool:
        """Return True if what is attached to a delivery is a copy without the names of people."""
        subscription, _period = delivery.subscribed
        return subscription.hides_names and is_outside(delivery.recipient, self.domains, user=delivery.user)

    @cached_property
    def copied(self) -> set[tuple[int, int]]:
        """Return the subscriptions with the people who get a copy."""
        return set(Subscription.copies_to.through.objects.values_list("subscription_id", "user_id"))

    def is_copy(self, delivery: Delivery) -> bool:
        """Return True if the delivery is a copy of what others get."""
        subscription, _period = delivery.subscribed
        is_named = (subscription.pk, delivery.user_id) in self.copied
        return is_named and recipients.is_copy(subscription, delivery.user)

    def crossings(self, delivery: Delivery) -> list[str]:
        """Return the bounds of the subscription that a figure has passed, in words."""
        subscription, period = delivery.subscribed
        if subscription.pk not in self.bounded:
            return []
        key = (subscription.pk, period.pk, translation.get_language())
        if key not in self.passed:
            self.passed[key] = [str(one) for one in crossings(subscription, period)]
        return self.passed[key]

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

    def attachment(self, paper: IssuedReport, *, hides_names: bool = False) -> Attachment:
        """Return the file of a report or brief, or a copy of it without names of people; read or write each once."""
        key = (paper.pk, hides_names)
        if key not in self.papers:
            content_type, name = type_of(paper.file.name).content_type, reports.download_name(paper)
            if hides_names:
                content, name = copy_without_names(paper), name_without_names(name)
            else:
                with open_proved(paper.file, paper.sha256) as file:
                    content = file.read()
            self.papers[key] = Attachment(name, content_type, content)
        return self.papers[key]


def summary_mail(delivery: Delivery, *, now: datetime, gathering: Gathering) -> Content:
    """Return the mail with its workbook; issue the workbook first when there is none of these figures.

    Raise Refused while the workbook is being written elsewhere.
    """
    _subscription, period = delivery.subscribed
    with timezone.override(period.plan.zone):
        return _content(delivery, gathering.of(delivery, now=now), gathering, now=now)


def _content(delivery: Delivery, found: Gathered, gathering: Gathering, *, now: datetime) -> Content:
    attached = gathering.paper(delivery, found.report, now=now) if found.report else None
    chart = Picture(picture_id(delivery, "chart"), "chart.png", found.picture) if found.picture else None
    is_brief = attached is not None and attached.kind == BRIEF
    context = _context(delivery, found) | {"attached": attached, "is_brief": is_brief, "chart": chart}
    subscription, _period = delivery.subscribed
    context["why"] = recipients.reason_for(subscription, is_copy=gathering.is_copy(delivery))
    context["crossings"] = gathering.crossings(delivery)
    hides_names = attached is not None and gathering.hides_names(delivery)
    context["hides_names"] = hides_names
    attachments = [gathering.attachment(attached, hides_names=hides_names)] if attached else []
    if attached and hides_names and not gathering.is_preview:
        record_copy(attached, delivery, attachments[0].data, now=now)
    return Content(
        subject=render_to_string("mail/summary_subject.txt", context),
        text=render_to_string("mail/summary.txt", context),
        html=render_to_string("mail/summary.html", context),
        stop_link=str(context["stop_link"]),
        attachments=attachments,
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
    hold = hold_of(subscription, period)
    query = f"?plan={period.plan.code}&period={period.code}"
    if subscription.place:
        query += f"&region={subscription.place.code}"
    return {
        "summary": found.summary,
        "language": translation.get_language(),
        "recipient": delivery.named,
        "hold": hold if delivery.held_until and hold and not hold.is_met else "",
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
