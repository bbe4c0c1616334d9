"""Checks while one types: what stands in the form is checked, nothing is stored."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string

from tracker.admin.sheet.return_flags import flags_while_entering
from tracker.admin.sheet.return_forms import EntryForm
from tracker.admin.sheet.return_page import Mode, ReturnPage


def answer_typing(request: HttpRequest, page: ReturnPage) -> JsonResponse:
    """Return the flags of the entered values as pieces of the page: one for the top, one a row by indicator code."""
    if page.mode is not Mode.ENTER:
        raise PermissionDenied
    flags = flags_while_entering(page.unit_return, page.rows, EntryForm(page.rows, 0, request.POST))
    context = {"page": page, "flags": flags}  # no request: what every whole page needs would be fetched for each piece
    codes = [row.indicator.code for row in page.rows]
    return JsonResponse(
        {
            "summary": render_to_string("admin/tracker/flag_summary.html", context),
            "cells": {
                code: render_to_string("admin/tracker/flags.html", {"page": page, "code": code, "told": flags.of(code)})
                for code in codes
            },
        }
    )
