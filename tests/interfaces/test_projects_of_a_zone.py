"""Projects of a county with parks, on a plan of its own: two years, weekly reports, steps as the county names them."""

import re
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from tests import factories
from tests.factories import SHANGHAI
from tests.projects import credit_code
from tests.services.issued_kinds import figures_in, sheet_in, sheet_of
from tests.services.test_setup_workbook import PLANS
from tracker.models import (
    IssuedReport,
    ListMember,
    Obligation,
    Plan,
    ProjectList,
    ReportingUnit,
    Return,
    Role,
    User,
)
from tracker.queries.errors import Refused
from tracker.services import returns
from tracker.services.documents import reports
from tracker.services.plans import loading
from tracker.services.plans.obligations import save_obligation

COUNTY, PARKS = "140121", {"A": "精细化工园", "B": "装备制造园", "C": "现代物流园"}
NOW = datetime(2021, 6, 10, 9, 0, tzinfo=SHANGHAI)
WEEK = "2021-W22"
#: name, park, builder, category, total (亿元), year's plan (万元), start, finish
ANNEX = [
    ("焦炉煤气制甲醇项目", "A", "甲公司", "新开工", 1.2, 5000, "2021-03-01", "2021-12-31"),
    ("针状焦项目", "A", "乙公司", "新开工", 0.5, 2000, "2021-04-01", "2022-06-30"),
    ("铸件生产线项目", "B", "丙公司", "新开工", 0.8, 3000, "2021-05-01", "2021-11-30"),
    ("冷链仓储项目", "C", "丁公司", "新开工", 0.3, 1000, "2021-09-01", "2022-03-31"),
    ("打捆基础设施项目", "B", "园区公司", "新开工", 0.6, 1500, "2021-02-01", "2021-10-31"),
]


def plain_text(html: str) -> str:
    """Return the words of a page, one space between them."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.fixture
def zone(db, time_machine) -> Plan:
    time_machine.move_to(NOW, tick=False)
    loading.load_reference(factories.FIXTURES / "units.toml", factories.FIXTURES / "regions.toml")
    return loading.load_plan(PLANS / "zone.toml", acting_user=None, now=NOW)


@pytest.fixture
def people(zone: Plan) -> dict[str, Client]:
    """The county's manager, reviewer and leader, and a clerk of each park."""
    roles = {"manager": Role.PLAN_MANAGER, "reviewer": Role.REVIEWER, "leader": Role.LEADER}
    found = {name: factories.make_user(name, role, COUNTY) for name, role in roles.items()}
    for park in PARKS:
        unit = ReportingUnit.objects.get(code=f"park-{park.lower()}")
        found[park] = factories.make_user(f"clerk-{park.lower()}", Role.REPORTER, f"{COUNTY}-{park}", unit)
    return {name: signed_in(user) for name, user in found.items()}


def signed_in(user: User) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": "zh-hans"})
    client.force_login(user)
    return client


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return plain_text(answer.content.decode())


def post(client: Client, address: str, data: dict[str, object], status: int = 302) -> str:
    answer = client.post(address, data)
    assert answer.status_code == status, plain_text(answer.content.decode())[-1500:]
    return answer.content.decode()


def by(number: str, day: str, reason: str = "") -> dict[str, str]:
    return {"document_number": number, "issued_on": day, "effective_from": day, "reason": reason}


def new_list(client: Client, plan: Plan, code: str, year: int, **more: str) -> ProjectList:
    form = {"name": f"{year}年重点项目名单", "code": code, "kind": "projects", "year": str(year), "counts_parts": "on"}
    post(client, f"{reverse('project_list_new')}?plan={plan.code}", form | more)
    return ProjectList.objects.select_related("plan__region").get(code=code)


def steps_of(client: Client, listed: ProjectList) -> dict[str, str]:
    """The list's form of steps as the page has it."""
    form = client.get(reverse("project_list_setup", args=[listed.pk])).context["steps"]
    data = {f"steps-{name}": str(value) for name, value in form.management_form.initial.items()}
    for one in form.forms:
        for name in one.fields:
            value = one.initial.get(name)
            if value not in (None, "", []):
                data[one.add_prefix(name)] = value
    listed.refresh_from_db()
    return data | {"name": listed.name, "counts_parts": "on", "version": str(listed.version)}


