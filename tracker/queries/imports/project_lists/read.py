"""Interpreting the rows of an annex as new members of a list, with everything that is wrong at its cell."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tracker.calculation.quantities import QuantityError, read_number
from tracker.calculation.text import is_plain
from tracker.documents.wording import MISSING
from tracker.models import EarlierRegion, ListMember, Project, ProjectList, Region, ReportingUnit
from tracker.queries.errors import Refused
from tracker.queries.imports.project_lists.days import EMPTY, PlannedDay, read_day, read_span
from tracker.queries.imports.project_lists.headings import HEADINGS
from tracker.queries.imports.project_lists.source import Annex, AnnexRow, read_source
from tracker.queries.plans.quantities import explain as explain_quantity
from tracker.queries.projects.members import MemberProblem, NewMember, check_new_members, clean_project
from tracker.uploads.faults import UploadRefused
from tracker.uploads.table import Scalar
from tracker.uploads.wording import explain

MOST_ROWS = 20_000
NATURES = {"新建": "new", "扩建": "expansion", "改建": "renewal", "技改": "renewal", "改建和技术改造": "renewal"} | {
    "迁建": "relocation",
    "恢复": "restoration",
}
CATEGORIES = {"新建": "new", "新开工": "new", "续建": "carried", "前期": "preparation", "前期项目": "preparation"}
LENGTHS = {"name": 200, "code": 40, "credit_code": 40, "builder": 200, "site": 200, "person": 100, "leader": 100}
#: What a heading among the rows says of those below it, where there is no column for it.
HEADED = {"续建": "carried", "新开工": "new", "新建": "new", "前期": "preparation", "储备": "preparation"}


@dataclass
class ReadAnnex:
    """The new members in a file, each with its row as its place, and what is wrong, by cell."""

    members: list[NewMember] = field(default_factory=list)
    problems: list[MemberProblem] = field(default_factory=list)

    @property
    def errors(self) -> list[MemberProblem]:
        """Return what stops the import."""
        return [one for one in self.problems if one.is_error]


def read_annex(path: Path, file_name: str, project_list: ProjectList) -> ReadAnnex:
    """Read a file. Raise Refused for one that has no table, or none with a heading for the name."""
    try:
        annex = read_source(path, file_name, is_roster=project_list.is_roster)
    except UploadRefused as refused:
        raise Refused(explain(refused.faults[0])) from None
    return read_rows(annex, project_list)


def read_rows(annex: Annex, project_list: ProjectList) -> ReadAnnex:
    """Interpret the rows of an annex, wherever they come from. Raise Refused for more than a list can take at once."""
    if len(annex.rows) > MOST_ROWS:
        raise Refused(_("The file has more than %(limit)s rows. Split it.") % {"limit": f"{MOST_ROWS:,}"})
    return _Reader(project_list, annex).read()


class _Reader:
    def __init__(self, project_list: ProjectList, annex: Annex) -> None:
        self.project_list, self.annex, self.headed = project_list, annex, ""
        self.headed_region: Region | None = None
        self.numbers: dict[str, int] = {}
        self.of_years: list[str] = []
        top = project_list.plan.region
        regions = list(Region.objects.filter(path__startswith=top.path).order_by("-path"))
        by_key = {one.pk: one for one in regions}
        former = EarlierRegion.objects.filter(region__in=by_key).order_by("until")
        self.regions = {row.name: by_key[row.region_id] for row in former}
        self.regions |= _by_words(regions)
        self.by_length = sorted(regions, key=lambda one: -len(one.name))
        units = list(ReportingUnit.objects.within(top).select_related("region"))
        self.units = _by_words(units)
        self.shared = {"region": _shared_names(regions), "unit": _shared_names(units)}
        # A file of the product has the words of its language.
        self.natures = NATURES | {str(one.label): one.value for one in Project.Nature}
        self.categories = CATEGORIES | {str(one.label): one.value for one in ListMember.Category}
        self.found = ReadAnnex()

    def read(self) -> ReadAnnex:
        """Return what the rows say."""
        table = -1
        for row in self.annex.rows.values():
            if row.table != table:
                table = row.table
                self._head(self.annex.titles[table])
            if heading := row.heading:
                self._head(heading)
            elif not row.is_empty and not row.is_sum:
                self.found.members.append(self._member(row))
        if not self.found.members:
            self.found.problems.append(MemberProblem("", "name", _("There is no row below the headings.")))
        self.found.problems += [MemberProblem("", "", words, is_error=False) for words in self._about_the_file()]
        for one in check_new_members(self.project_list, self.found.members):
            self._complain(one.place, one.field, one.message, is_error=one.is_error)
        return self.found

    def _head(self, heading: str) -> None:
        """Keep what a title or a heading among the rows says of the rows below it: their category, their region."""
        self.headed = next((code for words, code in HEADED.items() if words in heading), "")
        top = self.project_list.plan.region_id
        named = (one for one in self.by_length if one.name and one.pk != top and one.name in heading)
        self.headed_region = next(named, None)

    def _about_the_file(self) -> Iterator[str]:
        """Yield what is unsure about the file as a whole."""
        yield from self.annex.notes
        used = list({id(row.columns): row.columns for row in self.annex.rows.values()}.values())
        assumed = sorted({column for one in used for column in one.assumed})
        if assumed:
            words = {
                "columns": "、".join(HEADINGS[column][0] for column in assumed),
                "unit": next(one.units[assumed[0]] for one in used if assumed[0] in one.units),
            }
            yield _("No unit of measure is stated for %(columns)s. The amounts were read in %(unit)s.") % words
        if self.of_years:
            told = {"number": len(self.of_years), "place": self.of_years[0]}
            words_of_years = _(
                "Planned days given by the year alone: %(number)s, first at %(place)s. The year's last day was taken."
            )
            yield words_of_years % told
        years = {one.year for one in used if one.year} - {self.project_list.year}
        if years:
            named = {"found": "、".join(map(str, sorted(years))), "year": self.project_list.year}
            yield _("The headings name %(found)s, and the list is of %(year)s.") % named

    def _member(self, found: AnnexRow) -> NewMember:
        number, row = found.number, found.values
        texts = {column: self._words(number, column, row.get(column), most) for column, most in LENGTHS.items()}
        content = self._words(number, "content", row.get("content"), 4000)
        region = self._region(number, row)
        start, finish = self._days(number, row)
        project = clean_project(
            Project(
                **texts,
                content=content,
                region=region or self.project_list.plan.region,
                unit=self._unit(number, row),
                nature=self._choice(number, "nature", row, self.natures),
                total_investment=self._amount(found, "total_investment"),
                longitude=self._degrees(number, "longitude", row),
                latitude=self._degrees(number, "latitude", row),
                planned_start=start,
                planned_finish=finish,
            )
        )
        category = self._choice(number, "category", row, self.categories) or self.headed or ListMember.Category.NEW
        yearly, before = (self._amount(found, column) for column in ("yearly_investment", "invested_before"))
        return NewMember(project, category, yearly, place=self._row(number), invested_before=before)

    def _words(self, number: int, column: str, value: Scalar, most: int) -> str:
        text = _text(value)
        if len(text) > most:
            self._complain(number, column, _("At most %(number)s characters.") % {"number": most})
        if not is_plain(text):
            self._complain(number, column, _("This text holds a control character that cannot be seen."))
            return ""
        return text[:most]

    def _named(self, number: int, column: str, row: Mapping[str, Scalar]) -> tuple[str, str]:
        """Return how a row names its region or unit, and in which column: by code if it can, as names can be shared."""
        code, name = _text(row.get(f"{column}_code")), _text(row.get(column))
        if not code and name in self.shared[column]:
            self._complain(number, column, _("“%(name)s” fits several. Write the code instead.") % {"name": name})
        return (code, f"{column}_code") if code else (name, column)

    def _region(self, number: int, row: Mapping[str, Scalar]) -> Region | None:
        named, column = self._named(number, "region", row)
        if named:
            if named not in self.regions:
                self._complain(number, column, _("There is no region “%(name)s” in the plan.") % {"name": named})
            return self.regions.get(named)
        site = _text(row.get("site"))
        found = next((one for one in self.by_length if one.name and site.startswith(one.name)), None)
        found = found or next((one for one in self.by_length if one.name and one.name in site), None)
        found = found or self.headed_region
        if found is None:
            column = "region" if "region" in row else "site"
            self._complain(number, column, _("Name the region, as in the list of regions."))
        return found

    def _unit(self, number: int, row: Mapping[str, Scalar]) -> ReportingUnit | None:
        named, column = self._named(number, "unit", row)
        if named and named not in self.units:
            words = _("No unit of this plan is called “%(name)s”. Write its name or its code as on the list of units.")
            self._complain(number, column, words % {"name": named})
        return self.units.get(named)

    def _choice(self, number: int, column: str, row: Mapping[str, Scalar], known: Mapping[str, str]) -> str:
        text = _text(row.get(column))
        if text and text not in known:
            self._complain(number, column, _("Choose one of: %(names)s.") % {"names": "、".join(known)})
        return known.get(text, "")

    def _amount(self, found: AnnexRow, column: str) -> Decimal | None:
        text = _text(found.values.get(column))
        if text in EMPTY:
            return None
        try:
            typed = read_number(text)
        except QuantityError as error:
            self._complain(found.number, column, explain_quantity(error))
            return None
        amount = (typed or Decimal(0)) * found.columns.scale(column)
        if amount < 0 or amount >= 10**9:
            self._complain(found.number, column, _("The amount must lie between 0 and 999,999,999."))
            return None
        return amount.quantize(Decimal("0.000001"))

    def _degrees(self, number: int, column: str, row: Mapping[str, Scalar]) -> Decimal | None:
        """Return a coordinate; whether it lies on the map is checked with the other fields."""
        text = _text(row.get(column))
        if text in EMPTY:
            return None
        try:
            degrees = Decimal(text)
            if abs(degrees) <= 180:
                return degrees.quantize(Decimal("0.000001"))
        except ArithmeticError:
            pass  # said below
        self._complain(number, column, _("Write degrees, such as 112.55."))
        return None

    def _days(self, number: int, row: Mapping[str, Scalar]) -> tuple[date | None, date | None]:
        """Return the planned start and finish: of their columns, else of the one for the years of building."""
        start, finish = (self._day(number, column, row) for column in ("planned_start", "planned_finish"))
        text = _text(row.get("years"))
        if text and start is None and finish is None:
            try:
                start, finish = read_span(text)
            except ValueError:
                words = _("“%(text)s” is not understood as the years of building, such as 2019-2021. It is left out.")
                self._complain(number, "years", words % {"text": text[:40]}, is_error=False)
        for column, one in (("planned_start", start), ("planned_finish", finish)):
            if one is not None and one.is_of_year:
                self.of_years.append(self.annex.place(number, column))
        if start and finish and finish.day < start.day and finish.day >= start.first:
            return start.first, finish.day
        return (start.day if start else None, finish.day if finish else None)

    def _day(self, number: int, column: str, row: Mapping[str, Scalar]) -> PlannedDay | None:
        text = _text(row.get(column))
        try:
            return read_day(text)
        except ValueError:
            self._complain(number, column, _("“%(text)s” is not a day, such as 2020-05-01.") % {"text": text[:40]})
            return None

    def _row(self, number: int) -> str:
        """Return the words for a row, by which other rows name it."""
        words = self.annex.place(number, "") if self.annex.is_document else str(number)
        self.numbers[words] = number
        return words

    def _complain(self, row: int | str, column: str, message: str, *, is_error: bool = True) -> None:
        number = self.numbers.get(row) if isinstance(row, str) else row
        place = str(row) if number is None else self.annex.place(number, column)
        self.found.problems.append(MemberProblem(place, column, message, is_error))


def _by_words(rows: Iterable[Any]) -> dict[str, Any]:
    """Return rows by what a file may call them: their names in both languages, and their codes."""
    listed = list(rows)
    named = {one.name_en: one for one in listed if one.name_en} | {one.name: one for one in listed}
    return named | {one.code: one for one in listed}


def _shared_names(rows: Iterable[Any]) -> set[str]:
    """Return the names that more than one row has."""
    counted = Counter(name for one in rows for name in {one.name, one.name_en} if name)
    return {name for name, count in counted.items() if count > 1}


def _text(value: Scalar) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text == MISSING else text


def first_lines(annex: ReadAnnex, most: int = 50) -> Iterator[NewMember]:
    """Yield the first members, for a preview."""
    yield from annex.members[:most]
