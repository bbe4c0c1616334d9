"""A stored file as a path, for programs that read no other way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from django.core.files.storage import default_storage


@contextmanager
def on_disk(name: str) -> Iterator[Path]:
    """Return where the file lies; from a store elsewhere, a copy that goes when the block ends. Never write in it."""
    path = _path_of(name)
    if path is not None:
        yield Path(path)
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / PurePath(name).name
        with default_storage.open(name, "rb") as stored, copy.open("wb") as file:
            copyfileobj(stored, file)
        yield copy


def place_of(name: str) -> str:
    """Return where a person finds the file: its path, or its name in a store elsewhere."""
    return _path_of(name) or name


def _path_of(name: str) -> str | None:
    try:
        return default_storage.path(name)
    except NotImplementedError:  # how Django says that a store has no paths
        return None
