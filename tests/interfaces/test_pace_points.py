"""The points of a schedule curve on the set-up screen of a target: points that are no curve are refused in place."""

import pytest

from tests import factories
from tests.interfaces.test_admin_targets import GANGUE, address, version_rows
from tracker.models import Role, Target

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client, plan):
    """Post these points of the target on coal gangue, as the plan manager."""
    client.force_login(factories.make_user("manager", Role.PLAN_MANAGER))
    client.cookies["django_language"] = "en"
    target = Target.objects.get(plan=plan, indicator__code=GANGUE)

    def post(*points):
        data = {
            "plan": plan.pk,
            "indicator": target.indicator_id,
            "clauses": [clause.pk for clause in target.clauses.all()],
            "kind": "amount",
            "bound": "at_least",
            "pace": "points",
            "position": target.position,
            **version_rows(),
            "pace_points-TOTAL_FORMS": len(points),
        }
        for number, (day, share) in enumerate(points):
            data |= {f"pace_points-{number}-day": day, f"pace_points-{number}-share": share}
        return client.post(address("target", "change", target.pk), data)

    return post


def test_a_curve_is_stored_in_whichever_order_its_points_are_entered(save, plan):
    assert save(("2020-09-30", "80"), ("2020-06-30", "40")).status_code == 302
    shares = Target.objects.get(plan=plan, indicator__code=GANGUE).pace_points.values_list("share", flat=True)
    assert list(shares) == [40, 80]


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        ([("2020-06-30", "40"), ("2020-09-30", "30")], "The share due cannot fall"),
        ([("2019-12-31", "10")], "A point lies within the plan"),
        ([("2020-12-31", "90")], "A point lies within the plan"),
    ],
    ids=["falling", "before the plan", "on its last day"],
)
def test_points_that_are_no_curve_are_refused_where_they_stand(save, plan, points, problem):
    response = save(*points)
    assert response.status_code == 200
    assert problem in response.content.decode()
    assert not Target.objects.get(plan=plan, indicator__code=GANGUE).pace_points.exists()
