"""The depth of a run, by TEST_DEPTH.

quick      the default: all but the tests marked `whole`, for whoever changes something
full       every test
thorough   every test, with more examples and larger amounts

A test asserts the same at each depth.
"""

import os

import hypothesis

DEPTH = os.environ.get("TEST_DEPTH", "quick")
if DEPTH not in ("quick", "full", "thorough"):
    raise ValueError(f"TEST_DEPTH={DEPTH}: choose quick, full or thorough")
IS_QUICK, IS_THOROUGH = DEPTH == "quick", DEPTH == "thorough"


def amount(thorough: int, *, quick: int) -> int:
    """Return the number of rows, messages or examples that a test works with in this run."""
    return thorough if IS_THOROUGH else quick


def examples(thorough: int) -> hypothesis.settings:
    """Return settings for a property that tries so many examples in a thorough run, and a fifth in a quick one."""
    return hypothesis.settings(max_examples=amount(thorough, quick=max(5, thorough // 5)), deadline=None)


# A busy machine makes examples slowly; that is no fault of a rule. In CI a commit gets the same verdict each time, so
# that a rare example stops the person who changed something and not the next one; elsewhere new examples are tried.
hypothesis.settings.register_profile(
    "tracker",
    max_examples=amount(100, quick=20),
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("tracker")
