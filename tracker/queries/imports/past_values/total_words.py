"""The words by which tables name totals: of units, of periods, of the rows since the total before."""

_OF_BOTH = frozenset({"合计", "总计", "小计", "共计", "总和", "total", "grandtotal", "subtotal", "sum"})
TOTALS_OF_UNITS = _OF_BOTH | {"全省", "全市", "全省合计", "全市合计"}
TOTALS_OF_PERIODS = _OF_BOTH | {"全年", "全年合计", "全年累计", "年合计"}
SUBTOTALS = frozenset({"小计", "subtotal"})


def is_total_word(text: str) -> bool:
    """Return True for a word that names totals of units or of periods."""
    return text.casefold() in TOTALS_OF_UNITS | TOTALS_OF_PERIODS
