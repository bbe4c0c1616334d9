"""Saved views of lists."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0007_content"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_name", models.CharField(max_length=30, verbose_name="list")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=2000, verbose_name="choices")),
                ("is_default", models.BooleanField(default=False, verbose_name="opens with the list")),
                (
                    "shared_role",
                    models.CharField(
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
                        verbose_name="shared with the role",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "shared_region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracker.region",
                        verbose_name="in the region",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["list_name", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "list_name", "name"),
                        name="savedview_name_once",
                        violation_error_message="You have a view of this name already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("owner", "list_name"),
                        name="savedview_one_default",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("shared_region", None), ("shared_role", "")),
                            models.Q(models.Q(("shared_role", ""), _negated=True), ("shared_region__isnull", False)),
                            _connector="OR",
                        ),
                        name="savedview_shared_somewhere",
                    ),
                ],
            },
        ),
    ]
