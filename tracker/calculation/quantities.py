"""Reading, converting and rounding quantities."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache

WHOLE_DIGITS = 15
FRACTION_DIGITS = 6
STEP = Decimal(1).scaleb(-FRACTION_DIGITS)
#: Longer numbers are refused unread, and longer texts are cut where an error repeats them.
LONGEST_NUMBER, LONGEST_SHOWN = 100, 40
#: Digits that comparing takes; the usual 28 would round what is too fine to store.
EXACT = 200
#: Room for the sum of any values, and for a rate of them.
ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)
#: What needs no second look: digits that fit as they stand.
PLAIN = re.compile(rf"\d{{1,{WHOLE_DIGITS}}}(?:\.\d{{1,{FRACTION_DIGITS}}})?", re.ASCII)
#: Groups of three digits are clear with commas, with apostrophes, and with the spaces of typography, GROUPING; plain
#: spaces may stand between two numbers. Points group digits only where two do: "1.234" may be a decimal.
NUMBER = re.compile(r"[+-]?(?:(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:'\d{3})+|\d+)(?:\.\d+)?|\.\d+)", re.ASCII)
GROUPING = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?![\d.,])", re.ASCII)
#: Units that are written out or by a symbol, in one spelling.
SPELLINGS = (
    ("立方米", "m3"), ("平方米", "m2"), ("平米", "m2"), ("公斤", "kg"), ("千克", "kg"), ("千瓦时", "kWh"),
    ("公里", "km"), ("千米", "km"), ("^", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A unit of measure: its symbol, its dimension, its size in the dimension's base unit."""

    symbol: str
    dimension: str
    factor: Decimal


class QuantityError(ValueError):
    """A text is not a quantity in the unit wanted. `code` names why; `details` fills the message."""

    def __init__(self, code: str, **details: object) -> None:
        self.code = code
        self.details = {name: _cut(value) for name, value in details.items()}
        super().__init__(code)


@dataclass(frozen=True)
class Quantity:
    """What was read: the value in the indicator's unit, and the unit it was typed in."""

    value: Decimal
    typed_value: Decimal
    typed_unit: Unit

    def was_rounded(self, into: Unit) -> bool:
        """Return True if more digits were typed than are stored."""
        with localcontext() as exact:
            exact.prec = EXACT
            return self.value * into.factor != self.typed_value * self.typed_unit.factor


def read_quantity(text: str, into: Unit, units: Mapping[str, Unit]) -> Quantity | None:
    """Return what a person typed, in the indicator's unit: "6500", "6,500", "６５００" or "6500万吨".

    None for an empty text (missing). `units` maps each known symbol to its unit; one of another dimension is
    refused, another of the same is converted. More than six decimals are rounded half away from zero. Raises
    QuantityError with the code not_a_number, ambiguous_comma, unknown_unit, other_dimension, too_large, or too_fine
    for an amount that would be rounded to nothing.
    """
    if PLAIN.fullmatch(text):
        typed = Decimal(text)
        return Quantity(typed.quantize(STEP), typed, into)
    plain = unicodedata.normalize("NFKC", GROUPING.sub("'", text)).replace("\u2212", "-").replace("\u2019", "'").strip()
    if not plain:
        return None
    digits, symbol = _split(plain, text)
    typed = Decimal(digits)
    unit = _unit_named(symbol, into, units, text) if symbol else into
    with localcontext() as exact:
        exact.prec = EXACT
        value = typed * unit.factor / into.factor
        return Quantity(_within_store(value, text), typed, unit)


def read_number(text: str) -> Decimal | None:
    """Return the number that a person typed, whatever it is counted in. None for an empty text.

    Raise QuantityError as `read_quantity` does, and for a unit behind the number.

    >>> read_number("6,500.50")
    Decimal('6500.500000')
    """
    bare = Unit("", "", Decimal(1))
    read = read_quantity(text, bare, {})
    return read.value if read else None