def send_annex(client: Client, listed: ProjectList, rows, document: dict[str, str]) -> None:
    book = Workbook()
    book.active.append(["附件1 重点项目名单"])
    book.active.append(
        [
            "序号",
            "项目名称",
            "地区",
            "建设单位",
            "类别",
            "总投资（亿元）",
            "2021年计划投资（万元）",
            "计划开工时间",
            "计划竣工时间",
            "责任单位",
            "包联领导",
            "经度",
            "纬度",
            "项目代码",
            "建设地点",
        ]
    )
    for number, (name, park, builder, category, total, year, start, finish) in enumerate(rows, 1):
        place = [112.3 + number / 100, 37.6 + number / 100]
        who = [f"{PARKS[park]}管委会", f"包联领导{number}"]
        code = f"2021-140121-{number:03d}"
        book.active.append(
            [number, name, PARKS[park], builder, category, total, year, start, finish, *who, *place, code, "纬一路"]
        )
    content = BytesIO()
    book.save(content)
    address = reverse("project_list_import", args=[listed.pk])
    answer = client.post(address, {**document, "file": SimpleUploadedFile("附件.xlsx", content.getvalue())})
    assert answer.status_code == 302, plain_text(answer.content.decode())[-1000:]
    post(client, answer["location"], {"deed": "accept"})


def member(name: str) -> ListMember:
    return ListMember.objects.select_related("project", "project_list__plan").get(project__name=name, ends=None)


def step(client: Client, name: str, code: str, day: str) -> None:
    one = member(name)
    data = {"step": one.project_list.steps.get(code=code).pk, "day": day, "evidence": "开工令〔2021〕1号"}
    post(client, reverse("project_step", args=[one.pk]), data)


def verify_all(client: Client, listed: ProjectList) -> None:
    waiting = client.get(reverse("project_list_steps", args=[listed.pk])).context["waiting"]
    data = {"step": [one.pk for one in waiting], "verdict": "verified"}
    post(client, reverse("project_list_steps", args=[listed.pk]), data)


def report_week(people: dict[str, Client], park: str, texts: dict[str, dict[str, str]], *, week: str = WEEK) -> Return:
    """Report a park's projects for a week and verify the return."""
    filed = Return.objects.filter(unit__code=f"park-{park.lower()}", period__code=week).first()
    if filed is None:
        unit = ReportingUnit.objects.select_related("region").get(code=f"park-{park.lower()}")
        clerk = User.objects.get(username=f"clerk-{park.lower()}")
        period = factories.period(Plan.objects.get(code="zone-2020"), week)
        filed = returns.open_return(unit, period, acting_user=clerk, now=NOW)
    data: dict[str, str] = {"version": str(filed.version), "_submit": "1"}
    for name, fields in texts.items():
        data |= {f"{member(name).pk}-{field}": text for field, text in fields.items()}
    post(people[park], reverse("project_sheet", args=[filed.pk]), data)
    filed.refresh_from_db()
    reviewer = User.objects.get(username="reviewer")
    return returns.verify_return(filed, acting_user=reviewer, now=NOW, expected_version=filed.version)


