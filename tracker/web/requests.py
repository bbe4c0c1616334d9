"""The request of somebody who is signed in."""

from django.http import HttpRequest

from tracker.models import User


class SignedInRequest(HttpRequest):
    """What every view gets: LoginRequiredMiddleware lets nobody else through. For type checkers alone."""

    user: User
