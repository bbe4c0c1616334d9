"""Set-up screens as one finds them: under “Set-up”, with help beside every field."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.interfaces.test_pages import page
from tracker.admin.base import SetupAdmin

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(model._meta.model_name for model in admin.site._registry))
def test_every_field_of_a_set_up_form_has_help_beside_it(name, rf, superuser):
    screen = next(one for model, one in admin.site._registry.items() if model._meta.model_name == name)
    request = rf.get("/")
    request.user = superuser
    if not isinstance(screen, SetupAdmin) or not screen.has_add_permission(request):
        return
    bare = [label for label, field in screen.get_form(request)().fields.items() if not field.help_text]
    for inline in screen.get_inline_instances(request):
        formset = inline.get_formset(request)
        shown = {label: one for label, one in formset.form.base_fields.items() if label != formset.fk.name}
        bare += [f"{inline.model.__name__}.{label}" for label, one in shown.items() if not one.help_text]
    assert bare == []


def test_set_up_screens_lie_under_set_up_and_returns_under_the_work(superuser, plan):
    setup, work = reverse("setup"), reverse("admin:index")
    for name, home in (("indicator_add", setup), ("reportingunit_changelist", setup), ("return_changelist", work)):
        html = page(superuser, reverse(f"admin:tracker_{name}"))
        current = re.search(r'<a href="([^"]*)" aria-current="page"', html)
        assert current is not None and current[1] == home, name
        assert f'<div class="breadcrumbs"><a href="{home}">' in html, name
