"""Form of the sign-in page."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.validators import MaxLengthValidator

#: No hash is calculated of longer passwords, and no failure is kept of longer names.
LONGEST_PASSWORD, LONGEST_NAME = 1_000, 150


class SignInForm(AuthenticationForm):
    """User name and password, both of bounded length. Django's own form bounds what is typed in the browser only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].validators.append(MaxLengthValidator(LONGEST_NAME))
        self.fields["password"].validators.append(MaxLengthValidator(LONGEST_PASSWORD))
