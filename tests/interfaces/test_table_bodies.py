"""The bodies of tables: each cell reads as django-tables2's own template has it."""

import importlib
import pkgutil
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import django_tables2 as tables
import pytest
import time_machine
from django.db.models import QuerySet
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

import tracker.tables
from tests import factories, projects
from tests.factories import NOW
from tracker.models import Delivery, Entry, Event, IssuedReport, ListMember, Period, Return, Role, User
from tracker.queries.figures.figures import Figures
from tracker.queries.returns.timeliness import Filings
from tracker.tables.compiled import body_of, values_of
from tracker.tables.deliveries import DeliveryTable
from tracker.tables.entries import EntryTable, EntryThenTable
from tracker.tables.events import EventTable
from tracker.tables.members import MemberTable
from tracker.tables.ordering import ListRows, QuerysetRows
from tracker.tables.reports import IssuedReportTable
from tracker.tables.returns import ReturnTable
from tracker.tables.targets import TargetTable
from tracker.tables.timeliness import PeriodTimelinessTable, TimelinessTable, UnitTimelinessTable

pytestmark = pytest.mark.django_db
GANGUE, ASH = "coal_gangue_utilised", "fly_ash_utilised"


@pytest.fixture
def made(plan, taiyuan, reporter, reviewer):
    """A verified return, a submitted one and an opened one, with mail about the first."""
    with time_machine.travel(NOW, tick=False):
        values = {GANGUE: "500.5", ASH: "0"}
        factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
        factories.file_return(taiyuan, factories.period(plan, "2020-07"), values, reporter=reporter)
        taiyuan.name = '<b>太原</b> & "co"'
        taiyuan.save()
        for state in Delivery.State:
            Delivery.objects.create(
                kind=Delivery.Kind.REMINDER,
                user=reporter,
                occasion=state,
                recipient="a@example.com",
                state=state,
                next_attempt_at=NOW,
                created_at=NOW,
                is_late=state == Delivery.State.SENT,
                message_id=f"<{state}@example.com>",
                subject="" if state == Delivery.State.PENDING else "<i>Subject</i>",
            )
        for number in (1, 2):
            IssuedReport.objects.create(
                kind="compliance",
                plan=plan,
                period=factories.period(plan),
                region=plan.region,
                issue_year=2020,
                issue_number=8,
                edition=number,
                title="<i>Report</i>",
                language="en",
                as_of=NOW,
                issued_at=NOW,
                issued_by=reviewer if number == 1 else None,
                file=f"{number}.xlsx",
                file_size=1,
                sha256="0" * 64,
                has_demonstration=number == 2,
                file_removed_at=NOW if number == 2 else None,
            )
        listed = projects.make_list(
            plan, [projects.project(1), projects.project(2, total_investment=Decimal("1200.5"))]
        )
        projects.take(projects.members(listed)[:1], "started", projects.JANUARY, reporter=reporter, reviewer=reviewer)
        yield factories.period(plan)


def targets(period: Period, *, provisional: bool = False) -> tables.Table:
    figures = Figures(period, provisional=provisional)
    regions = [figures.plan.region, *figures.cities[:2]]
    rows = figures.standings(regions)
    figures.read_series(rows)
    return TargetTable(ListRows(rows), figures=figures)


def filings(period: Period) -> Filings:
    return Filings(period.plan, period.plan.region, period, now=NOW)


#: How each table of the product is filled.
MAKERS: dict[type[tables.Table], Callable[[Period], tables.Table]] = {
    TargetTable: targets,
    ReturnTable: lambda _period: ReturnTable(QuerysetRows(Return.objects.with_names()), now=NOW),
    DeliveryTable: lambda _period: DeliveryTable(QuerysetRows(Delivery.objects.with_names())),
    UnitTimelinessTable: lambda period: UnitTimelinessTable(ListRows(filings(period).by_unit())),
    EntryTable: lambda _period: EntryTable(QuerysetRows(Entry.objects.for_lists())),
    EntryThenTable: lambda _period: EntryThenTable(QuerysetRows(verified_then())),
    IssuedReportTable: lambda _period: IssuedReportTable(QuerysetRows(IssuedReport.objects.with_names())),
    MemberTable: lambda _period: MemberTable(QuerysetRows(ListMember.objects.with_names())),
    EventTable: lambda _period: EventTable(QuerysetRows(Event.objects.select_related("actor"))),
    PeriodTimelinessTable: lambda period: PeriodTimelinessTable(ListRows(filings(period).by_period())),
}


def verified_then() -> QuerySet[Entry]:
    """Return what stood verified at the tests' moment, as somebody sees who reads everything."""
    leader = User.objects.filter(memberships__role=Role.LEADER).first() or factories.make_user("leader", Role.LEADER)
    return Entry.objects.verified_at(leader, NOW).for_lists()


def kinds_of_tables() -> set[type[tables.Table]]:
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(tracker.tables.__path__, "tracker.tables.")
    ]
    found = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    return {kind for kind in found if issubclass(kind, tables.Table)} - {tables.Table, TimelinessTable}


Cells = list[tuple[str, list[tuple[str, str]]]]


def cells_in(html: str) -> Cells:
    """The attributes of each row, and of each of its cells with what it holds."""
    rows = re.findall(r"<tr ?([^>]*)>(.*?)</tr>", html, re.DOTALL)
    return [(attrs, re.findall(r"<td ?([^>]*)>(.*?)</td>", row, re.DOTALL)) for attrs, row in rows]


def stock_cells(table: tables.Table) -> Cells:
    request = RequestFactory().get("/")
    html = get_template("django_tables2/table.html").render({"table": table}, request)
    return cells_in(html[html.index("<tbody") : html.index("</tbody>")])


