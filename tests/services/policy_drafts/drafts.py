"""Drafts of policy documents as tests need them: a document of our own sentences, sent in and read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.factories import NOW
from tracker.models import Plan, PolicyDocument, User
from tracker.queries.plans.drafts.draft import Draft, DraftTarget, Item, ItemState
from tracker.services.drafts import edit
from tracker.services.drafts.create import create_from_draft
from tracker.services.drafts.read import run_policy_job
from tracker.services.drafts.receive import send_document

#: Facts of the plan of 2020 in sentences of our own.
SHANXI = """山西省节能与资源综合利用2020年行动计划
山西省工业和信息化厅
2020年3月24日
一、总体思路
坚持绿色发展，抓好落实。
二、主要目标
全年大宗工业固废综合利用量达到1亿吨，其中，煤矸石综合利用量6500万吨，粉煤灰综合利用量2100万吨，脱硫石膏综合利用量400万吨，冶炼渣综合利用量1000万吨。
三、主要任务
1、推进基地建设。支持朔州、晋城、长治建设基地，做好跟踪服务和评估验收工作。
2、推进电池回收。全年新建或改造通信基站超过5000个，使用梯次电池不少于7000组。（省通信管理局牵头，山西铁塔配合）
四、主要措施
1、提高认识。各级主管部门要加强领导，压实责任，形成工作合力。
"""


def sent(text: str = SHANXI, name: str = "plan.txt", user: User | None = None) -> PolicyDocument:
    """Return a document that was sent in and read."""
    return sent_bytes(text.encode(), name, user)


def sent_bytes(content: bytes, name: str, user: User | None = None) -> PolicyDocument:
    """Return a document of these bytes that was sent in and read."""
    user = user or User.objects.filter(username="admin").first() or administrator()
    document, job = send_document(SimpleUploadedFile(name, content), acting_user=user, now=NOW)
    run_policy_job(job.pk, clock=lambda: NOW)
    document.refresh_from_db()
    return document


def administrator() -> User:
    """Return the installing administrator."""
    return User.objects.create_superuser("admin", password=factories.PASSWORD)


def draft_of(document: PolicyDocument) -> Draft:
    """Return the draft as it is stored."""
    document.refresh_from_db()
    return Draft.from_json(document.draft)


def accept_all(document: PolicyDocument) -> None:
    """Accept every item, doubted or not."""
    keys = [one.key for one in draft_of(document).items]
    edit.decide(document, keys, ItemState.ACCEPTED, seen=document.version, acting_user=document.uploaded_by, now=NOW)


def change(document: PolicyDocument, found: Callable[[DraftTarget], bool], **values: Any) -> Item:
    """Change the first target that fits."""
    target = next(one for one in draft_of(document).targets if found(one))
    changed = replace(target, **values)
    return edit.save_item(document, changed, seen=document.version, acting_user=document.uploaded_by, now=NOW)


def created(document: PolicyDocument) -> Plan:
    """Return the plan of the draft as it stands."""
    document.refresh_from_db()
    return create_from_draft(document, seen=document.version, acting_user=document.uploaded_by, now=NOW)