@pytest.fixture
def listed(zone: Plan, people: dict[str, Client]) -> ProjectList:
    """The list of 2021: renamed steps and one more, an annex of five in a batch, weekly reports, figures counted."""
    manager = people["manager"]
    found = new_list(manager, zone, "key", 2021)
    data = steps_of(manager, found)
    named = {data[key]: key.rpartition("-")[0] for key in data if key.endswith("-code")}
    data[f"{named['reserve']}-name"] = "谋划"
    data[f"{named['started']}-needed_permits"] = ["project"]
    new = f"steps-{int(data['steps-TOTAL_FORMS']) - 1}"
    data |= {f"{new}-code": "land", f"{new}-name": "拿地", f"{new}-kind": "stage", f"{new}-position": "35"}
    post(manager, reverse("project_list_setup", args=[found.pk]), data)
    send_annex(manager, found, ANNEX, by("清发改〔2021〕3号", "2021-01-10"))
    for code, counts, at in (("zone_started", "stage", "started"), ("zone_invested", "investment", "")):
        rule = {"counts": counts, "step": found.steps.get(code=at).pk if at else "", "without_terminated": "on"}
        rule["indicator"] = zone.targets.get(indicator__code=code).indicator_id
        post(manager, reverse("project_list_rule", args=[found.pk]), rule)
    weekly = {"frequency": "week", "preparation_frequency": "", "reports_from": "2021-05-01"}
    post(manager, reverse("project_list_reports", args=[found.pk]), weekly)
    return found


@pytest.fixture
def going(listed: ProjectList, people: dict[str, Client]) -> ProjectList:
    """Two started, one late, one early; a week reported by two parks, the third has not."""
    step(people["A"], "焦炉煤气制甲醇项目", "started", "2021-03-01")
    step(people["A"], "针状焦项目", "land", "2021-06-01")
    step(people["C"], "冷链仓储项目", "started", "2021-05-20")
    verify_all(people["reviewer"], listed)
    fine = {"investment": "1200", "progress": "主体施工"}
    problem = {
        "investment": "0",
        "progress": "未动工",
        "problem_kind": "land",
        "problem": "征地未完成",
        "demand": "协调供地",
    }
    report_week(people, "A", {"焦炉煤气制甲醇项目": fine, "针状焦项目": problem | {"due_on": "2021-07-01"}})
    report_week(people, "C", {"冷链仓储项目": {"investment": "300", "progress": "桩基"}})
    return listed


def test_steps_are_data_of_the_list(listed, people):
    names = list(listed.steps.filter(kind="stage").values_list("name", flat=True))
    assert names == ["谋划", "签约", "落地", "拿地", "手续办结", "开工", "在建", "投产", "达产"]
    data = steps_of(people["manager"], listed)
    named = {data[key]: key.rpartition("-")[0] for key in data if key.endswith("-code")}
    refused = post(
        people["manager"],
        reverse("project_list_setup", args=[listed.pk]),
        {key: value for key, value in data.items() if key != f"{named['started']}-name"},
        422,
    )
    assert "“开工”已有项目达到或已用于指标计数，不能删除。" in refused
    twice = post(
        people["manager"],
        reverse("project_list_setup", args=[listed.pk]),
        data | {f"{named['land']}-name": "开工"},
        422,
    )
    assert "已有同名步骤" in twice
    stale = post(people["manager"], reverse("project_list_setup", args=[listed.pk]), data | {"version": "1"}, 422)
    assert "名单已被他人调整" in plain_text(stale)
    post(people["manager"], reverse("project_list_setup", args=[listed.pk]), data | {f"{named['land']}-name": "供地"})
    assert listed.steps.get(code="land").name == "供地"


def test_a_step_that_moves_counts_otherwise(going, people, zone):
    """The figure follows the order of stages: what comes after the counted stage counts."""
    assert "2 / 5" in text_of(people["leader"], f"{reverse('project_lists')}?plan=zone-2020&period={WEEK}")
    data = steps_of(people["manager"], going)
    named = {data[key]: key.rpartition("-")[0] for key in data if key.endswith("-code")}
    data[f"{named['land']}-position"] = "65"
    post(people["manager"], reverse("project_list_setup", args=[going.pk]), data)
    assert "3 / 5" in text_of(people["leader"], f"{reverse('project_lists')}?plan=zone-2020&period={WEEK}")


def test_the_annex_came_with_every_field(listed, people):
    one = member("焦炉煤气制甲醇项目")
    text = text_of(people["leader"], reverse("project", args=[one.pk]))
    for words in (
        "2021-140121-001",
        "甲公司",
        "精细化工园 纬一路",
        "12,000",
        "5,000",
        "包联领导1",
        "清发改〔2021〕3号",
        "新开工",
    ):
        assert words in text, words
    assert (one.project.region.level, one.project.longitude) == ("park", Decimal("112.31"))
    batches = text_of(people["leader"], reverse("project_list", args=[listed.pk]))
    assert "本名单的文件" in batches
    assert "清发改〔2021〕3号" in batches


