"""The text of a plan's document with what sets its targets and names its members marked, and the document itself."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from tracker.models import ListMember, MemberSentence, Plan, PolicyDocument, TargetSentence
from tracker.models.access import Capability, scope_of
from tracker.queries.pages.overview import plans_within
from tracker.queries.pages.policy_text import Mark, page_of, text_page
from tracker.services.drafts.download import open_document
from tracker.web.addresses import address_of
from tracker.web.requests import SignedInRequest


@require_safe
def plan_text(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the text. `target` or `member` names whose sentence or row is sought: its page of the text is shown."""
    plan, document = _document(request, code)
    sentences = list(TargetSentence.objects.filter(document=document).select_related("target__indicator"))
    wanted = [one for one in sentences if str(one.target_id) == request.GET.get("target")]
    named = _row_of_member(request, document)
    page = request.GET.get("page", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    starts = [one.start for one in wanted] + ([named.start] if named else [])
    if starts and not page:
        number = page_of(document.text, starts[0])
    marks = [Mark(one.start, one.end, str(one.target_id)) for one in wanted]
    marks += [Mark(named.start, named.end, str(named.member_id))] if named else []
    context = {
        "plan": plan,
        "document": document,
        "text": text_page(document.text, number, marks, [(one.start, one.end) for one in sentences]),
        "target": wanted[0].target if wanted else None,
        "sentences": wanted,
        "member": named.member if named else None,
        "by_start": _by_start(sentences),
    }
    return render(request, "tracker/policy/text.html", context)


@require_GET
def plan_document(request: SignedInRequest, code: str) -> FileResponse:
    """Download the document as it was uploaded."""
    _plan, document = _document(request, code)
    file = open_document(document, acting_user=request.user, now=timezone.now(), address=address_of(request))
    response = FileResponse(
        file, as_attachment=True, filename=document.file_name, content_type="application/octet-stream"
    )
    response["Cache-Control"] = "no-store"
    return response


def _row_of_member(request: SignedInRequest, document: PolicyDocument) -> MemberSentence | None:
    """Return the row of the member that is asked for, if this person may see that member."""
    key = request.GET.get("member", "")
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        return None
    visible = ListMember.objects.visible_to(request.user).filter(pk=int(key))
    rows = MemberSentence.objects.filter(document=document, member__in=visible)
    return rows.select_related("member__project").first()


def _by_start(sentences: list[TargetSentence]) -> dict[int, list[TargetSentence]]:
    found: dict[int, list[TargetSentence]] = {}
    for one in sentences:
        found.setdefault(one.start, []).append(one)
    return found


def _document(request: SignedInRequest, code: str) -> tuple[Plan, PolicyDocument]:
    scope = scope_of(request.user, Capability.VIEW)
    plans = plans_within(scope) if scope.is_somewhere else []
    plan = next((one for one in plans if one.code == code), None)
    document = PolicyDocument.objects.filter(plan=plan).first() if plan else None
    if plan is None or document is None:
        raise Http404
    return plan, document
