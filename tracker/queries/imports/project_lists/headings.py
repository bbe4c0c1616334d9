"""The columns of an annex, known by the words of their headings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.uploads.table import Scalar, SheetHead

#: The headings of each column, without spaces and units; the official order of columns.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("项目名称", "企业名称", "单位名称", "名称", "name", "projectname"),
    "code": ("项目代码", "代码", "projectcode"),
    "credit_code": ("统一社会信用代码", "信用代码", "unifiedsocialcreditcode"),
    "builder": ("建设单位", "项目单位", "builder"),
    "region": ("地区", "所属地区", "所在地区", "所属市", "市", "行政区", "region"),
    "region_code": ("地区代码", "行政区划代码", "codeoftheregion"),
    "site": ("建设地点", "地点", "地址", "site"),
    "nature": ("建设性质", "性质", "natureofconstruction"),
    "content": ("建设内容及规模", "建设规模及内容", "建设内容", "建设规模", "contentandscale"),
    "total_investment": ("总投资", "计划总投资", "totalinvestment"),
    "yearly_investment": ("年度计划投资", "年度投资", "本年计划投资", "investmentplannedfortheyear"),
    "planned_start": ("计划开工时间", "开工时间", "plannedstart"),
    "planned_finish": ("计划竣工时间", "竣工时间", "计划完工时间", "plannedfinish"),
    "unit": ("责任单位", "填报单位", "responsibleunit"),
    "unit_code": ("责任单位代码", "填报单位代码", "codeoftheresponsibleunit"),
    "person": ("责任人", "personresponsible"),
    "leader": ("包联领导", "leaderincharge"),
    "longitude": ("经度", "longitude"),
    "latitude": ("纬度", "latitude"),
    "category": ("类别", "项目类别", "category"),
}
BY_WORDS = {words: column for column, all_words in HEADINGS.items() for words in all_words}
#: Words for the year, which differ from list to list: 2020年计划投资.
OF_A_YEAR = re.compile(r"^(?:\d{4}年(?:度)?)?(?:计划投资|年度计划投资)$")
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
HUNDRED_MILLION = re.compile(r"[(（]\s*亿元\s*[)）]")


@dataclass(frozen=True)
class Columns:
    """Where a table begins and what its columns hold; `at` counts columns from 1."""

    sheet: str
    heading_row: int
    at: Mapping[str, int]
    scales: Mapping[str, Decimal]


def find_columns(heads: Sequence[SheetHead]) -> Columns | None:
    """Return the columns of the first sheet with a heading for the name; None if there is none."""
    for head in heads:
        for number, row in enumerate(head.head, 1):
            at = _columns(row)
            if "name" in at and len(at) > 1:
                scales = {column: Decimal(10_000) for column, place in at.items() if _is_in_100m(row[place - 1])}
                return Columns(head.name, number, at, scales)
    return None


def _columns(row: Sequence[Scalar]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row, 1):
        words = BRACKETS.sub("", "".join(str(cell).split()).lower()) if isinstance(cell, str) else ""
        column = BY_WORDS.get(words) or ("yearly_investment" if OF_A_YEAR.match(words) else "")
        if column:
            found.setdefault(column, place)
    return found


def _is_in_100m(cell: Scalar) -> bool:
    return isinstance(cell, str) and HUNDRED_MILLION.search(cell) is not None
