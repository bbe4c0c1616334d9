"""Forms of the URLs that name the database, the broker and the mail server. FILES_URL has its own in `file_store`."""

from urllib.parse import SplitResult

DATABASES = ("postgres", "postgresql", "sqlite")
DATABASE_EXPECTED = "postgres://user:password@host/name, or sqlite:////absolute/path"
BROKERS = ("amqp", "amqps", "redis", "rediss", "filesystem")
BROKER_EXPECTED = "amqp://user:password@host/vhost, or redis://host:6379/0"
MAIL = ("smtp", "smtps", "smtp+tls", "smtp+ssl")
MAIL_EXPECTED = "smtp+tls://user:password@host:587, smtp+ssl://... or smtp://..."


def names_host(parts: SplitResult) -> bool:
    """Return True where the URL names a host."""
    return bool(parts.hostname)


def names_database(parts: SplitResult) -> bool:
    """Return True where the URL names a database. A file of SQLite is named by an absolute path."""
    if parts.scheme == "sqlite":
        return not parts.netloc and (parts.path.startswith("//") or parts.path == "/:memory:")
    return len(parts.path) > 1