def test_every_table_of_the_product_is_looked_at_here():
    assert kinds_of_tables() == set(MAKERS)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", MAKERS)
def test_every_cell_of_every_table_is_the_librarys(made, kind, language):
    with override(language):
        expected = stock_cells(MAKERS[kind](made))
        assert cells_in(body_of(MAKERS[kind](made))) == expected
        assert len(expected) > 0


def test_provisional_figures_read_as_the_library_has_them(made):
    assert cells_in(body_of(targets(made, provisional=True))) == stock_cells(targets(made, provisional=True))


@pytest.mark.parametrize("kind", MAKERS)
def test_every_value_for_a_workbook_is_the_librarys(made, kind):
    table = MAKERS[kind](made)
    names = [column.name for column in table.columns.iterall()]
    values = values_of(table, names)
    rows = list(MAKERS[kind](made).rows)
    assert [values(row.record) for row in rows] == [[row.get_cell_value(name) for name in names] for row in rows]


def test_texts_are_escaped_and_markup_is_kept(made):
    body = body_of(MAKERS[ReturnTable](made))
    assert "&lt;b&gt;太原&lt;/b&gt; &amp; &quot;co&quot;" in body
    assert "<b>" not in body


# What the library can do and the product does not yet


class Odd(tables.Table):
    """Columns of many kinds: functions with any arguments, links, attributes that differ from row to row."""

    plain = tables.Column()
    number = tables.Column(attrs={"td": {"class": "number", "data-x": '"<'}, "th": {"class": "h"}})
    moment = tables.Column(accessor="made")
    deep = tables.Column(accessor="thing__name__upper")
    called = tables.Column(accessor="call")
    keyed = tables.Column(accessor="things__0")
    missing = tables.Column(accessor="nothing__at__all", default="none")
    lazy = tables.Column(accessor="lazy")
    markup = tables.Column(accessor="markup")
    forced = tables.Column(accessor="amount", localize=True)
    bare = tables.Column(accessor="amount", localize=False)
    linked = tables.Column(accessor="plain", linkify=lambda record: f"/{record.number}?a=1&b=2")
    unlinked = tables.Column(accessor="plain", linkify=lambda value: None)
    dressed = tables.Column(accessor="number", linkify=lambda value: '/?"<', attrs={"a": {"class": "x", "title": "<>"}})
    moving = tables.Column(accessor="plain", linkify=lambda: "/", attrs={"a": {"title": lambda value: value}})
    varied = tables.Column(accessor="number", attrs={"td": {"class": lambda value, record: f"v{record.number}{value}"}})
    cell = tables.Column(accessor="number", attrs={"cell": {"class": "c"}})
    everything = tables.Column(accessor="number", empty_values=())
    impossible = tables.Column(accessor="number")
    counted = tables.Column(accessor="number")
    box = tables.CheckBoxColumn(accessor="number")
    template = tables.TemplateColumn("{{ record.plain }}-{{ value }}", accessor="number")
    yes = tables.BooleanColumn(accessor="flag")
    mail = tables.EmailColumn(accessor="mail")

    class Meta:
        default = "—"
        attrs = {"class": "list"}
        row_attrs = {"data-number": lambda record: record.number, "class": "r"}

    def render_everything(self, **all_of_them):
        return ",".join(sorted(all_of_them))

    def render_impossible(self, unheard_of):
        raise AssertionError(unheard_of)

    def render_counted(self, bound_row, table, column, bound_column):
        return f"{bound_row.row_counter} {type(table).__name__} {column.accessor} {bound_column.name}"


class Classed(tables.Table):
    """Cells whose classes the table gives."""

    number = tables.Column(attrs={"td": {"class": "n"}})

    class Meta:
        attrs = {"td": {"data-t": "1"}}

    def get_column_class_names(self, classes_set, bound_column):
        return classes_set | {bound_column.name, f"of-{getattr(bound_column, 'current_value', '')}"}


class Plain(tables.Table):
    """Rows of dictionaries, every row alike."""

    name = tables.Column()
    nested = tables.Column(accessor="nested__key")

    class Meta:
        row_attrs = {"class": "r", "data-a": "<>"}


def odd(number: int, **changes: object) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            "plain": "<a> & b",
            "number": number,
            "made": datetime(2020, 9, 1, 22, 30, tzinfo=UTC),
            "thing": SimpleNamespace(name="name"),
            "call": lambda: number * 2,
            "things": ["first"],
            "lazy": gettext_lazy("Returns"),
            "markup": mark_safe("<em>x</em>"),
            "amount": Decimal("1234567.5"),
            "flag": bool(number % 2),
            "mail": "a@example.com",
            **changes,
        }
    )


@pytest.mark.parametrize("separated", [False, True])
def test_what_the_library_offers_besides_reads_as_it_has_it(settings, separated):
    settings.USE_THOUSAND_SEPARATOR = separated
    rows = [odd(1), odd(2000, plain=""), odd(3, plain=None, thing=None, made=None)]
    assert cells_in(body_of(Odd(rows))) == stock_cells(Odd(rows))
    assert "v1" in body_of(Odd(rows))


def test_classes_that_a_table_gives_are_the_librarys():
    assert cells_in(body_of(Classed([odd(1), odd(2)]))) == stock_cells(Classed([odd(1), odd(2)]))


def test_rows_of_dictionaries_read_as_the_library_has_them():
    rows = [{"name": "a", "nested": {"key": 1}}, {"name": None, "nested__key": "direct"}, {}]
    assert cells_in(body_of(Plain(rows))) == stock_cells(Plain(rows))
