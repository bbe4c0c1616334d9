"""The pages' addresses."""

from django.urls import path

from tracker.views import home

urlpatterns = [
    path("", home.home, name="home"),
]
