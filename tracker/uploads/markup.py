"""Reads the XML of one part as it streams by: names without their namespaces, no document type, no entities."""

import zipfile
from collections.abc import Callable, Mapping
from xml.parsers import expat

from tracker.uploads.faults import UploadRefused

CHUNK = 256 * 1024
Attributes = Mapping[str, str]


def local(name: str) -> str:
    """Return a name without its namespace: Excel's strict and transitional files then read alike."""
    return name.rpartition(" ")[2]


def attribute(attributes: Attributes, name: str, default: str = "") -> str:
    """Return an attribute by its local name, or the default."""
    found = attributes.get(name)
    if found is not None:
        return found
    return next((value for key, value in attributes.items() if local(key) == name), default)


def read_part(
    archive: zipfile.ZipFile,
    name: str,
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a part, calling back with local names. Raises KeyError where there is no such part."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    # The guard has refused these already; a parser should never come to see one.
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
    if end is not None:
        ended = end
        parser.EndElementHandler = lambda tag: ended(local(tag))
    if text is not None:
        parser.CharacterDataHandler = text
    with archive.open(name) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse(*_arguments: object) -> None:
    raise UploadRefused.because("doctype")
