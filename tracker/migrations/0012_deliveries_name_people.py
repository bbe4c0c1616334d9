"""Summaries that were made before name their person too. In a transaction of its own: the table was just altered."""

from django.db import migrations

NAME = (
    "UPDATE tracker_delivery SET user_id = (SELECT s.user_id FROM tracker_subscription s"
    " WHERE s.id = tracker_delivery.subscription_id) WHERE user_id IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0011_reminders")]
    operations = [migrations.RunSQL(NAME, migrations.RunSQL.noop)]
