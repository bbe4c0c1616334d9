"""What travels is compressed: pages as they are answered, static files once, with no step at install."""

import gzip
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

#: What shrinks; pictures and workbooks are compressed already.
TEXT = {".css", ".js", ".svg", ".json", ".txt"}
#: Bytes; what fits in one packet travels no faster when it is smaller.
WORTH_IT = 1400


class CompressedPagesMiddleware(GZipMiddleware):
    """Pages alone. Django fills each with a random number of bytes, so that its length tells no secret (BREACH)."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compressed where the browser takes it; a download goes out as it is, with its length."""
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class CompressedStaticMiddleware(WhiteNoiseMiddleware):
    """Static files, the text among them from a compressed copy in the data directory.

    A copy is named by its original's path, size and time of change: an upgrade makes new ones, and nobody has to
    remember to collect anything.
    """

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        """Return the file with its compressed copy as an alternative encoding."""
        if self.autorefresh or Path(path).suffix not in TEXT:
            return super().get_static_file(path, url, stat_cache)
        copy = _copy_of(Path(path))
        if copy is None:
            return super().get_static_file(path, url, stat_cache)
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(copy)})


def _copy_of(original: Path) -> Path | None:
    """Return the compressed copy, creating it if there is none; None if it is not worth it or cannot be stored."""
    known = original.stat()
    if known.st_size < WORTH_IT:
        return None
    name = hashlib.sha256(f"{original} {known.st_size} {known.st_mtime_ns}".encode()).hexdigest()[:24]
    copy = settings.COMPRESSED_DIR / f"{name}.gz"
    if not copy.exists():
        try:
            _write(copy, gzip.compress(original.read_bytes(), mtime=0))
        except OSError:  # a full or read-only disk: the file itself still goes out
            return None
    return copy


def _write(copy: Path, content: bytes) -> None:
    """At once: another process may be making the same one."""
    copy.parent.mkdir(exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=copy.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(copy)
