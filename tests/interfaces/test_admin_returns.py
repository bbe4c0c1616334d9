"""The official's and the reviewer's journey through the admin."""

from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from tests import factories
from tests.factories import NOW
from tracker.models import Entry, Event, Indicator, Membership, Return, Role, ValueRevision
from tracker.services import returns

GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"
LIST = "admin:tracker_return_changelist"
ADD = "admin:tracker_return_add"


@pytest.fixture(autouse=True)
def in_september(time_machine):
    """The tests live in September 2020, before August's deadline."""
    time_machine.move_to(NOW)


@pytest.fixture
def draft(taiyuan, reporter, plan):
    """Taiyuan's open return for August."""
    return returns.open_return(taiyuan, factories.period(plan), acting_user=reporter, now=NOW)


@pytest.fixture
def handed_in(draft, reporter):
    """Taiyuan's submitted return for August: 500 and a nil return."""
    returns.save_and_submit(
        draft, {GANGUE: "500", ASH: "0"}, acting_user=reporter, now=NOW, expected_version=draft.version
    )
    return draft


def page(unit_return):
    return reverse("admin:tracker_return_change", args=[unit_return.pk])


def typed(unit_return, button, **fields):
    unit_return.refresh_from_db()
    data = {"version": unit_return.version, button: "1"} | seen(unit_return)
    return data | {name.replace("__", "-"): value for name, value in fields.items()}


def seen(unit_return):
    cells = unit_return.entries.select_related("indicator")
    return {f"seen-{cell.indicator.code}": cell.reported_revision_id or "" for cell in cells}


def values(gangue="500", ash="0"):
    return {f"value-{GANGUE}": gangue, f"value-{ASH}": ash}


def verified(gangue="500", ash="0", reason=""):
    return {f"verified-{GANGUE}": gangue, f"verified-{ASH}": ash, f"reason-{GANGUE}": reason}


def stored(unit_return):
    return {entry.indicator.code: entry.reported_value for entry in unit_return.entries.select_related("indicator")}


def english(client):
    client.cookies["django_language"] = "en"
    return client


def test_the_first_page_names_the_returns_still_to_be_opened(client, reporter, taiyuan):
    client.force_login(reporter)
    content = client.get(reverse("admin:index")).content.decode()
    assert f'name="unit" value="{taiyuan.code}"' in content
    assert 'name="period" value="2020-08"' in content
    assert 'value="2020-10"' not in content, "October has not begun"


def test_opening_a_return_leads_to_its_entry_form(client, reporter, taiyuan):
    client.force_login(reporter)
    chosen = client.get(reverse(ADD), {"unit": taiyuan.code, "period": "2020-08"})
    assert '<option value="2020-08" selected>' in chosen.content.decode()
    response = client.post(reverse(ADD), {"unit": taiyuan.code, "period": "2020-08"})
    opened = Return.objects.get()
    assert response.url == page(opened)
    assert 'name="_submit"' in client.get(response.url).content.decode()


@pytest.mark.parametrize(
    ("language", "period", "message"),
    [
        ("en", "2021-03", "lies outside the plan"),
        ("zh-hans", "2021-03", "2021-03"),
        ("en", "soon", "lies outside the plan"),
        ("en", "2020-12", "has not begun yet"),
    ],
)
def test_a_period_that_cannot_be_opened_is_named_at_its_field(client, reporter, taiyuan, language, period, message):
    client.force_login(reporter)
    client.cookies["django_language"] = language
    response = client.post(reverse(ADD), {"unit": taiyuan.code, "period": period})
    assert message in response.context["form"].errors["period"][0]
    assert 'id="id_period_error"' in response.content.decode()
    assert not Return.objects.exists()


def test_another_citys_unit_is_refused_at_its_field(client, reporter, taiyuan, plan):
    other = factories.make_unit(plan, factories.DATONG)
    english(client).force_login(reporter)
    response = client.post(reverse(ADD), {"unit": other.code, "period": "2020-08"})
    assert '<p class="cell-error" id="id_unit_error">This unit is not one that' in response.content.decode()
    assert not Return.objects.exists()


def test_a_second_return_is_refused_at_its_field_with_a_way_to_the_first(client, reporter, taiyuan, draft):
    english(client).force_login(reporter)
    response = client.post(reverse(ADD), {"unit": taiyuan.code, "period": "2020-08"})
    assert "period" in response.context["form"].errors
    assert page(draft) in response.content.decode()
    assert Return.objects.count() == 1


