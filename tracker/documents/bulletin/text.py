"""The generated text of a bulletin: sentences made of parts, each number with the identity of its figure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Part:
    """A piece of a sentence. `figure` names the figure that it prints; empty for plain words.

    A figure's identity is "indicator@region:column", for example "coal_gangue_utilised@140000:cumulative".
    """

    text: str
    figure: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence. `key` names it from one generation to the next."""

    key: str
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """Return it as one line."""
        return "".join(part.text for part in self.parts)

    @property
    def figures(self) -> dict[str, str]:
        """Return what it prints, by the identity of each figure."""
        return {part.figure: part.text for part in self.parts if part.figure}


@dataclass(frozen=True)
class Section:
    """A heading with its sentences. A section without sentences holds free text only."""

    key: str
    heading: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class BulletinText:
    """The generated text. `basis` says what the figures rest on, `marker` that they are no real ones."""

    title: str
    sections: tuple[Section, ...]
    basis: str
    marker: str = ""

    @property
    def sentences(self) -> Iterator[Sentence]:
        """Return all sentences, in their order."""
        for section in self.sections:
            yield from section.sentences


@dataclass(frozen=True)
class Disagreement:
    """A sentence that other figures word otherwise; `now` is empty where they have no such sentence."""

    then: str
    now: str
    figures: Sequence[tuple[str, str, str]]


def fill(template: str, **words: str | Part) -> tuple[Part, ...]:
    """Return a template's words as parts: `fill("%(name)s: %(sum)s.", name="煤矸石", sum=Part("5", "a@b:c"))`."""
    found: list[Part] = []
    end = 0
    for match in PLACEHOLDER.finditer(template):
        word = words[match[1]]
        found += [Part(_plain(template[end : match.start()])), word if isinstance(word, Part) else Part(word)]
        end = match.end()
    return joined([*found, Part(_plain(template[end:]))])


def joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts, with plain words that follow each other as one part, and without empty ones."""
    found: list[Part] = []
    for part in parts:
        if not part.text:
            continue
        if found and not part.figure and not found[-1].figure:
            found[-1] = Part(found[-1].text + part.text)
        else:
            found.append(part)
    return tuple(found)


def listed(items: Sequence[Sequence[Part]], separator: str) -> list[Part]:
    """Return several pieces in a row."""
    found: list[Part] = []
    for number, item in enumerate(items):
        found += [*([Part(separator)] if number else []), *item]
    return found


def disagreements(issued: BulletinText, now: BulletinText) -> list[Disagreement]:
    """Return the sentences of an issued text that the present figures word otherwise, in their order."""
    present = {sentence.key: sentence for sentence in now.sentences}
    found = []
    for sentence in issued.sentences:
        other = present.get(sentence.key)
        if other is None or other.parts != sentence.parts:
            figures = other.figures if other else {}
            differing = [
                (figure, text, figures.get(figure, ""))
                for figure, text in sentence.figures.items()
                if figures.get(figure) != text
            ]
            found.append(Disagreement(sentence.text, other.text if other else "", differing))
    return found


def text_as_json(text: BulletinText) -> dict[str, Any]:
    """Return the text in JSON's own types."""
    return {
        "title": text.title,
        "basis": text.basis,
        "marker": text.marker,
        "sections": [
            {
                "key": section.key,
                "heading": section.heading,
                "sentences": [
                    {"key": sentence.key, "parts": [[part.text, part.figure] for part in sentence.parts]}
                    for sentence in section.sentences
                ],
            }
            for section in text.sections
        ],
    }


def text_from_json(kept: Mapping[str, Any]) -> BulletinText:
    """Return the text that `text_as_json` kept."""
    return BulletinText(
        kept["title"],
        tuple(
            Section(
                section["key"],
                section["heading"],
                tuple(
                    Sentence(sentence["key"], tuple(Part(text, figure) for text, figure in sentence["parts"]))
                    for sentence in section["sentences"]
                ),
            )
            for section in kept["sections"]
        ),
        kept["basis"],
        kept.get("marker", ""),
    )


def _plain(template: str) -> str:
    return template.replace("%%", "%")
