"""What a report's figures rest on: clauses, versions, curves, revisions, and the hash of all inputs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.figure_inputs import FigureInputs
from tracker.calculation.rollup import Rollup
from tracker.documents import wording
from tracker.documents.compliance import Basis, BasisLine
from tracker.models import Region, Target, TargetVersion
from tracker.queries.figures.figures import Figures
from tracker.queries.figures.snapshots import book_as_json


def read_basis(figures: Figures, region: Region, revisions: Sequence[int], names: Mapping[str, str]) -> Basis:
    """The basis of a region's figures; `names` calls indicators by their code."""
    return Basis(
        lines=[_line(figures, target, region, names) for target in figures.targets],
        first_revision=min(revisions, default=None),
        last_revision=max(revisions, default=None),
        revisions=len(revisions),
        sha256=hash_of_inputs(figures.book, revisions),
    )


def hash_of_inputs(book: FigureInputs, revisions: Sequence[int]) -> str:
    """Return the hash of a book and the numbers of the revisions behind it."""
    return hash_of_kept(book_as_json(book), revisions)


def hash_of_kept(book: Mapping[str, Any], revisions: Sequence[int]) -> str:
    """SHA-256 of the book and the numbers of the revisions, as JSON with sorted keys and no spaces."""
    inputs = {"book": book, "revisions": list(revisions)}
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _line(figures: Figures, target: Target, region: Region, names: Mapping[str, str]) -> BasisLine:
    indicator, found = target.indicator, figures.standing_of(target, region)
    version = found.version
    return BasisLine(
        indicator=str(indicator),
        unit=str(indicator.unit),
        decimals=indicator.decimals,
        clauses=wording.listed(clause.number for clause in target.clauses.all()),
        bound=target.get_bound_display(),
        value=found.standing.target,
        version=_version(version),
        effective_from=version.effective_from if version else None,
        document=version.document_number if version else "",
        pace=target.get_pace_display(),
        reckoning=_reckoning(figures.book, indicator.code, names),
    )


def _version(version: TargetVersion | None) -> str:
    return _("version %(number)s") % {"number": version.number} if version else ""


def _reckoning(book: FigureInputs, indicator: str, names: Mapping[str, str]) -> str:
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