def test_permits_and_problems_have_their_state_kind_demand_and_due_date(listed, people):
    one = member("铸件生产线项目")
    permit = {"kind": "land", "state": "granted", "granted_on": "2021-04-02", "document_number": "清自然资〔2021〕7号"}
    post(people["B"], reverse("project_permit", args=[one.pk]), permit)
    problem = {"kind": "funds", "description": "资金缺口", "demand": "协调贷款", "due_on": "2021-07-15"}
    post(people["B"], reverse("project_problem", args=[one.pk]), problem)
    text = text_of(people["leader"], reverse("project", args=[one.pk]))
    for words in ("已取得", "清自然资〔2021〕7号", "资金", "资金缺口", "协调贷款", "时限2021年7月15日"):
        assert words in text, words
    step(people["B"], "铸件生产线项目", "started", "2021-05-10")  # without the permit that the list asks for
    assert "立项" in text_of(people["leader"], reverse("project", args=[one.pk]))
    assert member("铸件生产线项目").taken.get().findings[0]["fault"] == "no_permit"


def test_the_funnel_prints_rates_identities_and_the_ranking_of_parks(going, people):
    address = f"{reverse('project_list_funnel', args=[going.pk])}?period={WEEK}"
    text = text_of(people["leader"], address)
    assert "新开工：截至本期应开工4－逾期未开工3＋提前开工1＝实际开工2 · 相符" in text
    assert "2021年增减平衡：年初0＋新增5－调出0＝5 · 相符" in text
    for denominator in ("全年计划新开工项目", "截至本期应开工的新建项目", "年度计划投资", "提前开工1、逾期未开工3"):
        assert denominator in text, denominator
    order = {}
    for way in ("started", "producing", "invested"):
        page = people["leader"].get(f"{address}&by={way}").context["page"]
        order[way] = [str(place) for place, _line in page.places]
    assert order["started"] == ["现代物流园", "精细化工园", "装备制造园"]
    assert order["invested"] == ["精细化工园", "现代物流园", "装备制造园"]
    page = people["leader"].get(address).context["page"]
    assert (page.balance.agrees, page.starts_agree) == (True, True)
    assert sum(one.line.number for one in page.stages) == page.size == 5


def test_a_funnel_of_an_earlier_month_leads_to_the_names_of_that_month(going, people):
    step(people["A"], "焦炉煤气制甲醇项目", "building", "2021-06-02")
    verify_all(people["reviewer"], going)
    for period, stage, number in (("2021-W13", "started", 1), ("2021-W13", "building", 0), (WEEK, "building", 1)):
        page = (
            people["leader"].get(f"{reverse('project_list_funnel', args=[going.pk])}?period={period}").context["page"]
        )
        at = {one.stage.code: one.line.number for one in page.stages if one.stage}
        assert at[stage] == number
        address = f"{reverse('project_list', args=[going.pk])}?period={period}&stage={stage}"
        assert len(people["leader"].get(address).context["table"].rows) == number
    text = text_of(people["leader"], f"{reverse('project_list', args=[going.pk])}?period=2021-W13")
    row = text[text.index("焦炉煤气制甲醇项目") :][:120]
    assert ("开工" in row, "在建" in row) == (True, False)


def test_the_weekly_dispatch_has_only_what_changed_is_late_or_has_a_problem(going, people, zone):
    leader = User.objects.get(username="leader")
    week = factories.period(zone, WEEK)
    report = reports.issue_report(
        period=week, region=zone.region, language="zh-hans", acting_user=leader, now=NOW, kind="projects"
    )
    rows = [[cell.value for cell in row] for row in sheet_of(report, "调度").iter_rows()]
    names = {name for name, *_rest in ANNEX if any(name in row for row in rows)}
    assert names == {"针状焦项目", "铸件生产线项目", "打捆基础设施项目"}
    ledger = [[cell.value for cell in row] for row in sheet_of(report, "2021年重点项目名单").iter_rows()]
    (line,) = [row for row in ledger if "焦炉煤气制甲醇项目" in row]
    assert 1200 in line


