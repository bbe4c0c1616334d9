"""Verifying lines of projects: as reported, with another value and its reason, or back to the unit with comments."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import factories
from tests.factories import NOW
from tests.projects import Counts, count_from, members
from tests.services.test_project_reports import ask, clerk, line, listed, opened, submit, unit, verify  # noqa: F401
from tracker.models import Event, Indicator, MeasureUnit, ProjectReport, ProjectReportReview
from tracker.models.project_report import INVESTED
from tracker.queries.errors import Refused
from tracker.queries.pages.project import load_member_page
from tracker.queries.projects.listed import load_listed, members_on
from tracker.queries.projects.members import verified_investment
from tracker.queries.projects.reports import report_rows
from tracker.queries.returns.history import return_history
from tracker.queries.returns.project_rows import rows_readable_by
from tracker.services import returns
from tracker.services.counts.standing import differing_counts
from tracker.services.returns.project_reports import save_and_submit_projects

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def filed(plan, listed, unit, clerk):  # noqa: F811
    """A submitted return: 100 and 40 were invested."""
    return submit(opened(unit, plan, clerk), [line("100"), line("40")], clerk)


def first(unit_return):
    return report_rows(unit_return)[0].member


def changed(unit_return, reviewer, text="80", reason="凭证不足", **more):
    how = {"acting_user": reviewer, "now": NOW, "expected_version": unit_return.version}
    changes = {first(unit_return).pk: (text, reason)}
    return returns.verify_return(unit_return, project_changes=changes, **how, **more)


def sent_back(unit_return, reviewer, text="请附凭证"):
    how = {"acting_user": reviewer, "now": NOW, "expected_version": unit_return.version}
    return returns.send_back_return(unit_return, project_comments={first(unit_return).pk: text}, **how)


def invested(unit_return):
    return list(unit_return.project_reports.order_by("member__number").values_list("investment", "verified_investment"))


def test_what_is_verified_without_changes_is_the_reported_value(filed, reviewer):
    verify(filed, reviewer)
    assert invested(filed) == [(100, 100), (40, 40)]
    assert not ProjectReportReview.objects.exists()


def test_another_value_is_verified_with_a_reason_and_counts_in_every_sum(plan, listed, filed, unit, clerk, reviewer):  # noqa: F811
    money = Indicator.objects.get(code="projects_advanced")
    money.unit = MeasureUnit.objects.get(code="100M-yuan")
    money.save()
    rule = count_from(listed, money.code, Counts.INVESTMENT, step="")
    changed(filed, reviewer)
    one = members(listed)[0]
    assert invested(filed) == [(100, 80), (40, 40)]
    assert filed.project_reports.order_by("member__number")[0].adjustment == -20
    assert [row.invested for row in members(listed)] == [80, 40, None]
    assert sum(rule.changes.values_list("micro", flat=True)) == 12_000
    assert verified_investment([one.pk]) == {one.pk: {filed.period.ends_on: 80}}
    assert report_rows(opened(unit, plan, clerk, "2020-09", NOW + timedelta(days=31)))[0].before == 80
    july = factories.period(plan, "2020-07").ends_on
    before = load_listed(members_on(listed, july).filter(pk=one.pk), listed, plan.region, july)
    assert [row.invested for row in before] == [0]
    assert load_member_page(one, reviewer).money.to_date == 80
    assert differing_counts() == []


def test_a_verified_zero_is_a_value(filed, reviewer, listed):  # noqa: F811
    changed(filed, reviewer, "0")
    assert members(listed)[0].invested == 0


@pytest.mark.parametrize(("text", "reason", "field"), [("80", " ", "note"), ("八十", "凭证不足", "investment")])
def test_a_value_without_a_reason_or_that_cannot_be_read_is_refused_at_its_field(filed, reviewer, text, reason, field):
    with pytest.raises(Refused) as refused:
        changed(filed, reviewer, text, reason)
    assert list(refused.value.fields) == [f"{first(filed).pk}: {field}"]
    filed.refresh_from_db()
    assert (filed.state, invested(filed)) == ("submitted", [(100, None), (40, None)])


def test_the_same_value_written_otherwise_needs_no_reason(filed, reviewer):
    changed(filed, reviewer, "100.00", "")
    assert invested(filed)[0] == (100, 100)
    assert not ProjectReportReview.objects.exists()


def test_the_reviewers_reason_is_in_the_history_the_log_and_on_the_projects_page(filed, reviewer, clerk):  # noqa: F811
    changed(filed, reviewer)
    event = Event.objects.filter(action=Event.Action.RETURN_VERIFIED).latest("pk")
    assert event.after["projects"] == {"1": {"reported": "100", "verified": "80", "text": "凭证不足"}}
    told = [value for step in return_history(filed, clerk) for value in step.values]
    assert [value.why for value in told if value.who == str(reviewer)] == ["凭证不足"]
    page = load_member_page(first(filed), reviewer)
    assert page.reports[0].changed.text == "凭证不足"
    assert [one.review.value for one in page.history if one.review] == [80]


def test_a_comment_on_a_line_is_enough_to_send_a_return_back_and_its_unit_answers_it(filed, reviewer, clerk):  # noqa: F811
    sent_back(filed, reviewer)
    row = rows_readable_by(filed, clerk)[0]
    assert [one.comment.text for one in row.comments] == ["请附凭证"]
    how = {"acting_user": clerk, "now": LATER, "expected": filed.version}
    save_and_submit_projects(filed, {row.member.pk: {"evidence": "凭证3号"}}, **how)
    assert [(one.comment.text, one.is_answered) for one in rows_readable_by(filed, reviewer)[0].comments] == [
        ("请附凭证", True)
    ]
    assert rows_readable_by(filed, reviewer)[1].comments == ()


def test_reopening_takes_verified_values_back_and_keeps_what_was_said(filed, reviewer, clerk, listed):  # noqa: F811
    changed(filed, reviewer)
    factories.unlock(filed, reporter=clerk, reviewer=reviewer)
    assert invested(filed) == [(100, None), (40, None)]
    assert members(listed)[0].invested is None
    kinds = ProjectReportReview.objects.order_by("pk").values_list("kind", "value")
    assert list(kinds) == [("value", 80), ("withdrawn", None)]


def test_a_reviewer_of_lines_is_not_their_author(filed, reviewer, clerk):  # noqa: F811
    sent_back(filed, reviewer)
    save_and_submit_projects(filed, {}, acting_user=clerk, now=LATER, expected=filed.version)
    assert not filed.is_written_by(reviewer)
    verify(filed, reviewer, LATER)


def test_one_line_and_its_queryset_say_the_same_of_what_counts(filed, reviewer):
    rows = [(one.counted, one.invested) for one in ProjectReport.objects.reported().annotate(counted=INVESTED)]
    changed(filed, reviewer)
    rows += [(one.counted, one.invested) for one in ProjectReport.objects.verified().annotate(counted=INVESTED)]
    assert [one for one, _other in rows] == [other for _one, other in rows]
    assert sorted(one for one, _other in rows) == [Decimal(40), Decimal(40), Decimal(80), Decimal(100)]
