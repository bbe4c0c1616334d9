"""The admin's own forms in tests: where a screen lies, and what it refused."""

from django.http import HttpResponse
from django.urls import reverse


def address(model: str, verb: str = "changelist", *arguments: object) -> str:
    """The address of a model's screen."""
    return reverse(f"admin:tracker_{model}_{verb}", args=arguments)


def errors_of(response: HttpResponse) -> dict[str, list[str]]:
    """What a form that was shown again says at its fields."""
    form = response.context["adminform"].form  # type: ignore[attr-defined] # of the tests' client
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}
