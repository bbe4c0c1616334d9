"""The set-up workbook: let out, received, checked by a rehearsal of its import, imported whole or not at all."""

from tracker.services.imports.setup_workbook.accept import (
    Imported,
    accept_setup,
    discard_setup,
    give_up_imports,
    import_waiting,
    waiting_imports,
)
from tracker.services.imports.setup_workbook.check import check_setup
from tracker.services.imports.setup_workbook.export import export_setup, proposal_workbook
from tracker.services.imports.setup_workbook.receive import may_set_up, receive_setup

__all__ = [
    "Imported",
    "accept_setup",
    "check_setup",
    "discard_setup",
    "export_setup",
    "give_up_imports",
    "import_waiting",
    "may_set_up",
    "proposal_workbook",
    "receive_setup",
    "waiting_imports",
]
