"""Elements of an SVG drawing. Attributes and text are escaped, so a name can hold any markup."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

#: Attributes that no keyword of Python spells.
SPELLED = {"class_": "class", "xml_space": "xml:space"}
#: Attributes with a capital letter; in every other name an underscore stands for a hyphen.
KEPT = {"viewBox", "preserveAspectRatio"}


@dataclass(frozen=True)
class Element:
    """One element with its attributes and what is inside: elements, or text."""

    name: str
    attributes: dict[str, object]
    inside: tuple["Element | str", ...]

    def __str__(self) -> str:
        return "".join(self._written())

    def __html__(self) -> str:
        """Return the markup for `format_html`, which then escapes nothing again."""
        return str(self)

    def _written(self) -> Iterator[str]:
        given = "".join(f" {_spelled(name)}={quoteattr(str(value))}" for name, value in self.attributes.items())
        if not self.inside:
            yield f"<{self.name}{given}/>"
            return
        yield f"<{self.name}{given}>"
        for part in self.inside:
            yield escape(part) if isinstance(part, str) else str(part)
        yield f"</{self.name}>"


def element(name: str, *inside: Element | str, **attributes: object) -> Element:
    """Return an element: `element("text", "90 %", x=4, text_anchor="end")`. Attributes that are None are left out."""
    return Element(name, {key: value for key, value in attributes.items() if value is not None}, inside)


def _spelled(name: str) -> str:
    return SPELLED.get(name) or (name if name in KEPT else name.replace("_", "-"))
