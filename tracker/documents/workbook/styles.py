"""Named styles: an engineer or a clerk changes the look of every table of a kind in one place."""

from typing import Any, Literal

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from tracker.calculation.levels import Level
from tracker.documents import wording

Horizontal = Literal["left", "center", "right"]
BODY_SIZE = 10.5
#: Figures are as wide in this face as in 仿宋, and in the faces that stand in for it.
FIGURE_FACE = "Times New Roman"
LINE = Side(style="thin", color="FF000000")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEADING_FILL = "FFEDEDED"
TOTAL_FILL = "FFF7F7F7"
#: Light enough that the word and the mark in the cell read in black and white.
LEVEL_FILLS = {Level.I: "FFF4B6B0", Level.II: "FFFBE3A6", Level.III: "FFCDE8C9"}
GB2312 = 134  # the character set that makes Excel choose a Chinese face when the named one is not installed


def level_rules(cell: str) -> list[Rule]:
    """Return the conditional formats of a run of levels that begins at this cell: a colour for each mark."""
    return [
        FormulaRule([f'LEFT({cell},1)="{wording.MARKS[level]}"'], fill=PatternFill(bgColor=colour))
        for level, colour in LEVEL_FILLS.items()
    ]


def _set_unit_of_width(workbook: Workbook) -> None:
    """Let a column's width count in digits of this face: every program has it, or one with the same digits.

    The usual one, Calibri, is replaced by a broader face where it is missing, and a table is printed a third smaller.
    """
    font = Font(name=FIGURE_FACE, size=BODY_SIZE)
    workbook._named_styles["Normal"].font = font  # type: ignore[attr-defined]
    workbook._fonts[0] = font  # type: ignore[attr-defined]


class Styles:
    """Registers the workbook's named styles on first use and gives their names."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.known: set[str] = set()
        english = get_language() == "en"
        self.title_face = "Times New Roman" if english else "方正小标宋简体"
        self.body_face = "Times New Roman" if english else "仿宋_GB2312"
        self.charset = None if english else GB2312
        _set_unit_of_width(workbook)

    def title(self) -> str:
        """Return the style of the sheet's title."""
        return self._style("Title line", "center", face=self.title_face, size=18, bold=self.charset is None, wrap=True)

    def cover_title(self) -> str:
        """Return the style of the report's title on its cover."""
        return self._style("Cover title", "center", face=self.title_face, size=26, bold=self.charset is None, wrap=True)

    def issuer(self) -> str:
        """Return the style of the issuing body on the cover."""
        return self._style("Cover issuer", "center", face=self.title_face, size=18, wrap=True)

    def findings_heading(self) -> str:
        """Return what stands over the findings."""
        return self._style("Findings heading", "left", size=14, bold=True)

    def finding(self) -> str:
        """Return the style of a finding in words."""
        return self._style("Finding", "left", size=12, wrap=True, indent=1)

    def scale_of(self, style: str) -> float:
        """Return how much larger than a table's its letters are."""
        return {"Cover title": 26.0, "Cover issuer": 18.0, "Finding": 12.0}.get(style, BODY_SIZE) / BODY_SIZE

    def banner(self) -> str:
        """Return the style of the marker of demonstration data, and of notices."""
        return self._style("Banner", "center", wrap=True, bold=True, color="FFC00000")

    def line(self, horizontal: Horizontal) -> str:
        """Text outside the table: the lines under the title, notes and foot."""
        return self._style(f"Line {horizontal}", horizontal, wrap=True)

    def heading(self) -> str:
        """Return the style of a column's heading."""
        return self._style("Heading", "center", wrap=True, bold=True, box=True, fill=HEADING_FILL)

    def text(self, is_total: bool, *, centred: bool = False) -> str:
        """Text in the table."""
        if centred:
            return self._in_table("Text centred", "center", is_total, wrap=True)
        return self._in_table("Text", "left", is_total, wrap=True, indent=1, number="@")

    def figure(self, name: str, number_format: str, is_total: bool) -> str:
        """Return the style of a number, time or day in the table."""
        return self._in_table(name, "right", is_total, number=number_format, face=FIGURE_FACE)

    def level(self, level: Level | None, is_total: bool) -> str:
        """Return the style of a warning level.

        The cell's text has the word and the mark; `level_rules` add the colour.
        """
        return self._in_table("Level" if level else "Not graded", "center", is_total, wrap=True)

    def _in_table(self, name: str, horizontal: Horizontal, is_total: bool, *, fill: str = "", **look: Any) -> str:
        if not is_total:
            return self._style(name, horizontal, box=True, fill=fill, **look)
        return self._style(f"{name}, total", horizontal, box=True, bold=True, fill=fill or TOTAL_FILL, **look)

    def _style(self, name: str, horizontal: Horizontal, **look: Any) -> str:
        # Called for each cell: openpyxl's style objects are made once per style, they are slow to make.
        if name not in self.known:
            self.known.add(name)
            self._register(name, horizontal, **look)
        return name

    def _register(
        self,
        name: str,
        horizontal: Horizontal,
        *,
        face: str = "",
        size: float = BODY_SIZE,
        bold: bool = False,
        color: str = "FF000000",
        wrap: bool = False,
        indent: int = 0,
        box: bool = False,
        fill: str = "",
        number: str = "General",
    ) -> None:
        style = NamedStyle(name=name, number_format=number)
        style.font = Font(name=face or self.body_face, charset=self.charset, size=size, bold=bold, color=color)
        style.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=wrap, indent=indent)
        if box:
            style.border = BOX
        if fill:
            style.fill = PatternFill("solid", start_color=fill, end_color=fill)
        self.workbook.add_named_style(style)
