"""Understanding a heading: the indicator, the period, the units of measure and the marks of a cumulative value in it.

A heading such as "2019年8月煤矸石综合利用量（万吨，累计）" says four things. Each is read; what stands where a unit of
measure does and is none that is known is kept, so that a person is asked and the indicator's own is not assumed.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracker.calculation.period_spelling import january_or_october
from tracker.queries.imports.past_values.cells import Scalar, as_text
from tracker.queries.imports.past_values.names import UnknownName, Vocabulary, plain
from tracker.queries.imports.past_values.roles import ColumnRole

BRACKET = re.compile(r"[(\[【〔{<]([^()\[\]【】〔〕{}<>]*)[)\]】〕}>]")
SEPARATORS = "/,、:;|_"
#: A range of months from January on is cumulative up to its last month.
SINCE_JANUARY = re.compile(
    r"(?P<year>(?:19|20)\d{2}年)?0?1月?[-—–~至到](?P<month>1[0-2]|[1-9])月份?(?:累计|合计)?", re.ASCII
)
CUMULATIVE = (
    "本年累计", "全年累计", "累计完成", "累计数", "累计值", "年初至今", "自年初", "累计", "ytd", "cumulative", "todate",
)  # fmt: skip
OF_PERIOD = ("本月数", "当月数", "本期数", "本月", "当月", "本期", "当期", "thismonth", "monthly")
#: Words that say no more than that a number stands below.
FIGURES = (
    "数值", "数量", "产量", "完成量", "完成数", "完成值", "实际完成", "完成情况", "完成", "实际数", "实际", "上报数",
    "核定数", "填报数", "统计数", "发生数", "数据", "数", "值", "量", "value", "amount", "figure", "reportedvalue",
    "verifiedvalue", "reported", "verified", "actual",
)  # fmt: skip
#: What stands beside values to compare them with.
COMPARED = re.compile(r"累计|同比|环比|增长|增减|去年|上年|目标|计划|占比|序号")
#: A year in a title or an upper heading: the months below are its.
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\D|$)")
MEASURE_LABEL = re.compile(r"(?:计量单位|数据单位|单位|unitofmeasure|units?|in)[::]?", re.IGNORECASE)
PERIODS = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        r"(?:(?:19|20)\d{2}年)?(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?",
        r"(?:(?:19|20)\d{2}年?)?(?:第?[1-4一二三四]季度|q[1-4])",
        r"(?:19|20)\d{2}[-./](?:1[0-2]|0?[1-9])(?![\d])",
        r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?!\d)",
        r"(?:19|20)\d{2}年(?:度)?",
    )
)
WORDS: dict[ColumnRole, tuple[str, ...]] = {
    ColumnRole.UNIT: (
        "填报单位", "报送单位", "单位名称", "单位代码", "企业名称", "企业", "单位", "地区", "地市", "市", "市县",
        "市名", "城市", "行政区", "行政区划", "所属地区", "地区名称", "市别", "市州", "市(州)", "区县", "县区",
        "县(市、区)", "区域", "各市", "设区市", "reporting unit", "unit", "unit code", "region", "city", "enterprise",
    ),
    ColumnRole.PERIOD: (
        "报告期", "期间", "时间", "月份", "年月", "日期", "月", "季度", "统计时间", "period", "month", "date",
        "quarter",
    ),
    ColumnRole.YEAR: ("年份", "年", "年度", "year"),
    ColumnRole.INDICATOR: ("指标", "指标名称", "指标代码", "项目", "项目名称", "indicator", "indicator code", "item"),
    ColumnRole.MEASURE: ("计量单位", "单位(计量)", "计量", "unit of measure", "measure"),
    ColumnRole.NOTE: ("备注", "说明", "注", "note", "notes", "remark", "remarks"),
}  # fmt: skip
KNOWN = {plain(word): role for role, words in WORDS.items() for word in words}


@dataclass(frozen=True)
class Heading:
    """What a heading says. `role` is a word's role; `unknown` stands where a unit of measure does and is none.

    `question` is a period that only a person can tell: "2019.1". `unit` is a reporting unit's code, `total` the word of
    a total in place of a unit or a period.
    """

    role: str = ""
    indicator: str = ""
    period: str = ""
    unit: str = ""
    total: str = ""
    measures: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    is_cumulative: bool = False
    question: str = ""

    @property
    def is_understood(self) -> bool:
        """Return True if it says of what its column is."""
        return bool(self.role or self.indicator or self.period or self.unit or self.total or self.question)

    @property
    def is_value(self) -> bool:
        """Return True if the column holds values."""
        return bool(self.indicator or self.period or self.unit or self.total) or self.role == ColumnRole.VALUE


def spell(scalar: Scalar) -> str:
    """Return a text without the differences between spellings, except capitals."""
    return "".join(unicodedata.normalize("NFKC", as_text(scalar)).split())


def read_heading(scalar: Scalar, words: Vocabulary, year: int | None = None) -> Heading:
    """Return what a heading says; `year` completes its months where the rows above name one."""
    text = spell(scalar)
    if not text:
        return Heading()
    if january_or_october(text):
        return Heading(question=text)
    for name, marks in _cuts(text):
        found = _named(name, words, year)
        if found.is_understood:
            return _with_marks(found, marks, words)
    return Heading()


def read_two(upper: Scalar, lower: Scalar, words: Vocabulary, year: int | None = None) -> Heading:
    """Return what a heading of two rows says, the upper one of which may stand over several columns."""
    above, below = spell(upper), spell(lower)
    if named := YEAR.search(above):
        year = int(named[1])
    if not above or not below or above == below:
        return read_heading(above or below, words, year)
    whole, first, second = (read_heading(text, words, year) for text in (above + below, above, below))
    if whole.is_understood and not whole.unknown:
        return whole
    if not second.is_understood:
        return _with_marks(first, [below], words) if first.is_understood and words.measure(_bare(below)) else Heading()
    if not first.is_understood:
        return second if _is_aside(above, words) else Heading()
    return _joined(first, second)


def _joined(first: Heading, second: Heading) -> Heading:
    role = "" if first.is_value and second.is_value and (first.indicator or second.indicator) else second.role
    return Heading(
        role=role if role else second.role if not (first.indicator or first.period) else "",
        indicator=second.indicator or first.indicator,
        period=second.period or first.period,
        unit=second.unit or first.unit,
        total=second.total or first.total,
        measures=second.measures or first.measures,
        unknown=(*first.unknown, *second.unknown),
        is_cumulative=first.is_cumulative or second.is_cumulative,
    )


def _is_aside(text: str, words: Vocabulary) -> bool:
    """Return True for a title over headings: it may say anything but a unit of measure or another value."""
    return not words.measure(_bare(text)) and not COMPARED.search(text)


def _cuts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the ways to separate a name from the text after or within it, the longest name first."""
    yield text, []
    name = text
    marks: list[str] = []
    while (found := BRACKET.search(name)) and (last := [*BRACKET.finditer(name)][-1]).end() == len(name):
        name, marks = name[: last.start()], [last[1], *marks]
        yield name, list(marks)
    if found:
        yield BRACKET.sub("", text), [one[1] for one in BRACKET.finditer(text)]
    for separator in SEPARATORS:
        front, there, tail = text.rpartition(separator)
        if there and front and tail:
            yield front, [tail]
            front, marks = BRACKET.sub("", front), [one[1] for one in BRACKET.finditer(front)]
            yield front, [*marks, tail]


