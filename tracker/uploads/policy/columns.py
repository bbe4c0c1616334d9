"""Columns of a table and their roles: name, unit, base, target, nature, bodies, due date, place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.uploads.policy.chinese.places import CLASS, is_place
from tracker.uploads.policy.content import Cell, Table
from tracker.uploads.policy.context import PlanYears
from tracker.uploads.policy.quantities import find_quantities


class Role(StrEnum):
    """Role of a column."""

    INDEX = "index"
    NAME = "name"
    UNIT = "unit"
    BASE = "base"
    TARGET = "target"
    NATURE = "nature"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    SUPPORTING = "supporting"
    DUE = "due"
    NOTE = "note"
    PLACE = "place"
    VALUE = "value"
    CUMULATIVE = "cumulative"


ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (Role.INDEX, r"^(?:序号?|编号|No\.?|#|ID)$"),
        (Role.UNIT, r"^(?:计量)?单位$|^Units?(?: of measure)?$|^量纲$"),
        (Role.LEAD, r"牵头|主办|主责|^Lead"),
        (Role.SUPPORTING, r"配合|协办|参与单位|参加单位|^(?:Partners?|Support)"),
        (
            Role.RESPONSIBLE,
            r"责任(?:单位|部门|主体|人|领导)?$|负责(?:单位|部门)?$|实施(?:单位|主体)|承办|承担单位|落实单位|"
            r"^(?:Responsib|Owner|Agency)",
        ),
        (
            Role.DUE,
            r"时限|完成时间|时间(?:节点|进度)?$|进度安排|期限|^(?:Deadline|Due|Timeline|By when|Timing|Completion)",
        ),
        (Role.CUMULATIVE, r"^(?:五年|三年)?(?:年均|累计|增速|增幅|年均增速|年均增长)|〔累计〕|\[累计\]"),
        (Role.NATURE, r"^(?:指标)?(?:属性|性质|类型)$|^(?:Type|Nature)$"),
        (Role.NOTE, r"备注|说明|来源|联系|^Notes?$|^Source"),
        (
            Role.PLACE,
            r"^(?:地区|各?县区|市县|区县|县（市、区）|县\(市、区\)|市（州）|市州|县市|市|县|区|街道|乡镇|镇街|镇|园区|"
            r"城市|州市|地市|盟市|区域|行政区|片区|功能区|单位名称|分公司|企业名称|District|Region|County|City|Area|"
            r"Province|State)(?:名称)?$",
        ),
        (
            Role.NAME,
            r"指标|名称|类别|项目$|任务|内容|事项|举措|措施|目标名称|"
            r"^(?:Indicator|Metric|Measure|Action|Task|Description)",
        ),
    )
)
BASE_HEAD = re.compile(
    r"现状|基期|基准|基数|基年|(?:完成|实际|现有)(?:值|数|情况|量)?(?:（[^）]*）)?$|[Bb]aseline|"
    r"[Aa]ctual|[Cc]urrent"
)
TARGET_HEAD = re.compile(r"目标|规划|计划|任务数|任务量|预期|[Tt]arget|[Gg]oal")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年|(?!\d))")
PROJECTS = re.compile(
    r"项目名称|建设内容|建设规模|总投资|建设地点|建设性质|投资额|建设单位|开工时间|竣工时间|建成时间|建设年限|建设起止|"
    r"[Pp]roject name|[Tt]otal investment"
)
#: Headings of a roster of firms.
FIRMS = re.compile(r"信用代码")
CLASS_HEAD = re.compile(r"^(?:类别|类型|领域|分类|维度|方面|一级指标|板块|Category|Area|Theme)$", re.IGNORECASE)
TOTAL = re.compile(r"^(?:合计|总计|小计|共计|全[省市县区国]|总数|平均|Total|All|Sum)$", re.IGNORECASE)
YEAR_ROW = re.compile(r"^(?:19|20)\d\d年?$")
NOT_A_VALUE = re.compile(r"^[-—–/\\·.…\s]*$|^(?:无|不变|N/?A)$", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """Column with its heading, role and year."""

    at: int
    heading: str
    role: Role
    year: int | None = None

    @property
    def has_values(self) -> bool:
        """Return True if the column holds numbers to read."""
        return self.role in (Role.BASE, Role.TARGET, Role.VALUE)


@dataclass(frozen=True)
class Layout:
    """Table divided into its caption, its columns, and its rows below the headings."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def first(self, role: Role) -> Column | None:
        """Return the first column of the role. A column of classes is no column of names if there is another."""
        found = [column for column in self.columns if column.role is role]
        return next((column for column in found if not CLASS_HEAD.search(column.heading)), found[0] if found else None)


