"""重点项目与名单: the lists of the plan by stage and their rates; left out of a report on a plan without lists."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.projects.funnel import funnel_sheet, rates_sheet
from tracker.documents.shape import Sheet


def lists(figures: ComplianceFigures) -> Iterator[Sheet]:
    """Yield the sheets on lists; none where the plan has no names in the report's region."""
    if not figures.lists:
        return
    yield replace(funnel_sheet(figures.plan, figures.lists), name=_("Projects by stage"))
    yield replace(rates_sheet(figures.plan, figures.lists), name=_("Rates of projects"))
