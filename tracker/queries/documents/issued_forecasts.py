"""Forecasts with which a document is issued."""

from collections.abc import Iterator

from tracker.queries.documents.grades import concerns
from tracker.queries.documents.inputs import DocumentInputs
from tracker.queries.documents.request import ForecastIssued


def forecasts_of(inputs: DocumentInputs) -> Iterator[ForecastIssued]:
    """Return the forecast of every target in each place of a document; where there is none, nothing.

    The end of the plan is forecast. Once it is there nothing is left to forecast.
    """
    names = inputs.names
    places = [names.place, *(names.cities if names.place == names.top else ())]
    for target in names.targets:
        book, period = inputs.book_of(target.code), inputs.period_of(target.code)
        if len(book.periods) == len(book.codes_in_plan):
            continue
        for place in places:
            if place not in book.paths or not concerns(book, target.code, place, names.top):
                continue
            if found := book.forecast(target.code, place):
                yield ForecastIssued(period, target.code, place, found)
