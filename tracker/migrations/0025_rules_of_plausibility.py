"""Give installations that have checks the new general ones. New installations load them with the others."""

from decimal import Decimal

from django.db import migrations

#: kind, severity, upper bound: as in the checks of a new installation.
RULES = [
    ("whole_number", "error", None),
    ("share", "warning", Decimal(150)),
    ("whole", "error", None),
    ("unit_slip", "warning", None),
    ("range", "warning", Decimal(6)),
    ("jump", "warning", Decimal(3)),
    ("cumulative", "warning", None),
    ("repeated", "hint", Decimal(3)),
    ("fraction", "warning", None),
    ("other_plan", "warning", None),
]


def fill(apps, schema_editor):
    rules = apps.get_model("tracker", "CheckRule")
    if rules.objects.exists():
        rules.objects.bulk_create(rules(kind=kind, severity=severity, high=high) for kind, severity, high in RULES)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0024_plausibility")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
