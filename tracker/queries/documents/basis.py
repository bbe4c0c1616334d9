"""What a report's figures rest on: clauses, versions, curves, revisions, and the hash of all inputs."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.progress import TargetProgress
from tracker.calculation.rollup import Rollup
from tracker.calculation.targets.kinds import Bound
from tracker.calculation.targets.terms import Terms
from tracker.documents import progress_words, wording
from tracker.documents.compliance import Basis, BasisLine
from tracker.documents.official import in_full
from tracker.queries.documents.document_names import IndicatorNames, TargetNames
from tracker.queries.documents.inputs import DocumentInputs


def read_basis(inputs: DocumentInputs) -> Basis:
    """Return the basis of a document's figures."""
    return Basis(
        lines=[_line(inputs, target) for target in inputs.names.targets],
        first_revision=min(inputs.revisions, default=None),
        last_revision=max(inputs.revisions, default=None),
        revisions=len(inputs.revisions),
        sha256=inputs.sha256,
    )


def _line(inputs: DocumentInputs, target: TargetNames) -> BasisLine:
    indicator, book = inputs.names.indicators[target.code], inputs.book_of(target.code)
    standing = book.standing(target.code, inputs.names.place)
    return BasisLine(
        indicator=str(indicator.name),
        unit="%" if standing.kind.is_in_percent else str(indicator.unit),
        decimals=indicator.decimals,
        clauses=wording.listed(target.clauses),
        bound=_requirement(target, standing, indicator, book.requirements.terms_of(target.code)),
        value=standing.target,
        version=target.version_in_words,
        effective_from=target.effective_from,
        document=target.document,
        pace=target.pace_in_words,
        reckoning=_reckoning(book, target.code, {code: str(one.name) for code, one in inputs.names.indicators.items()}),
    )


def _requirement(target: TargetNames, standing: TargetProgress, indicator: IndicatorNames, terms: Terms) -> str:
    """Return what a target asks in words: of a change with its base value, of "between" with both ends."""
    if not standing.kind.is_change and standing.bound is not Bound.BETWEEN:
        return target.bound_in_words
    words = progress_words.goal(standing, indicator.decimals, is_approximate=target.is_approximate)
    if standing.base is None or terms.base_on is None:
        return words
    base = in_full(standing.base, str(indicator.unit), indicator.decimals)
    return _("%(requirement)s, base value %(base)s (%(year)s)") % {
        "requirement": words,
        "base": base,
        "year": terms.base_on.year,
    }


def _reckoning(book: FigureInputs, indicator: str, names: Mapping[str, str]) -> str:
    if indicator in book.listed:
        return _("counted from a list of names")
    rule = book.cells.rules[indicator]
    if rule.parts:
        return " + ".join(names[part] for part in rule.parts)
    if rule.numerator:
        factor = " × 100%" if rule.is_percent else "" if rule.scale == 1 else f" × {rule.scale.normalize():f}"
        return f"{names[rule.numerator]} ÷ {names[rule.denominator]}{factor}"
    over_periods = {
        Rollup.SUM: _("months added up"),
        Rollup.LATEST: _("the latest month counts"),
        Rollup.SUM_IN_YEAR: _("months of a year added up"),
        Rollup.MEAN: _("mean of the months"),
        Rollup.MAXIMUM: _("largest month"),
        Rollup.MINIMUM: _("smallest month"),
    }
    over_places = {
        Rollup.SUM: _("places added up"),
        Rollup.NONE: _("places not added up"),
        Rollup.MEAN: _("mean of the places"),
        Rollup.WEIGHTED: _("mean of the places weighted by %(name)s") % {"name": names.get(rule.weight, "")},
        Rollup.MAXIMUM: _("largest of the places"),
        Rollup.MINIMUM: _("smallest of the places"),
        Rollup.OWN: _("the upper body's own figure"),
    }
    words = [over_periods.get(rule.over_periods, ""), over_places.get(rule.over_places, "")]
    return wording.listed(word for word in words if word)
