"""What the service does not start with."""

from django.core.exceptions import ImproperlyConfigured

#: Shorter keys, and keys of fewer different characters, are guessed or typed by hand.
SHORTEST, FEWEST = 32, 10
#: Words of examples that were copied as they stand.
EXAMPLES = ("insecure", "change", "example", "default", "your-secret", "secret-key", "placeholder")


def require_own_secret(key: str, *, is_debugging: bool) -> None:
    """Raise ImproperlyConfigured on a key that is nobody's own. Who reads it signs sessions as anybody."""
    is_weak = len(key) < SHORTEST or len(set(key)) < FEWEST or any(word in key.lower() for word in EXAMPLES)
    if is_weak and not is_debugging:
        raise ImproperlyConfigured(
            "SECRET_KEY is an example or too short. Leave it out, and one is made and kept in the data directory; or "
            'make one: python -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
