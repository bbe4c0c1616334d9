"""The form of a list's filters: short choices are selects, long ones are looked up by typing."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

#: Longer lists are typed into, with what fits offered below: nobody finds a name among two hundred by scrolling.
LONGEST_SELECT = 40
#: Between a choice's name and its code in a field that is typed into.
BEFORE_CODE = " · "


def _attributes(values: Mapping[str, Any]) -> SafeString:
    """Attributes in the order given; True is one without a value, False none."""
    given = ((name, value) for name, value in values.items() if value is not False)
    return SafeString(
        "".join(f" {name}" if value is True else f' {name}="{escape(str(value))}"' for name, value in given)
    )


class QuickSelect(forms.Select):
    """A select with the markup of Django's own, written at once instead of by a template for each option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Render the select, with the chosen options marked."""
        chosen = set(self.format_value(value))
        written = _attributes({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", written, self._written(self.choices, chosen))

    def _written(self, choices: Iterable[Any], chosen: set[str]) -> SafeString:
        return SafeString("".join(self._pieces(choices, chosen)))

    def _pieces(self, choices: Iterable[Any], chosen: set[str]) -> Iterator[str]:
        for value, label in choices:
            if isinstance(label, list | tuple):
                yield format_html('<optgroup label="{}">{}</optgroup>', value, self._written(label, chosen))
                continue
            text = "" if value is None else str(value)
            mark = " selected" if text in chosen else ""
            yield f'<option value="{escape(text)}"{mark}>{conditional_escape(label)}</option>'


class QuickText(forms.TextInput):
    """A text field with the markup of Django's own, written at once."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Render the field with its value."""
        held = {"value": str(value)} if value not in ("", None) else {}
        return format_html(
            "<input{}>", _attributes({"type": "text", "name": name, **held, **self.build_attrs(self.attrs, attrs)})
        )


class NamedChoices(forms.TextInput):
    """The choice of one thing by its name: a select of few; many are typed, with what fits offered, without scripts.

    `read` gives all of them as pairs of code and name, when they are asked for and not before. What is typed reads
    "name · code".
    """

    def __init__(self, read: Callable[[], list[tuple[str, str]]], empty: Any = "") -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false"})
        self.read = read
        self.empty = empty

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return a separate widget that reads the same choices."""
        return type(self)(self.read, self.empty)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Render the field and its choices."""
        pairs = self.read()
        if len(pairs) <= LONGEST_SELECT:
            return QuickSelect(choices=[("", self.empty), *pairs]).render(name, value, attrs)
        shown = next((f"{words}{BEFORE_CODE}{code}" for code, words in pairs if code == value), value or "")
        offered = f"{(attrs or {}).get('id', name)}_choices"
        attributes = _attributes({"type": "text", "name": name, **self.build_attrs(self.attrs, attrs), "list": offered})
        options = "".join(
            f'<option value="{escape(words)}{BEFORE_CODE}{escape(code)}"></option>' for code, words in pairs
        )
        field = '<input{} value="{}"><datalist id="{}">{}</datalist>'
        return format_html(field, attributes, shown, offered, SafeString(options))


class NamedField(forms.CharField):
    """One of many things, by its code, its name, "name · code", or a part of one name alone."""

    default_error_messages = {"unknown": _("There is no such choice, or more than one; choose from those offered.")}

    def __init__(self, queryset: QuerySet[Any] | None = None, empty_label: Any = "", **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(widget=NamedChoices(self.read, empty_label), **kwargs)

    def read(self) -> list[tuple[str, str]]:
        """All of them, by code and by name in the reader's language."""
        if self.queryset is None:
            return []
        is_english = get_language() == "en"
        rows = self.queryset.values_list("code", "name", "name_en")
        return [(code, name_en if is_english and name_en else name) for code, name, name_en in rows]

    def clean(self, value: Any) -> Any:
        """Return what was chosen; None when nothing was."""
        text = super().clean(value)
        if not text or self.queryset is None:
            return None
        code = text.rpartition(BEFORE_CODE.strip())[2].strip()
        named = list(self.queryset.filter(code__in=(text, code))[:2])
        for condition in (Q(name=text) | Q(name_en__iexact=text), Q(name__icontains=text) | Q(name_en__icontains=text)):
            named = named or list(self.queryset.filter(condition)[:2])
        if len(named) != 1:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return named[0]


class ListForm(forms.Form):
    """A form of filters, its selects written quickly."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField) and type(field.widget) is forms.Select:
                field.widget = QuickSelect(field.widget.attrs, field.widget.choices)
                field.widget.is_required = field.required
            elif type(field.widget) is forms.TextInput:
                field.widget = QuickText(field.widget.attrs)
                field.widget.is_required = field.required
