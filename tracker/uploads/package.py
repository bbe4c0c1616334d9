"""The guard: what an .xlsx or .docx file is as a package, looked at byte by byte before any program parses it.

Sizes are counted while unpacking; what the directory of the archive says of them is not believed.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.parsers import expat

from tracker.uploads.faults import UploadRefused
from tracker.uploads.markup import Attributes, local

MB = 1024 * 1024
MAX_FILE = 20 * MB
MAX_UNPACKED = 256 * MB
MAX_PART = 192 * MB
MAX_PARTS = 2_000
#: Of what is larger than SMALL once unpacked: how many times its packed size it may be. Sheets reach 10 to 60.
MAX_RATIO = 300
SMALL = 4 * MB
CHUNK = 256 * 1024

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
CONTENT_TYPES = "[Content_Types].xml"
ENCRYPTED = 0x1
XML_ENDINGS = (".xml", ".rels", ".vml")
#: The encodings in which a parser may read XML; in another one a DOCTYPE would hide from the search below.
ENCODINGS = (b"utf-8", b"utf8", b"utf-16", b"utf-16le", b"utf-16be", b"us-ascii", b"ascii")
DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
DOCTYPE = re.compile(rb"<!\s*(doctype|entity)", re.IGNORECASE)
MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|/activex/|/ctrlprops/|customui", re.IGNORECASE)
OUTSIDE = re.compile(r"/externallinks/|/connections\.xml|/querytables/|/webextensions/", re.IGNORECASE)
EMBEDDED = re.compile(r"/embeddings/|/oleobject", re.IGNORECASE)


@dataclass(frozen=True)
class PackageKind:
    """Kind of package: the content type of its main part, and what else it may hold.

    Word files may link to templates and embed drawings: the reader follows no link and opens no embedded object.
    """

    main: bytes
    may_link: bool
    encrypted: str
    wrong: str


WORKBOOK = PackageKind(b"spreadsheetml.sheet.main+xml", False, "encrypted_or_old", "not_a_workbook")
WORD = PackageKind(b"wordprocessingml.document.main+xml", True, "policy_encrypted_or_old", "policy_kind")


def check_package(path: Path, kind: PackageKind = WORKBOOK) -> None:
    """Raise UploadRefused unless the file is a plain, complete package of the kind within the limits."""
    size = path.stat().st_size
    if size > MAX_FILE:
        raise UploadRefused.because("file_too_large", limit=MAX_FILE // MB)
    if size == 0:
        raise UploadRefused.because("empty_file")
    with path.open("rb") as file:
        _check_signature(file.read(8), kind)
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                _check_parts(archive, kind)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
            raise UploadRefused.because("damaged") from None
        except OverflowError:
            raise UploadRefused.because("damaged") from None


def _check_signature(start: bytes, kind: PackageKind) -> None:
    if start == OLE:
        raise UploadRefused.because(kind.encrypted)
    if not start.startswith(ZIP):
        raise UploadRefused.because(kind.wrong)


def _check_parts(archive: zipfile.ZipFile, kind: PackageKind) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise UploadRefused.because("too_many_parts", limit=MAX_PARTS)
    _check_names([part.orig_filename for part in parts], kind)
    if CONTENT_TYPES not in archive.namelist():
        raise UploadRefused.because(kind.wrong)
    room = MAX_UNPACKED
    for part in parts:
        room -= _check_part(archive, part, room, kind)
    _check_kind(archive.read(CONTENT_TYPES), kind, archive.namelist())


def _check_names(names: list[str], kind: PackageKind) -> None:
    """No part outside the package, none twice: programs would differ about which of the two they read."""
    seen: set[str] = set()
    for name in names:
        if name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/"):
            raise UploadRefused.because("strange_part", part=_shown(name))
        plain = posixpath.normpath(name).casefold()
        if plain in seen:
            raise UploadRefused.because("part_twice", part=_shown(name))
        seen.add(plain)
        within = f"/{plain}"
        if MACROS.search(within):
            raise UploadRefused.because("macros")
        if OUTSIDE.search(within) and not kind.may_link:
            raise UploadRefused.because("external_links")
        if EMBEDDED.search(within) and not kind.may_link:
            raise UploadRefused.because("embedded_objects")


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, room: int, kind: PackageKind) -> int:
    """Unpack one part, keeping nothing of it; how large it is."""
    if part.flag_bits & ENCRYPTED:
        raise UploadRefused.because(kind.encrypted)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UploadRefused.because("damaged")
    is_xml = part.filename.casefold().endswith(XML_ENDINGS)
    is_links = part.filename.casefold().endswith(".rels")
    size, tail = 0, b""
    kept: list[bytes] = []
    for chunk in _unpacked(archive, part):
        size += len(chunk)
        if size > min(MAX_PART, room) or (size > SMALL and size > MAX_RATIO * max(part.compress_size, 1)):
            raise UploadRefused.because("unpacks_too_large", part=_shown(part.filename))
        if is_xml:
            plain = chunk.replace(b"\0", b"")  # UTF-16 then reads as ASCII
            _check_xml(tail + plain, is_start=size == len(chunk))
            tail = plain[-32:]
        if is_links or part.filename == CONTENT_TYPES:
            if size > MB:
                raise UploadRefused.because("unpacks_too_large", part=_shown(part.filename))
            kept.append(chunk)
    if size != part.file_size:
        raise UploadRefused.because("damaged")
    if is_links and not kind.may_link:
        _check_links(b"".join(kept))
    return size


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Return all that unpacking gives, also beyond the size that the directory names."""
    unbounded = copy(part)
    unbounded.file_size = MAX_PART + MAX_UNPACKED
    stream: IO[bytes]
    with archive.open(unbounded) as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _check_xml(text: bytes, *, is_start: bool) -> None:
    if DOCTYPE.search(text):
        raise UploadRefused.because("doctype")
    declared = DECLARED.search(text[:400]) if is_start else None
    if declared and declared[1].strip().lower() not in ENCODINGS:
        raise UploadRefused.because("strange_encoding")