def test_a_package_is_split_replaced_and_removed_from_a_day_on_and_earlier_weeks_stay(going, people, zone):
    manager, leader = people["manager"], people["leader"]
    whole = member("打捆基础设施项目")
    parts = {"part-TOTAL_FORMS": "8", "part-INITIAL_FORMS": "0"}
    for number, total in enumerate(("3500", "3000")):
        parts |= {f"part-{number}-name": f"基础设施{number + 1}期", f"part-{number}-total_investment": total}
        parts |= {f"part-{number}-region": str(whole.project.region_id)}
    split = reverse("project_split", args=[whole.pk])
    refused = post(manager, split, by("清发改〔2021〕20号", "2021-06-07", "打捆拆分") | parts, 422)
    assert "6000" in plain_text(refused)
    post(
        manager, split, by("清发改〔2021〕20号", "2021-06-07", "打捆拆分") | parts | {"part-0-total_investment": "3000"}
    )
    edit = member("基础设施1期")
    page = manager.get(reverse("project_edit", args=[edit.pk]))
    fields = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    raised = post(
        manager, reverse("project_edit", args=[edit.pk]), fields | {"total_investment": "3100", "version": "1"}, 422
    )
    assert "6000" in raised
    new = {"name": "新铸件项目", "region": str(member("铸件生产线项目").project.region_id), "category": "new"}
    replace = by("清发改〔2021〕21号", "2021-06-07", "业主变更") | new
    replace = {f"replace-{name}": value for name, value in replace.items()} | {"deed": "replace"}
    post(manager, reverse("project_leave", args=[member("铸件生产线项目").pk]), replace)
    leave = {f"leave-{name}": value for name, value in by("清发改〔2021〕22号", "2021-06-08", "停建").items()}
    post(
        manager,
        reverse("project_leave", args=[member("针状焦项目").pk]),
        leave | {"deed": "leave", "leave-how": "remove"},
    )
    sizes = {}
    for period in ("2021-W22", "2021-W23"):
        page = leader.get(f"{reverse('project_list_funnel', args=[going.pk])}?period={period}").context["page"]
        sizes[period] = (page.size, page.balance.agrees)
    assert sizes == {"2021-W22": (5, True), "2021-W23": (5, True)}  # 5 + 1 by the split - 1 removed; one replaced
    names = text_of(leader, f"{reverse('project_list', args=[going.pk])}?period=2021-W22")
    assert ("打捆基础设施项目" in names, "新铸件项目" in names, "针状焦项目" in names) == (True, False, True)
    later = text_of(leader, f"{reverse('project_list', args=[going.pk])}?period=2021-W23")
    assert ("打捆基础设施项目" in later, "新铸件项目" in later, "针状焦项目" in later) == (False, True, False)
    assert "打捆项目拆分后按拆分的子项目计数" in text_of(leader, reverse("project_list_funnel", args=[going.pk]))
    step_of_removed = {"step": going.steps.get(code="started").pk, "day": "2021-06-09", "evidence": "x"}
    gone = ListMember.objects.get(project__name="针状焦项目")
    assert "调出名单" in plain_text(post(people["A"], reverse("project_step", args=[gone.pk]), step_of_removed, 422))


