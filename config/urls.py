"""All addresses."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("tracker.urls")),
    path("admin/", admin.site.urls),
    # Whoever is to log in chooses the language first.
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
]
