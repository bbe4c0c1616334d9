"""Words for what the reader of policy documents doubts and rejects."""

from django.utils.translation import gettext as _

from tracker.uploads.policy.proposals import Doubt, Rejection


def explain_doubt(doubt: Doubt) -> str:
    """Return the reason for which a proposal must be looked at."""
    return {
        Doubt.NO_BOUND_WORD: _("No word such as “at least” or “at most” stands beside the number."),
        Doubt.NO_INDICATOR: _("The sentence does not name the indicator."),
        Doubt.INDICATOR_FROM_BEFORE: _("The indicator is taken from the target before, in another unit."),
        Doubt.PLAN_YEAR: _("No year is stated; the last year of the plan is assumed."),
        Doubt.YEAR_FROM_BEFORE: _("The year is taken from an earlier sentence."),
        Doubt.BASE_FROM_BEFORE: _("The base year is the one that the document states for all targets."),
        Doubt.CONFLICTING_BOUNDS: _("The words before and after the number set different bounds."),
        Doubt.PARTS_DIFFER: _("The parts do not add up to the whole."),
        Doubt.UNIT_MISSING: _("No unit is stated for this number, or it is not a known one."),
        Doubt.NUMBER_IN_WORDS: _("The number is written in words."),
        Doubt.PRESENT_LEVEL: _("The sentence states a present level, which is a reference and no target."),
        Doubt.POSSIBLE_DUPLICATE: _("The same amount is proposed for a similar indicator further up."),
        Doubt.UNEQUAL_LISTS: _(
            "The names before “respectively” and the numbers after it do not go together one by one. Decide which "
            "number belongs to which name."
        ),
    }[doubt]


def explain_rejection(reason: Rejection) -> str:
    """Return the reason for which a number is no target."""
    return {
        Rejection.DOCUMENT_NUMBER: _("Number of a document, law or standard"),
        Rejection.CONTACT: _("Telephone number, postcode or address"),
        Rejection.DATE: _("Date"),
        Rejection.DURATION: _("Period of time"),
        Rejection.PAST_RESULT: _("Past result"),
        Rejection.BASE_VALUE: _("Base value of a target"),
        Rejection.HIGHER_AUTHORITY: _("Target of a higher authority"),
        Rejection.SIZE_CLASS: _("Size that a rule or a class of units begins at"),
        Rejection.RULE: _("Condition of a rule"),
        Rejection.REWARD: _("Reward, subsidy or penalty"),
        Rejection.SCORE: _("Score"),
        Rejection.RANK: _("Rank"),
        Rejection.NAME: _("Part of a name or slogan"),
        Rejection.PROJECT_SIZE: _("Size or cost of a project"),
        Rejection.PLACE_COUNT: _("Number of places or members"),
        Rejection.FACTOR: _("Conversion factor or price"),
        Rejection.PER_UNIT: _("Amount that another one is counted by"),
        Rejection.NO_REQUIREMENT: _("No words ask for this number"),
    }[reason]