def _check_links(links: bytes) -> None:
    """Refuse external links except hyperlinks, which lead out only when a user clicks them.

    Programs follow every other link. Parsed, not searched: the markup is a megabyte at most, without declarations, and
    a parser reads it once, however it is written; a search can be kept busy for hours, and a ">" within an address ends
    it too early.
    """

    def start(tag: str, attributes: Attributes) -> None:
        said = {local(name).casefold(): value for name, value in attributes.items()}
        is_external = said.get("targetmode", "").strip().casefold() == "external"
        if local(tag).casefold() == "relationship" and is_external and not said.get("type", "").endswith("/hyperlink"):
            raise UploadRefused.because("external_links")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        parser.Parse(links, True)
    except expat.ExpatError:
        raise UploadRefused.because("damaged") from None


def _check_kind(content_types: bytes, kind: PackageKind, names: Iterable[str]) -> None:
    """Refuse a package whose parts, by their declared types, hold macros, or whose main part is of another kind.

    Some programs declare types of parts that are not there, macros among them: only types of parts count.
    """
    types = _types_of(content_types, names)
    if any("macroenabled" in one or "vbaproject" in one for one in types):
        raise UploadRefused.because("macros")
    if not any(kind.main.decode() in one for one in types):
        raise UploadRefused.because(kind.wrong)


def _types_of(content_types: bytes, names: Iterable[str]) -> set[str]:
    """Return the declared types of the parts that are there, in small letters."""
    by_part: dict[str, str] = {}
    by_ending: dict[str, str] = {}

    def start(tag: str, attributes: Attributes) -> None:
        said = {local(name).casefold(): value for name, value in attributes.items()}
        content_type = said.get("contenttype", "").casefold()
        if local(tag).casefold() == "override":
            by_part[posixpath.normpath(f"/{said.get('partname', '')}").casefold().lstrip("/")] = content_type
        elif local(tag).casefold() == "default":
            by_ending[said.get("extension", "").casefold()] = content_type

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    if content_types.strip():
        try:
            parser.Parse(content_types, True)
        except expat.ExpatError:
            raise UploadRefused.because("damaged") from None
    plain = [posixpath.normpath(name).casefold() for name in names]
    return {by_part.get(name) or by_ending.get(name.rpartition(".")[2], "") for name in plain}


def _shown(name: str) -> str:
    """Return a part's name, fit to be printed."""
    return "".join(character if character.isprintable() else "?" for character in name)[:80]
