"""Whether the file store takes, returns and removes a file, within a time limit."""

import uuid
from threading import Event, Lock, Thread

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

CONTENT = b"Written, read and deleted by the check of the file store."
SECONDS = 3.0


class StoreProbe:
    """Tries the store in a thread of its own; one that hangs is never joined by a second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: Thread | None = None

    def try_store(self, *, seconds: float = SECONDS) -> None:
        """Write, read and delete a small file. Raise OSError where that fails, or takes longer than `seconds`."""
        with self._lock:
            if self._running is not None and self._running.is_alive():
                raise OSError("the last attempt still waits for the store")
            done, faults = Event(), []  # type: tuple[Event, list[BaseException]]
            self._running = Thread(target=_try, args=(done, faults), daemon=True)
            self._running.start()
        if not done.wait(seconds):
            raise OSError(f"no answer within {seconds} s")
        if faults:
            raise OSError("the store failed") from faults[0]


def _try(done: Event, faults: list[BaseException]) -> None:
    try:
        name = default_storage.save(f"probe/{uuid.uuid4().hex}", ContentFile(CONTENT))
        try:
            with default_storage.open(name) as file:
                if file.read() != CONTENT:
                    raise OSError("the store returned other content")
        finally:
            default_storage.delete(name)
    except BaseException as fault:
        faults.append(fault)
    finally:
        done.set()
