"""Rules that issued documents rest on: a form says at its field that they take a change of rules."""

from django.forms import ModelForm

from tracker.admin.refusals import refusing
from tracker.services.audit.issued_rules import check_not_issued


def checking_issued(form: type[ModelForm]) -> type[ModelForm]:
    """Return the form of a stored row with a check that it replaces no rule that issued documents rest on."""

    class IssuedForm(form):  # type: ignore[misc, valid-type]  # a class that is made for each request
        def _post_clean(self) -> None:
            super()._post_clean()
            if not self.errors and self.instance.pk:
                stored = self._meta.model._base_manager.get(pk=self.instance.pk)
                refusing(self, lambda: check_not_issued(self.instance, stored))

    IssuedForm.__name__ = form.__name__
    return IssuedForm