def test_what_a_week_was_issued_with_is_unchanged_after_a_removal(going, people, zone, tmp_path):
    leader = User.objects.get(username="leader")
    may = factories.period(zone, "2021-05")
    how = {"period": may, "region": zone.region, "language": "zh-hans", "acting_user": leader, "now": NOW}
    issued = reports.issue_report(**how, kind="projects")
    leave = {f"leave-{name}": value for name, value in by("清发改〔2021〕22号", "2021-05-15", "停建").items()}
    address = reverse("project_leave", args=[member("冷链仓储项目").pk])
    assert "2021-05" in post(people["manager"], address, leave | {"deed": "leave", "leave-how": "remove"}, 422)
    post(
        people["manager"],
        address,
        leave | {"leave-effective_from": "2021-06-02", "deed": "leave", "leave-how": "remove"},
    )
    reports.rewrite_report(IssuedReport.objects.get(pk=issued.pk), tmp_path / "again.xlsx")
    assert figures_in(tmp_path / "again.xlsx") == figures_in(Path(issued.file.path))
    names = {row[1].value for row in sheet_in(tmp_path / "again.xlsx", "2021年重点项目名单").iter_rows()}
    assert {name for name, *_rest in ANNEX} <= names


def test_last_years_projects_go_on_with_their_steps_and_get_a_plan_for_the_year(zone, people):
    manager = people["manager"]
    before = new_list(manager, zone, "old", 2020)
    send_annex(manager, before, ANNEX[:3], by("清发改〔2020〕3号", "2020-01-10"))
    step(people["A"], "焦炉煤气制甲醇项目", "started", "2020-08-01")
    step(people["A"], "针状焦项目", "producing", "2020-11-01")
    verify_all(people["reviewer"], before)
    carry = {"name": "2021年名单", "plan": zone.pk, "code": "new", "year": "2021", "categories": ["new", "carried"]}
    post(manager, reverse("project_list_carry", args=[before.pk]), carry | by("清发改〔2021〕3号", "2021-01-01"))
    following = ProjectList.objects.get(code="new")
    rows = [(one.project.name, one.category) for one in following.members.order_by("number")]
    assert rows == [("焦炉煤气制甲醇项目", "carried"), ("铸件生产线项目", "new")]
    one = following.members.get(number=1)
    form = {
        "category": "carried",
        "yearly_investment": "4000",
        "invested_before": "2000",
        "version": one.project.version,
    }
    year = reverse("project_year", args=[one.pk])
    assert "12000" in post(manager, year, form | {"yearly_investment": "13000"}, 422)
    post(manager, year, form)
    one.refresh_from_db()
    assert (one.yearly_investment, one.invested_before, one.stage.code) == (4000, 2000, "started")
    assert people["leader"].get(year).status_code == 404
    assert "项目已被他人修改" in plain_text(post(manager, year, form, 422))
    step(people["A"], "针状焦项目", "at_capacity", "2021-02-01")  # last year's list still takes its own steps
    text = text_of(people["leader"], f"{reverse('project_list_funnel', args=[following.pk])}?period=2021-03")
    assert "复工率" in text


def test_the_timeline_the_map_and_saved_views_of_the_zone(going, people):
    text = people["leader"].get(f"{reverse('project_list_timeline', args=[going.pk])}?period={WEEK}").content.decode()
    for name in ("焦炉煤气制甲醇项目", "冷链仓储项目"):
        assert text.count(name) >= 2  # a bar and a place
    assert "http" not in text[text.index("<svg") : text.rindex("</svg>")].replace("http://www.w3.org", "")
    address = f"{reverse('project_list', args=[going.pk])}?period={WEEK}&region={COUNTY}-A"
    post(people["leader"], address, {"view_action": "save", "name": "化工园"})
    assert "化工园" in text_of(people["leader"], reverse("project_list", args=[going.pk]))


def test_each_figure_of_a_list_leads_to_its_own_names(going, people):
    """The list counts starts and investment: a project that started without investing is in one figure alone."""
    step(people["B"], "铸件生产线项目", "started", "2021-05-12")
    verify_all(people["reviewer"], going)
    address = f"{reverse('project_list', args=[going.pk])}?period={WEEK}"
    found = {}
    for rule in going.rules.select_related("indicator"):
        table = people["leader"].get(f"{address}&figure=counted-{rule.pk}").context["table"]
        found[rule.indicator.code] = {str(row.record.project) for row in table.rows}
    assert found == {
        "zone_started": {"焦炉煤气制甲醇项目", "冷链仓储项目", "铸件生产线项目"},
        "zone_invested": {"焦炉煤气制甲醇项目", "冷链仓储项目"},
    }
    plain = people["leader"].get(f"{address}&figure=counted").context["table"]  # as views saved before have it
    first = going.rules.select_related("indicator")[0].indicator.code
    assert {str(row.record.project) for row in plain.rows} == found[first]


