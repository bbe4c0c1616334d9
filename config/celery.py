"""The Celery application: it carries jobs, the database holds their truth."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

from config.worker_signals import HeartbeatStep  # noqa: E402 - its signals bind to an application that is there

app.steps["worker"].add(HeartbeatStep)
