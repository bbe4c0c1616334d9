"""Guessing what a table's columns say, from their headings and the cells below them. A person looks at the guess."""

from collections.abc import Sequence

from tracker.queries.imports.past_values.cells import Scalar, as_text
from tracker.queries.imports.past_values.mapping import INDICATOR_COLUMN, PERIOD_COLUMN, Mapping, Role
from tracker.queries.imports.past_values.names import WITH_MEASURE, UnknownName, Vocabulary, plain
from tracker.uploads.table import SheetHead

HEADING_ROWS = 20
LOOKED_AT = 5
WORDS: dict[Role, tuple[str, ...]] = {
    Role.UNIT: (
        "填报单位", "报送单位", "单位名称", "单位代码", "企业名称", "企业", "单位", "地区", "地市", "市", "市县",
        "城市", "行政区", "行政区划", "所属地区", "reporting unit", "unit", "unit code", "region", "city", "enterprise",
    ),
    Role.PERIOD: ("报告期", "期间", "时间", "月份", "年月", "日期", "月", "季度", "period", "month", "date", "quarter"),
    Role.YEAR: ("年份", "年", "年度", "year"),
    Role.INDICATOR: ("指标", "指标名称", "指标代码", "项目", "indicator", "indicator code", "item"),
    Role.VALUE: (
        "数值", "值", "数量", "上报数", "核定数", "本月", "本月数", "本期", "完成量", "完成数", "实际完成", "value",
        "amount", "figure", "reported value", "verified value",
    ),
    Role.MEASURE: ("计量单位", "单位(计量)", "计量", "unit of measure", "measure"),
    Role.NOTE: ("备注", "说明", "注", "note", "notes", "remark", "remarks"),
}  # fmt: skip
KNOWN = {plain(word): role for role, words in WORDS.items() for word in words}


def guess_mapping(heads: Sequence[SheetHead], words: Vocabulary, sheet: str = "", heading_row: int = 0) -> Mapping:
    """The likeliest sheet, row of headings and roles; `sheet` and `heading_row` where a person has said them."""
    best: tuple[int, Mapping] | None = None
    for head in heads:
        if sheet and head.name != sheet:
            continue
        rows = [heading_row] if heading_row else range(1, min(len(head.head), HEADING_ROWS) + 1)
        for number in rows:
            roles = _roles(head, number, words)
            score = sum(1 for role in roles if role)
            if best is None or score > best[0]:
                best = (score, Mapping(head.name, number, tuple(roles), tuple(_measures(head, number, words))))
    return best[1] if best else Mapping(heads[0].name, heading_row or 1, ("",) * heads[0].columns)


def _roles(head: SheetHead, number: int, words: Vocabulary) -> list[str]:
    headings = list(head.head[number - 1]) if number <= len(head.head) else []
    below = head.head[number : number + LOOKED_AT]
    roles: list[str] = []
    for at in range(min(head.columns, max(len(headings), 1) if number <= len(head.head) else head.columns)):
        samples = [row[at] for row in below if at < len(row) and as_text(row[at])]
        role = _role(headings[at] if at < len(headings) else None, samples, words)
        roles.append("" if role in roles and role else role)
    return _settled(roles)


def _measures(head: SheetHead, number: int, words: Vocabulary) -> list[str]:
    """The units of measure that headings name in brackets: "数值（吨）"."""
    found = [WITH_MEASURE.fullmatch(plain(as_text(heading))) for heading in head.head[number - 1]]
    measures = [words.measure(match[2]) if match else None for match in found]
    return [measure.symbol if measure else "" for measure in measures]


def _role(heading: Scalar, samples: Sequence[Scalar], words: Vocabulary) -> str:
    text = as_text(heading)
    if not text:
        return ""
    role = KNOWN.get(plain(text)) or KNOWN.get(plain(text).partition("(")[0])
    if role is Role.UNIT and samples and all(words.measure(as_text(sample)) for sample in samples):
        return Role.MEASURE.value  # 单位 is both: who reports, and what is counted in
    if role:
        return role.value
    try:
        return f"{INDICATOR_COLUMN}{words.indicator(heading)[0].code}"
    except UnknownName:
        pass
    try:
        return f"{PERIOD_COLUMN}{words.period(heading).code}"
    except UnknownName:
        return ""


def _settled(roles: list[str]) -> list[str]:
    """One kind of value columns: where indicators or periods have columns of their own, no other values are meant."""
    by_indicator = [role for role in roles if role.startswith(INDICATOR_COLUMN)]
    by_period = [role for role in roles if role.startswith(PERIOD_COLUMN)]
    if not by_indicator and not by_period:
        return roles
    kept = INDICATOR_COLUMN if len(by_indicator) >= len(by_period) else PERIOD_COLUMN
    if kept == INDICATOR_COLUMN and Role.INDICATOR in roles and Role.VALUE in roles:
        return ["" if ":" in role else role for role in roles]
    return ["" if role == Role.VALUE or (":" in role and not role.startswith(kept)) else role for role in roles]