def lay_out(table: Table, years: PlanYears) -> Layout:
    """Return the table's headings, read as columns, and its rows."""
    rows = list(table.rows)
    caption = ""
    while len(rows) > 1 and len({cell.span for cell in rows[0] if cell.text}) == 1 and table.width > 1:
        caption += next((cell.text for cell in rows[0] if cell.text), "")
        rows = rows[1:]
    height = _heading_height(rows)
    headings = [_heading(_filled(rows[:height]), column) for column in range(table.width)]
    columns = [_column(at, heading, years) for at, heading in enumerate(headings)]
    body = tuple(rows[height:])
    return Layout(caption, tuple(_with_places(columns, body)), body)


def _heading_height(rows: Sequence[Sequence[Cell]]) -> int:
    """Return the number of heading rows: those before the first row with a value, but one at least."""
    merged = 1
    while merged < min(3, len(rows)) and any(
        above.span == below.span and above.text for above, below in zip(rows[merged - 1], rows[merged], strict=True)
    ):
        merged += 1
    if merged > 1 or len(rows) < 3:
        return min(merged, max(len(rows) - 1, 1))
    is_blank_start = not rows[1][0].text and rows[0][0].text
    return 2 if is_blank_start and not any(_is_value(cell.text) for cell in rows[1]) else 1


def _filled(rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Return the heading rows. An empty upper cell continues its left neighbour if a lower one follows."""
    if len(rows) < 2:
        return list(rows)
    first = list(rows[0])
    for at in range(1, len(first)):
        if not first[at].text and rows[1][at].text:
            first[at] = first[at - 1]
    return [first, *rows[1:]]


def _is_value(text: str) -> bool:
    return bool(find_quantities(text)) and not YEAR_ROW.match(text)


def _heading(rows: Sequence[Sequence[Cell]], column: int) -> str:
    """Return the headings of a column from top to bottom, each once."""
    texts: list[str] = []
    for row in rows:
        text = row[column].text
        if text and text not in texts:
            texts.append(text)
    return " ".join(texts) if all(text.isascii() for text in texts) else "".join(texts)


def _column(at: int, heading: str, years: PlanYears) -> Column:
    plain = re.sub(r"[（(][^（）()]*[）)]$", "", heading).strip()
    for role, pattern in ROLES:
        if pattern.search(heading if role is Role.PLACE else plain):
            if role is Role.NAME and (YEAR.search(plain) or BASE_HEAD.search(plain) or plain.endswith("目标")):
                break
            return Column(at, heading, role)
    found = YEAR.search(heading)
    year = int(found[1]) if found else None
    if BASE_HEAD.search(plain) or (year and years.first and year < years.first and not TARGET_HEAD.search(heading)):
        return Column(at, heading, Role.BASE, year)
    if TARGET_HEAD.search(heading) or (year and (not years.first or year >= years.first)):
        return Column(at, heading, Role.TARGET, year)
    return Column(at, heading, Role.VALUE, year)


def _with_places(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> list[Column]:
    """Return the columns with the one that holds places marked, whatever its heading."""
    for at, column in enumerate(columns):
        if column.role not in (Role.VALUE, Role.NAME, Role.PLACE):
            continue
        texts = [row[column.at].text for row in rows if row[column.at].text]
        places = [text for text in texts if is_place(text) or CLASS.fullmatch(text)]
        if texts and len(places) >= max(2, len(texts) * 0.6):
            columns[at] = Column(column.at, column.heading, Role.PLACE)
        break
    return columns
