"""Lists of projects, firms and tasks: proposed from the tables of a document, and handed on as rows of an annex."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from tracker.calculation.quantities import QuantityError, read_number
from tracker.models import ReportingUnit
from tracker.queries.imports.project_lists.days import EMPTY, read_day, read_span
from tracker.queries.imports.project_lists.headings import HEADINGS, MONEY, Columns, find_columns, is_task
from tracker.queries.imports.project_lists.read import CATEGORIES, LENGTHS, NATURES
from tracker.queries.imports.project_lists.source import FIRST_CELL, Annex, AnnexRow, title_of
from tracker.queries.plans.drafts.draft import Draft, DraftList, DraftPlan, DraftTarget
from tracker.queries.plans.drafts.known import Known, load_known
from tracker.queries.plans.drafts.wording import OwnDoubt
from tracker.uploads.document_tables import DocumentTable
from tracker.uploads.policy.labels import read_label
from tracker.uploads.policy.proposals import Reading, TableReading

#: A column that is kept in words with the content.
NOTE = "note"
PLAIN = re.compile(r"^(?:序号?|编号|No\.?|#)$", re.IGNORECASE)
REMARK = re.compile(r"备注|说明|^(?:Notes?|Remarks?)$", re.IGNORECASE)
YEAR = re.compile(r"(20\d\d)年?")
SENTENCE_END = re.compile(r"[。；，;]")
#: Tables that may hold names, by the kind that the reader gives them.
KINDS = ("projects", "roster", "tasks", "other")
#: What a sentence says of the members that it counts.
COUNTED = (("达产", "at_capacity"), ("投产|建成|竣工|完工", "producing"), ("开工", "started"))
MONEY_UNITS = ("元", "万元", "亿元")
LINES_ABOVE, LONGEST_LINE = 4, 80


@dataclass(frozen=True)
class UnreadCell:
    """A cell that cannot be read as what its column is: the number of its row, the heading, and what stands there."""

    row: int
    heading: str
    text: str


def with_lists(draft: Draft, reading: Reading) -> Draft:
    """Return the draft with the lists that the document's tables are."""
    lists = _propose(reading, draft.targets, draft.plan, load_known(draft.regions))
    return replace(draft, lists=tuple(lists), last_key=max(draft.last_key, len(lists)))


def with_placed_rows(draft: Draft) -> Draft:
    """Return the draft in which rows whose places have become known are doubted no more."""
    known = load_known(draft.regions)
    return replace(draft, lists=tuple(_placed(one, known) for one in draft.lists))


def _placed(item: DraftList, known: Known) -> DraftList:
    if OwnDoubt.ROWS_WITHOUT_PLACE not in item.doubts or rows_without_place(item, known):
        return item
    return replace(item, doubts=tuple(one for one in item.doubts if one != OwnDoubt.ROWS_WITHOUT_PLACE))


def _propose(reading: Reading, targets: Sequence[DraftTarget], plan: DraftPlan, known: Known) -> list[DraftList]:
    """Return the lists in the order of the text. Tables of one annex with the same columns are one list."""
    found: list[DraftList] = []
    end = 0
    for one in reading.tables:
        between = reading.text[end : one.table.span.start]
        end = one.table.span.end
        if one.kind not in KINDS:
            continue
        proposed = _list(one, between, plan)
        if proposed is not None and found and _is_same(found[-1], proposed):
            found[-1] = _joined(found[-1], proposed)
        elif proposed is not None:
            found.append(proposed)
        elif found and not between.strip() and one.table.width == len(found[-1].headings):
            found[-1] = replace(found[-1], rows=(*found[-1].rows, *_rows(one, 0)), end=end)
    units = _known_units()
    return [
        _doubted(_counted(replace(one, key=f"l{at}", code=f"list-{at}"), reading.text, targets), known, units)
        for at, one in enumerate(found, 1)
    ]


def annex_of(item: DraftList, known: Known) -> Annex:
    """Return the rows of a list as an annex: what cannot be read as its column's field goes into the content."""
    annex = Annex(is_document=True, titles=(item.title or item.name,))
    columns = _columns(item)
    values = _values(item, known, _known_units())
    annex.take(AnnexRow(number, row, columns, row=number) for number, row in values)
    return annex


def members_in(item: DraftList, known: Known) -> list[AnnexRow]:
    """Return the rows that hold members."""
    rows = annex_of(item, known).rows.values()
    return [row for row in rows if not (row.heading or row.is_empty or row.is_sum)]


def rows_without_place(item: DraftList, known: Known) -> list[int]:
    """Return the numbers of the rows with members whose place is not known."""
    if item.default_region:
        return []
    heading = item.title
    missing = []
    for row in annex_of(item, known).rows.values():
        if row.heading:
            heading = row.heading
        elif not (row.is_empty or row.is_sum) and not _has_place(row.values, heading, known):
            missing.append(row.number)
    return missing


