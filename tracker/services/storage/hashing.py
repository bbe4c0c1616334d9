"""Hashes of files, and opening a file as it was recorded."""

import hashlib
import logging
from typing import IO

from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from tracker.queries.errors import Refused

logger = logging.getLogger(__name__)


def hash_of_file(file: IO[bytes] | File) -> str:
    """Return the SHA-256 of a file, a piece at a time."""
    digest = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        digest.update(piece)
    return digest.hexdigest()


def open_proved(stored: FieldFile, sha256: str) -> File:
    """Open a stored file for reading. Raise Refused, and tell the engineer, where its bytes are not those recorded."""
    file = stored.open("rb")
    if hash_of_file(file) == sha256:
        file.seek(0)
        return file
    file.close()
    logger.error("The file %s is not the one that was recorded: its SHA-256 differs.", stored.name)
    raise Refused(
        _("This file is not the one that was recorded. It is not given out. Tell the engineer and the auditor.")
    )