def test_a_draft_is_saved_and_a_nil_return_stays_a_zero(client, reporter, draft):
    client.force_login(reporter)
    response = client.post(page(draft), typed(draft, "_save", **values("５００.5", "0")))
    assert response.status_code == 302
    assert stored(draft) == {GANGUE: Decimal("500.5"), ASH: 0}
    content = client.get(page(draft)).content.decode()
    assert 'value="500.5"' in content and 'value="0"' in content
    assert "零报告" in content


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("bad", ["NaN", "abc", "6500户", "-5", "9999999999999999", "=1+1", "<script>alert(1)</script>"])
def test_a_bad_cell_is_named_in_the_readers_language_and_nothing_is_stored(client, reporter, draft, bad, language):
    client.force_login(reporter)
    client.cookies["django_language"] = language
    response = client.post(page(draft), typed(draft, "_save", **values(bad, "7")))
    content = response.content.decode()
    (message,) = response.context["form"].errors[f"value-{GANGUE}"]
    assert any(
        "\u4e00" <= char <= "\u9fff" for char in message.replace("万吨", "").replace(bad, "").replace("户", "")
    ) == (language == "zh-hans")
    assert f'id="id_value-{GANGUE}_error"' in content
    assert 'value="7"' in content, "what was typed is kept"
    assert "<script>alert" not in content
    assert stored(draft) == {GANGUE: None, ASH: None}
    assert not ValueRevision.objects.exists()


def test_submitting_with_a_missing_cell_stores_nothing(client, reporter, draft):
    client.force_login(reporter)
    response = client.post(page(draft), typed(draft, "_submit", **values("500", "")))
    assert f"value-{ASH}" in response.context["form"].errors
    assert 'value="500"' in response.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.version) == (Return.State.DRAFT, 1)
    assert stored(draft) == {GANGUE: None, ASH: None}


def test_a_submitted_return_is_read_only_to_its_unit(client, reporter, draft):
    client.force_login(reporter)
    client.post(page(draft), typed(draft, "_submit", **values()))
    content = client.get(page(draft)).content.decode()
    assert "_save" not in content and "_verify" not in content
    draft.refresh_from_db()
    assert draft.submitted_by == reporter


def test_what_two_people_typed_at_once_stands_side_by_side(client, reporter, draft):
    english(client).force_login(reporter)
    stale = typed(draft, "_save", **values("111", "2"))
    returns.save_draft(draft, {GANGUE: "222"}, acting_user=reporter, now=NOW, expected_version=draft.version)
    response = client.post(page(draft), stale)
    content = response.content.decode()
    assert 'value="111"' in content
    assert "Take theirs: 222.00" in content
    assert stored(draft)[GANGUE] == 222
    again = stale | {"version": response.context["form"].data["version"]}
    assert client.post(page(draft), again).status_code == 302
    assert stored(draft)[GANGUE] == 111


def test_what_was_typed_into_a_return_that_a_colleague_submitted_is_still_shown(client, reporter, draft):
    english(client).force_login(reporter)
    stale = typed(draft, "_save", **values("111", "2"))
    returns.save_and_submit(
        draft, {GANGUE: "500", ASH: "0"}, acting_user=reporter, now=NOW, expected_version=draft.version
    )
    content = client.post(page(draft), stale).content.decode()
    assert "You typed: 111" in content
    assert stored(draft)[GANGUE] == 500


def test_sending_back_needs_a_comment_at_its_field(client, reviewer, handed_in):
    client.force_login(reviewer)
    response = client.post(page(handed_in), typed(handed_in, "_send_back", **verified()))
    assert "comment" in response.context["form"].errors
    handed_in.refresh_from_db()
    assert handed_in.state == Return.State.SUBMITTED


def test_a_return_goes_back_is_corrected_and_verified(client, reporter, reviewer, handed_in):
    client.force_login(reviewer)
    client.post(page(handed_in), typed(handed_in, "_send_back", comment="请核对口径", **verified()))
    client.force_login(reporter)
    assert "请核对口径" in client.get(reverse("admin:index")).content.decode()
    assert "请核对口径" in client.get(page(handed_in)).content.decode()
    client.post(page(handed_in), typed(handed_in, "_submit", **values("450", "0")))
    client.force_login(reviewer)
    assert page(handed_in) in client.get(reverse("admin:index")).content.decode()
    client.post(page(handed_in), typed(handed_in, "_verify", **verified("440", "0", "重复计算10")))
    entry = factories.entry(handed_in, GANGUE)
    assert (entry.reported_value, entry.verified_value) == (450, 440)
    content = client.get(page(handed_in)).content.decode()
    assert "重复计算10" in content and "440.00" in content and "450.00" in content


def test_a_changed_value_without_a_reason_is_refused_at_its_cell(client, reviewer, handed_in):
    client.force_login(reviewer)
    response = client.post(page(handed_in), typed(handed_in, "_verify", **verified("480")))
    assert f"verified-{GANGUE}" in response.context["form"].errors
    assert not Entry.objects.exclude(verified_value=None).exists()


