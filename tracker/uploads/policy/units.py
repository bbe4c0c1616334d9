"""Vocabulary of units of measure in Chinese, their usual spelling, and scaling by 万 and 亿."""

import re
from collections.abc import Iterable
from decimal import Decimal

from tracker.uploads.policy.vocabulary import words

SCALES = {
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
#: Spellings that mean the same unit. Keys are what a document writes, values the usual spelling.
ALIASES = {
    "公斤": "千克", "kg": "千克", "g": "克", "mg": "毫克", "μg": "微克", "ug": "微克",
    "µg": "微克", "t": "吨", "吨标煤": "吨标准煤", "tce": "吨标准煤", "吨标准煤当量": "吨标准煤",
    "千克标煤": "千克标准煤", "公斤标准煤": "千克标准煤", "公斤标煤": "千克标准煤", "kgce": "千克标准煤",
    "克标煤": "克标准煤", "gce": "克标准煤", "tCO2": "吨二氧化碳", "度": "千瓦时", "度电": "千瓦时",
    "kWh": "千瓦时", "kW·h": "千瓦时", "千瓦·时": "千瓦时", "kW": "千瓦", "MW": "兆瓦", "GW": "吉瓦",
    "MWh": "兆瓦时", "GWh": "吉瓦时", "方": "立方米", "m3": "立方米", "立方": "立方米", "L": "升", "公升": "升",
    "m2": "平方米", "平米": "平方米", "平方": "平方米", "km2": "平方公里", "平方千米": "平方公里", "hm2": "公顷",
    "ha": "公顷", "km": "公里", "千米": "公里", "m": "米", "cm": "厘米", "mm": "毫米", "元人民币": "元",
    "人民币": "元", "圆": "元", "％": "%", "个点": "个百分点", "百分点": "个百分点", "TEU": "标准箱",
    "个标准箱": "标准箱", "dB": "分贝", "h": "小时", "GB": "GB", "EFLOPS": "EFlops", "PFLOPS": "PFlops",
}  # fmt: skip
MEASURES = words(
    "吨标准煤当量 吨标准煤 吨标煤 吨二氧化碳当量 吨二氧化碳 吨当量 千克标准煤 公斤标准煤 千克标煤 "
    "公斤标煤 克标准煤 克标煤 蒸吨 载重吨 吨公里 吨 "
    "千克 公斤 斤 毫克 微克 克 千瓦时 千瓦·时 兆瓦时 吉瓦时 千瓦 兆瓦 吉瓦 度电 度 千伏安 千伏 伏 吉焦 千焦 兆焦 焦耳 "
    "立方米 立方 平方公里 平方千米 平方米 平方 平米 公顷 公里 千米 厘米 毫米 微米 海里 米 公升 毫升 升 亩 方 "
    "美元 欧元 港元 日元 元人民币 元 圆 分贝 微西弗 贝可 摄氏度 ℃ 标准箱 个标准箱 "
    "PFlops PFLOPS EFlops EFLOPS TEU tCO2 tce kgce gce kWh kW·h MWh GWh kW MW GW Mbps Gbps TB PB GB kg "
    "mg g μg µg ug km2 hm2 m2 m3 km cm mm ha dB t "
    "千标准箱"
)
COUNTS = words(
    "个百分点 百分点 个工作日 工作日 个标准 个 家次 家 户次 户 项次 项 座 组 台套 台次 台 辆次 辆 艘 "
    "架 条 件次 件 人次 人日 人 名 位 所 处 套 只 口 "
    "次 篇 批次 批 场次 场 片 支 张 间 栋 幢 株 头 标台 羽 种 类 宗 块 孔 部 册 门 公里 期 例 起 集 盏 桶 "
    "箱 学时 课时 车次 班次 标段 "
    "核 机架 标准机架 机柜 对 眼 枚 棵 穴 丛 尾 匹 款 首 幅 本 份 卷 道 档 屋 层 间次 根 节 列 幕 席 "
    "床 学位 床位 车位 泊位 个泊位"
)
TIMES = words("个月 年 月 日 天 小时 分钟 秒 周 季度 周岁 岁")
RATIOS = ("%", "％", "‰", "倍", "成", "个点")
DIVISORS = words(
    "平方公里·月 万元地区生产总值 亿元地区生产总值 万元工业增加值 万元国内生产总值 万元增加值 万元产值 "
    "万元GDP 亿元GDP 百万吨 千人 万人 十万人 百万人 百人 "
    "亿元 万元 百户 千户 万辆 车公里 标准立方米 立方米 平方米 平方公里 千瓦时 吨公里 公里 公顷 千克 "
    "公斤 小时 年 月 日 天 周 秒 人 户 吨 亩 升 台 辆 次 个 "
    "头 件 床 元 千瓦 米 km2 m3 m2 kWh kW L t h d a (m3·d) m3·d (m2·a) m2·a (m2·d) (kW·h) (人·d) (人·天) 人·天"
)


def _alternatives(these: Iterable[str]) -> str:
    """Return a pattern of these words, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(set(these), key=len, reverse=True))


LATIN_END = r"(?![A-Za-z])"
_SIGNS = _alternatives(word for word in (*MEASURES, *COUNTS, *TIMES, *RATIOS) if not word.isascii() or word == "%")
_LETTERS = _alternatives(word for word in MEASURES if word.isascii())
BASE = rf"(?:(?:{_SIGNS})|(?:{_LETTERS}){LATIN_END})"
SCALE = r"(?:百万|千万|十万|万|亿|千(?!克|瓦|米|伏|焦|标)|百(?!分))"
UNIT = rf"(?P<scale>{SCALE})?(?P<unit>{BASE}(?:(?:/|每|·)(?:{_alternatives(DIVISORS)}))*)"
TIME_UNITS = frozenset(TIMES)
COUNT_UNITS = frozenset(COUNTS) | {"人"}


def split_scale(unit: str) -> tuple[int, str]:
    """Return the scale and the unit without it: `split_scale("万吨")` is (10000, "吨")."""
    found = re.fullmatch(rf"(?P<scale>{SCALE})(?P<unit>.+)", unit)
    if not found or not found["unit"]:
        return 1, unit
    return SCALES.get(found["scale"], 1), found["unit"]


def usual(unit: str) -> str:
    """Return the unit in its usual spelling, its scale kept: `usual("万公斤")` is 万千克."""
    scale = re.match(SCALE, unit)
    prefix = scale[0] if scale and len(unit) > len(scale[0]) else ""
    first, slash, rest = unit[len(prefix) :].replace("每", "/").partition("/")
    divisors = "/".join(ALIASES.get(one, one) for one in rest.split("/"))
    return f"{prefix}{ALIASES.get(first, first)}{slash}{divisors}"


def scaled(value: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return the amount without a scale in its unit: 1 亿吨 and 10000 万吨 are both 100000000 吨."""
    scale, plain = split_scale(usual(unit))
    return value * scale, plain
