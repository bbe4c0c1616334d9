"""A membership may be limited to one plan."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

#: SQLite copies a table whose constraints change, and its triggers go with the old one.
TRIGGERS = import_module("tracker.migrations.0013_administrators_apart").SQLITE
ONCE = "This person holds this role here already."


def install_triggers(apps, schema_editor):
    """Put back the triggers that keep the three administrators apart."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for verb in ("ins", "upd"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS membership_apart_{verb}")
    for statement in TRIGGERS:
        schema_editor.execute(statement, params=None)


def refuse_to_widen(apps, schema_editor):
    """Refuse to go back while somebody's role is limited to a plan: it would then hold for every plan."""
    membership = apps.get_model("tracker", "Membership")
    limited = membership.objects.using(schema_editor.connection.alias).exclude(plan=None)
    names = limited.order_by("user__username").values_list("user__username", flat=True).distinct()
    if names:
        raise RuntimeError(
            f"These people hold a role that is limited to a plan: {', '.join(names)}. Withdraw those memberships, "
            "then migrate again; nothing was changed."
        )


def once(name, fields, condition):
    return migrations.AddConstraint(
        model_name="membership",
        constraint=models.UniqueConstraint(fields=fields, condition=condition, name=name, violation_error_message=ONCE),
    )


class Migration(migrations.Migration):
    dependencies = [("tracker", "0028_drop_undated_counts")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, install_triggers),
        migrations.RemoveConstraint(model_name="membership", name="membership_region_once"),
        migrations.RemoveConstraint(model_name="membership", name="membership_unit_once"),
        migrations.AddField(
            model_name="membership",
            name="plan",
            field=models.ForeignKey(
                blank=True,
                help_text="Leave empty for every plan that the region takes part in.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="memberships",
                to="tracker.plan",
                verbose_name="only this plan",
            ),
        ),
        once("membership_region_once", ["user", "role", "region"], Q(plan=None, unit=None)),
        once("membership_unit_once", ["user", "role", "unit"], Q(plan=None)),
        once("membership_region_plan_once", ["user", "role", "region", "plan"], Q(unit=None)),
        once("membership_unit_plan_once", ["user", "role", "unit", "plan"], None),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=Q(plan=None) | ~Q(role__in=("system_admin", "security_admin", "audit_admin")),
                name="membership_plan_role",
                violation_error_message="An administrator of the system is not limited to one plan.",
            ),
        ),
        migrations.RunPython(install_triggers, refuse_to_widen),
    ]
