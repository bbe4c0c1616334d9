"""Chinese numerals: 十二 is 12, 一百零五 is 105."""

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
TENS = {"十": 10, "百": 100, "千": 1_000}
NUMERAL = "[〇零一二两三四五六七八九十百千]"


def read_numeral(text: str) -> int | None:
    """Return the value of a numeral below 10,000, or None if the text is none. `read_numeral("二十一")` is 21."""
    total, digit = 0, None
    for character in text:
        if character in DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = DIGITS[character]
        elif character in TENS:
            total += (1 if digit is None else digit) * TENS[character]
            digit = None
        else:
            return None
    return total + (digit or 0) if text else None
