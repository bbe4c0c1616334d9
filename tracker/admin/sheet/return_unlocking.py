"""Opening a verified return again: what its page offers for that, and what the buttons do."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext

from tracker.admin.scoped import person
from tracker.models import Return, UnlockRequest, User
from tracker.queries.errors import ChangedMeanwhile
from tracker.services import returns
from tracker.services.returns import unlock


class UnlockForm(forms.Form):
    """Why it should be unlocked, or why it stays as it is; on which version, for which request."""

    version = forms.IntegerField(required=False)
    asked = forms.IntegerField(required=False)
    comment = forms.CharField(required=False, max_length=500)


class UnlockPanel:
    """What a person reads and may do about unlocking a verified return."""

    def __init__(self, unit_return: Return, user: User, form: UnlockForm | None = None) -> None:
        self.unit_return = unit_return
        self.user = user
        self.form = form or UnlockForm()

    @cached_property
    def newest(self) -> UnlockRequest | None:
        """Return the latest request about this return, whatever its outcome; None if the return is not verified."""
        if self.unit_return.state != Return.State.VERIFIED:
            return None
        return self.unit_return.unlock_requests.with_names().order_by("-asked_at", "-pk").first()

    @property
    def waiting(self) -> UnlockRequest | None:
        """The request that waits for a decision."""
        return self.newest if self.newest and self.newest.state == UnlockRequest.State.OPEN else None

    @property
    def refused(self) -> UnlockRequest | None:
        """The last request, if the answer was no and the return is still the one that was verified then."""
        newest = self.newest
        if newest is None or newest.state != UnlockRequest.State.REFUSED:
            return None
        verified_at = self.unit_return.verified_at
        return newest if verified_at and newest.asked_at >= verified_at else None

    @property
    def may_ask(self) -> bool:
        """Return True if the person may ask."""
        is_verified = self.unit_return.state == Return.State.VERIFIED
        return is_verified and self.waiting is None and unlock.may_ask(self.unit_return, self.user)

    @cached_property
    def alone(self) -> str:
        """Return what a reviewer is told who has nobody to grant a request."""
        if not self.may_ask or unlock.has_another_reviewer(self.unit_return, self.user):
            return ""
        return unlock.alone(self.unit_return)

    @property
    def may_withdraw(self) -> bool:
        """Return True if it is the person's own request."""
        return self.waiting is not None and self.waiting.asked_by_id == self.user.pk

    @property
    def may_decide(self) -> bool:
        """Return True if the person decides it."""
        if self.waiting is None or self.may_withdraw:
            return False
        return self.unit_return.is_reviewed_by(self.user)


def ask(unit_return: Return, form: UnlockForm, **by: Any) -> str:
    """Ask for it."""
    version = form.cleaned_data["version"] or 0
    returns.request_unlock(unit_return, reason=form.cleaned_data["comment"], expected_version=version, **by)
    return gettext("The request was sent to the reviewers. Until one of them grants it, the values count as before.")


def grant(unit_return: Return, form: UnlockForm, **by: Any) -> str:
    """Open the return."""
    returns.grant_unlock(_asked(unit_return, form), answer=form.cleaned_data["comment"], **by)
    return gettext("The return was unlocked. Its values no longer count until it is verified again.")


def refuse(unit_return: Return, form: UnlockForm, **by: Any) -> str:
    """Leave it verified."""
    returns.refuse_unlock(_asked(unit_return, form), answer=form.cleaned_data["comment"], **by)
    return gettext("The request was refused. The return stays verified.")


def withdraw(unit_return: Return, form: UnlockForm, **by: Any) -> str:
    """Take one's request back."""
    returns.withdraw_unlock(_asked(unit_return, form), **by)
    return gettext("The request was withdrawn. The return stays verified.")


BUTTONS: dict[str, Callable[..., str]] = {
    "_ask_unlock": ask,
    "_grant_unlock": grant,
    "_refuse_unlock": refuse,
    "_withdraw_unlock": withdraw,
}


def press(button: str, unit_return: Return, form: UnlockForm, request: HttpRequest) -> str:
    """Do what a button says; what was done, in words."""
    return BUTTONS[button](unit_return, form, acting_user=person(request), now=timezone.now())


def _asked(unit_return: Return, form: UnlockForm) -> UnlockRequest:
    """Return the request that the user saw, with this return set. Raise ChangedMeanwhile if it no longer exists."""
    asked = UnlockRequest.objects.filter(unit_return=unit_return, pk=form.cleaned_data["asked"] or 0).first()
    if asked is None:
        raise ChangedMeanwhile(gettext("This request is no longer there. Reload the page."))
    asked.unit_return = unit_return
    return asked