def unread_cells(item: DraftList, known: Known) -> list[UnreadCell]:
    """Return the cells that are kept in words because their column's field does not take them."""
    units = _known_units()
    return [
        UnreadCell(number, heading, text)
        for number, (_start, _end, cells) in enumerate(item.rows, 1)
        if number not in item.left_out and _is_member(item, cells)
        for heading, field, text in zip(item.headings, item.fields, cells, strict=True)
        if field not in ("", NOTE) and not _is_readable(field, text, units)
    ]


def _list(one: TableReading, between: str, plan: DraftPlan) -> DraftList | None:
    """Return the list that a table is; None for a table without names."""
    texts = [[cell.text for cell in row] for row in one.table.rows]
    lines = [line.strip() for line in between.splitlines() if line.strip()]
    above = [line for line in lines[-LINES_ABOVE:] if len(line) <= LONGEST_LINE]
    columns = find_columns(texts[:6], above)
    if columns is None and one.kind != "projects":
        return None
    head = columns.heading_row if columns else 1
    if len(texts) <= head:
        return None
    headings = tuple(texts[head - 1])
    at = {place - 1: field for field, place in columns.at.items()} if columns else {}
    fields = tuple(at.get(place) or _plain_field(heading) for place, heading in enumerate(headings))
    caption = [row[0] for row in texts[: head - 1] if row[0]]
    title = title_of(DocumentTable([*above, *caption], texts, frozenset()), 1) if above or caption else ""
    label = read_label(title)
    name = (title[label.length :] if label else title).strip("：:、. ") or title or one.clause
    year = str(columns.year) if columns and columns.year else found[1] if (found := YEAR.search(title)) else ""
    tasks = "name" in fields and is_task(headings[fields.index("name")])
    is_roster = one.kind == "roster" or bool(columns and columns.names_firms and one.kind != "projects")
    doubts = [OwnDoubt.LIST_OF_TASKS] if tasks else []
    if columns is None:
        doubts.append(OwnDoubt.NO_NAME_COLUMN)
    if not year and plan.starts_on[:4] != plan.ends_on[:4]:
        doubts.append(OwnDoubt.LIST_YEAR)
    if columns and columns.assumed:
        doubts.append(OwnDoubt.UNIT_OF_AMOUNTS)
    if any(field == NOTE and not REMARK.search(words) for field, words in zip(fields, headings, strict=True)):
        doubts.append(OwnDoubt.UNKNOWN_COLUMN)
    return DraftList(
        "",
        start=one.table.span.start,
        end=one.table.span.end,
        doubts=tuple(one.value for one in doubts),
        name=name[:200],
        kind="tasks" if tasks else "roster" if is_roster else "projects",
        year=year or plan.starts_on[:4],
        clause=one.clause,
        title=title,
        headings=headings,
        fields=fields,
        rows=tuple(_rows(one, head)),
        units=tuple(columns.units.items()) if columns else (),
        assumed=tuple(sorted(columns.assumed)) if columns else (),
        heading_end=max((cell.span.end for cell in one.table.rows[head - 1]), default=0),
    )


