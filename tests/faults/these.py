"""The faults by name. Each leaves the installation as the fault left it; the run clears up and looks."""

from collections.abc import Callable

from tests.faults import of_brokers, of_machines, of_mail, of_workers
from tests.faults.scene import Scene

FAULTS: dict[str, Callable[[Scene], None]] = {
    "worker-killed-in-mid-report": of_workers.killed_in_mid_report,
    "process-group-killed": of_workers.group_killed,
    "sigterm-in-mid-report": of_workers.terminated_in_mid_report,
    "sigquit-in-mid-report": of_workers.stopped_in_mid_report,
    "memory-limit": of_workers.out_of_memory,
    "worker-killed-in-mid-mail": of_mail.killed_in_mid_mail,
    "smtp-faults": of_mail.server_fails,
    "mail-published-five-times": of_mail.published_often,
    "broker-down": of_brokers.down_while_asking,
    "job-published-five-times": of_brokers.published_often,
    "two-schedulers": of_brokers.two_schedulers,
    "short-visibility-timeout": of_brokers.given_out_again,
    "disk-full": of_machines.disk_full,
    "clock-jump": of_machines.clock_jumps,
    "sigterm-in-mid-upload": of_machines.terminated_in_mid_upload,
    "database-stopped-in-mid-import": of_machines.database_stopped,
}
