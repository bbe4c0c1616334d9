"""A book kept with a report, and the same figures from it for ever."""

import json

import pytest
from hypothesis import given

from tests import factories
from tests.services.random_returns import ASH, GANGUE, few, make_world, steps
from tracker.models import Allocation, IssuedReport, PacePoint, ProgrammeTarget, Target
from tracker.queries.figures.figure_inputs import load_figure_inputs
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.snapshots import book_as_json, book_from_json


def kept(book):
    return book_from_json(json.loads(json.dumps(book_as_json(book))))


@given(taken=steps())
@few
def test_the_book_of_any_state_is_kept_whole(plan, reviewer, taken):
    if "world" not in plan.__dict__:
        plan.__dict__["world"] = make_world(plan, reviewer)
    world = plan.__dict__["world"]
    with world.after(taken):
        book = load_figure_inputs(world.months[-1])
        assert kept(book) == book


@pytest.fixture
def verified(taiyuan, reporter, reviewer, plan):
    """A verified return of Taiyuan for August, in a plan with every kind of terms."""
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    target.pace = "points"
    target.save()
    PacePoint.objects.create(target=target, day=plan.starts_on.replace(month=6), share="41.2345")
    ProgrammeTarget.objects.create(
        target=target, starts_on="2016-01-01", ends_on="2020-12-31", value=30000, done_before="23456.000001"
    )
    Allocation.objects.create(version=target.versions.get(), region=taiyuan.region, value="812.5")
    values = {GANGUE: "500.000001", ASH: "0"}
    return factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)


def test_nothing_of_the_terms_is_lost(verified):
    book = load_figure_inputs(verified.period)
    assert (book.terms[GANGUE].points, book.terms[GANGUE].programme) != ((), None)
    assert kept(book) == book


def test_the_database_gives_back_what_was_kept(verified, plan):
    book = load_figure_inputs(verified.period)
    report = IssuedReport.objects.create(
        kind="compliance",
        plan=plan,
        period=verified.period,
        region=plan.region,
        issue_year=2020,
        issue_number=8,
        title="目标完成情况报告",
        language="zh-hans",
        as_of=factories.NOW,
        issued_at=factories.NOW,
        book=book_as_json(book),
        file="report.xlsx",
        file_size=1,
        sha256="0" * 64,
    )
    report.refresh_from_db()
    assert book_from_json(report.book) == book


def test_the_figures_of_a_kept_book_stay_when_values_and_targets_change(verified, plan, taiyuan, reporter, reviewer):
    def standings(figures):
        return [row.standing for row in figures.standings([plan.region, taiyuan.region])]

    book = kept(load_figure_inputs(verified.period))
    before = standings(Figures(verified.period))
    assert standings(Figures(verified.period, book=book)) == before
    factories.unlock(verified, reporter=reporter, reviewer=reviewer)
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)
    target.versions.update(value=1)
    PacePoint.objects.all().delete()
    assert standings(Figures(verified.period)) != before
    assert standings(Figures(verified.period, book=book)) == before
