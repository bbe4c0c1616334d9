"""Words for a draft's lists: what their columns are, what they count, and what a card tells of them."""

from django.utils.translation import gettext as _

from tracker.models import ListMember, Project
from tracker.queries.imports.draft_lists.lists import NOTE, members_in, rows_without_place, unread_cells
from tracker.queries.imports.project_lists.headings import HEADINGS
from tracker.queries.plans.drafts.draft import Draft, DraftList, ItemState
from tracker.queries.plans.drafts.known import Known

MOST_NAMES = 5
OF_MEMBER = ("category", "yearly_investment", "invested_before")
CODES = {"region_code": "region", "unit_code": "unit"}


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of lists."""
    return [("projects", _("Project list")), ("roster", _("Roster")), ("tasks", _("List of tasks"))]


def count_choices() -> list[tuple[str, str]]:
    """Return what a figure can count of a new list."""
    return [
        ("members", _("Members on the list")),
        ("started", _("Members that have started")),
        ("producing", _("Members in production")),
        ("at_capacity", _("Members at capacity")),
        ("done", _("Members that are done")),
        ("investment", _("Sum of the investment done")),
    ]


def column_choices() -> list[tuple[str, str]]:
    """Return what a column can be."""
    fields = [(one, field_words(one)) for one in HEADINGS if one not in CODES]
    return [("", _("left out")), (NOTE, _("in words, with the content")), *fields]


def field_words(field: str) -> str:
    """Return what a field of a project or of a member is called."""
    if field == "years":
        return _("years of building")
    model = ListMember if field in OF_MEMBER else Project
    return str(model._meta.get_field(CODES.get(field, field)).verbose_name)  # type: ignore[union-attr]


def list_facts(item: DraftList, draft: Draft, known: Known) -> tuple[tuple[str, str], ...]:
    """Return what a card tells of a list."""
    behind = draft.target(item.target) if item.target else None
    understood = [
        f"{heading} → {field_words(field)}"
        for heading, field in zip(item.headings, item.fields, strict=True)
        if field in HEADINGS
    ]
    words = [heading for heading, field in zip(item.headings, item.fields, strict=True) if field == NOTE]
    members = members_in(item, known)
    names = [str(row.values.get("name", "")) for row in members[:MOST_NAMES]]
    more = "…" if len(members) > MOST_NAMES else ""
    facts = [
        (_("Clause"), item.clause),
        (_("Columns of the table"), "；".join(understood)),
        (_("In words, with the content"), "、".join(words)),
        (_("Names in it"), "、".join(one for one in names if one) + more),
        (_("Region of rows without a known place"), item.default_region),
        (_("Rows left out"), "、".join(map(str, item.left_out))),
        (_("Stands behind"), f"{behind.indicator}（{dict(count_choices())[item.counts]}）" if behind else ""),
    ]
    if item.state == ItemState.OPEN:
        facts += _unsure(item, known)
    return tuple(facts)


def _unsure(item: DraftList, known: Known) -> list[tuple[str, str]]:
    """Return the rows and cells that are not understood."""
    cells = unread_cells(item, known)
    told = [
        _("row %(row)s, %(heading)s: %(text)s") % {"row": one.row, "heading": one.heading, "text": one.text[:40]}
        for one in cells[:MOST_NAMES]
    ]
    places = rows_without_place(item, known)
    shown = "、".join(map(str, places[:20])) + ("…" if len(places) > 20 else "")
    return [
        (_("Rows without a known place"), shown),
        (_("Cells kept in words"), "；".join(told) + ("…" if len(cells) > MOST_NAMES else "")),
    ]