def _rows(one: TableReading, head: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the rows below the headings. A cell that is merged with the row above stands there in the text."""
    rows = one.table.rows
    for at, row in enumerate(rows[head:], head):
        above = {cell.span for cell in rows[at - 1]} if at else set()
        own = [cell.span for cell in row if cell.span not in above] or [cell.span for cell in row]
        is_whole = len({cell.span for cell in row}) == 1 and len(row) > 1
        cells = (row[0].text,) if is_whole else tuple(cell.text for cell in row)
        yield min(span.start for span in own), max(span.end for span in own), cells


def _plain_field(heading: str) -> str:
    return "" if PLAIN.match(heading) or not heading else NOTE


def _is_same(before: DraftList, item: DraftList) -> bool:
    return bool(item.clause) and before.clause == item.clause and before.headings == item.headings


def _joined(before: DraftList, item: DraftList) -> DraftList:
    """Return a list that goes on in another table of its annex, whose title heads the rows there."""
    heading = (item.start, item.start, (item.title,))
    doubts = tuple(dict.fromkeys((*before.doubts, *item.doubts)))
    return replace(before, rows=(*before.rows, heading, *item.rows), end=item.end, doubts=doubts)


def _counted(item: DraftList, text: str, targets: Sequence[DraftTarget]) -> DraftList:
    """Return the list with the target whose sentence names it or its annex, and what that counts."""
    names = [re.escape(words) for words in (item.clause if item.clause.startswith("附") else "", item.name) if words]
    if not names:
        return item
    named = re.compile("|".join(f"{words}(?![0-9])" for words in names))
    for one in targets:
        sentence = text[one.start : one.end]
        is_inside = item.start <= one.start < item.end
        if is_inside or one.part_of or not named.search(sentence):
            continue
        if one.unit in MONEY_UNITS:
            return replace(item, target=one.key, counts="investment")
        words = text[max(one.start, one.number_start - 12) : one.number_end + 16]
        step = next((code for pattern, code in COUNTED if re.search(pattern, words)), "members")
        if item.kind != "projects":
            step = "members"
        number = len(_members(item))
        differs = (OwnDoubt.COUNT_DIFFERS.value,) if not _is_number(one.value, number) else ()
        return replace(item, target=one.key, counts=step, doubts=(*item.doubts, *differs))
    return item


def _members(item: DraftList) -> list[tuple[str, ...]]:
    """Return the cells of the rows that neither head nor add up others."""
    return [cells for _start, _end, cells in item.rows if _is_member(item, cells)]


def _is_member(item: DraftList, cells: Sequence[str]) -> bool:
    if len(cells) != len(item.headings):
        return False
    name = cells[item.fields.index("name")] if "name" in item.fields else cells[0]
    row = AnnexRow(0, {FIRST_CELL: cells[0], "name": name}, NO_COLUMNS)
    return not row.is_sum and any(cells[1 if item.fields[0] in ("", NOTE) else 0 :])


def _is_number(text: str, number: int) -> bool:
    try:
        return Decimal(text) == number
    except InvalidOperation:
        return False


def _doubted(item: DraftList, known: Known, units: frozenset[str]) -> DraftList:
    doubts = list(item.doubts)
    if "name" in item.fields and rows_without_place(item, known):
        doubts.append(OwnDoubt.ROWS_WITHOUT_PLACE)
    if unread_cells(item, known):
        doubts.append(OwnDoubt.UNREAD_CELLS)
    if item.kind == "roster" and not all(row.values.get("credit_code") for row in members_in(item, known)):
        doubts.append(OwnDoubt.NO_CREDIT_CODE)
    return replace(item, doubts=tuple(dict.fromkeys(str(one) for one in doubts)))


NO_COLUMNS = Columns(0, {}, {})


def _columns(item: DraftList) -> Columns:
    at = {field: place for place, field in reversed(list(enumerate(item.fields, 1))) if field in HEADINGS}
    units = {field: unit for field, unit in item.units if not (item.amounts_in and field in item.assumed)}
    for field in MONEY:
        if field in at:
            units.setdefault(field, item.amounts_in or "万元")
    is_stated = item.amounts_in or item.state != "open"
    assumed = frozenset() if is_stated else frozenset(item.assumed)
    return Columns(0, at, units, assumed, None)


def _values(item: DraftList, known: Known, units: frozenset[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    heading = item.title
    for number, (_start, _end, cells) in enumerate(item.rows, 1):
        if number in item.left_out:
            continue
        if len(cells) != len(item.headings):
            heading = cells[0]
            yield number, {FIRST_CELL: cells[0]}
            continue
        row = _row(item, cells, known, units)
        if item.default_region and not _has_place(row, heading, known):
            row["region"] = item.default_region
        yield number, row


def _row(item: DraftList, cells: Sequence[str], known: Known, units: frozenset[str]) -> dict[str, str]:
    """Return the values of a row by field. What no field takes goes into the content with its heading."""
    row: dict[str, str] = {} if item.fields[0] in HEADINGS else {FIRST_CELL: cells[0]}
    words: list[str] = []
    for heading, field, text in zip(item.headings, item.fields, cells, strict=True):
        if not field or not text:
            continue
        if field in HEADINGS and _is_readable(field, text, units) and field not in row:
            row[field] = text
        elif text not in EMPTY:
            words.append(f"{heading}：{text}")
            if field == "name":
                row[field] = SENTENCE_END.split(text)[0][: LENGTHS["name"]]
    if "region" in row:
        full, unknown = known.places((row["region"],))
        row["region"] = row["region"] if unknown or not full else full[0]
    if words and _is_member(item, cells):
        row["content"] = "\n".join([*([row["content"]] if row.get("content") else []), *words])
    return row


def _has_place(row: Mapping[str, object], heading: str, known: Known) -> bool:
    if named := str(row.get("region", "")):
        return named in known.regions or named in known.regions.values()
    site = str(row.get("site", ""))
    return any(name and (name in site or name in heading) for name in known.regions)


def _is_readable(field: str, text: str, units: frozenset[str]) -> bool:
    """Return True if the field takes what stands in a cell."""
    if text in EMPTY:
        return True
    if field in LENGTHS:
        return len(text) <= LENGTHS[field]
    try:
        if field in ("planned_start", "planned_finish"):
            read_day(text)
        elif field == "years":
            read_span(text)
        elif field in (*MONEY, "longitude", "latitude"):
            read_number(text)
    except (ValueError, QuantityError):
        return False
    known = {"nature": NATURES, "category": CATEGORIES, "unit": units, "unit_code": units}
    return field not in known or text in known[field]


def _known_units() -> frozenset[str]:
    rows = ReportingUnit.objects.values_list("name", "name_en", "code")
    return frozenset(words for row in rows for words in row if words)
