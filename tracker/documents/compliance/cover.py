"""封面: what the report is, and what it finds in a few sentences."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents import findings, wording
from tracker.documents.compliance.checks import outcome
from tracker.documents.compliance.figures import ComplianceFigures
from tracker.documents.compliance.level_changes import changes_in_words, edition_in_words, previous_issue
from tracker.documents.compliance.quality import named_units
from tracker.documents.compliance.statistics import declaration, next_issue
from tracker.documents.findings import Facts, PlaceFact, Returns, TargetFact
from tracker.documents.shape import Cover, Sheet, Value


def cover(figures: ComplianceFigures, checks: Sheet) -> Cover:
    """Build the first page."""
    facts = facts_of(figures)
    return Cover(
        name=_("Cover"),
        title=f"{figures.plan}\n{figures.document_name}"
        if figures.document_name
        else _("%(plan)s\ncompliance report") % {"plan": figures.plan},
        issuer=figures.issuer,
        lines=_lines(figures, checks),
        findings_heading=_("Findings"),
        findings=[
            findings.overall(facts),
            findings.off_course(facts),
            findings.who_is_missing(facts.returns),
            changes_in_words(figures),
            declaration(figures),
            *next_issue(figures.statistics),
        ],
    )


def _lines(figures: ComplianceFigures, checks: Sheet) -> list[tuple[str, Value]]:
    return [
        (_("Reporting period"), figures.period),
        (_("Issue"), figures.issue or _("No. %(number)s") % {"number": figures.number}),
        *([(pgettext("of an issue", "Edition"), edition_in_words(figures))] if figures.edition else []),
        (_("Covers"), figures.place.name),
        (_("Data as of"), wording.stamp(figures.as_of)),
        (_("Verified/expected"), wording.coverage(figures.coverage)),
        *([(_("Overall rank"), figures.overall.own_in_words)] if figures.overall and figures.overall.own else []),
        (_("Rests on"), _("%(count)s verified values; the ledger lists each") % {"count": len(figures.ledger)}),
        (_("Checks"), outcome(checks)),
        (_("Last issue"), previous_issue(figures) or _("none (first issue)")),
    ]


def facts_of(figures: ComplianceFigures) -> Facts:
    """Return the figures as the facts from which findings are worded."""
    headline = next(iter(figures.graded), None)
    concerned = [place for place in figures.cities if headline and headline.key in place.standings]
    facts = {
        line.key: TargetFact(line.name, line.unit, line.decimals, line.is_graded, line.standing)
        for line in figures.targets
    }
    return Facts(
        plan=figures.plan,
        region=figures.place.name,
        month=figures.period,
        has_demonstration=figures.is_demonstration,
        targets=list(facts.values()),
        headline=facts[headline.key] if headline else None,
        places=[PlaceFact(place.name, place.standings[headline.key]) for place in concerned] if headline else [],
        places_are_cities=True,
        returns=_returns(figures),
    )


def _returns(figures: ComplianceFigures) -> Returns:
    lines = figures.quality
    return Returns(
        coverage=figures.coverage,
        not_reported=named_units(line for line in lines if line.is_missing),
        sent_back=named_units(line for line in lines if line.is_sent_back),
        waiting=named_units(line for line in lines if line.is_waiting),
        late=named_units(line for line in lines if line.is_late),
    )
