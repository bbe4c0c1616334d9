"""The revision policy of an office, as it filled it in, or the usual one."""

from django.utils.translation import gettext as _


def usual_policy() -> str:
    """Return the policy of an office that has filled in none: what this product does."""
    return _(
        "Figures are preliminary until their returns are verified. Verified values are revised only on request: the "
        "unit states a reason, the return is unlocked, and the new value is verified like the first one.\n"
        "Every revision keeps the value before it, with who changed it, when and why. Issued documents stay as they "
        "were issued. A document with revised figures is issued as a new edition of the same number, which lists what "
        "changed since the one before.\n"
        "Changes of definitions are marked as breaks in the series. The size of revisions is published on the page of "
        "statistics."
    )
