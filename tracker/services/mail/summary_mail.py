"""What a summary's mail says, with its workbook."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from tracker.models import Delivery, IssuedReport
from tracker.models.access import Capability, scope_of
from tracker.reports import wording
from tracker.reports.findings import Facts
from tracker.reports.summary import Summary, summarise
from tracker.services.errors import Refused
from tracker.services.mail import stopping, summaries
from tracker.services.mail.chart_image import picture_of
from tracker.services.mail.mail_message import WORKBOOK, Attachment, Content, Picture, link, picture_id
from tracker.services.mail.mail_workbook import facts_with_present_report, facts_with_report
from tracker.services.mail.summary_content import facts_of
from tracker.services.reporting import reports

#: A report that another worker is writing is waited for; after so many attempts the summary goes without.
ATTEMPTS_FOR_REPORT = 3


def summary_mail(delivery: Delivery, *, now: datetime, may_issue: bool = True) -> Content:
    """The mail with its workbook, which is issued first when there is none of these figures.

    Without `may_issue`, to look at the mail, none is issued, and the mail says that it will be. Raises Refused while
    the workbook is being written elsewhere.
    """
    facts, report, no_report = _gather(delivery, now=now) if may_issue else _gather_as_it_is(delivery)
    attached = report if report and _is_to_attach(delivery, report) else None
    summary = summarise(facts)
    chart = _chart(delivery, summary)
    context = _context(delivery, summary, report, now=now)
    context |= {"attached": attached, "no_report": no_report, "chart": chart}
    return Content(
        subject=render_to_string("mail/summary_subject.txt", context),
        text=render_to_string("mail/summary.txt", context),
        html=render_to_string("mail/summary.html", context),
        stop_link=str(context["stop_link"]),
        attachments=[_as_attachment(attached)] if attached else [],
        pictures=[chart] if chart else [],
    )


def _chart(delivery: Delivery, summary: Summary) -> Picture | None:
    """The chart to show in the HTML; None while there is nothing to draw, or when it cannot be drawn."""
    data = picture_of(summary.chart) if summary.chart else None
    return Picture(picture_id(delivery, "chart"), "chart.png", data) if data else None


def is_out_of_scope(delivery: Delivery) -> bool:
    """Whether the person may no longer read the figures that this would tell."""
    _subscription, period = delivery.subscribed
    needs = (Capability.VIEW, Capability.READ_REPORTS)
    return not all(scope_of(delivery.addressee, need).covers_region(period.plan.region) for need in needs)


def _gather(delivery: Delivery, *, now: datetime) -> tuple[Facts, IssuedReport | None, str]:
    """The facts, the report to go with them, or why there is none. Raises Refused while waiting may help."""
    _subscription, period = delivery.subscribed
    try:
        return *facts_with_report(period, now=now), ""
    except Refused as refused:
        if delivery.attempts < ATTEMPTS_FOR_REPORT:
            raise
        return facts_of(period), None, refused.message


def _gather_as_it_is(delivery: Delivery) -> tuple[Facts, IssuedReport | None, str]:
    _subscription, period = delivery.subscribed
    facts, report = facts_with_present_report(period)
    return facts, report, "" if report else _("it is issued when the mail is sent.")


def _is_to_attach(delivery: Delivery, report: IssuedReport) -> bool:
    subscription, _period = delivery.subscribed
    return subscription.with_workbook and report.file_size <= settings.EMAIL_ATTACHMENT_LIMIT


def _context(delivery: Delivery, summary: Summary, report: IssuedReport | None, *, now: datetime) -> dict[str, object]:
    subscription, period = delivery.subscribed
    schedule = subscription.schedule
    return {
        "summary": summary,
        "language": translation.get_language(),
        "recipient": delivery.addressee,
        "schedule": schedule,
        "as_of": wording.moment(now),
        "due_at": wording.moment(summaries.moment_of(schedule, period)) if delivery.is_late else "",
        "report": report,
        "report_link": link(reverse("report", args=[report.pk])) if report else "",
        "page_link": link(f"{reverse('home')}?plan={period.plan.code}&period={period.code}"),
        "mail_link": link(reverse("deliveries")),
        "stop_link": link(reverse("mail_stop", args=[stopping.key_of(subscription)])),
    }


def _as_attachment(report: IssuedReport) -> Attachment:
    with report.file.open("rb") as file:
        return Attachment(reports.download_name(report), WORKBOOK, file.read())
