"""Assembling: content becomes clauses, targets, commitments, tables and rejected numbers."""

from tracker.uploads.policy.chinese import bodies, trap_words
from tracker.uploads.policy.chinese import sentence as chinese
from tracker.uploads.policy.chinese.places import places_in_title
from tracker.uploads.policy.clauses import Clause, find_clauses, paragraphs_by_clause, titles_above
from tracker.uploads.policy.commitments import find_commitments
from tracker.uploads.policy.content import Content, Span
from tracker.uploads.policy.context import SentenceContext, SentenceReading
from tracker.uploads.policy.english import bodies as english_bodies
from tracker.uploads.policy.english import sentence as english
from tracker.uploads.policy.english import wording
from tracker.uploads.policy.files.joining import BULLET
from tracker.uploads.policy.normalising import is_chinese
from tracker.uploads.policy.plan_facts import plan_years, read_plan
from tracker.uploads.policy.proposals import Bodies, Reading, RejectedNumber, TargetProposal
from tracker.uploads.policy.relations import with_relations
from tracker.uploads.policy.sentences import split_sentences
from tracker.uploads.policy.tables import read_tables


def read_content(content: Content, scanned_pages: tuple[int, ...] = ()) -> Reading:
    """Return everything that the rules find in the content."""
    return _Reader(content).read(scanned_pages)


#: A line without a label that is longer than this is no heading.
LONGEST_HEADING = 30


class _Reader:
    """Reader of one document."""

    def __init__(self, content: Content) -> None:
        self.content, self.text = content, content.text
        self.is_chinese = is_chinese(content.text)
        self.plan = read_plan(content)
        self.years = plan_years(self.plan, content.text)
        self.clauses = find_clauses(content)
        self.above = {
            one.span.start: titles for one, titles in zip(self.clauses, titles_above(self.clauses), strict=True)
        }
        self.paragraphs = paragraphs_by_clause(content, self.clauses)
        self.bodies = self._bodies_by_paragraph()
        self.targets: list[TargetProposal] = []
        self.rejected: list[RejectedNumber] = []

    def read(self, scanned_pages: tuple[int, ...]) -> Reading:
        """Return the reading."""
        known_bases: dict = {}
        for clause, paragraphs in self.paragraphs:
            carried: SentenceContext | None = None
            heading = ""
            for paragraph in self._without_label(clause, paragraphs):
                heading = self._heading(paragraph) or heading
                context = self._context(clause, known_bases)
                context.is_goal_section = context.is_goal_section or self._names_goals(heading)
                if carried and self._is_goal(clause):
                    context.year, context.due_on, context.recent = carried.year, carried.due_on, carried.recent
                self._read_paragraph(clause, paragraph, context)
                carried = context
        tables = read_tables(self.content, self.clauses, self.years, is_chinese=self.is_chinese)
        targets = with_relations([*self.targets, *tables.without_duplicates(self.targets)])
        return Reading(
            self.text,
            self.plan,
            self.clauses,
            tuple(targets),
            find_commitments(self.text, self.paragraphs, self.above, self.bodies),
            tables.tables,
            (*self.rejected, *tables.rejected),
            scanned_pages,
        )

    def _without_label(self, clause: Clause | None, paragraphs: list[Span]) -> list[Span]:
        if clause is None or not paragraphs:
            return paragraphs
        return [Span(clause.body.start, paragraphs[0].end), *paragraphs[1:]]

    def _context(self, clause: Clause | None, known_bases: dict) -> SentenceContext:
        return SentenceContext(
            self.years,
            is_past_section=self._is_past(clause),
            is_goal_section=self._is_goal(clause),
            places=places_in_title(clause.title) if clause and self.is_chinese else (),
            known_bases=known_bases,
        )

    def _headings(self, clause: Clause | None) -> tuple[str, ...]:
        """Return the titles of the clause and of those above it."""
        return (clause.title, *self.above[clause.span.start]) if clause else ()

    def _is_past(self, clause: Clause | None) -> bool:
        past, future = (
            (trap_words.PAST_SECTION, trap_words.FUTURE_SECTION)
            if self.is_chinese
            else (wording.PAST_SECTION, wording.FUTURE_SECTION)
        )
        return any(past.search(title) and not future.search(title) for title in self._headings(clause))

    def _is_goal(self, clause: Clause | None) -> bool:
        return any(self._names_goals(title) for title in self._headings(clause)[:2])

    def _heading(self, paragraph: Span) -> str:
        """Return a short line without amounts or an end, which heads the lines below it without a label."""
        line = paragraph.of(self.text).strip()
        is_plain = line[-1:] not in "。.；;，," and not any(one.isdigit() for one in line)
        return line if is_plain and len(line) <= LONGEST_HEADING else ""

    def _names_goals(self, heading: str) -> bool:
        pattern = trap_words.GOAL_SECTION if self.is_chinese else wording.GOAL_SECTION
        return bool(heading and pattern.search(heading))

    def _read_paragraph(self, clause: Clause | None, paragraph: Span, context: SentenceContext) -> None:
        line = paragraph.of(self.text)
        if clause is None and not BULLET.match(line) and not any(mark in line for mark in "。.，"):
            return  # title and document number
        if self.is_chinese and bodies.is_body_line(paragraph.of(self.text)):
            return
        read = chinese.read_sentence if self.is_chinese else english.read_sentence
        for sentence in split_sentences(self.text, paragraph, is_chinese=self.is_chinese):
            reading = read(sentence.of(self.text), context)
            self._keep(clause, sentence, reading, self.bodies.get(paragraph.end, Bodies()))

    def _keep(self, clause: Clause | None, sentence: Span, reading: SentenceReading, named: Bodies) -> None:
        first = len(self.targets)
        for draft in reading.drafts:
            self.targets.append(
                TargetProposal(
                    clause=clause.number if clause else "",
                    indicator=draft.indicator,
                    value=draft.quantity.value,
                    high=draft.quantity.high,
                    unit=draft.quantity.unit,
                    bound=draft.bound,
                    change=draft.change,
                    sentence=sentence,
                    number=Span(sentence.start + draft.quantity.start, sentence.start + draft.quantity.end),
                    base=draft.base,
                    year=draft.year,
                    due_on=draft.due_on,
                    frequency=draft.frequency,
                    places=draft.places,
                    bodies=draft.bodies or named,
                    is_approximate=draft.is_approximate,
                    nature=draft.nature,
                    part_of=None if draft.part_of is None else first + draft.part_of,
                    doubts=draft.doubts,
                )
            )
        for one in reading.rejected:
            quantity = one.quantity
            number = Span(sentence.start + quantity.start, sentence.start + quantity.end)
            self.rejected.append(RejectedNumber(one.reason, number, sentence, quantity.value, quantity.unit))

    def _bodies_by_paragraph(self) -> dict[int, Bodies]:
        """Return the bodies of each paragraph, by its end: its own, or those of the lines below it in its clause."""
        read = bodies.bodies_of if self.is_chinese else english_bodies.bodies_of
        found: dict[int, Bodies] = {}
        for _clause, paragraphs in self.paragraphs:
            below = Bodies()
            for paragraph in reversed(paragraphs):
                own = read(paragraph.of(self.text))
                is_line = bodies.is_body_line(paragraph.of(self.text))
                below = bodies.merge([own, below]) if is_line and own else own or below
                found[paragraph.end] = below
        return found
