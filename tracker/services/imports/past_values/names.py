"""Names that a person matched for a table, remembered for the next one once the table is accepted."""

from collections.abc import Mapping
from datetime import datetime

from tracker.models import NameAlias, Upload
from tracker.queries.imports.past_values.names import Vocabulary, plain

MAX_LENGTH = 100


def remember_names(
    upload: Upload, words: Vocabulary, answers: Mapping[str, Mapping[str, str]], *, now: datetime
) -> dict[str, str]:
    """Store the other names of units and indicators, within the caller's transaction, and return those that are new.

    A name that is known already stays as it is. Periods are not remembered: 2019.1 may mean another month next time.
    """
    known = set(NameAlias.objects.exclude(unit=None).values_list("name", flat=True))
    of_indicators = set(NameAlias.objects.exclude(indicator=None).values_list("name", flat=True))
    units = {unit.code: unit for unit in words.units}
    indicators = {one.code: one for one in words.indicators}
    new = [
        NameAlias(name=plain(text), unit=units[code], learned_from=upload, added_at=now)
        for text, code in answers.get("unit", {}).items()
        if code in units and plain(text) not in known and len(plain(text)) <= MAX_LENGTH
    ] + [
        NameAlias(name=plain(text), indicator=indicators[code], learned_from=upload, added_at=now)
        for text, code in answers.get("indicator", {}).items()
        if code in indicators and plain(text) not in of_indicators and len(plain(text)) <= MAX_LENGTH
    ]
    NameAlias.objects.bulk_create(new)
    return {alias.name: str(alias.unit or alias.indicator) for alias in new}
