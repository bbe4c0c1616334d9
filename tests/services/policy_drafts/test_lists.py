"""Tables of projects, firms and tasks in a policy document become lists of the plan, with their members."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document as Word

from tests.factories import NOW
from tests.projects import credit_code
from tests.services.policy_drafts.drafts import SHANXI, accept_all, created, draft_of, sent_bytes
from tracker.models import ListMember, Plan, PolicyDocument, ProjectList
from tracker.queries.imports.draft_lists.lists import rows_without_place, unread_cells
from tracker.queries.plans.drafts.draft import Draft, DraftList, DraftRegion
from tracker.queries.plans.drafts.known import load_known
from tracker.queries.plans.drafts.wording import OwnDoubt
from tracker.services.drafts import edit
from tracker.services.drafts.create import DraftRefused

pytestmark = pytest.mark.django_db

HEADINGS = ["序号", "项目名称", "建设单位", "建设地点", "建设规模", "总投资（亿元）", "开工时间", "建成时间"]
ROWS = [
    ["1", "煤矸石制砖项目", "晋砖公司", "朔州市平鲁区", "年产砖2亿块", "3.5", "2020年3月", "2020年12月"],
    ["2", "粉煤灰陶粒项目", "晋陶公司", "大同市云州区", "年产陶粒40万方", "1.2", "2020年5月", "2021年6月"],
    ["3", "赤泥提取项目", "晋铝公司", "吕梁市", "年处理赤泥60万吨", "4.8", "2020年6月", "2021年12月"],
]
SENTENCE = "实施附件1所列重点项目3个，年内全部纳入调度。"


def document(headings=HEADINGS, rows=ROWS, *, sentence=SENTENCE, caption="2020年重点项目表", more=()) -> bytes:
    """Return the plan of 2020 in sentences of our own, with an annex."""
    word = Word()
    for line in SHANXI.replace("做好跟踪服务", f"{sentence}做好跟踪服务").splitlines():
        word.add_paragraph(line)
    word.add_paragraph("附件1")
    word.add_paragraph(caption)
    table(word, [headings, *rows])
    for title, texts in more:
        word.add_paragraph(title)
        table(word, texts)
    content = BytesIO()
    word.save(content)
    return content.getvalue()


def table(word, rows: list[list[str]]) -> None:
    found = word.add_table(len(rows), len(rows[0]))
    for row, texts in zip(found.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def drafted(*args, **more) -> tuple[PolicyDocument, DraftList]:
    found = sent_bytes(document(*args, **more), "plan.docx")
    assert found.failure == ""
    return found, draft_of(found).lists[0]


def change_list(found: PolicyDocument, **values) -> DraftList:
    draft = Draft.from_json(found.draft)
    item = replace(draft.lists[0], **values)
    return edit.save_item(found, item, seen=found.version, acting_user=found.uploaded_by, now=NOW)


def test_an_annex_of_projects_is_proposed_as_a_list_with_its_columns() -> None:
    found, item = drafted()
    assert (item.name, item.kind, item.year, item.clause) == ("2020年重点项目表", "projects", "2020", "附件1")
    wanted = ("", "name", "builder", "site", "content", "total_investment", "planned_start", "planned_finish")
    assert item.fields == wanted
    assert item.doubts == ()
    assert "煤矸石制砖项目" in found.text[item.rows[0][0] : item.rows[0][1]]
    behind = draft_of(found).target(item.target)
    assert behind is not None
    assert (behind.value, behind.unit, item.counts) == ("3", "个", "members")


def test_the_list_is_created_with_the_plan_and_each_member_leads_to_its_row() -> None:
    found, _item = drafted()
    accept_all(found)
    plan = created(found)
    listed = ProjectList.objects.get(plan=plan)
    members = list(listed.members.select_related("project__region").order_by("number"))
    assert [(one.project.name, one.project.region.name) for one in members] == [
        ("煤矸石制砖项目", "朔州市"),
        ("粉煤灰陶粒项目", "大同市"),
        ("赤泥提取项目", "吕梁市"),
    ]
    first = members[0].project
    assert (first.builder, first.total_investment, first.planned_start) == ("晋砖公司", 35_000, date(2020, 3, 31))
    found.refresh_from_db()
    for member in members:
        assert member.project.name in found.text[member.sentence.start : member.sentence.end]
    rule = listed.rules.get()
    assert (rule.counts, plan.targets.filter(indicator=rule.indicator).count()) == ("members", 1)
    assert members[0].added_by.issued_on == date(2020, 3, 24)


def test_what_is_not_understood_is_said_and_kept_in_words() -> None:
    headings = [*HEADINGS, "联络方式"]
    rows = [[*one, "王工"] for one in ROWS]
    rows[1][6] = "待定"
    found, item = drafted(headings, rows)
    assert item.fields[-1] == "note"
    assert set(item.doubts) == {OwnDoubt.UNKNOWN_COLUMN, OwnDoubt.UNREAD_CELLS}
    known = load_known(draft_of(found).regions)
    assert [(one.row, one.heading, one.text) for one in unread_cells(item, known)] == [(2, "开工时间", "待定")]
    accept_all(found)
    second = ListMember.objects.get(project_list__plan=created(found), number=2).project
    assert second.planned_start is None
    assert second.content == "年产陶粒40万方\n开工时间：待定\n联络方式：王工"


def test_a_row_with_an_unknown_place_is_said_and_refused_until_it_is_decided() -> None:
    rows = [*ROWS[:2], [*ROWS[2][:3], "某工业园", *ROWS[2][4:]]]
    found, item = drafted(rows=rows)
    assert item.doubts == (OwnDoubt.ROWS_WITHOUT_PLACE,)
    assert rows_without_place(item, load_known(draft_of(found).regions)) == [3]
    accept_all(found)
    with pytest.raises(DraftRefused) as refused:
        created(found)
    assert [(key, field) for key, field, _text in refused.value.mistakes] == [(item.key, "site")]
    assert "3" in refused.value.mistakes[0][2]
    assert not Plan.objects.exists()
    found.refresh_from_db()
    change_list(found, default_region="吕梁市")
    members = ListMember.objects.filter(project_list__plan=created(found)).order_by("number")
    assert [one.project.region.name for one in members] == ["朔州市", "大同市", "吕梁市"]


def test_a_row_can_be_left_out_and_a_column_be_something_else() -> None:
    found, item = drafted(sentence="")
    accept_all(found)
    fields = tuple("content" if one == "builder" else "" if one == "content" else one for one in item.fields)
    change_list(found, fields=fields, left_out=(2,), name="重点项目")
    listed = ProjectList.objects.get(plan=created(found))
    assert (listed.name, listed.rules.count()) == ("重点项目", 0)
    assert [(one.project.name, one.project.content) for one in listed.members.order_by("number")] == [
        ("煤矸石制砖项目", "晋砖公司"),
        ("赤泥提取项目", "晋铝公司"),
    ]


def test_another_number_in_the_sentence_than_rows_is_doubted() -> None:
    _found, item = drafted(sentence=SENTENCE.replace("3个", "5个"))
    assert (bool(item.target), item.doubts) == (True, (OwnDoubt.COUNT_DIFFERS,))


def test_a_list_whose_target_is_dropped_is_refused_at_that_field() -> None:
    found, item = drafted()
    accept_all(found)
    state = "dropped"
    edit.decide(found, [item.target], edit.ItemState(state), seen=found.version, acting_user=found.uploaded_by, now=NOW)
    with pytest.raises(DraftRefused) as refused:
        created(found)
    assert [(key, field) for key, field, _text in refused.value.mistakes] == [(item.key, "target")]


def test_amounts_without_a_unit_are_doubted_and_read_in_the_chosen_one() -> None:
    headings = [one.replace("（亿元）", "") for one in HEADINGS]
    found, item = drafted(headings)
    assert item.doubts == (OwnDoubt.UNIT_OF_AMOUNTS,)
    accept_all(found)
    change_list(found, amounts_in="亿元")
    first = ListMember.objects.get(project_list__plan=created(found), number=1).project
    assert first.total_investment == Decimal(35_000)


def test_two_tables_of_one_annex_are_one_list_with_their_categories() -> None:
    more = [("2020年重点项目表（续建）", [HEADINGS, ["4", "脱硫石膏板材项目", *ROWS[0][2:]]])]
    found, item = drafted(caption="2020年重点项目表（新开工）", more=more, sentence="")
    assert [len(cells) for _start, _end, cells in item.rows] == [8, 8, 8, 1, 8]
    accept_all(found)
    members = ListMember.objects.filter(project_list__plan=created(found)).order_by("number")
    assert [one.category for one in members] == ["new", "new", "new", "carried"]


def test_a_roster_of_firms_is_proposed_as_one() -> None:
    headings = ["序号", "企业名称", "统一社会信用代码", "所在市"]
    rows = [["1", "晋砖公司", credit_code(1), "朔州"], ["2", "晋陶公司", credit_code(2), "大同市"]]
    found, item = drafted(headings, rows, caption="重点企业名单", sentence="")
    assert (item.kind, item.fields, item.doubts) == ("roster", ("", "name", "credit_code", "region"), ())
    accept_all(found)
    members = ListMember.objects.filter(project_list__plan=created(found)).order_by("number")
    assert [one.project.region.name for one in members] == ["朔州市", "大同市"]


def test_a_roster_without_credit_codes_is_doubted() -> None:
    headings = ["序号", "企业名称", "统一社会信用代码", "所在市"]
    _found, item = drafted(headings, [["1", "晋砖公司", "", "朔州市"]], caption="重点企业名单", sentence="")
    assert item.doubts == (OwnDoubt.NO_CREDIT_CODE,)


def test_a_table_of_tasks_is_proposed_as_a_doubted_list_of_tasks() -> None:
    headings = ["序号", "重点任务", "责任单位", "完成时限"]
    rows = [["1", "建立朔州市煤矸石台账", "省工信厅", "2020年6月"], ["2", "开展大同市评估", "省生态环境厅", "长期"]]
    found, item = drafted(headings, rows, caption="重点任务分工表", sentence="")
    assert (item.kind, item.fields) == ("tasks", ("", "name", "unit", "planned_finish"))
    assert OwnDoubt.LIST_OF_TASKS in item.doubts
    assert OwnDoubt.UNREAD_CELLS in item.doubts  # no such units yet, and 长期 is no day
    accept_all(found)
    change_list(found, default_region="山西省")
    listed = ProjectList.objects.get(plan=created(found))
    assert [one.code for one in listed.steps.all()] == ["begun", "done"]
    assert [one.project.content for one in listed.members.order_by("number")] == [
        "责任单位：省工信厅",
        "责任单位：省生态环境厅\n完成时限：长期",
    ]


def test_a_document_without_such_tables_proposes_no_list() -> None:
    found, _item = drafted(sentence="")
    draft = Draft.from_json({**found.draft, "lists": []})
    assert draft.lists == ()


def test_rows_are_placed_once_their_regions_are_added() -> None:
    rows = [*ROWS[:2], [*ROWS[2][:3], "海滨新城", *ROWS[2][4:]]]
    found, item = drafted(rows=rows)
    assert item.doubts == (OwnDoubt.ROWS_WITHOUT_PLACE,)
    draft = draft_of(found)
    added = (*draft.regions, DraftRegion("141199", "海滨新城", "county", "141100"))
    edit.save_plan_facts(found, draft.plan, added, seen=found.version, acting_user=found.uploaded_by, now=NOW)
    assert draft_of(found).lists[0].doubts == ()
    accept_all(found)
    last = ListMember.objects.get(project_list__plan=created(found), number=3)
    assert last.project.region.name == "海滨新城"


class TestPages:
    def test_the_page_shows_the_list_beside_its_place_and_changes_its_columns(self, client) -> None:
        headings = [*HEADINGS, "联络方式"]
        found, item = drafted(headings, [[*one, "王工"] for one in ROWS])
        client.force_login(found.uploaded_by)
        shown = client.get(reverse("policy_draft", args=[found.pk]))
        assert f'id="{item.key}"' in shown.text
        assert "联络方式" in shown.text
        address = reverse("policy_item", args=[found.pk, item.key])
        page = client.get(address)
        assert page.status_code in (200, 422)
        entered = {f"column_{at}": field for at, field in enumerate(item.fields)}
        entered |= {"column_8": "person", "name": "重点项目", "kind": "projects", "year": "2020", "left_out": "2"}
        entered |= {"target": item.target, "counts": "members", "seen": found.version}
        refused = client.post(address, {**entered, "column_1": ""})
        assert refused.status_code == 422
        answer = client.post(address, entered)
        assert answer.status_code == 302
        changed = draft_of(found).lists[0]
        assert (changed.name, changed.fields[8], changed.left_out, changed.state) == (
            "重点项目",
            "person",
            (2,),
            "accepted",
        )

    def test_a_member_leads_to_its_row_in_the_text(self, client) -> None:
        found, _item = drafted()
        accept_all(found)
        plan = created(found)
        member = ListMember.objects.get(project_list__plan=plan, number=2)
        client.force_login(found.uploaded_by)
        page = client.get(reverse("project", args=[member.pk])).text
        address = f"{reverse('plan_text', args=[plan.code])}?member={member.pk}"
        assert f"{address}#s{member.sentence.start}" in page
        text = client.get(address).text
        assert 'class="mark is-sought"' in text
        assert f'id="s{member.sentence.start}"' in text
