"""Documents keep the name of who prepared them, as it is now. The term of accounts that are closed begins now."""

from django.db import migrations
from django.db.models import Case, F, OuterRef, Subquery, When
from django.utils import timezone


def keep_names(apps, schema_editor):
    """Keep who prepared each document, and when accounts that are closed were found so."""
    report, user = apps.get_model("tracker", "IssuedReport"), apps.get_model("tracker", "User")
    name = Case(When(display_name="", then=F("username")), default=F("display_name"))
    prepared = user.objects.filter(pk=OuterRef("issued_by")).annotate(name=name).values("name")
    report.objects.exclude(issued_by=None).update(prepared_by=Subquery(prepared))
    user.objects.filter(is_active=False).update(closed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0069_personal_data"),
    ]

    operations = [
        migrations.RunPython(keep_names, migrations.RunPython.noop),
    ]
