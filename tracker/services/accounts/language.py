"""The language of a person's pages and mail."""

from datetime import datetime

from django.db import transaction

from tracker.models import User
from tracker.services.audit import configuration


@transaction.atomic
def choose_language(language: str, *, acting_user: User, now: datetime) -> None:
    """Keep the language that a person chose for their own pages and mail. The same one again changes nothing."""
    user = User.objects.get(pk=acting_user.pk)
    if user.language == language:
        return
    user.language = language
    configuration.save_configured(user, acting_user=acting_user, now=now)
