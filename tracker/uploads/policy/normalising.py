"""Normalised characters and blanks: full-width digits and letters become plain ones, blanks beside Chinese go."""

import re

#: Chinese characters and Chinese punctuation.
CHINESE = "\u3001-\u301f\u3400-\u9fff\uff01-\uff5e\u2014\u2018-\u201d\u2026\uf900-\ufaff"
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
KEPT_FULL_WIDTH = "！（），：；？"
TRANSLATION = {code: plain for code, plain in FULL_WIDTH.items() if chr(code) not in KEPT_FULL_WIDTH} | {
    ord("\u3000"): " ", ord("\u00a0"): " ", ord("\u2007"): " ", ord("\u202f"): " ", ord("\t"): " ",
    ord("\u200b"): None, ord("\ufeff"): None, ord("\u00ad"): None, ord("\u2060"): None,
    ord("−"): "-", ord("﹣"): "-", ord("㎡"): "平方米", ord("㎏"): "kg", ord("㎞"): "km", ord("∶"): "：",
    ord("°"): "°", ord("³"): "3", ord("²"): "2", ord("₂"): "2", ord("₃"): "3", ord("₅"): "5",
}  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
BLANKS = re.compile(r"\s+")
#: A section number or clause label at the start keeps its blank: "3.2 2025年目标" is section 3.2.
LABEL = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Za-z]\.?) (?=[^\s年月日岁万亿%个家户项座吨元人台])")
#: So does a numeral before a heading that is a line by itself: "一 建设目标".
HEADING = re.compile(r"[一二三四五六七八九十]{1,3} (?=[\u3400-\u9fff]{2,20}$)")
#: A blank parts the entries of a line: 牵头部门：财政局 完成时限：12月.
ENTRY = (
    r"(?:主要|共同)?(?:牵头|责任|配合|主办|协办|参与|参加|实施|承办|负责|主责|支持|落实|完成|办结|时限|期限)"
    r"[\u4e00-\u9fff]{0,4}[：:]"
)
BESIDE_CHINESE = re.compile(rf"(?<=[{CHINESE}]) (?!{ENTRY})| (?!{ENTRY})(?=[{CHINESE}])")
#: Digits set apart one by one, as justified text in a PDF has them: "2 0 2 5年".
SPACED_DIGITS = re.compile(r"(?<![\d.])\d(?: \d){2,}(?![\d.])")
SPACED_THOUSANDS = re.compile(rf"(?<![\d.,])\d{{1,3}}(?: \d{{3}})+(?= ?[{CHINESE}%])")
HAS_CHINESE = re.compile(r"[\u3400-\u9fff]")


def normalise(text: str) -> str:
    """Return the text on one line, with plain digits and letters, and without blanks beside Chinese characters."""
    plain = BLANKS.sub(" ", CONTROL.sub("", text.translate(TRANSLATION))).strip()
    if not HAS_CHINESE.search(plain):
        return plain
    plain = SPACED_THOUSANDS.sub(_joined, SPACED_DIGITS.sub(_joined, plain))
    label = LABEL.match(plain) or HEADING.match(plain)
    kept = label[0] if label else ""
    return kept + BESIDE_CHINESE.sub("", plain[len(kept) :])


def is_chinese(text: str) -> bool:
    """Return True if Chinese characters make up a tenth of the text or more."""
    return len(HAS_CHINESE.findall(text)) * 10 >= len(text.replace(" ", ""))


def _joined(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")
