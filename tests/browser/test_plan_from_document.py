"""From an empty installation to a plan in the browser: the policy document, the proposals, the plan, its sentences."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.keyboard import faults, press_at
from tests.services.policy_drafts.drafts import SHANXI, administrator
from tests.services.policy_drafts.test_lists import document
from tracker.models import Job, Plan, PolicyDocument, ProjectList
from tracker.services.drafts.read import run_policy_job

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: The most that the whole way may take, with people and obligations still to come.
MOST_CLICKS = 40
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOUBTED = SHANXI.replace("使用梯次电池不少于7000组", "使用梯次电池7000组")


@pytest.fixture
def page(window: Callable[..., Page]) -> Page:
    administrator()
    return window("admin")


@pytest.fixture
def clicked(page: Page) -> list[str]:
    """What was clicked, in order."""
    done: list[str] = []
    page.expose_function("noteClick", lambda words: done.append(words))
    page.add_init_script("document.addEventListener('click', one => window.noteClick(one.target.textContent), true)")
    return done


def upload(page: Page, content: str | bytes) -> None:
    """Upload a document, of text or Word's, and do the work of the worker that reads it."""
    if isinstance(content, str):
        file = {"name": "plan.txt", "mimeType": "text/plain", "buffer": content.encode()}
    else:
        file = {"name": "plan.docx", "mimeType": WORD, "buffer": content}
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="上传并读取").click()
    page.wait_for_url("**/jobs/*/")
    run_policy_job(Job.objects.get().pk, clock=timezone.now)
    page.wait_for_url("**/setup/drafts/*/")


def test_an_empty_installation_leads_to_a_plan(page: Page, clicked: list[str]) -> None:
    page.goto("/")
    page.get_by_role("link", name="新建行动计划").click()
    assert faults(page) == []
    upload(page, DOUBTED)
    assert faults(page) == []
    page.get_by_role("button", name="采纳16项无疑问的建议").click()
    page.locator("article.is-open").get_by_role("link", name="修改").click()
    assert faults(page) == []
    page.locator("[name=bound]").select_option("at_least")
    page.get_by_role("button", name="保存并采纳").click()
    page.get_by_role("button", name="创建行动计划").click()
    expect(page.locator(".messages")).to_contain_text("目标7项")
    expect(page.locator(".checklist .is-missing").first).to_contain_text("没有填报单位")
    assert faults(page) == []
    assert len(clicked) <= MOST_CLICKS / 2, clicked
    target = Plan.objects.get().targets.get(indicator__name="煤矸石综合利用量")
    page.goto(f"/targets/{target.pk}/")
    page.get_by_role("link", name="设定该目标的原句").click()
    expect(page.locator("mark")).to_contain_text("煤矸石综合利用量6500万吨")
    assert faults(page) == []


def test_words_that_are_marked_become_a_target(page: Page) -> None:
    page.goto("/setup/plans/new/")
    upload(page, SHANXI)
    page.evaluate(
        """() => {
          const walker = document.createTreeWalker(document.getElementById("policy-text"), NodeFilter.SHOW_TEXT);
          let node;
          while ((node = walker.nextNode())) {
            const at = node.data.indexOf("坚持绿色发展");
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 6);
            const selection = window.getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
          }
        }"""
    )
    page.locator("#marked-menu a[data-kind=target]").click()
    expect(page.locator("blockquote")).to_have_text("坚持绿色发展")


def test_a_sentence_is_added_without_script_and_without_mouse(page: Page) -> None:
    page.goto("/setup/plans/new/")
    upload(page, SHANXI)
    document = PolicyDocument.objects.get()
    at = document.text.index("坚持绿色发展")
    press_at(page, f"#s{at} .sentence-add")
    expect(page.locator("blockquote")).to_contain_text("坚持绿色发展")


def test_the_draft_is_there_after_logging_out(page: Page, window: Callable[..., Page]) -> None:
    page.goto("/setup/plans/new/")
    upload(page, SHANXI)
    page.locator("article.is-open").first.get_by_role("button", name="舍弃").click()
    expect(page.locator("article.is-dropped")).to_have_count(1)
    page.get_by_role("button", name="退出").click()
    again = window("admin")
    again.goto("/setup/")
    again.get_by_role("link", name="plan.txt").click()
    expect(again.locator("article.is-dropped")).to_have_count(1)


def test_a_table_of_projects_becomes_a_list_whose_members_lead_to_their_rows(page: Page) -> None:
    page.goto("/setup/plans/new/")
    upload(page, document())
    card = page.locator("article.is-open").filter(has_text="2020年重点项目表")
    expect(card).to_contain_text("煤矸石制砖项目")
    assert faults(page) == []
    card.get_by_role("link", name="修改").click()
    assert faults(page) == []
    page.get_by_role("button", name="保存并采纳").click()
    expect(page.locator("article.is-accepted").filter(has_text="2020年重点项目表")).to_have_count(1)
    page.get_by_role("button", name="无疑问的建议").click()
    for _time in range(page.locator("article.is-open").count()):
        page.locator("article.is-open").first.get_by_role("button", name="采纳").click()
    page.get_by_role("button", name="创建行动计划").click()
    expect(page.locator(".checklist .is-missing").first).to_contain_text("没有填报单位")
    member = ProjectList.objects.get().members.order_by("number").first()
    assert member is not None
    page.goto(f"/lists/members/{member.pk}/")
    page.get_by_role("link", name="列出它的行").click()
    expect(page.locator("mark")).to_contain_text("煤矸石制砖项目")
    assert faults(page) == []
