"""The language of the terminal in which a command runs."""

from collections.abc import Mapping

from django.conf import settings

#: As gettext reads them, the first that is set first; LANGUAGE may name several.
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def terminal_language(environment: Mapping[str, str]) -> str:
    """Return the language of the tracker that the terminal asks for, else the default one.

    >>> terminal_language({"LANG": "en_US.UTF-8"})
    'en'
    """
    wanted = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    for name in wanted.split(":"):
        language = name.partition(".")[0].partition("_")[0].lower()
        for code, _name in settings.LANGUAGES:
            if code.partition("-")[0] == language:
                return code
    return settings.LANGUAGE_CODE
