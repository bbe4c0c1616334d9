"""All settings, from the environment, with defaults that are safe on an open network.

TRACKER_DATA_DIR  where everything lives that is not code (default: var/ beside manage.py)
DATABASE_URL      postgres://user:password@host/name; default: SQLite in the data directory
BROKER_URL        amqp://... or redis://...; default: a queue of files in the data directory
EMAIL_URL         smtp://, smtp+tls:// or smtp+ssl://user:password@host:port; default: keep mail, send none
DEFAULT_FROM_EMAIL  the sender of mail; default: tracker@ the host of BASE_URL
EMAIL_ATTACHMENT_LIMIT  in bytes; a larger workbook is linked to instead; default: 8 MB
DOCUMENT_FONTS    a directory with fonts for papers in PDF, beside the one that comes with the tracker; default: none
FILES_URL         file:///path, or s3://KEY:SECRET@host/bucket with the extra s3; default: files/ in the data directory
EVIDENCE_LIMIT    in bytes; a larger file of evidence is refused; default: 10 MB
MAIL_KEEP_DAYS    for so many days what a mail said is kept; 0: for ever; default: 730
ADDRESS_KEEP_DAYS days that addresses of mail, and of ended outside subscriptions, are kept; 0: for ever; default: 1095
ACCOUNT_KEEP_DAYS so many days after it was closed an account's personal data is erased; 0: by hand only; default: 1825
SECRET_KEY        default: a key made once and kept in the data directory
ALLOWED_HOSTS     comma-separated; default: this machine only
BASE_URL          the address people use; links in mail are made from it, never from a request
LOG_FORMAT        text, or json for one object a line; default: text
METRICS_ALLOWED   comma-separated networks that may read /metrics directly, or "none"; default: this machine
METRICS_TOKEN     a bearer token that may read /metrics from anywhere; default: none
DISK_FREE_MINIMUM in bytes; with less free, /readyz says so; default: 500 MB
TASK_SECONDS      a task that takes longer is stopped and told as failed; default: 3600
TASK_MEMORY       in bytes; a task that wants so much more than an idle worker fails; 0 is no limit; default: 0
WORKER_CHILD_MEMORY  in bytes; a worker's child that has grown larger is replaced after its task; default: 1 GB
WORKER_STOP_SECONDS  how long a worker that is stopped may finish its tasks; the rest is done again; default: 10
VISIBILITY_TIMEOUT   in seconds; Redis gives out again what was not acknowledged for so long; default: 7200
HSTS_SECONDS      so long a browser insists on https; only where BASE_URL says https; default: 0
DEBUG             default: off

How people sign in is set in config/identity.py. A value that cannot be used stops the start: config/environment.py.
"""

import os
import secrets
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from config import file_store, service_urls
from config.environment import env
from config.hardening import require_own_secret
from config.identity import *  # noqa: F403 - how people sign in: a page of its own
from config.identity import BASE_URL, HTTPS, TRUSTED_PROXIES
from config.private_files import make_private

BASE_DIR = Path(__file__).resolve().parent.parent
os.umask(0o077)  # whatever the service writes is for its own account alone, also where the shell is more generous
DATA_DIR = Path(env.text("TRACKER_DATA_DIR", default=str(BASE_DIR / "var"), expected="a directory")).resolve()
make_private(DATA_DIR)


