"""Taking a submitted return back, on its page."""

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from tracker.admin.scoped import person
from tracker.models import Return
from tracker.services import returns

BUTTON = "_withdraw"


class WithdrawForm(forms.Form):
    """The version that the person saw."""

    version = forms.IntegerField(required=False)


def withdraw(unit_return: Return, request: HttpRequest) -> str:
    """Take the return back. Return the words that say so."""
    form = WithdrawForm(request.POST)
    version = (form.cleaned_data["version"] or 0) if form.is_valid() else 0
    returns.withdraw_return(unit_return, acting_user=person(request), now=timezone.now(), expected_version=version)
    return gettext("The return was withdrawn. It is not submitted until you submit it again.")
