"""The page on which a reviewer verifies a return or sends it back."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import (
    Allocation,
    CellComment,
    Entry,
    Indicator,
    MeasureUnit,
    Period,
    Plan,
    Return,
    Role,
    TargetVersion,
)
from tracker.services import returns

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020, before August's deadline."""
    time_machine.move_to(NOW)


@pytest.fixture
def handed_in(taiyuan, reporter, plan):
    """Taiyuan's submitted return for August: 500 and a nil return."""
    return factories.file_return(taiyuan, factories.period(plan), {GANGUE: "500", ASH: "0"}, reporter=reporter)


def page(unit_return):
    return reverse("admin:tracker_return_change", args=[unit_return.pk])


def form_of(unit_return, **fields):
    """What the page's form holds as it stands now, with what was typed over it."""
    unit_return.refresh_from_db()
    data = {"version": unit_return.version, "comment": ""}
    for cell in unit_return.entries.select_related("indicator"):
        code = cell.indicator.code
        data |= {f"verified-{code}": f"{cell.reported_value.normalize():f}", f"reason-{code}": ""}
        data |= {f"seen-{code}": cell.reported_revision_id, f"comment-{code}": ""}
    return data | {name.replace("__", "-"): value for name, value in fields.items()}


def english(client, person):
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def line_of(client, unit_return, code=GANGUE):
    lines = client.get(page(unit_return)).context["lines"]
    return next(line for line in lines if line.row.indicator.code == code)


def test_each_value_stands_beside_last_month_last_year_and_the_allocation(
    client, plan, taiyuan, reporter, reviewer, handed_in
):
    for month, value in (("2020-06", "100"), ("2020-07", "400")):
        values = {GANGUE: value, ASH: "0"}
        factories.file_return(taiyuan, factories.period(plan, month), values, reporter=reporter, reviewer=reviewer)
    version = TargetVersion.objects.get(target__indicator__code=GANGUE)
    Allocation.objects.create(version=version, region=taiyuan.region, value=2000)
    last_year(plan, taiyuan, reporter, reviewer, "625")
    beside = line_of(english(client, reviewer), handed_in).beside
    assert (beside.month_on_month, beside.year_on_year) == ("25.00%", "-20.00%")
    assert (beside.with_this, beside.completion) == ("1,000.00", "50.00%")
    beside = line_of(client, handed_in, ASH).beside
    assert (beside.month_on_month, beside.year_on_year, beside.completion) == ("—", "—", "—"), "a zero base"


def last_year(plan, unit, reporter, reviewer, value):
    """August 2019 in a plan of its own, verified."""
    day = date(2019, 1, 1)
    before = Plan.objects.create(
        code="shanxi-2019", name="2019", issued_on=day, starts_on=day, ends_on=date(2019, 12, 31), region=plan.region
    )
    month = Period.objects.create(
        plan=before, code="2019-08", starts_on=date(2019, 8, 1), ends_on=date(2019, 8, 31), due_at=NOW - 300 * 24 * HOUR
    )
    unit.obligations.create(plan=before, indicator=Indicator.objects.get(code=GANGUE))
    factories.change_obligations(before)
    return factories.file_return(unit, month, {GANGUE: value}, reporter=reporter, reviewer=reviewer)


def test_all_is_verified_as_reported_with_one_button(client, reviewer, handed_in):
    english(client, reviewer)
    assert client.post(page(handed_in), form_of(handed_in, _verify="1")).status_code == 302
    assert set(Entry.objects.values_list("verified_value", flat=True)) == {500, 0}


def test_a_verified_value_that_differs_is_shown_with_the_difference(client, reviewer, handed_in):
    english(client, reviewer)
    typed = {f"verified__{GANGUE}": "480", f"reason__{GANGUE}": "重复计算"}
    client.post(page(handed_in), form_of(handed_in, _verify="1", **typed))
    content = client.get(page(handed_in)).content.decode()
    assert "-20.00" in content and "重复计算" in content


def test_the_unit_reads_each_comment_beside_its_cell_until_it_is_corrected(client, reporter, reviewer, handed_in):
    english(client, reviewer)
    said = {f"comment__{GANGUE}": "多写了一位", f"comment__{ASH}": "零报告请说明"}
    response = client.post(page(handed_in), form_of(handed_in, _send_back="1", **said))
    assert response.status_code == 302
    english(client, reporter)
    assert [said.comment.text for said in line_of(client, handed_in).comments] == ["多写了一位"]
    assert "See the comments beside the cells" in client.get(reverse("admin:index")).content.decode()
    content = client.get(page(handed_in)).content.decode()
    assert "多写了一位" in content and "零报告请说明" in content and "2 values have a reviewer’s comment" in content
    handed_in.refresh_from_db()
    returns.save_draft(
        handed_in, {GANGUE: "50"}, acting_user=reporter, now=NOW + HOUR, expected_version=handed_in.version
    )
    content = client.get(page(handed_in)).content.decode()
    assert "多写了一位" not in content and "零报告请说明" in content


def test_the_reviewer_sees_what_changed_since_it_went_back(client, reporter, reviewer, handed_in):
    returns.send_back_return(
        handed_in,
        comment="请核对",
        cell_comments={GANGUE: "多写了一位", ASH: "零报告请说明"},
        acting_user=reviewer,
        now=NOW,
        expected_version=handed_in.version,
    )
    english(client, reviewer)
    assert [said.is_answered for said in line_of(client, handed_in).comments] == [False]
    common = {"acting_user": reporter, "now": NOW + HOUR}
    returns.save_draft(handed_in, {GANGUE: "50"}, expected_version=handed_in.version, **common)
    assert [said.is_answered for said in line_of(client, handed_in).comments] == [False], "not the reviewer's to see"
    returns.submit_return(handed_in, expected_version=handed_in.version, **common)
    gangue, ash = line_of(client, handed_in), line_of(client, handed_in, ASH)
    assert (gangue.beside.is_changed, gangue.beside.before, ash.beside.is_changed) == (True, "500.00", False)
    assert [said.is_answered for said in (*gangue.comments, *ash.comments)] == [True, False]
    content = client.get(page(handed_in)).content.decode()
    assert "was 500.00" in content and "请核对" in content


