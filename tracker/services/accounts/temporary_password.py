"""Passwords that are told once."""

import secrets

#: No 0/o, 1/l/i: these passwords are read off a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time_password() -> str:
    """Sixteen random characters in groups, about 78 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(4))
