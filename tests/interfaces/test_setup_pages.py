"""Set-up in pages: what is missing and where it is put right; the organisation's name; roles beside an account."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tests.factories import DATONG, TAIYUAN
from tests.interfaces.test_pages import page, signed_in
from tests.uploads.evidence_files import png
from tracker.models import Identity, Membership, Plan, Role, User

pytestmark = pytest.mark.django_db


def missing(html: str) -> list[str]:
    """The texts of the points that are missing."""
    found = re.findall(r'<li class="is-missing">.*?<a [^>]*>(.*?)</a>', html, re.DOTALL)
    return [text.strip() for text in found]


def test_an_empty_installation_leads_its_administrator_to_a_new_plan(superuser: User) -> None:
    for address in ("/", "/targets/", "/setup/", "/admin/"):
        assert reverse("plan_new") in page(superuser, address), address


def test_who_may_not_create_plans_is_told_who_may(plan: Plan) -> None:
    leader = factories.make_user("leader", Role.LEADER)
    Plan.objects.all().delete()
    html = page(leader, "/targets/")
    assert reverse("plan_new") not in html
    assert "Who manages plans in your organisation" in html


def test_the_checklist_names_what_is_missing(superuser: User, plan: Plan) -> None:
    factories.make_unit(plan, TAIYUAN)
    factories.make_unit(plan, DATONG, ())
    factories.make_user("reviewer", Role.REVIEWER, TAIYUAN)
    factories.make_user("reporter", Role.REPORTER, TAIYUAN)
    points = missing(page(superuser, f"/setup/?plan={plan.code}"))
    assert "1 unit has no reporting obligation: 大同市单位." in points
    assert "No reviewer for Datong." in points
    assert "No reporter for 大同市单位." in points
    assert "There are no check rules: returns are taken as they are entered." in points


@pytest.mark.whole
def test_what_is_counted_from_a_list_needs_nobody_who_reports_it(db: None, request: pytest.FixtureRequest) -> None:
    plan = factories.load_demonstration()  # in a database with nothing else
    superuser: User = request.getfixturevalue("superuser")
    counted = plan.list_rules.count()
    assert counted == 3
    assert not [text for text in missing(page(superuser, f"/setup/?plan={plan.code}")) if "Nobody reports" in text]
    assert "节能诊断企业" not in page(superuser, f"/setup/plans/{plan.code}/obligations")


def test_a_reviewer_of_the_province_reviews_every_city(superuser: User, plan: Plan) -> None:
    factories.make_unit(plan, DATONG)
    factories.make_user("reviewer", Role.REVIEWER)
    assert not [text for text in missing(page(superuser, "/setup/")) if "reviewer" in text]


def test_each_role_finds_what_it_sets_up(plan: Plan) -> None:
    security = page(factories.make_user("security", Role.SECURITY_ADMIN), "/setup/")
    assert reverse("admin:tracker_membership_changelist") in security
    assert reverse("admin:tracker_target_changelist") not in security
    manager = page(factories.make_user("manager", Role.PLAN_MANAGER), "/setup/")
    assert reverse("admin:tracker_target_changelist") in manager
    assert reverse("admin:tracker_membership_changelist") not in manager
    assert signed_in(factories.make_user("reporter", Role.REPORTER)).get("/setup/").status_code == 403


def test_reading_pages_lead_who_may_to_the_form(plan: Plan) -> None:
    target = plan.targets.all()[0]
    address, change = f"/targets/{target.pk}/", reverse("admin:tracker_target_change", args=[target.pk])
    assert change in page(factories.make_user("manager", Role.PLAN_MANAGER), address)
    assert change not in page(factories.make_user("city", Role.PLAN_MANAGER, TAIYUAN), address)
    assert change not in page(factories.make_user("leader", Role.LEADER), address)


def test_a_grid_keeps_what_was_typed_where_it_is_refused(plan: Plan) -> None:
    client = signed_in(factories.make_user("manager", Role.PLAN_MANAGER))
    address = reverse("plan_split", args=[plan.code])
    html = client.get(address).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', html)
    target = plan.targets.get(indicator__code="fgd_gypsum_utilised")
    cell = f"c-{target.pk}-{factories.region(TAIYUAN).pk}"
    assert seen is not None
    answer = client.post(address, {"seen": seen[1], cell: "401"})
    assert answer.status_code == 422
    assert 'value="401"' in answer.content.decode()
    assert client.post(address, {"seen": seen[1], cell: "400"}).status_code == 302


@pytest.mark.parametrize("text", ["1e99999999", "很多", "-3", "3吨", "9" * 40])
def test_what_is_no_number_is_refused_at_its_cell(plan: Plan, text: str) -> None:
    client = signed_in(factories.make_user("manager", Role.PLAN_MANAGER))
    address = reverse("plan_split", args=[plan.code])
    seen = re.search(r'name="seen" value="(\w+)"', client.get(address).content.decode())
    target = plan.targets.get(indicator__code="fgd_gypsum_utilised")
    assert seen is not None
    answer = client.post(address, {"seen": seen[1], f"c-{target.pk}-{factories.region(TAIYUAN).pk}": text})
    assert (answer.status_code, "has-error" in answer.content.decode()) == (422, True)


def test_the_organisation_is_named_on_every_page_and_its_logo_shown(superuser: User) -> None:
    client = signed_in(superuser)
    logo = SimpleUploadedFile("logo.png", png())
    data = {"name": "测试厅", "help_contact": "电话12345", "footer_number": "备1号", "logo": logo, "seen": "0"}
    assert client.post(reverse("identity"), data).status_code == 302
    html = client.get("/").content.decode()
    assert all(words in html for words in ("测试厅", "电话12345", "备1号", reverse("identity_logo")))
    answer = signed_in(factories.User.objects.create_user("nobody")).get(reverse("identity_logo"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.png", b"<svg onload=x></svg>"),
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("logo.jpg", b"MZ\x90\x00 program"),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50_000_000),
    ],
)
def test_a_logo_that_is_no_small_picture_is_refused_and_nothing_is_changed(superuser: User, name, content) -> None:
    answer = signed_in(superuser).post(
        reverse("identity"), {"name": "x", "logo": SimpleUploadedFile(name, content), "seen": "0"}
    )
    assert (answer.status_code, "has-error" in answer.content.decode()) == (422, True)
    assert not Identity.objects.exists()


def test_the_organisation_page_says_what_was_changed(superuser: User) -> None:
    client = signed_in(superuser)
    data = {"name": "测试厅", "help_contact": "电话12345", "seen": "0"}
    first = [str(one) for one in client.post(reverse("identity"), data, follow=True).context["messages"]]
    again = client.post(reverse("identity"), {**data, "seen": "1"}, follow=True)
    assert "测试厅" in first[0]
    assert "测试厅" not in str(next(iter(again.context["messages"])))


def test_a_new_account_gets_its_role_in_the_same_form(superuser: User, plan: Plan) -> None:
    region = factories.region(TAIYUAN)
    data = {
        "username": "new-reporter",
        "password1": factories.PASSWORD,
        "password2": factories.PASSWORD,
        "language": "zh-hans",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-role": Role.REPORTER,
        "memberships-0-region": str(region.pk),
    }
    answer = signed_in(superuser).post(reverse("admin:tracker_user_add"), data)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    membership = Membership.objects.get(user__username="new-reporter")
    assert (membership.role, membership.region) == (Role.REPORTER, region)


def test_who_opens_accounts_and_gives_no_roles_sees_none_in_the_form(plan: Plan) -> None:
    system = factories.make_user("system", Role.SYSTEM_ADMIN)
    assert "memberships-0-role" not in page(system, reverse("admin:tracker_user_add"))
