"""The topics of the help pages, and the place in them that explains a page."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models import Role, User


@dataclass(frozen=True)
class Topic:
    """One help page; its text is `templates/tracker/help/<language>/<slug>.html`."""

    slug: str
    title: str | Promise


@dataclass(frozen=True)
class Step:
    """One step of the month, with its picture."""

    name: Promise
    words: Promise
    picture: str
    roles: frozenset[str]


ROLES = tuple(Topic(role.value, role.label) for role in Role)
GENERAL = (
    Topic("words", _("Colours and words")),
    Topic("pages", _("Page by page")),
    Topic("changes", _("What is new")),
)
TOPICS = {topic.slug: topic for topic in (*ROLES, *GENERAL)}
GROUPS = ((_("Help by role"), ROLES), (_("For everyone"), GENERAL))

#: `python -m tests.browser.help_pictures` takes the pictures, one set for each language.
STEPS = (
    Step(
        _("Tasks."),
        _("The period has ended. Reporters find the return and its deadline in their tasks."),
        "1-tasks.png",
        frozenset({Role.REPORTER}),
    ),
    Step(
        _("Entry."),
        _("They enter the values. Checks show at once what is wrong or unusual. Then they submit."),
        "2-entry.png",
        frozenset({Role.REPORTER}),
    ),
    Step(
        pgettext_lazy("help", "Review."),
        _("The reviewer sees each value beside last period and the target, and verifies it or sends it back."),
        "3-review.png",
        frozenset({Role.REVIEWER}),
    ),
    Step(
        pgettext_lazy("help", "Overview."),
        _("Verified values count at once: progress, levels and rankings are updated."),
        "4-overview.png",
        frozenset({Role.LEADER, Role.PLAN_MANAGER, Role.REVIEWER}),
    ),
    Step(
        pgettext_lazy("help", "Report."),
        _("The compliance report is issued and the summary is sent. Every figure leads back to its returns."),
        "5-report.png",
        frozenset({Role.LEADER, Role.PLAN_MANAGER, Role.AUDITOR}),
    ),
)

#: The section of "Page by page", or of a role's page ("role#section"), that explains a view.
PLACES = {
    "home": "home",
    "targets": "targets",
    "target": "targets",
    "clauses": "clauses",
    "clause": "clauses",
    "indicator": "indicators",
    "figure": "indicators",
    "region": "regions",
    "returns": "returns",
    "return": "returns",
    "entries": "entries",
    "timeliness": "timeliness",
    "reports": "reports",
    "revision_policy": "statistics",
    "indicator_metadata": "indicators",
    "report": "reports",
    "report_request": "reports",
    "report_values": "reports",
    "job": "reports",
    "deliveries": "mail",
    "delivery": "mail",
    "events": "events",
    "search": "search",
    "project_lists": "lists",
    "list_upload": "plan_manager#projects",
    **dict.fromkeys(("project_list_funnel", "project_list_timeline"), "leader#projects"),
    "project_list_steps": "reviewer#projects",
    **dict.fromkeys(
        ("project_sheet", "project_list_several", "project_step", "project_permit", "project_problem"),
        "reporter#projects",
    ),
    **dict.fromkeys(
        (
            *("project_list_new", "project_list_rule", "project_list_add", "project_list_import"),
            *("project_list_carry", "project_list_reports", "project_edit", "project_leave", "project_split"),
            *("project_list_setup", "project_year"),
        ),
        "plan_manager#projects",
    ),
    "project_list": "lists",
    "project": "lists",
    "operations": "operations",
    "emergency": "security_admin#emergency",
    "past_tables": "past",
    "past_table": "past",
    "past_send": "past",
    "past_check": "past",
    "admin:workbooks": "workbooks",
    "admin:workbook": "workbooks",
    "admin:tracker_return_verify_several": "reviewer#bulk",
}
#: The same by the beginning of a view's name, where the table above has none.
BEGINNINGS = (
    ("mail_", "mail"),
    ("project_", "lists"),
    ("statistics", "statistics"),
    ("setup", "setup"),
    ("plan_", "setup"),
    ("policy_", "setup"),
    ("region_changes", "setup"),
    ("unit_names", "setup"),
    ("identity", "setup"),
    ("bulletin", "reports"),
    ("report_", "reports"),
    ("account_", "account"),
    ("operations_", "operations"),
    ("emergency_", "security_admin#emergency"),
    ("admin:tracker_return_", "returns-entry"),
    ("admin:tracker_unlockrequest_", "reviewer#unlock"),
    ("admin:tracker_extension_", "reviewer#unlock"),
    ("admin:tracker_event_", "events"),
    ("admin:tracker_issuedreport_", "reports"),
    ("admin:tracker_job_", "reports"),
    ("admin:tracker_delivery_", "mail"),
    ("admin:tracker_schedule_", "plan_manager#mail"),
    ("admin:tracker_subscription_", "plan_manager#mail"),
    ("admin:tracker_user_", "people"),
    ("admin:tracker_membership_", "people"),
    ("admin:auth_user_", "security_admin#recovery"),
    ("admin:tracker_", "setup"),
)


def place_of(view: str) -> str:
    """Return the section that explains a view, "" where only the help of the reader's role does."""
    if view in PLACES:
        return PLACES[view]
    return next((place for start, place in BEGINNINGS if view.startswith(start)), "")


def topic_of(user: User) -> Topic:
    """Return the help of the person's role; of several roles the one that works most on the pages."""
    held = {membership.role for membership in getattr(user, "current_memberships", ())}
    return next(
        (topic for topic in ROLES if topic.slug in held), TOPICS["system_admin" if user.is_superuser else "words"]
    )


def help_address(request: HttpRequest) -> str:
    """Return the help on the page of a request, at the right section."""
    match = getattr(request, "resolver_match", None)
    place = place_of(match.view_name) if match else ""
    if not place:
        return reverse("help")
    topic, has_topic, section = place.partition("#")
    return f"{reverse('help_topic', args=[topic if has_topic else 'pages'])}#{section if has_topic else topic}"
