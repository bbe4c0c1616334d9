"""Subscriptions of roles and outside addresses, about a place or indicators; more rules for schedules."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0005_what_figures_were_judged_by"),
    ]

    operations = [
        migrations.CreateModel(
            name="PausedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, unique=True, verbose_name="address")),
                ("paused_at", models.DateTimeField(null=True, verbose_name="paused at")),
                ("resumed_at", models.DateTimeField(null=True, verbose_name="resumed at")),
                ("server_answer", models.TextField(blank=True, verbose_name="server's answer")),
            ],
            options={
                "verbose_name": "paused address",
                "verbose_name_plural": "paused addresses",
                "ordering": ["address"],
            },
        ),
        migrations.AlterModelOptions(
            name="subscription",
            options={
                "ordering": ["schedule", "pk"],
                "verbose_name": "subscription",
                "verbose_name_plural": "subscriptions",
            },
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_once",
        ),
        migrations.RemoveConstraint(
            model_name="delivery",
            name="delivery_about_something",
        ),
        migrations.RemoveConstraint(
            model_name="schedule",
            name="schedule_day_of_month",
        ),
        migrations.RemoveConstraint(
            model_name="subscription",
            name="subscription_once",
        ),
        migrations.RenameField(model_name="schedule", old_name="day_of_month", new_name="number"),
        migrations.AddField(
            model_name="delivery",
            name="due_at",
            field=models.DateTimeField(null=True, verbose_name="due at"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="is_refused",
            field=models.BooleanField(default=False, verbose_name="address refused"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="language",
            field=models.CharField(
                blank=True, choices=[("zh-hans", "中文"), ("en", "English")], max_length=10, verbose_name="language"
            ),
        ),
        migrations.AddField(
            model_name="schedule",
            name="looked_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="levels looked at"),
        ),
        migrations.AlterField(
            model_name="schedule",
            name="number",
            field=models.PositiveSmallIntegerField(
                default=8,
                help_text="The day of the week (1 to 7), the working day (1 to 15) or day of the month (1 to 28), or the days after the deadline (1 to 28). It is not used when mail waits for a report or a level.",
                verbose_name="number",
            ),
        ),
        migrations.AddField(
            model_name="schedule",
            name="when",
            field=models.CharField(
                choices=[
                    ("weekly", "each week, on a day of the week (1 is Monday)"),
                    ("working_day", "each month, on its n-th working day"),
                    ("day_of_month", "each month, on a day of the month"),
                    ("after_deadline", "so many days after the deadline of returns"),
                    ("on_issue", "when a report is issued"),
                    ("on_worsening", "when a warning level worsens"),
                ],
                default="day_of_month",
                max_length=20,
                verbose_name="when",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="about",
            field=models.CharField(
                choices=[
                    ("plan", "the whole plan"),
                    ("place", "one place"),
                    ("indicators", "chosen indicators"),
                    ("chasing", "who still owes a return"),
                ],
                default="plan",
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="address",
            field=models.EmailField(blank=True, max_length=254, verbose_name="outside address"),
        ),
        migrations.AddField(
            model_name="subscription",
            name="address_set_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="address by",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="audience",
            field=models.CharField(
                choices=[
                    ("person", "a person"),
                    ("role", "all who have a role in a region"),
                    ("outside", "an outside address"),
                ],
                default="person",
                max_length=10,
                verbose_name="who",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="indicators",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="tracker.indicator", verbose_name="the chosen indicators"
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("zh-hans", "中文"), ("en", "English")],
                help_text="Empty: the person's own.",
                max_length=10,
                verbose_name="language",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="place",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.region",
                verbose_name="the place",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tracker.region",
                verbose_name="region of the role",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reporter", "Reporter"),
                    ("reviewer", "Reviewer"),
                    ("plan_manager", "Plan manager"),
                    ("leader", "Leader"),
                    ("auditor", "Auditor"),
                    ("system_admin", "System administrator"),
                    ("security_admin", "Security administrator"),
                    ("audit_admin", "Audit administrator"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.AddField(
            model_name="subscription",
            name="stopped_by",
            field=models.ManyToManyField(
                blank=True, editable=False, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="stopped by"
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[("summary", "Summary"), ("reminder", "Reminder"), ("test", "Test to oneself")],
                default="summary",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="schedule",
            name="time_of_day",
            field=models.TimeField(default="08:30", help_text="Beijing time.", verbose_name="time of day"),
        ),
        migrations.AlterField(
            model_name="subscription",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="subscriptions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["recipient", "-id"], name="delivery_recipient"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("subscription", "period", "occasion", "recipient", "revision"), name="delivery_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["summary", "test"]), ("period__isnull", False), ("subscription__isnull", False)
                    ),
                    models.Q(("kind", "reminder"), ("user__isnull", False), models.Q(("occasion", ""), _negated=True)),
                    _connector="OR",
                ),
                name="delivery_about_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("when__in", ["on_issue", "on_worsening"]),
                    models.Q(("number__range", (1, 28)), ("when", "after_deadline")),
                    models.Q(("number__range", (1, 28)), ("when", "day_of_month")),
                    models.Q(("number__range", (1, 7)), ("when", "weekly")),
                    models.Q(("number__range", (1, 15)), ("when", "working_day")),
                    _connector="OR",
                ),
                name="schedule_number",
                violation_error_message="Choose a day of the week from 1 to 7, a working day from 1 to 15, a day of the month from 1 to 28 or 1 to 28 days after the deadline.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("address", ""), ("audience", "person"), ("region", None), ("role", ""), ("user__isnull", False)
                    ),
                    models.Q(
                        ("address", ""),
                        ("audience", "role"),
                        ("region__isnull", False),
                        ("user", None),
                        models.Q(("role", ""), _negated=True),
                    ),
                    models.Q(
                        ("audience", "outside"),
                        ("region", None),
                        ("role", ""),
                        ("user", None),
                        models.Q(("address", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="subscription_audience",
                violation_error_message="Name a person, or a role with its region, or an outside address: one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about", "place"), ("place__isnull", False)),
                    models.Q(models.Q(("about", "place"), _negated=True), ("place", None)),
                    _connector="OR",
                ),
                name="subscription_place",
                violation_error_message="Name the place if, and only if, the mail is about one place.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place", None), ("user__isnull", False)),
                fields=("schedule", "user", "about"),
                name="subscription_once",
                violation_error_message="This person has this subscription already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("place__isnull", False), ("user__isnull", False)),
                fields=("schedule", "user", "place"),
                name="subscription_place_once",
                violation_error_message="This person has this subscription already.",
            ),
        ),
    ]
