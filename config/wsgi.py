"""The entry point of WSGI servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.protections import log_protections  # noqa: E402 - reads the settings that were just loaded

log_protections()

# What is loaded stays: looking through all of it for cycles, again and again, took a tenth of a large page's time.
_loaded = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(50_000)