def test_how_a_verified_value_is_rounded_is_told(client, reviewer, handed_in):
    english(client).force_login(reviewer)
    change = verified("480.1234567", reason="遗漏一家企业")
    told = client.post(page(handed_in), typed(handed_in, "_verify", **change), follow=True).content.decode()
    assert "“480.1234567” is kept with six decimals: 480.123457" in told
    assert Entry.objects.get(indicator__code=GANGUE).verified_value == Decimal("480.123457")


def test_an_emptied_verified_value_is_refused(client, reviewer, handed_in):
    client.force_login(reviewer)
    response = client.post(page(handed_in), typed(handed_in, "_verify", **verified("", "0")))
    assert f"verified-{GANGUE}" in response.context["form"].errors
    assert not Entry.objects.exclude(verified_value=None).exists()


def test_verifying_what_was_changed_meanwhile_is_refused(client, reporter, reviewer, handed_in):
    client.force_login(reviewer)
    seen = typed(handed_in, "_verify", **verified())
    returns.send_back_return(handed_in, comment="x", acting_user=reviewer, now=NOW, expected_version=handed_in.version)
    returns.save_and_submit(
        handed_in, {GANGUE: "900"}, acting_user=reporter, now=NOW, expected_version=handed_in.version
    )
    assert client.post(page(handed_in), seen).status_code == 200
    handed_in.refresh_from_db()
    assert handed_in.state == Return.State.SUBMITTED
    assert factories.entry(handed_in, GANGUE).verified_value is None


def test_a_draft_does_not_exist_for_the_reviewer_the_neighbour_and_the_superuser(client, reviewer, draft, superuser):
    neighbour = factories.make_user("datong-official", Role.REPORTER, factories.DATONG)
    for user in (reviewer, neighbour, superuser):
        client.force_login(user)
        assert client.get(page(draft)).status_code == 404
        assert client.post(page(draft), typed(draft, "_save", **values())).status_code == 404
        assert draft.unit.name not in client.get(reverse(LIST)).content.decode()


def test_a_submitted_return_does_not_exist_for_the_neighbour(client, handed_in):
    client.force_login(factories.make_user("datong-official", Role.REPORTER, factories.DATONG))
    assert client.get(page(handed_in)).status_code == 404


def test_the_reviewer_sees_what_was_submitted_not_the_correction_under_way(client, reporter, reviewer, handed_in):
    returns.send_back_return(handed_in, comment="x", acting_user=reviewer, now=NOW, expected_version=handed_in.version)
    later = NOW.replace(hour=12)
    returns.save_draft(handed_in, {GANGUE: "777"}, acting_user=reporter, now=later, expected_version=handed_in.version)
    client.force_login(reviewer)
    content = client.get(page(handed_in)).content.decode()
    assert "777" not in content and "500.00" in content


@pytest.mark.parametrize("button", ["_verify", "_send_back"])
def test_a_reporter_cannot_review(client, reporter, handed_in, button):
    client.force_login(reporter)
    assert "_verify" not in client.get(page(handed_in)).content.decode()
    response = client.post(page(handed_in), typed(handed_in, button, comment="x", **verified()))
    assert response.status_code == 403
    handed_in.refresh_from_db()
    assert handed_in.state == Return.State.SUBMITTED


@pytest.mark.parametrize("button", ["_save", "_submit", "_unknown"])
def test_a_reviewer_cannot_enter(client, reviewer, handed_in, button):
    client.force_login(reviewer)
    content = client.get(page(handed_in)).content.decode()
    assert "_save" not in content and "_submit" not in content
    assert client.post(page(handed_in), typed(handed_in, button, **values("1", "1"))).status_code == 403
    assert stored(handed_in)[GANGUE] == 500


def test_the_superuser_sees_a_submitted_return_but_neither_enters_nor_verifies(client, superuser, handed_in):
    client.force_login(superuser)
    content = client.get(page(handed_in)).content.decode()
    assert "_verify" not in content and "_save" not in content
    assert client.post(page(handed_in), typed(handed_in, "_verify", **verified())).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403
    handed_in.refresh_from_db()
    assert handed_in.state == Return.State.SUBMITTED


def test_who_submitted_does_not_verify_even_as_a_reviewer(client, reporter, handed_in, plan):
    Membership.objects.create(user=reporter, role=Role.REVIEWER, region=plan.region)
    client.force_login(reporter)
    assert "_verify" not in client.get(page(handed_in)).content.decode()
    assert client.post(page(handed_in), typed(handed_in, "_verify", **verified())).status_code == 403


def test_a_leader_opens_no_return(client, leader):
    client.force_login(leader)
    assert client.get(reverse(ADD)).status_code == 403


