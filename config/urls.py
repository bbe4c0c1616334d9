"""All addresses."""

from django.contrib import admin
from django.urls import include, path

from tracker.views.language import set_language

urlpatterns = [
    path("", include("tracker.urls")),
    path("admin/", admin.site.urls),
    # Whoever is to log in chooses the language first.
    path("i18n/setlang/", set_language, name="set_language"),
]
