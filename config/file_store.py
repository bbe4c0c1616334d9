"""Where files are kept: a directory that may be a mounted one, or an S3-compatible store. FILES_URL says which."""

import os
import uuid
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.files import File
from django.core.files.storage import FileSystemStorage

SCHEMES = ("file", "s3", "s3+http")
FORMS = "file:///path, or s3://KEY:SECRET@host/bucket (s3+http:// without TLS)"


class TemporaryFile(File):
    """Content that lies whole in a file, which the storage renames into its place."""

    def temporary_file_path(self) -> str:
        """Return where it lies."""
        return str(self.name)


class WholeFileStorage(FileSystemStorage):
    """A file appears under its name when all of it is on the disk: nobody reads half of one, whatever dies."""

    def _save(self, name: str, content: File) -> str:
        if hasattr(content, "temporary_file_path"):
            return super()._save(name, content)  # type: ignore[misc]  # the stubs lack it
        directory = Path(self.path("unfinished"))
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / f"store-{uuid.uuid4().hex}"
        try:
            with path.open("xb") as aside:
                for chunk in content.chunks():
                    aside.write(chunk if isinstance(chunk, bytes) else chunk.encode())
                aside.flush()
                os.fsync(aside.fileno())
            with path.open("rb") as whole:
                return super()._save(name, TemporaryFile(whole, name=str(path)))  # type: ignore[misc]  # the same
        finally:
            path.unlink(missing_ok=True)


def names_store(parts: SplitResult) -> bool:
    """Return True where the URL names an absolute directory, or a host and a bucket with its key and secret."""
    if parts.scheme == "file":
        return not parts.netloc and parts.path.startswith("/")
    return bool(parts.path.strip("/") and parts.hostname and parts.username and parts.password)


def storage_of(url: str) -> dict[str, Any]:
    """Django's storage for a FILES_URL; "" is the directory of the installation. Raises ImproperlyConfigured."""
    parts = urlsplit(url)
    if not url or parts.scheme == "file":
        return {"BACKEND": "config.file_store.WholeFileStorage"}
    if parts.scheme not in SCHEMES:
        raise ImproperlyConfigured(f"FILES_URL begins with {parts.scheme!r}; write {FORMS}.")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured("FILES_URL names an S3 store, which needs more packages: uv sync --extra s3")
    if not names_store(parts):
        raise ImproperlyConfigured(f"FILES_URL lacks the host, the bucket, the key or the secret; write {FORMS}.")
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket_name": parts.path.strip("/"),
            "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{host}",
            "region_name": parse_qs(parts.query).get("region", ["us-east-1"])[0],
            "addressing_style": "path",
            "signature_version": "s3v4",
            "default_acl": None,
            "file_overwrite": False,
        },
    }


def directory_of(url: str, otherwise: Path) -> Path:
    """Return the directory that a file:// URL names; for another store, the one where unfinished files are written."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else otherwise
