"""Reading what people type, with the units that the database knows and messages in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from tracker.calculation.quantities import PLAIN, Quantity, QuantityError, Unit, read_quantity
from tracker.models import Indicator, MeasureUnit
from tracker.queries.errors import Refused


class QuantityReader:
    """Reads typed quantities; the known units are fetched once."""

    @cached_property
    def _rows(self) -> list[MeasureUnit]:
        return list(MeasureUnit.objects.all())

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {row.symbol: _unit(row) for row in self._rows} | {row.symbol_en: _unit(row) for row in self._rows}

    @property
    def known_units(self) -> Mapping[str, Unit]:
        """Each unit by the symbols that people type."""
        return self._units

    def unit_row(self, unit: Unit) -> MeasureUnit:
        """Return the stored row of a unit of measure."""
        return next(row for row in self._rows if row.symbol == unit.symbol)

    def read_all(self, texts: Mapping[Indicator, str]) -> dict[str, Quantity | None]:
        """Read each text in its indicator's unit, by code. Raises Refused naming every cell that is wrong."""
        read, wrong = self.read_each(texts)
        if wrong:
            raise Refused(_("Some cells cannot be read; nothing was saved."), wrong)
        return read

    def read_each(self, texts: Mapping[Indicator, str]) -> tuple[dict[str, Quantity | None], dict[str, str]]:
        """Read what can be read, by code, and say of the rest what is wrong."""
        read: dict[str, Quantity | None] = {}
        wrong: dict[str, str] = {}
        for indicator, text in texts.items():
            try:
                read[indicator.code] = self.read(indicator, text)
            except QuantityError as error:
                wrong[indicator.code] = explain(error)
        return read, wrong

    def read(self, indicator: Indicator, text: str) -> Quantity | None:
        """Read one text. Raises QuantityError."""
        quantity = read_quantity(text, _unit(indicator.unit), self._units)
        if quantity and quantity.value < 0 and not indicator.allows_negative:
            raise QuantityError("negative", text=text)
        if quantity and indicator.unit.is_countable and quantity.value != quantity.value.to_integral_value():
            raise QuantityError("not_whole", text=text)
        return quantity

    def rounding_of(self, indicator: Indicator, text: str) -> str:
        """Return how a text is rounded to what is stored; "" for one that is kept as it is, or cannot be read."""
        if not text or PLAIN.fullmatch(text):
            return ""
        try:
            quantity = self.read(indicator, text)
        except QuantityError:
            return ""
        if quantity is None or not quantity.was_rounded(_unit(indicator.unit)):
            return ""
        return _("“%(text)s” is kept with six decimals: %(value)s %(unit)s.") % {
            "text": text.strip(),
            "value": f"{quantity.value.normalize():f}",
            "unit": indicator.unit,
        }


def _unit(row: MeasureUnit) -> Unit:
    return Unit(row.symbol, row.dimension, row.factor)


def explain(error: QuantityError) -> str:
    """Return what is wrong with the text and what to type instead."""
    messages = {
        "not_a_number": _("“%(text)s” is not a number. Type digits, for example 6500 or 6500.5."),
        "ambiguous_comma": _("The comma in “%(text)s” is not clear. Type 6500 or 6,500, with a point for decimals."),
        "unknown_unit": _("The unit “%(symbol)s” is not known. Type the number alone."),
        "other_dimension": _("“%(symbol)s” cannot be converted to %(wanted)s. Type the number in %(wanted)s."),
        "too_large": _("“%(text)s” is too large: at most %(digits)s digits before the decimal point. Check the unit."),
        "too_fine": _(
            "“%(text)s” is too small to be kept with %(digits)s decimals. Enter 0, or check the unit of measure."
        ),
        "not_whole": _("“%(text)s” has a part of a whole thing, and this counts whole ones. Enter a whole number."),
        "negative": _("“%(text)s” is below zero, which this indicator cannot be."),
    }
    return messages[error.code] % error.details
