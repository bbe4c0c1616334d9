"""What is wrong with an upload, in the reader's words: what it is, and what to do about it."""

from django.utils.translation import gettext as _

from tracker.uploads.faults import Fault


def explain(fault: Fault) -> str:
    """Describe the fault and its remedy."""
    texts = _of_files() | _of_policies() | _of_tables() | _of_templates() | _of_cells()
    return texts.get(fault.code, texts["unreadable"]) % {"limit": "", "part": "", "kind": "", **fault.details}


def _of_files() -> dict[str, str]:
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
        "control_character": _(
            "The cell holds a control character that cannot be seen. Delete what stands there, and type it."
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


def _of_policies() -> dict[str, str]:
    return {
        "policy_empty": _("The file is empty. Save the document again and choose it once more."),
        "policy_too_large": _(
            "The file is larger than %(limit)s MB. Remove pictures, or save the document as text, and upload that."
        ),
        "policy_kind": _(
            "The file is not a Word document (.docx), a PDF with text, or plain text (.txt). Save it as one of these."
        ),
        "policy_encrypted_or_old": _(
            "The file is password-protected, or an old .doc. Open it, remove the password, and save it as .docx."
        ),
        "policy_encrypted": _(
            "The PDF is password-protected. Open it with its password, print it to a new PDF, and upload that."
        ),
        "policy_damaged": _("The %(kind)s file is damaged or incomplete. Open it, save it again, and upload that."),
        "policy_harmful": _(
            "The document holds macros or parts that could be harmful. Copy its text into a new document and upload "
            "that."
        ),
        "policy_unreadable": _(
            "The document could not be read within the limits of memory and time. Upload only the part with goals, "
            "tasks and annexes."
        ),
        "policy_no_text": _(
            "The PDF has no text: its pages are pictures, as from a scanner. Upload the original Word document, or "
            "recognise the text (OCR) and upload the result."
        ),
        "policy_too_long": _(
            "The document has more than 500 pages. Upload only the part with goals, tasks and annexes."
        ),
        "policy_no_numbers": _(
            "The document has no numbers and no numbered tasks, so no plan can be proposed from it. Check that it is "
            "the action plan itself, not its cover letter."
        ),
        "policy_nothing_found": _(
            "The numbers of the document are no targets: they are past results, dates or rules. Check that it is the "
            "action plan itself, or enter the targets by hand."
        ),
    }


def _of_tables() -> dict[str, str]:
    return {
        "too_many_rows": _("The table has more than 250,000 rows. Split it, by year say, and send the parts."),
        "empty_table": _("No sheet of the file that is shown has anything in it. Put the table on a visible sheet."),
        "strange_text": _("The text is neither UTF-8 nor GB18030. Open it in Excel and save it as .xlsx."),
    }


def _of_templates() -> dict[str, str]:
    return {
        "no_template": _(
            "This is not a template of this system, or its hidden sheet was deleted. "
            "Download the template for your unit, copy your figures into it, and send that."
        ),
        "other_version": _("This template is out of date. Download it again and copy your figures into it."),
        "keys_changed": _(
            "The template's hidden keys were changed, so that its cells can no longer be told apart. "
            "Download the template again and copy your figures into it."
        ),
        "other_period": _(
            "This file is for %(found)s, but you are reporting %(wanted)s. Select %(found)s above, or "
            "download the template for %(wanted)s."
        ),
        "unknown_period": _("This workbook is for a period that is not in the system: %(found)s. Download it again."),
        "not_yours": _("This sheet is for %(unit)s, for which you do not report. Send it to who does."),
        "nothing_filled": _("Nothing is filled in that is not in the system already. Fill in the yellow cells."),
        "return_closed": _(
            "The return of %(unit)s is “%(state)s”, so this sheet cannot change it. Ask a reviewer to "
            "send it back or unlock it, or restore the sheet."
        ),
        "sheet_missing": _(
            "The sheet “%(name)s” is missing. Give the sheet its old name, or download the template again."
        ),
        "sheet_ignored": _("This sheet is not part of the template: what is on it is ignored."),
        "cell_ignored": _("Not a cell to fill in: “%(text)s” is ignored. Only the yellow cells count."),
        "row_cell_ignored": _(
            "Not a cell to fill in: “%(text)s” is ignored. This period's amount belongs in %(amount)s."
        ),
        "more_ignored": _("There is more outside the yellow cells that is ignored: %(count)s cells."),
        "comment_kept": _("The comment “%(text)s” is kept as the note of this value."),
        "comment_dropped": _("The comment “%(text)s” is dropped. What must be kept belongs in the column of notes."),
        "sheet_hidden": _("The sheet is hidden. Unhide it, look at it, and send the workbook again."),
    }


def _of_cells() -> dict[str, str]:
    return {
        "row_moved": _(
            "Here should stand “%(name)s”, but it is “%(found)s”: rows were moved, added or deleted. "
            "Undo that, or download the template again."
        ),
        "column_moved": _(
            "The column “%(name)s” is not in its place: columns were moved or inserted. Undo that, or download the "
            "template again and copy your figures into it."
        ),
        "column_deleted": _(
            "The column “%(name)s” is missing: it was deleted or moved. Undo that, or download the template again and "
            "copy your figures into it."
        ),
        "rows_inserted": _(
            "Rows were inserted above this one: %(count)s. Delete the inserted rows; the rows below then count again."
        ),
        "rows_deleted": _(
            "Rows are missing from here on: %(name)s. Undo their deletion, or download the template again and copy "
            "your figures into it."
        ),
        "rows_sorted": _(
            "The rows stand in another order than in the template: they were sorted. Undo that, or download the "
            "template again and copy your figures into it."
        ),
        "not_owed": _("This indicator is not the unit's to report any more. Empty the cell."),
        "merged": _("The cell is merged with others. Split it and fill in each cell by itself."),
        "hidden": _("The cell is hidden. Unhide its row or column, look at it, and send the workbook again."),
        "formula_without_value": _(
            "The cell holds a formula without a value. Open the workbook, save it again, or type the number itself."
        ),
        "error_value": _("The cell holds “%(text)s”, which is no number. Type the number itself."),
        "date": _("The cell holds a date. Set its format to a number and type the amount again."),
        "boolean": _("The cell holds TRUE or FALSE. Type the amount."),
        "said": "%(text)s",
        "unknown_measure": _("“%(text)s” is no unit of measure in use here. Choose from the list, or write %(unit)s."),
        "two_measures": _(
            "The amount “%(text)s” has a unit of its own, but %(unit)s is chosen beside it. Keep one of the two."
        ),
        "nil_unknown": _("“%(text)s” is not understood here. Choose “%(nil)s”, or leave the cell empty."),
        "nil_and_amount": _("A nil return is chosen, but the amount is %(text)s. Keep one of the two."),
        "note_too_long": _("The note is longer than %(limit)s characters. Shorten it."),
    }
