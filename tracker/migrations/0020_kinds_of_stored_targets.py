"""Kinds and grading of what is stored already.

Plans keep their bounds in percentage points. A ratio and whatever is counted in % is a level. On an indicator of which
less is better, "at least" could only have meant "at most". In a transaction of its own: tables were altered.
"""

from django.db import migrations
from django.db.models import Q

COUNTABLE = ("items", "sets", "enterprises", "projects")
TURNED = {"at_least": "at_most", "more_than": "less_than"}


def fill(apps, schema_editor):
    """Fill the new columns."""
    apps.get_model("tracker", "MeasureUnit").objects.filter(dimension__in=COUNTABLE).update(is_countable=True)
    apps.get_model("tracker", "Plan").objects.update(graded_by="points")
    targets = apps.get_model("tracker", "Target").objects
    is_level = Q(indicator__kind="ratio") | Q(indicator__unit__symbol__in=["%", "％"])
    targets.filter(pk__in=list(targets.filter(is_level).values_list("pk", flat=True))).update(kind="level")
    for bound, turned in TURNED.items():
        wrong = targets.filter(bound=bound, indicator__direction="less").values_list("pk", flat=True)
        targets.filter(pk__in=list(wrong)).update(bound=turned)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0019_kinds_of_target")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