def kept_secret(path: Path) -> str:
    """Return the installation's own secret key: created on the first start, read from then on."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_urlsafe(50)
        file.write(secret)
    return secret


DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", expected="a key of your own") or kept_secret(DATA_DIR / "secret_key")
require_own_secret(SECRET_KEY, is_debugging=DEBUG)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    "tracker.apps.TrackerAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_filters",
    "django_tables2",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "tracker.apps.TrackerConfig",
]

MIDDLEWARE = [
    "config.request_log.RequestMiddleware",
    "config.probes.ProbeMiddleware",
    "config.metrics.MetricsMiddleware",  # before what proxies forward is taken away: it tells that one stands between
    "config.proxies.TrustedProxiesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.compression.CompressedStaticMiddleware",
    "config.compression.CompressedPagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.HeadersMiddleware",
    "config.middleware.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.AddressMiddleware",
    "config.middleware.BrowserLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.well_formed.PlainTextMiddleware",  # after the one that first reads what a form sends
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.PersonLanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "tracker.web.sign_in_steps.SignInStepsMiddleware",
    "tracker.web.plan_zone.PlanTimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# Our templates override the form widgets' and the admin's.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DATABASE_URL = env.url(
    "DATABASE_URL",
    default=f"sqlite:///{DATA_DIR / 'tracker.sqlite3'}",
    schemes=service_urls.DATABASES,
    expected=service_urls.DATABASE_EXPECTED,
    check=service_urls.names_database,
)
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock when a transaction begins: two writers then wait instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # recursive_triggers: REPLACE, too, must meet the triggers that keep revisions and events.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA recursive_triggers=ON;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A server that does not answer is told as away, instead of holding whoever asks.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # A server process made anew for each request costs it more than all that the request asks. One that died while it
    # was kept, as after the server's restart, is noticed and replaced.
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "tracker.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "home"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
#: Days and moments are written one way in each language, the administration's pages included.
FORMAT_MODULE_PATH = ["config.formats"]
# The second words what Django says itself: formal address, and the glossary's terms.
LOCALE_PATHS = [BASE_DIR / "tracker" / "locale", BASE_DIR / "tracker" / "django_words"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # empty until collectstatic; WhiteNoise warns of a missing one
WHITENOISE_USE_FINDERS = True
#: Compressed copies of static files; whatever is lost here is made again.
COMPRESSED_DIR = DATA_DIR / "compressed"
FILES_URL = env.url("FILES_URL", schemes=file_store.SCHEMES, expected=file_store.FORMS, check=file_store.names_store)
MEDIA_ROOT = file_store.directory_of(FILES_URL, DATA_DIR / "files")
STORAGES = {
    "default": file_store.storage_of(FILES_URL),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Reports and mail hold unpublished figures: only the service's own account reads them.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
#: Bytes of one file beside a cell.
EVIDENCE_LIMIT = env.whole(
    "EVIDENCE_LIMIT", default=10 * 1024**2, minimum=10 * 1024, maximum=1024**3, unit="bytes (10 MB is 10485760)"
)

# Mail. Without EMAIL_URL every message is kept under the data directory and none leaves it.
EMAIL_URL = env.url(
    "EMAIL_URL", schemes=service_urls.MAIL, expected=service_urls.MAIL_EXPECTED, check=service_urls.names_host
)
EMAIL_SENDING = bool(EMAIL_URL)
vars().update(environ.Env.email_url_config(EMAIL_URL or "dummymail://"))
EMAIL_TIMEOUT = 20
DOCUMENT_FONTS = env.directory("DOCUMENT_FONTS", expected="a directory with fonts, or none")
#: Bytes; a larger workbook is linked to instead of attached.
EMAIL_ATTACHMENT_LIMIT = env.whole(
    "EMAIL_ATTACHMENT_LIMIT",
    default=8 * 1024**2,
    minimum=10 * 1024,
    maximum=1024**3,
    unit="bytes (8 MB is 8388608)",
    or_zero="nothing is attached",
)
#: For so many days the content of a mail is kept; 0 keeps it for ever.
MAIL_KEEP_DAYS = env.whole(
    "MAIL_KEEP_DAYS", default=730, minimum=1, maximum=36_500, unit="days", or_zero="content is kept"
)
#: For so many days the list of mail names the addresses that mail went to, and an ended subscription its outside one.
ADDRESS_KEEP_DAYS = env.whole(
    "ADDRESS_KEEP_DAYS", default=1095, minimum=1, maximum=36_500, unit="days", or_zero="addresses are kept"
)
#: So many days after it was closed, the personal data of an account is erased.
ACCOUNT_KEEP_DAYS = env.whole(
    "ACCOUNT_KEEP_DAYS", default=1825, minimum=1, maximum=36_500, unit="days", or_zero="accounts are erased by hand"
)
DEFAULT_FROM_EMAIL = env.address("DEFAULT_FROM_EMAIL", f"tracker@{urlsplit(BASE_URL).hostname or 'localhost'}")
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]

# Celery carries jobs whose truth is in the database: no result backend, JSON only, acknowledged when done.
QUEUE_DIR = DATA_DIR / "queue"
VISIBILITY_TIMEOUT = env.whole("VISIBILITY_TIMEOUT", default=7200, minimum=1, maximum=7 * 86_400, unit="seconds")
CELERY_BROKER_URL = env.url(
    "BROKER_URL",
    default="filesystem://localhost",
    schemes=service_urls.BROKERS,
    expected=service_urls.BROKER_EXPECTED,
    check=service_urls.names_host,
)
if CELERY_BROKER_URL.startswith("filesystem:"):
    QUEUE_DIR.mkdir(exist_ok=True)
    CELERY_BROKER_TRANSPORT = "config.file_queue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str | int] = {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
    }
elif CELERY_BROKER_URL.startswith(("redis:", "rediss:")):
    # A task that outlives this is given out a second time, which its row's claim makes harmless.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": VISIBILITY_TIMEOUT}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_max": 0.5}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
#: A worker without --queues serves them all; the tick goes through the first.
QUEUES = ("tracker", "reports", "mail", "imports")
CELERY_TASK_DEFAULT_QUEUE = QUEUES[0]
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
CELERY_TASK_ROUTES = {
    "tracker.tasks.run_job": {"queue": "reports"},
    "tracker.tasks.run_import": {"queue": "imports"},
    "tracker.tasks.check_workbook": {"queue": "imports"},
    "tracker.tasks.import_setup": {"queue": "imports"},
    "tracker.tasks.send_delivery": {"queue": "mail"},
    "tracker.tasks.send_deliveries": {"queue": "mail"},
}
# The soft limit is an error that the task itself tells of; the hard one ends a child that does not listen.
CELERY_TASK_SOFT_TIME_LIMIT = env.whole("TASK_SECONDS", default=3600, minimum=10, maximum=86_400, unit="seconds")
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 60
TASK_MEMORY = env.whole(
    "TASK_MEMORY",
    default=0,
    minimum=256 * 1024,
    maximum=1024**4,
    unit="bytes (2 GB is 2147483648)",
    or_zero="no limit",
)
WORKER_CHILD_MEMORY = env.whole(
    "WORKER_CHILD_MEMORY",
    default=1024**3,
    minimum=128 * 1024**2,
    maximum=1024**4,
    unit="bytes (1 GB is 1073741824)",
)
CELERY_WORKER_MAX_MEMORY_PER_CHILD = WORKER_CHILD_MEMORY // 1024
# SIGQUIT takes no more messages, lets tasks finish for this long, and leaves the others to be done again.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = float(
    env.whole("WORKER_STOP_SECONDS", default=10, minimum=0, maximum=86_400, unit="seconds")
)
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {"tick": {"task": "tracker.tasks.tick", "schedule": 60.0, "options": {"expires": 55}}}

# Security. Cookies travel over TLS alone as soon as BASE_URL says https.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
# A proxy in front says whether its client came by https; config/proxies.py takes that word from nobody else.
if HTTPS and TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from within, without the proxy
HSTS_SECONDS = env.whole("HSTS_SECONDS", default=0, minimum=0, maximum=10 * 31_536_000, unit="seconds")
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS else 0
# The service answers for its own host name, not for names below it, nor for a place in browsers' lists.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

DJANGO_TABLES2_TEMPLATE = "tracker/table.html"

# Watching over it.
DISK_FREE_MINIMUM = env.whole(
    "DISK_FREE_MINIMUM",
    default=500 * 1024**2,
    minimum=1024**2,
    maximum=1024**5,
    unit="bytes (500 MB is 524288000)",
)
METRICS_ALLOWED = env.networks("METRICS_ALLOWED", default=["127.0.0.1/32", "::1/128"], may_be_none=True)
METRICS_TOKEN = env.secret("METRICS_TOKEN", shortest=16, expected="a token of at least 16 characters without spaces")
LOG_FORMAT = env.choice("LOG_FORMAT", ("text", "json"), default="text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"about": {"()": "config.log_context.AboutFilter"}},
    "formatters": {
        "text": {"()": "config.log_context.TextFormatter", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(levelname)s %(name)s %(message)s %(request_id)s %(job_id)s",
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": "time",  # with its zone: the journal beside it is in another
            "json_ensure_ascii": False,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["about"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Each login is in the event log already, without what was typed as a name: it may be a password in the wrong box.
    "loggers": {"axes": {"level": "ERROR"}},
}
env.require_valid()
