"""Building many personal summaries: what they share is gathered once, however many people get them."""

import pytest
from django.db import connection

from tests import depth, factories
from tests.factories import NOW, TAIYUAN
from tests.services.test_subscriptions import MOMENT, subscribe
from tracker.models import Delivery, Membership, Role, User
from tracker.services.mail import summaries
from tracker.services.mail.deliveries import build_message
from tracker.services.mail.summary_mail import Gathering


def readers(plan, first, number):
    """So many leaders of the province, every other one an English reader."""
    languages = ["zh-hans", "en"]
    people = User.objects.bulk_create(
        User(
            username=f"r{index}",
            display_name=f"读者{index}",
            email=f"r{index}@example.com",
            language=languages[index % 2],
        )
        for index in range(first, first + number)
    )
    Membership.objects.bulk_create(Membership(user=one, role=Role.LEADER, region=plan.region) for one in people)


@pytest.mark.long
@pytest.mark.parametrize("places", [1, 2])
def test_queries_follow_the_scopes_and_not_the_people(plan, taiyuan, reporter, reviewer, count_queries, places):
    values = {"coal_gangue_utilised": "500", "fly_ash_utilised": "0"}
    factories.file_return(taiyuan, factories.period(plan), values, reporter=reporter, reviewer=reviewer)
    regions = [None, factories.region(TAIYUAN)][:places]
    for region in regions:
        about = {"about": "place", "place": region} if region else {}
        subscribe(plan, audience="role", role=Role.LEADER, region=plan.region, attached="nothing", **about)

    def measure(first, number):
        """How many queries it takes to build what is due to everybody."""
        readers(plan, first, number)
        Delivery.objects.all().delete()
        summaries.due_deliveries(now=MOMENT)
        waiting = list(Delivery.objects.with_names().order_by("pk"))
        gathering = Gathering()
        with count_queries(connection) as queries:
            subjects = [build_message(one, now=NOW, gathering=gathering).subject for one in waiting]
        assert len(subjects) == places * Membership.objects.filter(role=Role.LEADER).count()
        return len(queries)

    measure(0, 2)  # issues the reports, in both languages
    few = measure(10, 8)
    assert measure(1000, depth.amount(990, quick=90)) == few