def test_targets_lead_to_the_names_and_a_typed_value_is_refused(going, people, zone):
    started = zone.targets.get(indicator__code="zone_started")
    text = text_of(people["leader"], f"{reverse('target', args=[started.pk])}?period={WEEK}")
    assert ("焦炉煤气制甲醇项目" in text, "针状焦项目" in text) == (True, True)
    clause = zone.clauses.get(number="一")
    assert going.name in text_of(people["leader"], f"{reverse('clause', args=[clause.pk])}?period={WEEK}")
    park = text_of(people["leader"], f"{reverse('region', args=[f'{COUNTY}-A'])}?period={WEEK}&plan=zone-2020")
    assert going.name in park
    unit = ReportingUnit.objects.get(code="park-a")
    manager = User.objects.get(username="manager")
    obligation = Obligation(plan=zone, unit=unit, indicator=started.indicator, frequency="week")
    with pytest.raises(Refused):
        save_obligation(obligation, acting_user=manager, now=NOW)


def test_a_closed_roster_of_27_names_the_one_that_is_missing(zone, people):
    manager = people["manager"]
    roster = {
        "kind": "roster",
        "is_closed": "on",
        "done": "完成检查",
        "name": "安全检查名单",
        "inapplicable_leaves": "on",
    }
    found = new_list(manager, zone, "firms", 2021, **roster)
    book = Workbook()
    book.active.append(["企业名称", "统一社会信用代码", "地区", "责任单位"])
    for number in range(1, 28):
        book.active.append([f"企业{number}", credit_code(number), PARKS["A"], "精细化工园管委会"])
    content = BytesIO()
    book.save(content)
    address = reverse("project_list_import", args=[found.pk])
    file = SimpleUploadedFile("名单.xlsx", content.getvalue())
    answer = manager.post(address, {**by("清应急〔2021〕2号", "2021-01-10"), "file": file})
    post(manager, answer["location"], {"deed": "accept"})
    target = zone.targets.get(indicator__code="zone_inspected")
    rule = {"indicator": target.indicator_id, "counts": "step", "step": found.steps.get(code="done").pk}
    post(manager, reverse("project_list_rule", args=[found.pk]), rule | {"without_terminated": "on"})
    rows = list(found.members.order_by("number"))
    several = {"deed": "step", "apply": "1", "member": [one.pk for one in [*rows[:12], *rows[13:]]]}
    several |= {"step": found.steps.get(code="done").pk, "day": "2021-05-20", "evidence": "检查记录"}
    post(people["A"], reverse("project_list_several", args=[found.pk]), several)
    verify_all(people["reviewer"], found)
    text = text_of(people["leader"], f"{reverse('target', args=[target.pk])}?period=2021-05")
    assert "27" in text
    assert "26" in text
    missing = people["leader"].get(f"{reverse('project_list', args=[found.pk])}?period=2021-05&figure=missing")
    assert [str(row.record.project) for row in missing.context["table"].rows] == ["企业13"]
    one = rows[12]
    closed = {f"leave-{name}": value for name, value in by("清应急〔2021〕9号", "2021-06-01", "企业注销").items()}
    post(manager, reverse("project_leave", args=[one.pk]), closed | {"deed": "leave", "leave-how": "inapplicable"})
    page = people["leader"].get(f"{reverse('project_list_funnel', args=[found.pk])}?period=2021-06").context["page"]
    assert page.size == 26


def test_a_day_in_the_future_is_no_step(listed, people):
    one = member("焦炉煤气制甲醇项目")
    data = {"step": listed.steps.get(code="started").pk, "day": date(2021, 12, 1).isoformat(), "evidence": "x"}
    assert "日期尚未到来" in plain_text(post(people["A"], reverse("project_step", args=[one.pk]), data, 422))
    assert not one.taken.exists()
