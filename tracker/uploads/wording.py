"""What is wrong with an upload, in the reader's words: what it is, and what to do about it."""

from django.utils.translation import gettext as _

from tracker.uploads.faults import Fault


def explain(fault: Fault) -> str:
    """The fault and its remedy."""
    texts = _texts()
    return texts.get(fault.code, texts["unreadable"]) % {"limit": "", "part": "", "kind": "", **fault.details}


def _texts() -> dict[str, str]:
    return {
        "file_too_large": _(
            "The file is larger than %(limit)s MB. Delete pictures and blank rows, or send it in parts."
        ),
        "empty_file": _("The file is empty. Save the workbook again and send it once more."),
        "encrypted_or_old": _(
            "The file is password-protected, or an old .xls. Open it, remove the password, and save it as .xlsx."
        ),
        "not_a_workbook": _(
            "The file is no Excel workbook (.xlsx). Open it in Excel, WPS or LibreOffice and save it as .xlsx."
        ),
        "damaged": _(
            "The file is damaged or incomplete. Open it in Excel or WPS, save it again as .xlsx, and send that."
        ),
        "too_many_parts": _("The file has too many parts. Copy the table into a new workbook and send that."),
        "too_many_sheets": _("The workbook has too many sheets. Send only those that are needed."),
        "strange_part": _(
            "The file holds a part with a forbidden name (%(part)s). Copy the table into a new workbook and send that."
        ),
        "part_twice": _(
            "The file holds the same part twice (%(part)s). Copy the table into a new workbook and send that."
        ),
        "macros": _("The workbook has macros or controls. Save it as .xlsx without macros."),
        "external_links": _(
            "The workbook links to other files. Break the links (Data, Edit Links), save it, and send it again."
        ),
        "embedded_objects": _("The workbook has embedded objects. Delete them and send it again."),
        "doctype": _(
            "The file holds declarations that no workbook needs, and could be harmful. Copy the table into "
            "a new workbook and send that."
        ),
        "strange_encoding": _(
            "The file is written in an unusual encoding. Open it in Excel or WPS, save it again as .xlsx, "
            "and send that."
        ),
        "unpacks_too_large": _(
            "Unpacked, the file is far too large (%(part)s). Delete blank rows and columns outside the "
            "table, save it, and send it again."
        ),
        "too_many_cells": _("The workbook has too many filled cells. Send only the table that is needed."),
        "evidence_empty": _("The file is empty. Save it again and choose it once more."),
        "evidence_kind": _("The file is no PDF, picture (PNG, JPEG) or workbook (.xlsx). Save it as one of these."),
        "evidence_name": _(
            "The content of the file is %(kind)s, but its name ends otherwise. Rename it and try again."
        ),
        "evidence_markup": _("The file holds parts of a web page, which could be harmful. Print it to a PDF instead."),
        "evidence_damaged": _("The %(kind)s file is damaged or incomplete. Open it, save it again, and choose that."),
        "unreadable": _(
            "The file could not be read within the limits of memory and time. Copy the table into a new "
            "workbook and send that."
        ),
    }
