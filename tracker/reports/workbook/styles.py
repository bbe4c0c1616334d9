"""Named styles: an engineer or a clerk changes the look of every table of a kind in one place."""

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from tracker.calculation.levels import Level

LINE = Side(style="thin", color="FF000000")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEADING_FILL = "FFEDEDED"
TOTAL_FILL = "FFF7F7F7"
#: Light enough that the word and the mark in the cell read in black and white.
LEVEL_FILLS = {Level.I: "FFF4B6B0", Level.II: "FFFBE3A6", Level.III: "FFCDE8C9"}
GB2312 = 134  # the character set that makes Excel choose a Chinese face when the named one is not installed


class Styles:
    """Registers the workbook's named styles on first use and gives their names."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.known: set[str] = set()
        english = get_language() == "en"
        self.title_face = "Times New Roman" if english else "方正小标宋简体"
        self.body_face = "Times New Roman" if english else "仿宋_GB2312"
        self.charset = None if english else GB2312

    def title(self) -> str:
        """The sheet's title."""
        return self._register("Title line", self._title_font(), _aligned("center"))

    def banner(self) -> str:
        """The marker of demonstration data, and notices."""
        return self._register("Banner", self._font(bold=True, color="FFC00000"), _aligned("center", wrap=True))

    def line(self, horizontal: str) -> str:
        """Text outside the table: the line under the title, notes and foot."""
        return self._register(f"Line {horizontal}", self._font(), _aligned(horizontal, wrap=horizontal == "left"))

    def heading(self) -> str:
        """A column's heading."""
        style = _aligned("center", wrap=True)
        return self._register("Heading", self._font(bold=True), style, box=True, fill=HEADING_FILL)

    def text(self, is_total: bool, *, centred: bool = False) -> str:
        """Text in the table."""
        name = ("Text centred" if centred else "Text") + _suffix(is_total)
        alignment = _aligned("center", wrap=True) if centred else _aligned("left", wrap=True, indent=1)
        return self._table_style(name, alignment, is_total, "@" if not centred else "General")

    def figure(self, name: str, number_format: str, is_total: bool) -> str:
        """A number, moment or day in the table."""
        return self._table_style(name + _suffix(is_total), _aligned("right"), is_total, number_format)

    def level(self, level: Level | None, is_total: bool) -> str:
        """A warning level: the cell's text has the word and the mark, the fill adds the colour."""
        if level is None:
            return self.text(is_total, centred=True)
        name = f"Level {level.name}" + _suffix(is_total)
        font = self._font(bold=is_total)
        return self._register(name, font, _aligned("center", wrap=True), box=True, fill=LEVEL_FILLS[level])

    def _table_style(self, name: str, alignment: Alignment, is_total: bool, number_format: str) -> str:
        fill = TOTAL_FILL if is_total else ""
        return self._register(name, self._font(bold=is_total), alignment, box=True, fill=fill, number=number_format)

    def _font(self, *, bold: bool = False, color: str = "FF000000") -> Font:
        return Font(name=self.body_face, charset=self.charset, size=10.5, bold=bold, color=color)

    def _title_font(self) -> Font:
        return Font(name=self.title_face, charset=self.charset, size=18, bold=self.charset is None)

    def _register(
        self, name: str, font: Font, alignment: Alignment, *, box: bool = False, fill: str = "", number: str = "General"
    ) -> str:
        if name not in self.known:
            style = NamedStyle(name=name, font=font, alignment=alignment, number_format=number)
            if box:
                style.border = BOX
            if fill:
                style.fill = PatternFill("solid", start_color=fill, end_color=fill)
            self.workbook.add_named_style(style)
            self.known.add(name)
        return name


def _aligned(horizontal: str, *, wrap: bool = False, indent: int = 0) -> Alignment:
    return Alignment(horizontal=horizontal, vertical="center", wrap_text=wrap, indent=indent)


def _suffix(is_total: bool) -> str:
    return ", total" if is_total else ""
