"""A draft of a policy document is downloaded as a set-up workbook, completed there, and imported."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import NOW
from tests.services.policy_drafts.drafts import SHANXI, sent
from tests.services.setup_workbooks import Edited, checked, faults
from tracker.models import Plan, PolicyDocument
from tracker.services.imports import setup_workbook

pytestmark = pytest.mark.django_db


def downloaded(document: PolicyDocument) -> bytes:
    client = Client()
    client.force_login(document.uploaded_by)
    assert (
        reverse("policy_workbook", args=[document.pk])
        in client.get(reverse("policy_draft", args=[document.pk])).content.decode()
    )
    answer = client.get(reverse("policy_workbook", args=[document.pk]))
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    return b"".join(answer.streaming_content)


def test_the_workbook_has_what_is_proposed_and_becomes_the_plan():
    document = sent()
    content = downloaded(document)
    assert not Plan.objects.exists()
    workbook = Edited(content)
    workbook.set("reporting_unit", "", code="ty", name="太原市工信局", region="太原市")
    upload = checked(workbook.content(), document.uploaded_by)
    assert not faults(upload), faults(upload)
    setup_workbook.accept_setup(upload, acting_user=document.uploaded_by, now=NOW)
    plan = Plan.objects.get()
    assert plan.targets.count() == 7 and plan.region.children.count() == 11
    assert plan.clauses.filter(commitment__isnull=False).count() == 3


def test_what_the_document_leaves_open_is_asked_for_at_its_cell():
    document = sent(SHANXI.replace("2020年3月24日", "").replace("使用梯次电池不少于7000组", "使用梯次电池7000组"))
    upload = checked(downloaded(document), document.uploaded_by)
    assert upload.preview["faults"]
    assert all(place.count("!") == 1 for place in faults(upload)), faults(upload)
