"""Fields of a draft's forms: pairs, names and numbers, kept as text."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tracker.calculation.quantities import QuantityError, read_number


class LinesField(forms.CharField):
    """Pairs of words and number, one pair a line: "2023-12-31 6000"."""

    widget = forms.Textarea

    def __init__(self, read: Callable[[str], str], **kwargs: Any) -> None:
        self.read = read
        super().__init__(required=False, **kwargs)
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        """Return the pairs as lines."""
        return value if isinstance(value, str) else "\n".join(f"{first} {second}" for first, second in value or ())

    def clean(self, value: Any) -> tuple[tuple[str, str], ...]:
        """Return the pairs. Raise ValidationError naming the line that is none."""
        pairs = []
        for line in str(super().clean(value) or "").splitlines():
            first, _space, second = line.strip().rpartition(" ")
            if not line.strip():
                continue
            if not first or not is_number(second):
                message = _("“%(line)s”: write one a line, with the number last.")
                raise forms.ValidationError(message % {"line": line.strip()})
            pairs.append((self.read(first.strip()), plain(second)))
        return tuple(pairs)


class NamesField(forms.CharField):
    """Names, separated by commas or 、."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the names as one line."""
        return value if isinstance(value, str) else "、".join(value or ())

    def clean(self, value: Any) -> tuple[str, ...]:
        """Return the names."""
        text = str(super().clean(value) or "")
        for sign in "，,；;":
            text = text.replace(sign, "、")
        return tuple(dict.fromkeys(name.strip() for name in text.split("、") if name.strip()))


def number_field(**kwargs: Any) -> forms.CharField:
    """Return a field for a number, which is kept as it is typed."""
    return forms.CharField(required=False, max_length=40, **kwargs)


def is_number(text: str) -> bool:
    """Return True if a text is a number of zero or more."""
    try:
        return (read_number(text) or 0) >= 0
    except QuantityError:
        return False


def plain(text: str) -> str:
    """Return a number as it is kept: without what groups its digits, and without an exponent."""
    value = read_number(text)
    return "" if value is None else format(value.normalize(), "f")


def day_text(text: str) -> str:
    """Return a day as it is kept; a year alone is its last day."""
    day = f"{text}-12-31" if text.isdecimal() and len(text) == 4 else text
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise forms.ValidationError(_("“%(day)s” is no day such as 2023-12-31.") % {"day": text}) from None