def test_nobody_deletes_a_return(client, superuser, handed_in):
    client.force_login(superuser)
    assert client.post(reverse("admin:tracker_return_delete", args=[handed_in.pk]), {"post": "yes"}).status_code == 403
    assert Return.objects.exists()


def test_every_step_through_the_page_is_an_event(client, reporter, draft):
    client.force_login(reporter)
    client.post(page(draft), typed(draft, "_submit", **values()))
    actions = list(Event.objects.filter(object_type="return").order_by("pk").values_list("action", flat=True))
    assert actions == ["return_opened", "draft_saved", "return_submitted"]


def test_the_list_filters_by_period_state_and_city_and_searches(client, reviewer, handed_in):
    client.force_login(reviewer)
    for query in ({"period": "2020-08"}, {"state__exact": "submitted"}, {"region": "140100"}, {"q": "太原"}):
        assert page(handed_in) in client.get(reverse(LIST), query).content.decode()
    for query in ({"state__exact": "verified"}, {"q": "大同"}, {"period__starts_on__year": "2019"}):
        assert page(handed_in) not in client.get(reverse(LIST), query).content.decode()


def test_a_late_return_is_marked_in_the_list(client, reporter, reviewer, draft, plan):
    due = factories.period(plan).due_at
    returns.save_and_submit(
        draft, {GANGUE: "1", ASH: "1"}, acting_user=reporter, now=due, expected_version=draft.version
    )
    english(client).force_login(reviewer)
    assert "state-late" in client.get(reverse(LIST)).content.decode()


def test_last_months_verified_value_the_allocation_and_the_cumulative_stand_beside_the_cell(
    client, plan, taiyuan, reporter, reviewer, draft
):
    for month, value in (("2020-06", "100"), ("2020-07", "50.25")):
        factories.file_return(
            taiyuan, factories.period(plan, month), {GANGUE: value, ASH: "1"}, reporter=reporter, reviewer=reviewer
        )
    client.force_login(reporter)
    line = next(line for line in client.get(page(draft)).context["lines"] if line.row.indicator.code == GANGUE)
    assert (line.last_verified, line.to_date, line.months, line.allocation) == ("50.25", "150.25", "2/7", "—")


def test_the_pages_queries_do_not_grow_with_the_indicators(client, plan, reporter, reviewer, count_queries):
    codes = list(Indicator.objects.filter(kind="entered").values_list("code", flat=True))
    counted = []
    for place, owed in ((factories.TAIYUAN, codes[:2]), (factories.DATONG, codes)):
        user = factories.make_user(f"official-{place}", Role.REPORTER, place)
        unit = factories.make_unit(plan, place, tuple(owed))
        draft = returns.open_return(unit, factories.period(plan), acting_user=user, now=NOW)
        client.force_login(user)
        client.get(page(draft))
        with count_queries(connection) as reading:
            client.get(page(draft))
        with count_queries(connection) as saving:
            client.post(page(draft), typed(draft, "_save", **{f"value-{code}": "1" for code in owed}))
        client.post(page(draft), typed(draft, "_submit", **{f"value-{code}": "1" for code in owed}))
        client.force_login(reviewer)
        with count_queries(connection) as verifying:
            client.post(page(draft), typed(draft, "_verify", **{f"verified-{code}": "1" for code in owed}))
        counted.append((len(reading), len(saving), len(verifying)))
        assert Entry.objects.filter(unit_return=draft, verified_value=1).count() == len(owed)
    assert counted[0] == counted[1]


def test_the_lists_queries_do_not_grow_with_the_returns(client, plan, taiyuan, reporter, reviewer, count_queries):
    counted = []
    months = [f"2020-0{number}" for number in range(1, 9)]
    for batch in (months[:2], months[2:]):
        for month in batch:
            factories.file_return(
                taiyuan, factories.period(plan, month), {GANGUE: "1", ASH: "1"}, reporter=reporter, reviewer=reviewer
            )
        client.force_login(reviewer)
        client.get(reverse(LIST))
        with count_queries(connection) as queries:
            client.get(reverse(LIST))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_person_limited_to_one_unit_is_offered_that_unit_alone(client, plan, taiyuan):
    other = factories.make_unit(plan, factories.DATONG)
    user = factories.make_user("unit-official", Role.REPORTER, factories.TAIYUAN, unit=taiyuan)
    client.force_login(user)
    content = client.get(reverse(ADD)).content.decode()
    assert taiyuan.code in content and other.code not in content


@pytest.mark.parametrize("mistyped", ["x", "add/x", "-1", "1.5", "９", "9" * 30, "0"])
def test_a_mistyped_address_of_a_return_does_not_exist(client, reporter, draft, mistyped):
    client.force_login(reporter)
    for page_of_it in ("change", "history", "checks"):
        assert client.get(f"/admin/tracker/return/{mistyped}/{page_of_it}/").status_code in (404, 405)
