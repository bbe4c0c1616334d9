"""All that a worker imports; what `forked` makes workers of."""

import django

django.setup()

import celery.apps.worker
import celery.bin.worker
import celery.concurrency.prefork  # noqa: F401

from config.celery import app

app.loader.import_default_modules()
