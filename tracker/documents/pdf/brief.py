"""Sets the one-page brief, smaller where it would not fit, and never on two pages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pypdfium2
import typst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.documents.brief import BriefPage
from tracker.documents.drawing.lettering import fitting
from tracker.documents.pdf.fonts import LACKING, families, font_paths, lacking_in

TEMPLATE = Path(__file__).with_name("brief.typ")
#: From roomy to close: size of the letters in points and lines of a name. The body is never smaller than 9 points.
SETTINGS = ((9.5, 2), (9.0, 2), (9.0, 1))
#: Regions in a row of the barometer; names are longer in English. The row's width and what a region's marks take, in
#: points and in letters.
CHIPS = {"zh-hans": 5, "en": 4}
ROW, MARKS = 516, 6
#: Room for two lines of a target's name, in points, and a little more.
NAMES = 190
#: So many regions and sentences at most stand there when even the closest setting does not fit.
FEWER = ((24, 5), (18, 4), (12, 3), (6, 2), (0, 1))
#: So much of a sentence is kept where nothing else helps.
LONGEST = 160


class DoesNotFit(Exception):
    """The brief takes more than a page in every setting. It is a fault of the setting, not of the data."""


def write_brief(page: BriefPage, path: Path) -> None:
    """Write the brief to this path, on one page of A4."""
    path.write_bytes(set_brief(page))


def set_brief(page: BriefPage) -> bytes:
    """Return the brief as PDF, in the roomiest setting that takes one page."""
    data = _printable(asdict(page), page)
    for setting in SETTINGS:
        found = _set(data, setting)
        if pages_in(found) == 1:
            return found
    for places, sentences in FEWER:
        found = _set(_shortened(data, places, sentences), SETTINGS[-1])
        if pages_in(found) == 1:
            return found
    raise DoesNotFit


def pages_in(pdf: bytes) -> int:
    """Return the number of pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _set(data: Mapping[str, Any], setting: tuple[float, int]) -> bytes:
    size, name_lines = setting
    chips = CHIPS.get(data["language"], 4)
    room = ROW / chips - MARKS * size
    # Twice the width of the column of names: what is longer than two lines is cut by the setting exactly.
    targets = [{**row, "name": fitting(row["name"], round(size), NAMES)} for row in data["targets"]]
    places = [{**place, "name": fitting(place["name"], round(size), room)} for place in data["places"]]
    inputs = {
        "page": json.dumps({**data, "places": places, "targets": targets}),
        "size": str(size),
        "name-lines": str(name_lines),
    }
    found = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=font_paths(),
        ignore_system_fonts=True,
        sys_inputs={**inputs, "chips": str(chips)},
    )
    assert isinstance(found, bytes)  # noqa: S101 - a PDF is one file
    return found


def _printable(data: dict[str, Any], page: BriefPage) -> dict[str, Any]:
    """Return the data with the sign of a missing type for what no font has, and a line that names these."""
    lacking = lacking_in(page.texts)
    data = _replaced(data, dict.fromkeys(map(ord, lacking), LACKING))
    data["fonts"] = list(families(tuple(font_paths())))
    if lacking:
        codes = pgettext("list separator", ", ").join(f"U+{ord(letter):04X}" for letter in lacking[:20])
        said = _(
            "〓 stands for characters that the font of this paper lacks (%(codes)s); the report has them. An engineer "
            "adds fonts by DOCUMENT_FONTS."
        )
        data["foot"] = [*data["foot"], said % {"codes": codes}]
    return data


def _replaced(value: Any, table: Mapping[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: _replaced(held, table) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(held, table) for held in value]
    return value


def _shortened(data: Mapping[str, Any], places: int, sentences: int) -> dict[str, Any]:
    """Return the same with fewer regions and sentences, and where they are left out, with words for it."""
    shown: Sequence[Any] = data["places"][:places]
    left_out = len(data["places"]) - len(shown)
    note = _("%(count)s regions more: see the report.") % {"count": left_out} if left_out else ""
    return {
        **data,
        "places": shown,
        "places_note": data["places_note"] or note,
        "lags": [_cut(words) for words in data["lags"][:sentences]],
        "findings": [_cut(words) for words in data["findings"]],
        "returns": _cut(data["returns"]),
        "ranking": _cut(data["ranking"]),
        "lists": [_cut(words) for words in data["lists"]],
    }


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
