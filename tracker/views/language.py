"""Choosing the language of the pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.i18n import LANGUAGE_QUERY_PARAMETER
from django.views.i18n import set_language as set_browser_language

from tracker.models import User
from tracker.services.accounts.language import choose_language


@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Show pages in a language from now on: in this browser, and to the person who has signed in."""
    chosen = request.POST.get(LANGUAGE_QUERY_PARAMETER, "")
    if isinstance(request.user, User) and chosen in dict(User._meta.get_field("language").choices or ()):
        choose_language(chosen, acting_user=request.user, now=timezone.now())
    return set_browser_language(request)
