"""What tests of services share."""

import pytest

from tests.factories import NOW, file_return, period
from tracker.services import returns


@pytest.fixture
def reduced_august(plan, taiyuan, reporter, reviewer):
    """August verified in Taiyuan, with one value reduced."""
    august = file_return(
        taiyuan, period(plan), {"coal_gangue_utilised": "66.125", "fly_ash_utilised": "0"}, reporter=reporter
    )
    returns.verify_return(
        august,
        acting_user=reviewer,
        now=NOW,
        expected_version=august.version,
        changes={"coal_gangue_utilised": ("60.005", "=口径有误")},
    )
    return august
