"""What the new tables and columns hold of what was there before. In a transaction of its own: tables were altered."""

from django.db import migrations

SUMS = ["verified_micro", "verified_count", "reported_micro", "reported_count"]


def filled(table, keys):
    """What is kept already by region and period, added up."""
    added = ", ".join(f"CAST(SUM(t.{column}) AS BIGINT)" for column in SUMS)
    return (
        f"INSERT INTO {table} ({', '.join(key.split('.')[1] for key in keys)}, {', '.join(SUMS)}) "  # noqa: S608
        f"SELECT {', '.join(keys)}, {added} FROM tracker_regiontotal t "
        f"JOIN tracker_period p ON p.id = t.period_id GROUP BY {', '.join(keys)}"
    )


TOTALS = [
    filled("tracker_periodtotal", ["t.period_id", "t.indicator_id"]),
    filled("tracker_plantotal", ["p.plan_id", "p.kind", "t.indicator_id", "t.region_id"]),
]
#: Summaries that were made before name their person too.
PEOPLE = (
    "UPDATE tracker_delivery SET user_id = (SELECT s.user_id FROM tracker_subscription s"
    " WHERE s.id = tracker_delivery.subscription_id) WHERE user_id IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [("tracker", "0003_returns_uploads_and_mail")]
    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in [*TOTALS, PEOPLE]]
