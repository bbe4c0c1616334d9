"""What holds after every fault: no job lost, nothing twice, no partial file, nothing silent."""

import hashlib
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db.models import Count, F, Max

from tests.faults.scene import Scene
from tracker.models import Delivery, Entry, Event, Evidence, IssuedReport, Job, Upload
from tracker.services.returns.totals import differing_totals

#: What dead processes leave of these is removed a day later.
GO_AFTER_A_DAY = ("store-", "evidence-")


def check_all(stage: Scene) -> None:
    """Raises AssertionError with what does not hold."""
    no_lost_job()
    nothing_silent()
    no_partial_file()
    no_value_twice()
    no_mail_twice(stage)


def no_lost_job() -> None:
    """Every job has ended; one that is done has its one report."""
    assert not Job.objects.active().exists(), list(Job.objects.active().values_list("pk", "state"))
    done = Job.objects.filter(state=Job.State.DONE, kind=Job.Kind.REPORT)
    assert set(done.values_list("pk", flat=True)) == set(
        IssuedReport.objects.exclude(job=None).values_list("job_id", flat=True)
    )


def nothing_silent() -> None:
    """Who asked is told why a job failed, and the log has it; so has mail."""
    failed = Job.objects.filter(state=Job.State.FAILED)
    assert not failed.filter(failure="").exists()
    told = Event.objects.filter(action__in=[Event.Action.REPORT_FAILED, Event.Action.TABLE_FAILED]).count()
    assert told == failed.count(), (told, failed.count())
    troubled = Delivery.objects.filter(state__in=[Delivery.State.FAILED, Delivery.State.UNCERTAIN])
    assert not troubled.filter(server_answer="").exists()


def no_partial_file() -> None:
    """Every file is what its row says, every row has its file, and there is no other."""
    root = Path(settings.MEDIA_ROOT)
    known = {
        name: sha256
        for rows in (IssuedReport.objects.filter(file_removed_at=None), Evidence.objects.all(), Upload.objects.all())
        for name, sha256 in rows.values_list("file", "sha256")
    }
    for name, sha256 in known.items():
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == sha256, name
    known |= dict.fromkeys(Delivery.objects.exclude(content="").values_list("content", flat=True), "")
    known |= dict.fromkeys(Upload.objects.exclude(marked_file="").values_list("marked_file", flat=True), "")
    heads = Event.objects.filter(action=Event.Action.HEAD_EXPORTED).values_list("after", flat=True)
    known |= {head["file"]: "" for head in heads}
    there = {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(GO_AFTER_A_DAY)
    }
    assert there == set(known), there ^ set(known)


def no_value_twice() -> None:
    """Revisions are numbered without a gap, and the totals equal the entries."""
    counted = Entry.objects.annotate(number=Count("revisions"), last=Max("revisions__number")).filter(number__gt=0)
    assert not counted.exclude(number=F("last")).exists()
    assert differing_totals() == []


def no_mail_twice(stage: Scene) -> None:
    """The server took each message at most once; what counts as sent it took; nothing waits."""
    ids = Counter(
        line.split(b":", 1)[1].strip().decode()
        for message in stage.mailbox.messages
        for line in message.split(b"\r\n")
        if line.lower().startswith(b"message-id:")
    )
    assert not [one for one, count in ids.items() if count > 1], ids
    sent = set(Delivery.objects.filter(state=Delivery.State.SENT).values_list("message_id", flat=True))
    assert sent <= set(ids), sent - set(ids)
    waiting = Delivery.objects.filter(state__in=[Delivery.State.PENDING, Delivery.State.SENDING])
    assert not waiting.exists(), list(waiting.values_list("pk", "state", "attempts", "server_answer"))