def _named(name: str, words: Vocabulary, year: int | None) -> Heading:
    if role := KNOWN.get(plain(name)):
        return Heading(role=role)
    if indicator := words.find_indicator(name):
        return Heading(indicator=indicator.code)
    rest, found = _without_marks(name, words, year)
    rest, period = _without_period(rest, words, year)
    found = replace(found, period=period or found.period)
    if indicator := words.find_indicator(rest) if rest else None:
        return replace(found, indicator=indicator.code)
    if unit := words.find_unit(rest) if rest else None:
        return replace(found, unit=unit.code)
    if rest and words.is_total_heading(rest):
        return replace(found, total=rest)
    if (not rest or plain(rest) in FIGURES) and (found.period or found.is_cumulative or rest or name != rest):
        return found if found.period else replace(found, role=ColumnRole.VALUE)
    return Heading()


def _without_marks(name: str, words: Vocabulary, year: int | None) -> tuple[str, Heading]:
    """Return the name without the words at either end that state the time its values cover, and what they state."""
    if since := SINCE_JANUARY.match(name) or _at_end(SINCE_JANUARY, name):
        rest, of_year = name[: since.start()] + name[since.end() :], since["year"] or ""
        if since["month"] == "2" and (joined := _period(f"{of_year}1-2月", words, year)):
            return rest, Heading(period=joined)  # one period of the plan, and no sum of two
        return rest, Heading(is_cumulative=True, period=_period(f"{of_year}{since['month']}月", words, year))
    for marks, is_cumulative in ((CUMULATIVE, True), (OF_PERIOD, False)):
        for mark in marks:
            low = name.casefold()
            if low.startswith(mark):
                return _further(name[len(mark) :], is_cumulative, words, year)
            if low.endswith(mark):
                return _further(name[: -len(mark)], is_cumulative, words, year)
    return name, Heading()


def _further(rest: str, is_cumulative: bool, words: Vocabulary, year: int | None) -> tuple[str, Heading]:
    """ "本月累计" is cumulative: the words at the other end count too."""
    rest, found = _without_marks(rest, words, year)
    return rest, replace(found, is_cumulative=found.is_cumulative or is_cumulative)


def _without_period(name: str, words: Vocabulary, year: int | None) -> tuple[str, str]:
    for spelling in PERIODS:
        match = spelling.match(name) or _at_end(spelling, name)
        if match and (period := _period(match[0], words, year)):
            return (name[: match.start()] + name[match.end() :]).strip("-_"), period
    return name, ""


def _at_end(spelling: re.Pattern[str], name: str) -> re.Match[str] | None:
    return next((one for one in spelling.finditer(name) if one.end() == len(name)), None)


def _period(text: str, words: Vocabulary, year: int | None) -> str:
    try:
        return words.period(text, year).code
    except UnknownName:
        return ""


def _with_marks(heading: Heading, marks: Sequence[str], words: Vocabulary) -> Heading:
    """Return the heading with what its brackets state: units of measure, cumulative or not, nothing."""
    for mark in (part for text in marks for part in _parts(text, words)):
        low = plain(mark)
        if any(low.endswith(word) or low.startswith(word) for word in CUMULATIVE) or SINCE_JANUARY.fullmatch(mark):
            heading = replace(heading, is_cumulative=True)
        elif measure := words.measure(_bare(mark)):
            heading = replace(heading, measures=(*heading.measures, measure.symbol))
        elif low not in OF_PERIOD and low not in FIGURES and low:
            heading = replace(heading, unknown=(*heading.unknown, mark))
    return heading


def _parts(text: str, words: Vocabulary) -> list[str]:
    return [text] if words.measure(_bare(text)) else re.split(r"[,、;]", text)


def _bare(text: str) -> str:
    """Return a unit of measure without the label before it: "单位:吨"."""
    label = MEASURE_LABEL.match(text)
    return text[label.end() :] if label and label.end() < len(text) else BRACKET.sub(r"\1", text)
