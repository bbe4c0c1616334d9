"""Number the documents issued so far: by their period in the year, and by edition.

An edition is one state of the inputs. Documents of one period that rest on the same inputs in two languages are one
edition; every other document is the next edition, in the order in which they were issued. What a document was
compared with stays: the one issued before it, in its language, on its period or an earlier one.
"""

import hashlib
import json
import re
from itertools import groupby

from django.db import migrations

CODE = re.compile(
    r"(?:FY)?(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-D(?P<ten_days>[1-3]))?|-[QHW](?P<number>\d{1,2}))?", re.ASCII
)


def number_of(code, year):
    found = CODE.fullmatch(code)
    if found is None:
        return year, 1
    month = int(found["month"] or 0)
    if found["ten_days"]:
        return int(found["year"]), (month - 1) * 3 + int(found["ten_days"])
    return int(found["year"]), month or int(found["number"] or 1)


def inputs_of(reports, pk):
    """A digest of what a document's figures rest on, without what is told in its language."""
    book, revisions = reports.values_list("book", "revisions").get(pk=pk)
    book = {key: value for key, value in book.items() if key != "quality"} if isinstance(book, dict) else book
    return hashlib.sha256(json.dumps([book, revisions], sort_keys=True).encode()).hexdigest()


def number_them(apps, schema_editor):
    reports = apps.get_model("tracker", "IssuedReport").objects.using(schema_editor.connection.alias)
    fields = ("kind", "plan_id", "region_id", "period_id", "pk", "language", "period__code", "period__ends_on")
    rows = list(reports.order_by("kind", "plan_id", "region_id", "period_id", "pk").values_list(*fields))
    for _series, found in groupby(rows, key=lambda row: row[:3]):
        series = list(found)
        for _period, issued in groupby(series, key=lambda row: row[3]):
            number_editions(reports, list(issued), series)


def number_editions(reports, issued, series):
    edition, inputs, languages = 0, "", set()
    for row in issued:
        pk, language, code, ends_on = row[4:]
        own = inputs_of(reports, pk) if len(issued) > 1 else ""
        joins = edition > 0 and own == inputs and language not in languages
        if not joins:
            edition, inputs, languages = edition + 1, own, set()
        languages.add(language)
        year, number = number_of(code, ends_on.year)
        last = compared_with(row, series)
        reports.filter(pk=pk).update(
            issue_year=year,
            issue_number=number,
            edition=edition,
            opens_edition=not joins,
            previous_edition=last[4] if last and last[3] == row[3] else None,
            previous_issue=last[4] if last and last[3] != row[3] else None,
        )


def compared_with(row, series):
    pk, language, _code, ends_on = row[4:]
    before = [other for other in series if other[4] < pk and other[5] == language and other[7] <= ends_on]
    return max(before, key=lambda other: other[4], default=None)


def number_files_again(apps, schema_editor):
    """As before: the files of a period one after the other, whatever their language."""
    reports = apps.get_model("tracker", "IssuedReport").objects.using(schema_editor.connection.alias)
    group = ("kind", "plan_id", "region_id", "period_id")
    rows = reports.order_by(*group, "pk").values_list(*group, "pk")
    for _issue, found in groupby(rows, key=lambda row: row[:4]):
        for number, row in enumerate(list(found), 1):
            reports.filter(pk=row[4]).update(issue_number=number)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0038_issue_numbers")]

    operations = [migrations.RunPython(number_them, number_files_again)]
