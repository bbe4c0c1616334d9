"""Words for the doubts of a draft: those of the reader, and those that arise where a plan is made of its proposals."""

from enum import StrEnum

from django.utils.translation import gettext as _

from tracker.uploads.policy.proposals import Doubt, Rejection
from tracker.uploads.policy_wording import explain_doubt as explain_doubt_of_reader
from tracker.uploads.policy_wording import explain_rejection as explain_rejection_of_reader


class OwnDoubt(StrEnum):
    """Reason for which a proposal must be looked at before it becomes part of a plan."""

    UNKNOWN_PLACE = "unknown_place"
    NO_BASE_VALUE = "no_base_value"
    UNIT_OF_CHANGE = "unit_of_change"
    RATE_OF_REGIONS = "rate_of_regions"
    ANOTHER_VALUE = "another_value"
    UNKNOWN_COLUMN = "unknown_column"
    NO_NAME_COLUMN = "no_name_column"
    ROWS_WITHOUT_PLACE = "rows_without_place"
    UNREAD_CELLS = "unread_cells"
    UNIT_OF_AMOUNTS = "unit_of_amounts"
    LIST_YEAR = "list_year"
    LIST_OF_TASKS = "list_of_tasks"
    COUNT_DIFFERS = "count_differs"
    NO_CREDIT_CODE = "no_credit_code"


def explain_doubt(doubt: str) -> str:
    """Return the reason, and what can be done."""
    own = {
        OwnDoubt.UNKNOWN_PLACE: _(
            "Places that are not among the regions are left out when this is accepted. To keep them, add them to the "
            "regions of the plan first."
        ),
        OwnDoubt.NO_BASE_VALUE: _(
            "A change is computed from a base value, which the sentence does not state. Enter it with its year, or "
            "choose “level by a date” and the unit percent where the change itself is what is reported."
        ),
        OwnDoubt.UNIT_OF_CHANGE: _(
            "The change is stated in percent. Enter the unit in which the indicator is reported."
        ),
        OwnDoubt.RATE_OF_REGIONS: _(
            "Rates are not added up: the figure that the plan's own region reports counts. To compute the rate, name "
            "its numerator and denominator."
        ),
        OwnDoubt.ANOTHER_VALUE: _(
            "The document states another value for this indicator. Keep one of the two, or name the indicators apart."
        ),
        OwnDoubt.UNKNOWN_COLUMN: _(
            "Not every column was understood. One that was not is kept in words with the content; choose what it is."
        ),
        OwnDoubt.NO_NAME_COLUMN: _("No heading says in which column the names stand. Choose it."),
        OwnDoubt.ROWS_WITHOUT_PLACE: _(
            "Some rows name no place that is among the regions. Add it to the regions of the plan, choose the region "
            "of these rows, or leave the rows out."
        ),
        OwnDoubt.UNREAD_CELLS: _(
            "Some cells are no day, amount, unit or word of their column. They are kept in words with the content."
        ),
        OwnDoubt.UNIT_OF_AMOUNTS: _("No unit is stated for the amounts. 10,000 yuan is assumed; choose the unit."),
        OwnDoubt.LIST_YEAR: _("No year is stated for the list. The first year of the plan is assumed."),
        OwnDoubt.LIST_OF_TASKS: _(
            "This table holds tasks. Accept it if each of them is to be followed as a member of a list."
        ),
        OwnDoubt.NO_CREDIT_CODE: _(
            "The members of a roster are known by their unified social credit code, and some rows have none. Leave "
            "these rows out, or take the table as a project list."
        ),
        OwnDoubt.COUNT_DIFFERS: _("The sentence that names this list states another number than the list has rows."),
    }
    return own[OwnDoubt(doubt)] if doubt in set(OwnDoubt) else explain_doubt_of_reader(Doubt(doubt))


def explain_rejection(reason: str) -> str:
    """Return the reason for which a number is no target."""
    return explain_rejection_of_reader(Rejection(reason))