def test_verifying_does_not_drop_a_comment_that_was_written(client, reviewer, handed_in):
    english(client, reviewer)
    data = form_of(handed_in, _verify="1", comment="y", **{f"comment__{GANGUE}": "多写了一位"})
    response = client.post(page(handed_in), data)
    assert set(response.context["form"].errors) == {f"comment-{GANGUE}", "comment"}
    assert f'id="id_comment-{GANGUE}_error"' in response.content.decode()
    handed_in.refresh_from_db()
    assert handed_in.state == Return.State.SUBMITTED


def test_a_comment_that_is_too_long_is_refused_at_its_cell_and_kept(client, reviewer, handed_in):
    english(client, reviewer)
    response = client.post(page(handed_in), form_of(handed_in, _send_back="1", **{f"comment__{GANGUE}": "错" * 501}))
    content = response.content.decode()
    assert f'id="id_comment-{GANGUE}_error"' in content and "错" * 501 in content
    assert not CellComment.objects.exists()


def test_comments_are_text_not_markup(client, reporter, reviewer, handed_in):
    english(client, reviewer)
    client.post(page(handed_in), form_of(handed_in, _send_back="1", **{f"comment__{GANGUE}": "<script>x</script>"}))
    assert "<script>x" not in english(client, reporter).get(page(handed_in)).content.decode()


def test_a_correction_meanwhile_is_shown_beside_what_the_reviewer_typed(client, reporter, reviewer, handed_in):
    english(client, reviewer)
    before = form_of(handed_in, _verify="1")
    second = factories.make_user("second", Role.REVIEWER)
    returns.send_back_return(handed_in, comment="x", acting_user=second, now=NOW, expected_version=handed_in.version)
    returns.save_and_submit(
        handed_in, {GANGUE: "900"}, acting_user=reporter, now=NOW, expected_version=handed_in.version
    )
    response = client.post(page(handed_in), before)
    content = response.content.decode()
    assert "Saved value: 900.00" in content
    assert not Entry.objects.exclude(verified_value=None).exists()
    data = response.context["form"].data
    again = form_of(handed_in, _verify="1", **{f"verified__{GANGUE}": "900"})
    assert {name: str(data[name]) for name in again if name.startswith("seen-")} == {
        name: str(value) for name, value in again.items() if name.startswith("seen-")
    }
    assert client.post(page(handed_in), again).status_code == 302


def test_a_form_that_names_no_revision_verifies_nothing(client, reviewer, handed_in):
    english(client, reviewer)
    data = {name: value for name, value in form_of(handed_in, _verify="1").items() if not name.startswith("seen-")}
    assert client.post(page(handed_in), data).status_code == 200
    handed_in.refresh_from_db()
    assert handed_in.state == Return.State.SUBMITTED


def test_of_two_reviewers_the_second_reads_that_it_is_done(client, reviewer, handed_in):
    second = factories.make_user("second", Role.REVIEWER)
    data = form_of(handed_in, _verify="1")
    english(client, reviewer).post(page(handed_in), data)
    response = english(client, second).post(page(handed_in), data)
    assert "Verified" in response.content.decode()
    handed_in.refresh_from_db()
    assert handed_in.verified_by == reviewer


def test_enter_in_a_field_presses_no_button(client, reviewer, handed_in):
    """Browsers press a form's first button on Enter; a disabled one keeps them from it."""
    content = english(client, reviewer).get(page(handed_in)).content.decode()
    form = content[content.index('class="sheet-form"') :]
    assert form.index("<button") == form.index('<button type="submit" disabled hidden>')


def test_the_review_pages_queries_do_not_grow_with_the_rows(client, plan, reviewer, count_queries):
    unit = MeasureUnit.objects.get(symbol="万吨")
    codes = [f"counted_{number}" for number in range(20)]
    Indicator.objects.bulk_create(
        Indicator(code=code, name=code, unit=unit, over_periods="sum", over_places="sum") for code in codes
    )
    counted = []
    for place, owed in ((factories.TAIYUAN, codes[:2]), (factories.DATONG, codes)):
        user = factories.make_user(f"official-{place}", Role.REPORTER, place)
        filing = factories.make_unit(plan, place, tuple(owed))
        filed = factories.file_return(filing, factories.period(plan), dict.fromkeys(owed, "1"), reporter=user)
        english(client, reviewer).get(page(filed))
        with count_queries(connection) as sending_back:
            client.post(page(filed), form_of(filed, _send_back="1", **{f"comment__{code}": "x" for code in owed}))
        english(client, user).get(page(filed))
        with count_queries(connection) as entering:
            client.get(page(filed))
        filed.refresh_from_db()
        returns.save_and_submit(
            filed,
            dict.fromkeys(owed, "2"),
            acting_user=user,
            now=NOW + HOUR,
            expected_version=filed.version,
        )
        english(client, reviewer).get(page(filed))
        with count_queries(connection) as reviewing:
            client.get(page(filed))
        with count_queries(connection) as verifying:
            client.post(page(filed), form_of(filed, _verify="1"))
        assert Return.objects.get(pk=filed.pk).state == Return.State.VERIFIED
        counted.append([len(queries) for queries in (sending_back, entering, reviewing, verifying)])
    assert counted[0] == counted[1]
