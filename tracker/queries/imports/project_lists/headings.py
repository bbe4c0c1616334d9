"""The columns of an annex, known by the words of their headings, and the unit of its amounts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracker.uploads.table import Scalar

#: The headings of each column, without spaces and units; the official order of columns.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": (
        *("项目名称", "企业名称", "单位名称", "名称", "name", "projectname"),
        *("任务名称", "重点任务", "工作任务", "主要任务", "具体任务", "任务事项", "工作事项", "任务"),
    ),
    "code": ("项目代码", "代码", "projectcode"),
    "credit_code": ("统一社会信用代码", "信用代码", "社会信用代码", "unifiedsocialcreditcode"),
    "builder": ("建设单位", "项目单位", "承建单位", "项目业主", "建设主体", "builder"),
    "region": ("地区", "所属地区", "所在地区", "所属市", "所在市", "市", "县区", "所属县区", "行政区", "region"),
    "region_code": ("地区代码", "行政区划代码", "codeoftheregion"),
    "site": ("建设地点", "地点", "地址", "site"),
    "nature": ("建设性质", "性质", "natureofconstruction"),
    "content": (
        *("建设内容及规模", "建设规模及内容", "建设内容和规模", "主要建设内容及规模", "主要建设内容"),
        *("建设内容", "建设规模", "contentandscale"),
    ),
    "total_investment": ("总投资", "计划总投资", "总投资额", "投资总额", "totalinvestment"),
    "yearly_investment": (
        *("年度计划投资", "年度投资", "本年计划投资", "年度投资计划", "当年计划投资", "年内计划投资"),
        "investmentplannedfortheyear",
    ),
    "invested_before": (
        *("列入名单前累计投资", "至上年底累计完成投资", "截至上年底累计完成投资", "上年底累计完成投资"),
        "investedbeforethelist",
    ),
    "planned_start": ("计划开工时间", "开工时间", "拟开工时间", "计划开工日期", "plannedstart"),
    "planned_finish": (
        *("计划竣工时间", "竣工时间", "计划完工时间", "完工时间", "计划建成时间", "计划投产时间", "建成时间"),
        *("完成时限", "完成时间", "时限", "时间节点", "plannedfinish"),
    ),
    "years": ("建设年限", "建设起止年限", "起止年限", "建设起止时间", "建设周期", "建设期", "建设时间"),
    "unit": ("责任单位", "填报单位", "牵头责任单位", "责任主体", "牵头单位", "牵头部门", "责任部门", "responsibleunit"),
    "unit_code": ("责任单位代码", "填报单位代码", "codeoftheresponsibleunit"),
    "person": ("责任人", "项目责任人", "personresponsible"),
    "leader": ("包联领导", "包保领导", "联系领导", "leaderincharge"),
    "longitude": ("经度", "longitude"),
    "latitude": ("纬度", "latitude"),
    "category": ("类别", "项目类别", "项目类型", "category"),
}
BY_WORDS = {words: column for column, all_words in HEADINGS.items() for words in all_words}
#: Headings of tasks. Beside a project's name they tell what is built.
TASKS = HEADINGS["name"][6:]
#: Headings of firms. Beside a project's name they name its builder.
FIRMS = ("企业名称", "单位名称")
MONEY = ("total_investment", "yearly_investment", "invested_before")
#: Words for the year, which differ from list to list: 2020年计划投资.
OF_A_YEAR = re.compile(r"^(?:(?P<year>\d{4})年(?:度)?)?(?:计划投资|年度计划投资|投资计划|计划完成投资)$")
UNTIL_A_YEAR = re.compile(r"^(?:截至|截止|至|到)?\d{4}年底(?:前)?(?:累计)?(?:已)?完成投资(?:额)?$")
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
#: The unit at the end of a heading that has no brackets: 总投资/亿元.
UNBRACKETED = re.compile(r"[/:：]?(?:亿元|万元|元)$")
#: Units of amounts in 10,000 yuan.
SCALES = {"亿元": Decimal(10_000), "万元": Decimal(1), "10,000yuan": Decimal(1), "元": Decimal("0.0001")}
UNIT = re.compile(r"亿元|万元|10,000\s*yuan|(?<![亿万])元")
UNIT_LINE = re.compile(r"单\s*位\s*[:：]\s*(?:[^，、；]{0,8}[，、；])*?(亿元|万元|元)")


@dataclass(frozen=True)
class Columns:
    """Where a table begins and what its columns hold; `at` counts columns from 1.

    `units` gives the unit of each column of money, as stated there or above the table. What is not stated is in
    `assumed`. `year` is the year that a heading names.
    """

    heading_row: int
    at: Mapping[str, int]
    units: Mapping[str, str]
    assumed: frozenset[str] = frozenset()
    year: int | None = None

    def scale(self, column: str) -> Decimal:
        """Return by what an amount of a column is multiplied to be in 10,000 yuan."""
        return SCALES[self.units.get(column, "万元")]

    @property
    def names_firms(self) -> bool:
        """Return True for a table of enterprises: it has no amounts, and credit codes or a heading of firms."""
        return not any(column in self.at for column in (*MONEY, "planned_start", "planned_finish", "years", "code"))


def find_columns(rows: Sequence[Sequence[Scalar]], above: Sequence[str] = ()) -> Columns | None:
    """Return the columns of a table whose first rows these are; None without a heading for the name.

    `above` are the lines above the table. They may state the unit of its amounts, as the rows above the headings may.
    """
    for number, row in enumerate(rows, 1):
        at, year = _columns(row)
        if "name" in at and len(at) > 1:
            lines = [*above, *(str(cell) for one in rows[: number - 1] for cell in one if isinstance(cell, str))]
            units, assumed = _units(row, at, lines)
            return Columns(number, at, units, assumed, year)
    return None


def _columns(row: Sequence[Scalar]) -> tuple[dict[str, int], int | None]:
    found: dict[str, int] = {}
    year: int | None = None
    plain = [_plain(cell) for cell in row]
    names_projects = "项目名称" in plain
    for place, words in enumerate(plain, 1):
        column = BY_WORDS.get(words, "")
        if names_projects and words in FIRMS:
            column = "builder"
        elif names_projects and words in TASKS:
            column = "content"
        elif match := OF_A_YEAR.match(words):
            column, year = "yearly_investment", int(match["year"]) if match["year"] else year
        elif UNTIL_A_YEAR.match(words):
            column = "invested_before"
        if column:
            found.setdefault(column, place)
    return found, year


def is_task(heading: str) -> bool:
    """Return True for a heading under which tasks stand."""
    return _plain(heading) in TASKS


def _plain(cell: Scalar) -> str:
    words = BRACKETS.sub("", "".join(str(cell).split()).lower()) if isinstance(cell, str) else ""
    return words if words in BY_WORDS else UNBRACKETED.sub("", words)


def _units(row: Sequence[Scalar], at: Mapping[str, int], lines: Sequence[str]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the unit of each column of money, and the columns whose unit is nowhere stated."""
    money = [column for column in MONEY if column in at]
    found = {column: unit for column in money if (unit := _unit_in(row[at[column] - 1]))}
    stated = next((match[1] for line in reversed(lines) if (match := UNIT_LINE.search(line))), "")
    beside = set(found.values())
    others = stated or (beside.pop() if len(beside) == 1 else "")
    missing = (
        frozenset(column for column in money if column not in found) if others != "万元" and not stated else frozenset()
    )
    return {**dict.fromkeys(money, others or "万元"), **found}, missing


def _unit_in(cell: Scalar) -> str:
    match = UNIT.search(str(cell).lower()) if isinstance(cell, str) else None
    found = "".join(match[0].split()) if match else ""
    return "万元" if found and SCALES[found] == 1 else found
