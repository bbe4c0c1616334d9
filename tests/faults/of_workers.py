"""Workers that end in the middle."""

import os
import signal

from tests.faults.scene import Scene
from tracker.models import Job


def killed_in_mid_report(stage: Scene) -> None:
    """Half a report is written when its worker is killed; another writes it, once."""
    worker = stage.worker()
    job = stage.ask_report()
    stage.hold_while_writing(worker, job)
    stage.kill(worker)
    stage.worker()
    stage.sweep()
    assert stage.wait_ended(job) == Job.State.DONE
    assert job.attempts == 2


def group_killed(stage: Scene) -> None:
    """Web, worker and scheduler die together while a report is written; after a restart it is there."""
    group = stage.start("-c", EVERYTHING)
    job = stage.ask_report()
    stage.hold_while_writing(group, job)
    stage.kill(group)
    stage.worker()
    stage.sweep()
    assert stage.wait_ended(job) == Job.State.DONE


def terminated_in_mid_report(stage: Scene) -> None:
    """SIGTERM: the worker finishes what it has begun, and ends."""
    worker = stage.worker()
    job = stage.ask_report()
    stage.hold_while_writing(worker, job)
    os.kill(worker.pid, signal.SIGTERM)
    os.killpg(worker.pid, signal.SIGCONT)
    assert worker.wait(60) == 0
    assert (stage.state(job), job.attempts) == (Job.State.DONE, 1)


def stopped_in_mid_report(stage: Scene) -> None:
    """SIGQUIT with no time to finish: the worker ends, the job is done again by another."""
    worker = stage.worker(WORKER_STOP_SECONDS="0")
    job = stage.ask_report()
    stage.hold_while_writing(worker, job)
    os.kill(worker.pid, signal.SIGQUIT)
    os.killpg(worker.pid, signal.SIGCONT)
    worker.wait(60)
    stage.kill(worker)
    if stage.state(job) == Job.State.DONE:
        return  # it was quicker than the signal
    stage.worker()
    stage.sweep()
    assert stage.wait_ended(job) == Job.State.DONE


def out_of_memory(stage: Scene) -> None:
    """A worker whose tasks may want almost nothing: the job ends, told as failed, or is left for another."""
    stage.worker(TASK_MEMORY=str(300 * 1024))
    job = stage.ask_report()
    stage.wait_for(lambda: stage.state(job) not in Job.ACTIVE_STATES or "exited" in stage.log())
    stage.clear_up()
    assert stage.state(job) in (Job.State.FAILED, Job.State.DONE)


#: All that `quickstart` serves, in one process group.
EVERYTHING = """
import subprocess, time
from tests.smtp_peer import free_port
from tracker.management import serving
children = [subprocess.Popen(command) for command in serving.commands("127.0.0.1", free_port()).values()]
time.sleep(600)
"""
