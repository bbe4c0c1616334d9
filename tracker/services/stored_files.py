"""A stored file as a path, for programs that read no other way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from django.core.files.storage import default_storage


@contextmanager
def on_disk(name: str) -> Iterator[Path]:
    """Where the file lies; from a store elsewhere, a copy that goes when the block ends. Never write in it."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # how Django says that a store has no paths
        with TemporaryDirectory() as folder:
            copy = Path(folder) / PurePath(name).name
            with default_storage.open(name, "rb") as stored, copy.open("wb") as file:
                copyfileobj(stored, file)
            yield copy
    else:
        yield path


def place_of(name: str) -> str:
    """Where a person finds the file: its path, or its name in a store elsewhere."""
    try:
        return default_storage.path(name)
    except NotImplementedError:  # how Django says that a store has no paths
        return name
