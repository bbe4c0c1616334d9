"""What the security administrator does for a person who is locked out: three buttons, and a password shown once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker.admin.scoped import person
from tracker.models import User
from tracker.services.accounts import people, two_step


def reset_page(request: HttpRequest, account: User, context: dict[str, Any]) -> HttpResponse:
    """Show the buttons, or do what one says. Raises NotAllowed where the services refuse."""
    people.require_may_reset(account, person(request))
    now, context = timezone.now(), {**context, "account": account, "title": _("Account recovery")}
    deed = request.POST.get("deed", "") if request.method == "POST" else ""
    if deed == "password":
        context["password"] = people.give_one_time_password(account, acting_user=person(request), now=now)
    elif deed in ("unlock", "second_step"):
        if deed == "unlock":
            people.unlock(account, acting_user=person(request), now=now)
            told = _("The account is unlocked.")
        else:
            people.remove_second_step(account, acting_user=person(request), now=now)
            told = _("Two-step verification was removed.")
        messages.success(request, told)
        return HttpResponseRedirect(request.path)
    context |= {
        "has_second_step": two_step.device_of(account) is not None,
        "locked": people.locked_addresses(account),
    }
    response = render(request, "tracker/account/reset.html", context)
    response["Cache-Control"] = "no-store"
    return response
