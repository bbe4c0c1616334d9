"""Findings about projects and rates of lists in words, the same on pages, in files and in refusals."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.calculation.lists.findings import Fault, Finding
from tracker.calculation.lists.rates import Rate, RateRule
from tracker.documents import wording

FAULTS = {
    Fault.CREDIT_CODE: gettext_lazy("%(code)s is no unified social credit code: its check digit is wrong."),
    Fault.FINISH_BEFORE_START: gettext_lazy("The planned finish lies before the planned start, %(start)s."),
    Fault.STEP_IN_FUTURE: gettext_lazy("The day lies in the future. Report the step once it was taken."),
    Fault.STEP_BEFORE_LIST: gettext_lazy("The step was taken before the project came onto the list on %(day)s."),
    Fault.BACKWARDS: gettext_lazy("The step goes backwards: the stage before it was “%(step)s”."),
    Fault.NO_PERMIT: gettext_lazy("Taken without the permit “%(permit)s”."),
    Fault.ABOVE_TOTAL: gettext_lazy("The investment done lies above the total investment, %(total)s."),
    Fault.YEAR_ABOVE_TOTAL: gettext_lazy("The investment planned for the year lies above the total investment."),
    Fault.FALLING: gettext_lazy("The investment done falls below the %(before)s reported before. Give the reason."),
    Fault.AFTER_TERMINATION: gettext_lazy("The project was terminated on %(day)s. No step follows."),
    Fault.OUTSIDE_COORDINATES: gettext_lazy("There is no such place on the earth."),
    Fault.NOT_REPORTED: gettext_lazy("Enter the investment of the period; if there was none, enter 0."),
    Fault.NO_PROGRESS: gettext_lazy("Describe the physical progress."),
    Fault.NO_PROBLEM: gettext_lazy("Describe the problem, or clear its kind, demand and day."),
    Fault.UNIT_SLIP: gettext_lazy(
        "This is a thousand times the usual %(usual)s or more. Check the unit, 10,000 yuan; if it is right, say why in "
        "the note."
    ),
    Fault.NO_KIND: gettext_lazy("Choose the kind of the problem."),
}
RATE_NAMES = {
    RateRule.STARTED_OF_YEAR: gettext_lazy("New starts, of the year's plan"),
    RateRule.STARTED_OF_DUE: gettext_lazy("New starts, of those due by now"),
    RateRule.RESUMED: gettext_lazy("Carried-over projects resumed"),
    RateRule.STARTED_AND_RESUMED: gettext_lazy("Started and resumed"),
    RateRule.INVESTMENT: gettext_lazy("Investment done"),
    RateRule.SIGNED_STARTED: gettext_lazy("Signed projects started"),
    RateRule.PRODUCING_OF_PLANNED: gettext_lazy("In production, of those planned"),
    RateRule.PRODUCING_OF_STARTED: gettext_lazy("In production, of those started"),
    RateRule.PRODUCING_OF_SIGNED: gettext_lazy("In production, of those signed"),
}
DENOMINATORS = {
    RateRule.STARTED_OF_YEAR: gettext_lazy("new projects on the list for the year"),
    RateRule.STARTED_OF_DUE: gettext_lazy("new projects due to start by now"),
    RateRule.RESUMED: gettext_lazy("projects carried over"),
    RateRule.STARTED_AND_RESUMED: gettext_lazy("new projects due to start by now and projects carried over"),
    RateRule.INVESTMENT: gettext_lazy("investment planned for the year"),
    RateRule.SIGNED_STARTED: gettext_lazy("projects signed"),
    RateRule.PRODUCING_OF_PLANNED: gettext_lazy("projects planned to finish by now"),
    RateRule.PRODUCING_OF_STARTED: gettext_lazy("projects started"),
    RateRule.PRODUCING_OF_SIGNED: gettext_lazy("projects signed"),
}


def finding_in_words(finding: Finding, names: Mapping[str, str] | None = None) -> str:
    """Return what is wrong; `names` gives the name of a step or a permit by its code."""
    known = names or {}
    return str(FAULTS[finding.fault]) % {name: known.get(fact, fact) for name, fact in finding.facts.items()}


def denominator_in_words(rate: Rate) -> str:
    """Return what a rate divides by, with the terminated where they are left out."""
    words = str(DENOMINATORS[rate.rule])
    return _("%(what)s, without the terminated") % {"what": words} if rate.without_terminated else words


def exceptions_in_words(rate: Rate) -> str:
    """Return the exceptions that are printed beside a rate; empty where there are none."""
    named = [
        _("%(number)s terminated") % {"number": rate.terminated} if rate.terminated else "",
        _("%(number)s started early") % {"number": rate.early} if rate.early else "",
        _("%(number)s late") % {"number": rate.late} if rate.late else "",
    ]
    return wording.listed(one for one in named if one)
