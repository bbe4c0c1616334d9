"""The rows above a table's headings: the unit of measure, indicator, period, unit and year that hold for all of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.calculation.period_spelling import read_period_code
from tracker.queries.imports.past_values.cells import Scalar
from tracker.queries.imports.past_values.headings import BRACKET, YEAR, read_heading, spell
from tracker.queries.imports.past_values.names import UnknownName, Vocabulary

LABEL = re.compile(r"(?P<label>[^:()]{1,12}(?:\(盖章\))?):(?P<value>.*)")
ENCLOSED = re.compile(r"[(\[【〔](.*)[)\]】〕]")
#: What ends like a unit of measure, in brackets of a title.
LIKE_MEASURE = re.compile(
    r"[\d十百千万亿]*(?:吨|公斤|克|米|元|户|家|个|项|组|台|套|座|千瓦时?|度|标准煤|[a-z%]{1,4}\d?)", re.IGNORECASE
)
MEASURES = frozenset({"单位", "计量单位", "数据单位", "unit", "units", "unitofmeasure"})
INDICATORS = frozenset({"指标", "指标名称", "indicator"})
PERIODS = frozenset({"时间", "报告期", "期间", "月份", "统计时间", "period", "month"})
UNITS = frozenset(
    {"填报单位", "报送单位", "单位名称", "填报单位(盖章)", "地区", "城市", "市", "region", "city", "reportingunit"}
)
LABELS = MEASURES | INDICATORS | PERIODS | UNITS
MONTH_IN_TITLE = re.compile(r"(?:19|20)\d{2}年(?:\d{1,2}月|第?[一二三四1-4]季度)")


@dataclass(frozen=True)
class Above:
    """What the rows above say. `unknown` stands where a unit of measure does and is none that is known."""

    measures: tuple[str, ...] = ()
    unknown: str = ""
    indicator: str = ""
    indicator_measures: tuple[str, ...] = ()
    period: str = ""
    unit: str = ""
    year: int | None = None


def read_above(rows: Sequence[Sequence[Scalar]], words: Vocabulary) -> Above:
    """Return what the rows above the headings say for all rows below."""
    texts = [text for row in rows for cell in row if (text := spell(cell))]
    labelled = list(_labelled(rows))
    measures, unknown = _measures([value for label, value in labelled if label in MEASURES], words)
    named = read_heading(next((value for label, value in labelled if label in INDICATORS), ""), words)
    free = [BRACKET.sub("", text) for text in texts]
    indicator = named.indicator or _only(words.indicators_in(free))
    in_title, unclear = _in_brackets([] if named.indicator else texts, words)
    return Above(
        measures=measures or in_title,
        unknown=unknown or next(iter(named.unknown), "") or unclear,
        indicator=indicator,
        indicator_measures=named.measures,
        period=_period([value for label, value in labelled if label in PERIODS], free, words),
        unit=_unit([value for label, value in labelled if label in UNITS | MEASURES], free, words),
        year=_year(texts),
    )


def _labelled(rows: Sequence[Sequence[Scalar]]) -> Iterator[tuple[str, str]]:
    """Labels with their values: in one cell, or the value in the cell to the right of the label."""
    for row in rows:
        texts = [spell(cell) for cell in row]
        for at, text in enumerate(texts):
            enclosed = ENCLOSED.fullmatch(text)
            if match := LABEL.fullmatch(enclosed[1] if enclosed else text):
                following = next((later for later in texts[at + 1 :] if later), "")
                yield match["label"].casefold(), match["value"] or following
            elif text.casefold() in LABELS:
                yield text.casefold(), next((later for later in texts[at + 1 :] if later), "")


def _measures(values: Sequence[str], words: Vocabulary) -> tuple[tuple[str, ...], str]:
    """Units of measure, and what is none; a reporting unit's name behind "单位：" is no unit of measure."""
    found: list[str] = []
    for value in values:
        whole = words.measure(value)
        for part in [value] if whole else re.split(r"[,、;/和及]", value):
            measure = words.measure(part)
            if measure:
                found.append(measure.symbol)
            elif part and not words.finds_unit(value) and not words.units_in([value]):
                return (), value
    return tuple(dict.fromkeys(found)), ""


def _in_brackets(texts: Sequence[str], words: Vocabulary) -> tuple[tuple[str, ...], str]:
    """Units of measure in the brackets of a title, and what only looks like one."""
    inside = [found[1] for text in texts for found in BRACKET.finditer(text) if ":" not in found[1]]
    measures = [measure.symbol for text in inside if (measure := words.measure(text))]
    unclear = next((text for text in inside if LIKE_MEASURE.fullmatch(text) and not words.measure(text)), "")
    return tuple(dict.fromkeys(measures)), unclear


def _period(values: Sequence[str], texts: Sequence[str], words: Vocabulary) -> str:
    for value in values:
        code = read_period_code(value, words.plan_year)
        if code in words.periods:
            return code or ""
    inside = {
        match for text in texts for match in re.findall(r"(?:19|20)\d{2}年(?:\d{1,2}月|第?[一二三四1-4]季度)", text)
    }
    codes = {code for text in inside if (code := read_period_code(text)) in words.periods}
    return _only(code for code in codes if code)


def _unit(values: Sequence[str], texts: Sequence[str], words: Vocabulary) -> str:
    for value in values:
        try:
            return words.unit(value).code
        except UnknownName:
            continue
    return _only(words.units_in(texts))


def _year(texts: Sequence[str]) -> int | None:
    years = {int(found) for text in texts for found in YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None


def _only(found: "Iterator[str] | set[str]") -> str:
    """Return the only name, or nothing if there are several."""
    distinct = set(found)
    return distinct.pop() if len(distinct) == 1 else ""
