"""Quantities of fifteen digits before the point and six after it, exact on both databases.

PostgreSQL widens its columns. SQLite kept reals, good for fifteen digits in all: each becomes the text that
`_quantity` describes. Checks that compare such columns are put back when all are converted.
"""

from django.db import migrations, models

from tracker.migrations import _append_only, _quantity

COLUMNS = {
    "tracker_allocation": ("value", "upper_value", "base_value"),
    "tracker_entry": ("reported_value", "verified_value"),
    "tracker_expectedrange": ("low", "high"),
    "tracker_programmetarget": ("value", "done_before"),
    "tracker_target": ("base_value",),
    "tracker_targetmilestone": ("value",),
    "tracker_targetversion": ("value", "upper_value"),
    "tracker_unitcapacity": ("per_month",),
    "tracker_valuerevision": ("value",),
}
PROTECTED = ["tracker_valuerevision"]
M, LOWEST = 10**_quantity.FRACTION_DIGITS, _quantity.LOWEST


def spelled(column):
    """Return SQL for the text of a column that holds a real of at most fifteen digits."""
    millionths = f"CAST(ROUND(CAST({column} AS REAL) * {M}) AS INTEGER)"
    rest = f"(({millionths} % {M} + {M}) % {M})"
    whole = f"(({millionths} - {rest}) / {M})"
    sign_and_whole = (
        f"CASE WHEN {whole} < 0 THEN '-' || printf('%015d', {whole} + {LOWEST}) ELSE printf('%015d', {whole}) END"
    )
    return f"{sign_and_whole} || '.' || printf('%06d', {rest})"


def plain(column):
    """Return SQL for the number, as a real, of a column that holds such a text."""
    whole = f"CAST(SUBSTR({column}, -22, 15) AS INTEGER) - (SUBSTR({column}, 1, 1) = '-') * {LOWEST}"
    return f"CAST({whole} + CAST(SUBSTR({column}, -6) AS INTEGER) / {M}.0 AS TEXT)"


def _convert(schema_editor, how):
    for table, columns in COLUMNS.items():
        for column in columns:
            schema_editor.execute(
                f"UPDATE {table} SET {column} = {how(column)} WHERE {column} IS NOT NULL",  # noqa: S608
                params=None,
            )


def unprotect(_apps, schema_editor):
    """A table that SQLite makes again loses its triggers."""
    if schema_editor.connection.vendor == "sqlite":
        _append_only.remove(schema_editor, PROTECTED)


def protect(_apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        _append_only.install(schema_editor, PROTECTED)


def convert(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        _convert(schema_editor, spelled)
    protect(apps, schema_editor)


def convert_back(apps, schema_editor):
    unprotect(apps, schema_editor)
    if schema_editor.connection.vendor == "sqlite":
        _convert(schema_editor, plain)


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0034_permits"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="allocation", name="allocation_not_negative"),
        migrations.RemoveConstraint(model_name="allocation", name="allocation_upper_above"),
        migrations.RemoveConstraint(model_name="expectedrange", name="expectedrange_in_order"),
        migrations.RemoveConstraint(model_name="programmetarget", name="programme_value_positive"),
        migrations.RemoveConstraint(model_name="targetmilestone", name="targetmilestone_not_negative"),
        migrations.RemoveConstraint(model_name="targetversion", name="targetversion_not_negative"),
        migrations.RemoveConstraint(model_name="targetversion", name="targetversion_upper_above"),
        migrations.RemoveConstraint(model_name="unitcapacity", name="unitcapacity_not_negative"),
        migrations.RunPython(unprotect, protect),
        migrations.AlterField(
            model_name="allocation",
            name="base_value",
            field=_quantity.QuantityField(
                blank=True,
                help_text="Of this place, in the base year of the target.",
                null=True,
                verbose_name="base value",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="upper_value",
            field=_quantity.QuantityField(blank=True, null=True, verbose_name="upper end"),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="value",
            field=_quantity.QuantityField(verbose_name="allocated"),
        ),
        migrations.AlterField(
            model_name="entry",
            name="reported_value",
            field=_quantity.QuantityField(blank=True, null=True, verbose_name="reported value"),
        ),
        migrations.AlterField(
            model_name="entry",
            name="verified_value",
            field=_quantity.QuantityField(blank=True, null=True, verbose_name="verified value"),
        ),
        migrations.AlterField(
            model_name="expectedrange",
            name="high",
            field=_quantity.QuantityField(verbose_name="usually at most"),
        ),
        migrations.AlterField(
            model_name="expectedrange",
            name="low",
            field=_quantity.QuantityField(verbose_name="usually at least"),
        ),
        migrations.AlterField(
            model_name="programmetarget",
            name="done_before",
            field=_quantity.QuantityField(
                help_text="The verified amount from the programme's start to the plan's.",
                verbose_name="done before this plan",
            ),
        ),
        migrations.AlterField(
            model_name="programmetarget",
            name="value",
            field=_quantity.QuantityField(verbose_name="target value"),
        ),
        migrations.AlterField(
            model_name="target",
            name="base_value",
            field=_quantity.QuantityField(
                blank=True,
                help_text="The indicator's value that the target starts from.",
                null=True,
                verbose_name="base value",
            ),
        ),
        migrations.AlterField(
            model_name="targetmilestone",
            name="value",
            field=_quantity.QuantityField(verbose_name="value due"),
        ),
        migrations.AlterField(
            model_name="targetversion",
            name="upper_value",
            field=_quantity.QuantityField(
                blank=True,
                help_text="Of “between”: the target value is the lower end.",
                null=True,
                verbose_name="upper end",
            ),
        ),
        migrations.AlterField(
            model_name="targetversion",
            name="value",
            field=_quantity.QuantityField(verbose_name="target value"),
        ),
        migrations.AlterField(
            model_name="unitcapacity",
            name="per_month",
            field=_quantity.QuantityField(verbose_name="capacity per month"),
        ),
        migrations.AlterField(
            model_name="valuerevision",
            name="value",
            field=_quantity.QuantityField(null=True, verbose_name="value"),
        ),
        migrations.RunPython(convert, convert_back),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", 0)),
                name="allocation_not_negative",
                violation_error_message="An allocation cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("upper_value", None), ("upper_value__gt", models.F("value")), _connector="OR"),
                name="allocation_upper_above",
                violation_error_message="The upper end must lie above the allocated value.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expectedrange",
            constraint=models.CheckConstraint(
                condition=models.Q(("low__lte", models.F("high"))),
                name="expectedrange_in_order",
                violation_error_message="The lower bound must not lie above the upper one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmetarget",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gt", 0)),
                name="programme_value_positive",
                violation_error_message="The programme's target must be above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetmilestone",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", 0)),
                name="targetmilestone_not_negative",
                violation_error_message="A milestone cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", 0)),
                name="targetversion_not_negative",
                violation_error_message="A target cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="targetversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("upper_value", None), ("upper_value__gt", models.F("value")), _connector="OR"),
                name="targetversion_upper_above",
                violation_error_message="The upper end must lie above the target value.",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitcapacity",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_month__gte", 0)),
                name="unitcapacity_not_negative",
                violation_error_message="A capacity is not below zero.",
            ),
        ),
    ]
