"""The overall ranking of a plan's regions, from the inputs of a document."""

from tracker.calculation.overall_ranking import OverallRule
from tracker.calculation.progress import TargetProgress
from tracker.documents.compliance.overall import OverallRanking, TargetRank, rank_regions
from tracker.queries.documents.grades import concerns
from tracker.queries.documents.inputs import DocumentInputs


def overall_of(inputs: DocumentInputs) -> OverallRanking | None:
    """Return the ranking; None without a rule, and for a document on another region than the whole and those ranked."""
    names = inputs.names
    if not names.overall_ranking or names.place not in (names.top, *names.cities):
        return None
    rule = OverallRule(names.overall_ranking)
    is_own = names.place != names.top
    return rank_regions(
        rule,
        {code: _standings(inputs, code) for code in names.cities},
        {code: str(names.regions[code]) for code in names.cities},
        names.place if is_own else "",
        _by_target(inputs) if is_own else (),
    )


def _graded(inputs: DocumentInputs, place: str) -> list[str]:
    """Return the graded targets that a place has to do with, at the document's own period."""
    return [
        one.code
        for one in inputs.names.targets
        if one.is_graded
        and inputs.period_of(one.code) == inputs.period
        and concerns(inputs.book_of(one.code), one.code, place, inputs.names.top)
    ]


def _standings(inputs: DocumentInputs, place: str) -> list[TargetProgress]:
    return [inputs.book_of(code).standing(code, place) for code in _graded(inputs, place)]


def _by_target(inputs: DocumentInputs) -> list[TargetRank]:
    names = inputs.names
    found = []
    for code in _graded(inputs, names.place):
        book = inputs.book_of(code)
        places = [place for place in names.cities if concerns(book, code, place, names.top)]
        ranks = book.ranking(code, places, "completion")
        ranked = sum(rank is not None for rank in ranks.values())
        found.append(TargetRank(str(names.indicators[code].name), ranks.get(names.place), ranked))
    return found
