"""A list page against the same page by the libraries' own templates: `python -m tests.benchmarks.list_page`.

A page of 50 rows and 12 columns with six filters, two of which have 200 choices. In one process, in turn, by CPU time:

- the page as the product makes it, and the same with django-tables2's template and django-filter's form as it renders
  itself, of the same Table and of a FilterSet with the same filters; all else (frame, session, queries) is the same,
  but that the stock page has neither the choice of columns nor saved views. Bound: at least 5 times the requests per
  second;
- the body of the table alone, and a template loop with the same cells and attributes. Bound: at most 1.2 times.
"""

import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

os.environ["TRACKER_DATA_DIR"] = tempfile.mkdtemp(prefix="tracker-benchmark-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import django_filters
import django_tables2 as tables
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import override_settings, setup_databases, teardown_databases
from django.urls import path

from config.urls import urlpatterns as product
from tests import factories
from tests.factories import NOW
from tracker.filters.choices import NamedFilter
from tracker.filters.forms import ListForm
from tracker.models import Indicator, MeasureUnit, Period, ReportingUnit, Return, Role, User
from tracker.tables.columns import MomentColumn
from tracker.tables.compiled import body_of
from tracker.tables.ordering import QuerysetRows
from tracker.tables.returns import ON_ONE_LINE
from tracker.views.listing import Listing, list_page

ROUNDS, CHOICES, ROWS = 15, 200, 50
SERVER = get_wsgi_application()


STOCK = engines["django"].from_string("""{% extends "base.html" %}{% load django_tables2 %}
{% block content %}<form method="get">{{ filter.form.as_p }}<button type="submit">Show</button></form>
{% render_table table %}{% endblock %}""")
#: The cells of the table below, as one would write them by hand.
LOOP = engines["django"].from_string("""{% load reading %}<tbody>{% for one in rows %}
<tr class="{% cycle 'even' 'odd' %}">
<td><a class="unit" href="{% url 'admin:tracker_return_change' one.pk %}">{{ one.unit }}</a></td>
<td>{{ one.unit.region }}</td><td class="nowrap">{{ one.period }}</td>
<td class="nowrap state-{{ one.state }}">{{ one.get_state_display }}</td>
<td class="nowrap">{{ one.deadline|moment }}</td>
<td class="nowrap">{% if one.first_submitted_at %}{{ one.first_submitted_at|moment }}{% else %}—{% endif %}</td>
<td class="nowrap">{{ one.submitted_at|moment }}</td><td>{{ one.submitted_by|default_if_none:"—" }}</td>
<td class="nowrap">{{ one.verified_at|moment }}</td><td>{{ one.verified_by|default_if_none:"—" }}</td>
<td class="number">{{ one.version }}</td>
<td>{% if one.review_comment %}<a href="/returns/?unit={{ one.unit_id }}">{{ one.review_comment }}</a>
{% else %}—{% endif %}</td>
</tr>{% endfor %}</tbody>""")


def state_class(record: Return) -> str:
    """A class for the state's cell, which differs from row to row."""
    return f"nowrap state-{record.state}"


class TwelveColumns(tables.Table):
    """Twelve columns as the library offers them: sorting, links, attributes of a column and of a row."""

    unit = tables.Column(linkify=("admin:tracker_return_change", [tables.A("pk")]), attrs={"a": {"class": "unit"}})
    region = tables.Column(accessor="unit__region", order_by="unit__region__path")
    period = tables.Column(order_by="period__starts_on", attrs=ON_ONE_LINE)
    state = tables.Column(attrs={"td": {"class": state_class}})
    due = MomentColumn(accessor="deadline", order_by="late_from")
    first_submitted_at = MomentColumn()
    submitted_at = MomentColumn()
    submitted_by = tables.Column(order_by="submitted_by__display_name")
    verified_at = MomentColumn()
    verified_by = tables.Column(order_by="verified_by__display_name")
    version = tables.Column(attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    review_comment = tables.Column(linkify=lambda record: f"/returns/?unit={record.unit_id}")

    class Meta:
        default = "—"
        attrs = {"class": "list"}
        order_by = ("-period", "unit")


class StockFilter(django_filters.FilterSet):
    """Six filters as django-filter makes them."""

    state = django_filters.ChoiceFilter(choices=Return.State.choices)
    unit = django_filters.ModelChoiceFilter(queryset=ReportingUnit.objects.order_by("code"), to_field_name="code")
    indicator = django_filters.ModelChoiceFilter(
        queryset=Indicator.objects.order_by("code"), to_field_name="code", field_name="entries__indicator"
    )
    period = django_filters.ModelChoiceFilter(queryset=Period.objects.order_by("code"), to_field_name="code")
    submitted_by = django_filters.CharFilter(field_name="submitted_by__username")
    review_comment = django_filters.CharFilter(lookup_expr="icontains")

    class Meta:
        model = Return
        fields: list[str] = []


class QuickFilter(StockFilter):
    """The same as the product has them: short choices are selects, long ones looked up."""

    unit = NamedFilter(field_name="unit")
    indicator = NamedFilter(field_name="entries__indicator")

    class Meta(StockFilter.Meta):
        form = ListForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["unit"].extra["queryset"] = ReportingUnit.objects.order_by("code")
        self.filters["indicator"].extra["queryset"] = Indicator.objects.order_by("code")


def quick(request: HttpRequest) -> HttpResponse:
    """The page as the product makes it."""
    filters = QuickFilter(request.GET, Return.objects.for_lists(), request=request)
    table = TwelveColumns(QuerysetRows(filters.qs), order_by=request.GET.getlist("sort") or None)
    return list_page(request, Listing("returns", "Returns", "tracker/returns.html"), filters, table)


def stock(request: HttpRequest) -> HttpResponse:
    """The same by the libraries' own templates."""
    filters = StockFilter(request.GET, Return.objects.with_names(), request=request)
    table = TwelveColumns(QuerysetRows(filters.qs), template_name="django_tables2/table.html")
    tables.RequestConfig(request, paginate={"per_page": ROWS}).configure(table)
    return HttpResponse(STOCK.render({"filter": filters, "table": table}, request))


urlpatterns = [path("quick/", quick), path("stock/", stock), *product]


def main() -> None:
    """Fill a database, measure, and fail if a bound is missed."""
    created = setup_databases(verbosity=0, interactive=False)
    try:
        client = filled()
        with override_settings(ROOT_URLCONF=sys.modules[__name__]):
            is_good = compare_pages(client) & compare_bodies()
    finally:
        teardown_databases(created, verbosity=0)
    sys.exit(not is_good)


def filled() -> Client:
    """A database with 200 units, indicators and returns; who reads them."""
    plan = factories.load_plan()
    reader = factories.make_user("reader", Role.LEADER)
    author, reviewer = factories.make_user("author"), factories.make_user("reviewer")
    tonnes = MeasureUnit.objects.get(code="10kt")
    Indicator.objects.bulk_create(
        Indicator(code=f"benchmark-{n}", name=f"指标{n}", unit=tonnes, over_periods="sum", over_places="sum")
        for n in range(CHOICES)
    )
    cities = list(plan.region.children.all())
    units = ReportingUnit.objects.bulk_create(
        ReportingUnit(code=f"unit-{n}", name=f"企业{n}", region=cities[n % len(cities)]) for n in range(CHOICES)
    )
    august = factories.period(plan)
    Return.objects.bulk_create(
        Return(
            unit=unit,
            period=august,
            state=Return.State.VERIFIED,
            submitted_at=NOW,
            submitted_by=author,
            verified_at=NOW,
            verified_by=reviewer,
            review_comment="<核对>",
        )
        for unit in units
    )
    return signed_in(reader)


def signed_in(user: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def compare_pages(client: Client) -> bool:
    """Requests per second of both pages; whether the bound is kept."""
    times = in_turn({"quick": lambda: get(client, "/quick/"), "stock": lambda: get(client, "/stock/")})
    for name, seconds in times.items():
        size = len(get(client, f"/{name}/").content)
        print(f"page, {name}: {seconds * 1000:.1f} ms of CPU, {1 / seconds:.1f} requests a second, {size:,} bytes")
    ratio = times["stock"] / times["quick"]
    print(f"page: {ratio:.1f} times the requests per second of stock (bound: at least 5)")
    return ratio >= 5


def compare_bodies() -> bool:
    """The body beside a template loop with the same cells and attributes; whether the bound is kept."""
    rows = list(Return.objects.with_names().order_by("pk")[:ROWS])

    def compiled() -> str:
        return body_of(TwelveColumns(rows, order_by=()))

    def looped() -> str:
        return LOOP.render({"rows": rows})

    def plain(html: str) -> str:
        return re.sub(r"\s*(</?(?:tbody|tr|td)[^>]*>)\s*", r"\1", html.strip()).replace("\n", "")

    assert f"<tbody>{plain(compiled())}</tbody>" == plain(looped())
    times = in_turn({"compiled": compiled, "loop": looped})
    for name, seconds in times.items():
        print(f"body, {name}: {seconds * 1000:.2f} ms of CPU, {seconds * 1000 / ROWS:.3f} a row")
    ratio = times["compiled"] / times["loop"]
    print(f"body: {ratio:.2f} times a template loop (bound: at most 1.2)")
    return ratio <= 1.2


def get(client: Client, address: str) -> HttpResponse:
    """A page as a server asks for it, which must be there."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = {"HTTP_HOST": "localhost", "HTTP_COOKIE": cookies}
    answer = SERVER(RequestFactory().get(address, **headers).environ, lambda _status, _headers: None)
    assert answer.status_code == 200, answer.status_code
    answer.close()
    return answer


def in_turn(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of CPU that each takes, the median of rounds in which they take turns."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _round in range(ROUNDS):
        for name, work in works.items():
            started = time.process_time()
            work()
            found[name].append(time.process_time() - started)
    return {name: statistics.median(times) for name, times in found.items()}


if __name__ == "__main__":
    main()
