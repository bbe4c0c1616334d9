"""Tables of every layout, spelling, unit of measure and kind of file, each with the outcome that is right for it.

A table holds the same honest values however it is laid out. Its right outcome is to load just these, or to be refused
or asked about where it does not say enough; nothing else may come of it.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import Any

from openpyxl import Workbook

from tests.services.producers import PRODUCERS, written_by

GANGUE, ASH = "煤矸石综合利用量", "粉煤灰综合利用量"
#: (city, month, indicator) with the value in 万吨.
Values = dict[tuple[str, int, str], Decimal]
HONEST: Values = {
    (city, month, indicator): Decimal(number) / 100
    for (city, month, indicator), number in zip(
        product(("太原", "大同"), (8, 9), (GANGUE, ASH)), (1041, 873, 1026, 902, 660, 341, 715, 366), strict=True
    )
}


class Outcome(StrEnum):
    """What is right for a table."""

    LOADED = "loaded"
    ASKED = "asked"  # or refused: nothing is loaded before a person has said or corrected something


@dataclass(frozen=True)
class Table:
    """A file with its name, the outcome that is right, and what it holds."""

    name: str
    content: bytes
    outcome: Outcome
    values: Values

    @property
    def file_name(self) -> str:
        """The name that it is uploaded under."""
        return f"{self.name}.{'xlsx' if self.content.startswith(b'PK') else 'csv'}"


#: How a city is called. Only the last is not known.
CITIES = {
    "full": {"太原": "太原市", "大同": "大同市"},
    "short": {"太原": "太原", "大同": "大同"},
    "province": {"太原": "山西省太原市", "大同": "山西大同"},
    "code": {"太原": "140100", "大同": "140200"},
    "spaced": {"太原": "太 原 市", "大同": "大　同"},
    "english": {"太原": "TAIYUAN", "大同": "Datong"},
    "unknown": {"太原": "并州", "大同": "云中"},
}
MONTHS = {
    "chinese": "2019年{m}月",
    "iso": "2019-{m:02d}",
    "compact": "2019{m:02d}",
    "slash": "2019/{m}",
    "alone": "{m}月",
    "point": "2019.{m}",
    "month": "{m}月份",
}
#: The unit of measure as a heading writes it, and how many of it make 万吨; None where it is not known.
UNITS: dict[str, tuple[str, int | None]] = {
    "own": ("", 1),
    "tonnes": ("（吨）", 10_000),
    "square": ("[吨]", 10_000),
    "slash": ("/吨", 10_000),
    "comma": ("，万吨", 1),
    "label": ("（单位：吨）", 10_000),
    "thousand": ("（千吨）", None),
    "kilogram": ("(公斤)", None),
}


def _amount(value: Decimal, factor: int | None) -> float | int:
    scaled = value * (factor or 1)
    return int(scaled) if scaled == scaled.to_integral_value() else float(scaled)


def _long(cities: dict[str, str], month: str, factor: int | None) -> Iterator[list[Any]]:
    for (city, number, indicator), value in HONEST.items():
        yield [cities[city], month.format(m=number), indicator, _amount(value, factor)]


def _by_indicator(cities: dict[str, str], month: str, factor: int | None) -> Iterator[list[Any]]:
    for city, number in product(("太原", "大同"), (8, 9)):
        amounts = [_amount(HONEST[city, number, indicator], factor) for indicator in (GANGUE, ASH)]
        yield [cities[city], month.format(m=number), *amounts]


def _by_month(cities: dict[str, str], _month: str, factor: int | None) -> Iterator[list[Any]]:
    for city, indicator in product(("太原", "大同"), (GANGUE, ASH)):
        yield [cities[city], indicator, *(_amount(HONEST[city, number, indicator], factor) for number in (8, 9))]


def tables() -> Iterator[Table]:
    """Every table of the corpus."""
    yield from _spellings()
    yield from _surroundings()
    yield from _cities()
    yield from _spoilt()
    yield from _written_elsewhere()


def _spellings() -> Iterator[Table]:
    """Layouts by spellings of cities, months and units of measure, as workbooks and as texts."""
    for (how, cities), (when, month), (unit, (mark, factor)) in product(CITIES.items(), MONTHS.items(), UNITS.items()):
        if sum((how != "full", when != "chinese", unit != "own")) > 2:
            continue  # three oddities at once say no more than two
        is_clear = how != "unknown" and factor is not None
        outcome = Outcome.LOADED if is_clear else Outcome.ASKED
        name = f"{how}-{when}-{unit}"
        long = [["地区", "报告期", "指标", f"数值{mark}"], *_long(cities, month, factor)]
        yield Table(f"long-{name}", _workbook(long), outcome, HONEST)
        if unit != "own" and when in ("chinese", "alone"):
            wide = [["地区", "月份", f"{GANGUE}{mark}", f"{ASH}{mark}"], *_by_indicator(cities, month, factor)]
            yield Table(f"wide-{name}", _workbook(wide), outcome, HONEST)
        if unit == "own":
            yield Table(f"text-{name}", _text(long), outcome, HONEST)
            yield Table(f"gb18030-{name}", _text(long, "gb18030"), outcome, HONEST)
            headings = ["地区", "指标", *(month.format(m=number) for number in (8, 9))]
            yield Table(f"months-{name}", _workbook([headings, *_by_month(cities, month, 1)]), outcome, HONEST)


def _surroundings() -> Iterator[Table]:
    """Rows above and below, headings of two rows, totals that agree, columns in any order."""
    full, month = CITIES["full"], MONTHS["chinese"]
    headings = ["地区", "报告期", GANGUE, ASH]
    rows = list(_by_indicator(full, month, 10_000))
    own = list(_by_indicator(full, month, 1))
    titles = {
        "cell": [["2019年综合利用情况"], ["", "", "", "单位：吨"]],
        "apart": [["综合利用情况表"], ["计量单位", "吨"]],
        "brackets": [["综合利用量（吨）统计表"]],
        "enclosed": [["（单位：吨）"], []],
    }
    for name, above in titles.items():
        yield Table(f"above-{name}", _workbook([*above, headings, *rows]), Outcome.LOADED, HONEST)
    for unit in ("千吨", "公斤", "车"):
        table = [[f"单位：{unit}"], headings, *rows]
        yield Table(f"above-unknown-{unit}", _workbook(table), Outcome.ASKED, HONEST)
    for name, below in {
        "source": ["数据来源：山西省统计局"],
        "note": ["注：数据为快报数"],
        "signed": ["填表人：张三", "审核人：李四"],
    }.items():
        yield Table(f"below-{name}", _workbook([headings, *own, [], below]), Outcome.LOADED, HONEST)
    for word in ("合计", "总计", "全省"):
        sums = [float(sum(value for (_c, m, i), value in HONEST.items() if m == 8 and i == of)) for of in (GANGUE, ASH)]
        table = [headings, *own, [word, "2019年8月", *sums]]
        yield Table(f"total-{word}", _workbook(table), Outcome.LOADED, HONEST)
        wrong = [headings, *own, [word, "2019年8月", sums[0] + 1, sums[1]]]
        yield Table(f"total-wrong-{word}", _workbook(wrong), Outcome.ASKED, HONEST)
    two = [["地区", "指标", "2019年", ""], ["", "", "8月", "9月"], *_by_month(full, month, 1)]
    yield Table("two-rows-of-headings", _workbook(two), Outcome.LOADED, HONEST)
    both = [["地区", GANGUE, "", ASH, ""], ["", "8月", "9月", "8月", "9月"]]
    both += [
        [full[city], *(_amount(HONEST[city, number, of], 1) for of in (GANGUE, ASH) for number in (8, 9))]
        for city in ("太原", "大同")
    ]
    yield Table("indicator-over-months", _workbook(both), Outcome.LOADED, HONEST)
    for unit, factor in (("吨", 10_000), ("万吨", 1)):
        under = [headings, ["", "", unit, unit], *_by_indicator(full, month, factor)]
        yield Table(f"unit-under-headings-{unit}", _workbook(under), Outcome.LOADED, HONEST)
    stems = [headings, ["甲", "乙", 1, 2], *own]
    yield Table("numbered-columns", _workbook(stems), Outcome.LOADED, HONEST)
    turned = [[row[at] for at in (3, 1, 0, 2)] for row in [headings, *own]]
    yield Table("columns-turned", _workbook(turned), Outcome.LOADED, HONEST)
    cumulative = [[*headings, f"{GANGUE}（累计）"], *([*row, 80 + at] for at, row in enumerate(own))]
    yield Table("cumulative-beside", _workbook(cumulative), Outcome.LOADED, HONEST)
    share = [[*headings, "同比增长(%)"], *([*row, "5.2%"] for row in own)]
    yield Table("growth-beside", _workbook(share), Outcome.LOADED, HONEST)


def _cities() -> Iterator[Table]:
    """A column for each city; totals in columns and in rows."""
    cities = ("太原", "大同")
    for (how, names), unit in product(CITIES.items(), ("own", "tonnes", "thousand")):
        mark, factor = UNITS[unit]
        outcome = Outcome.LOADED if how != "unknown" and factor else Outcome.ASKED
        rows = [[f"{of}{mark}", *(_amount(HONEST[city, 8, of], factor) for city in cities)] for of in (GANGUE, ASH)]
        of_august = {key: value for key, value in HONEST.items() if key[1] == 8}
        headings = ["指标", *(names[city] for city in cities)]
        yield Table(f"cities-{how}-{unit}", _workbook([["2019年8月"], headings, *rows]), outcome, of_august)
    for when, month in MONTHS.items():
        rows = [[month.format(m=at), *(float(HONEST[city, at, GANGUE]) for city in cities)] for at in (8, 9)]
        of_gangue = {key: value for key, value in HONEST.items() if key[2] == GANGUE}
        headings = ["月份", "太原市", "大同市"]
        yield Table(f"cities-by-month-{when}", _workbook([[GANGUE], headings, *rows]), Outcome.LOADED, of_gangue)
        for name, more in {"": 0, "-wrong": 1}.items():
            outcome = Outcome.ASKED if more else Outcome.LOADED
            across = [[*row, float(round(row[1] + row[2] + more, 4))] for row in rows]
            table = [[GANGUE], [*headings, "合计"], *across]
            yield Table(f"cities-total-column-{when}{name}", _workbook(table), outcome, of_gangue)
            below = ["合计", *(float(round(rows[0][at] + rows[1][at] + more, 4)) for at in (1, 2))]
            yield Table(
                f"cities-total-row-{when}{name}", _workbook([[GANGUE], headings, *rows, below]), outcome, of_gangue
            )
    over = [["指标", "太原市", "", "大同市", ""], ["", *("2019年8月", "2019年9月") * 2]]
    over += [[of, *(float(HONEST[city, at, of]) for city in cities for at in (8, 9))] for of in (GANGUE, ASH)]
    yield Table("cities-over-months", _workbook(over), Outcome.LOADED, HONEST)
    for name, more in {"agrees": 0, "wrong": 2}.items():
        rows = [[*row, float(round(row[2] + row[3] + more, 4))] for row in _by_month(CITIES["full"], "", 1)]
        outcome = Outcome.ASKED if more else Outcome.LOADED
        table = [["地区", "指标", "2019年8月", "2019年9月", "合计"], *rows]
        yield Table(f"months-total-{name}", _workbook(table), outcome, HONEST)


def _written_elsewhere() -> Iterator[Table]:
    """The same tables as other programs write them."""
    full, month = CITIES["full"], MONTHS["chinese"]
    headings = ["地区", "报告期", GANGUE, ASH]
    own, tonnes = list(_by_indicator(full, month, 1)), list(_by_indicator(full, month, 10_000))
    wrong = [list(row) for row in own]
    wrong[1][2] = "#DIV/0!"
    tables = {
        "long": (_workbook([["地区", "报告期", "指标", "数值（吨）"], *_long(full, month, 10_000)]), Outcome.LOADED),
        "wide": (_workbook([headings, *own]), Outcome.LOADED),
        "above": (_workbook([["单位：吨"], headings, *tonnes]), Outcome.LOADED),
        "unknown": (_workbook([["单位：千吨"], headings, *own]), Outcome.ASKED),
        "merged": (_workbook([headings, *own], merged="C2:C3"), Outcome.ASKED),
        "error": (_workbook([headings, *wrong]), Outcome.ASKED),
    }
    for producer, (name, (content, outcome)) in product(PRODUCERS, tables.items()):
        yield Table(f"{producer}-{name}", written_by(producer, content), outcome, HONEST)


def _spoilt() -> Iterator[Table]:
    """Tables that must not be loaded as they stand."""
    full, month = CITIES["full"], MONTHS["chinese"]
    headings = ["地区", "报告期", GANGUE, ASH]
    rows = list(_by_indicator(full, month, 1))
    for name, value in {
        "words": "很多", "unclear-comma": "10,41", "negative": -5, "huge": 10**12, "tiny": 1e-9, "other-unit": "10户",
        "unknown-unit": "10车", "range": "10-12", "error": "#DIV/0!", "fraction": "1/3", "boolean": True,
        "two-numbers": "10 412", "exponent": "1e3",
    }.items():  # fmt: skip
        spoilt = [list(row) for row in rows]
        spoilt[1][2] = value
        yield Table(f"value-{name}", _workbook([headings, *spoilt]), Outcome.ASKED, HONEST)
    for name, text in {
        "2019.1": "2019.1", "future": "2029年8月", "other-year": "2018年8月", "range": "1-8月", "none": "",
        "word": "八月间",
    }.items():  # fmt: skip
        spoilt = [list(row) for row in rows]
        spoilt[0][1] = text
        yield Table(f"period-{name}", _workbook([headings, *spoilt]), Outcome.ASKED, HONEST)
    yield Table("doubled-row", _workbook([headings, *rows, rows[0]]), Outcome.ASKED, HONEST)
    doubled = [[*headings, ASH], *([*row, row[3]] for row in rows)]
    yield Table("doubled-column", _workbook(doubled), Outcome.ASKED, HONEST)
    for name, cells in {"value": "C2:C3", "across": "C2:D2"}.items():
        yield Table(f"merged-{name}", _workbook([headings, *rows], merged=cells), Outcome.ASKED, HONEST)
    yield Table("no-headings", _workbook(rows), Outcome.ASKED, HONEST)
    yield Table("no-units", _workbook([headings[1:], *(row[1:] for row in rows)]), Outcome.ASKED, HONEST)
    title = [["2018年报表"], ["地区", "指标", "8月", "9月"], *_by_month(full, month, 1)]
    yield Table("title-of-another-year", _workbook(title), Outcome.ASKED, HONEST)
    slipped = [list(row) for row in rows]
    slipped[3][2] = slipped[3][2] * 10_000
    yield Table("ten-thousandfold", _workbook([headings, *slipped]), Outcome.ASKED, HONEST)
    calculated = [["地区", "报告期", "大宗工业固废综合利用量"], ["太原市", "2019年8月", 5]]
    yield Table("calculated-indicator", _workbook(calculated), Outcome.ASKED, HONEST)


def _workbook(rows: list[list[Any]], merged: str = "") -> bytes:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.save(content)
    return content.getvalue()


def _text(rows: list[list[Any]], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)