def _split(plain: str, text: str) -> tuple[str, str]:
    """Return the digits without grouping marks and with a decimal point, and the symbol after them."""
    if points := POINTS.match(plain):
        return _short(points[0].replace(".", "").replace(",", "."), text), plain[points.end() :].strip()
    match = NUMBER.match(plain)
    if not match:
        raise QuantityError("not_a_number", text=text)
    symbol = plain[match.end() :].strip()
    if symbol and symbol[0] in ",.'0123456789":
        raise QuantityError("ambiguous_comma" if {",", "'"} & set(plain) else "not_a_number", text=text)
    return _short(re.sub("[,']", "", match[0]), text), symbol


def _short(digits: str, text: str) -> str:
    """Return the digits. Raise QuantityError if there are more than anybody types."""
    if len(digits) > LONGEST_NUMBER:
        is_fine = "." in digits[:LONGEST_NUMBER]
        code, limit = ("too_fine", FRACTION_DIGITS) if is_fine else ("too_large", WHOLE_DIGITS)
        raise QuantityError(code, text=text, digits=limit)
    return digits


@lru_cache(maxsize=2_000)
def plain_symbol(symbol: str) -> str:
    """Return a unit's symbol in its one spelling: "m³", "m^3", "ｍ３" and "立方米" are "m3".

    Example: plain_symbol("万 ㎡") is "万m2".
    """
    plain = "".join(unicodedata.normalize("NFKC", symbol).split())
    for written, meant in SPELLINGS:
        plain = plain.replace(written, meant)
    return plain


def find_unit(symbol: str, units: Mapping[str, Unit]) -> Unit | None:
    """Return the unit with this symbol in whichever spelling; by capitals too where those tell two units apart."""
    if unit := units.get(symbol):
        return unit
    wanted = plain_symbol(symbol)
    spelt = [(plain_symbol(name), unit) for name, unit in units.items()]
    exactly = {unit for name, unit in spelt if name == wanted}
    found = exactly or {unit for name, unit in spelt if name.casefold() == wanted.casefold()}
    return found.pop() if len(found) == 1 else None


def _cut(detail: object) -> object:
    is_long = isinstance(detail, str) and len(detail) > LONGEST_SHOWN
    return f"{str(detail)[:LONGEST_SHOWN]}…" if is_long else detail


def _unit_named(symbol: str, into: Unit, units: Mapping[str, Unit], text: str) -> Unit:
    unit = into if plain_symbol(symbol) == plain_symbol(into.symbol) else find_unit(symbol, units)
    if unit is None:
        code = "unknown_unit" if symbol[0] != "e" and symbol[0] != "E" else "not_a_number"
        raise QuantityError(code, symbol=symbol, text=text)
    if unit.dimension != into.dimension:
        raise QuantityError("other_dimension", symbol=symbol, wanted=into.symbol)
    return unit


def _within_store(value: Decimal, text: str) -> Decimal:
    if abs(value) >= Decimal(10) ** WHOLE_DIGITS:
        raise QuantityError("too_large", text=text, digits=WHOLE_DIGITS)
    stored = round_half_up(value, FRACTION_DIGITS)
    if not stored and value:
        raise QuantityError("too_fine", text=text, digits=FRACTION_DIGITS)
    if abs(stored) >= Decimal(10) ** WHOLE_DIGITS:
        raise QuantityError("too_large", text=text, digits=WHOLE_DIGITS)
    return stored


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, only for display (GB/T 8170 leaves it to the issuer; officials expect it)."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=ROUNDING)


def decimals_that_agree(value: Decimal, limits: Iterable[Decimal], decimals: int, most: int = 8) -> int:
    """Return how many decimals a value needs so that its rounding lies on the same side of each limit.

    Example: 44.998 beside 45 needs three: "45.00" would say that it is reached. At most `most`.
    """
    listed = list(limits)
    for digits in range(decimals, most):
        rounded = round_half_up(value, digits)
        if all((rounded > limit, rounded < limit) == (value > limit, value < limit) for limit in listed):
            return digits
    return max(most, decimals)
