"""The guard: what is no plain, complete .xlsx package within the limits is refused before anything parses it."""

import io
import struct
import zipfile

import pytest

from tests.uploads import packages
from tests.uploads.packages import HEAD, LINKS, PACKAGE, plain_parts
from tracker.uploads import package
from tracker.uploads.faults import UploadRefused

SHEET = "xl/worksheets/sheet1.xml"
EXTERNAL = f'<Relationship Id="rId9" Type="{LINKS}/externalLinkPath" Target="file:///x.xlsx" TargetMode="External"/>'
CLICKED = f'<Relationship Id="rId9" Type="{LINKS}/hyperlink" Target="https://example.com" TargetMode="External"/>'
BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'


def links(*more: str) -> str:
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(more)}</Relationships>'


def refused(path) -> str:
    """The code of the one fault that the guard finds."""
    with pytest.raises(UploadRefused) as refusal:
        package.check_package(path)
    return refusal.value.faults[0].code


#: A change to the parts of a right workbook, and what the guard calls it.
CHANGED = {
    "a macro project": ({"xl/vbaProject.bin": b"\xd0\xcf"}, "macros"),
    "a macro project in capitals": ({"XL/VBAPROJECT.BIN": b"\xd0\xcf"}, "macros"),
    "a macro sheet": ({"xl/macrosheets/sheet1.xml": "<x/>"}, "macros"),
    "an ActiveX control": ({"xl/activeX/activeX1.bin": b"1"}, "macros"),
    "a form control": ({"xl/ctrlProps/ctrlProp1.xml": "<x/>"}, "macros"),
    "a ribbon of its own": ({"customUI/customUI.xml": "<x/>"}, "macros"),
    "a macro-enabled type": (
        {
            "[Content_Types].xml": packages.TYPES.replace(
                packages.WORKBOOK_TYPE, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
            )
        },
        "macros",
    ),
    "a binary workbook's type": (
        {
            "[Content_Types].xml": packages.TYPES.replace(
                packages.WORKBOOK_TYPE, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
            )
        },
        "macros",
    ),
    "a template's type": (
        {"[Content_Types].xml": packages.TYPES.replace("sheet.main+xml", "template.main+xml")},
        "not_a_workbook",
    ),
    "a document's type": (
        {"[Content_Types].xml": packages.TYPES.replace("spreadsheetml.sheet", "wordprocessingml.document")},
        "not_a_workbook",
    ),
    "an empty list of types": ({"[Content_Types].xml": ""}, "not_a_workbook"),
    "an external workbook": ({"xl/externalLinks/externalLink1.xml": "<x/>"}, "external_links"),
    "a database connection": ({"xl/connections.xml": "<x/>"}, "external_links"),
    "a query": ({"xl/queryTables/queryTable1.xml": "<x/>"}, "external_links"),
    "a web extension": ({"xl/webextensions/taskpanes.xml": "<x/>"}, "external_links"),
    "an external relationship": ({"xl/_rels/workbook.xml.rels": links(EXTERNAL)}, "external_links"),
    "an external picture": (
        {"xl/drawings/_rels/drawing1.xml.rels": links(EXTERNAL.replace("externalLinkPath", "image"))},
        "external_links",
    ),
    "an external template in UTF-16": (
        {"xl/_rels/workbook.xml.rels": links(EXTERNAL).replace("UTF-8", "UTF-16").encode("utf-16")},
        "external_links",
    ),
    "an embedded document": ({"xl/embeddings/Microsoft_Word.docx": b"PK"}, "embedded_objects"),
    "an OLE object": ({"xl/embeddings/oleObject1.bin": b"\xd0"}, "embedded_objects"),
    "a DOCTYPE in a sheet": ({SHEET: packages.sheet().replace(HEAD, HEAD + "<!DOCTYPE x>")}, "doctype"),
    "a DOCTYPE in small letters": ({SHEET: packages.sheet().replace(HEAD, HEAD + "<!doctype x>")}, "doctype"),
    "a billion laughs": ({SHEET: packages.sheet().replace(HEAD, HEAD + BILLION)}, "doctype"),
    "an outside entity": (
        {SHEET: packages.sheet().replace(HEAD, HEAD + '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')},
        "doctype",
    ),
    "a DOCTYPE in the list of types": ({"[Content_Types].xml": "<!DOCTYPE x>" + packages.TYPES}, "doctype"),
    "a DOCTYPE in the links": ({"_rels/.rels": "<!DOCTYPE x>" + packages.ROOT_LINKS}, "doctype"),
    "a DOCTYPE in little-endian UTF-16": ({SHEET: f"<!DOCTYPE x>{packages.sheet()}".encode("utf-16")}, "doctype"),
    "a DOCTYPE in big-endian UTF-16": ({SHEET: f"<!DOCTYPE x>{packages.sheet()}".encode("utf-16-be")}, "doctype"),
    "a DOCTYPE across two blocks": (
        {SHEET: b"<?xml version='1.0'?>" + b" " * (package.CHUNK - 25) + b"<!DOCTYPE x><x/>"},
        "doctype",
    ),
    "an encoding of mainframes": ({SHEET: packages.sheet().replace("UTF-8", "cp037")}, "strange_encoding"),
    "UTF-7": ({SHEET: packages.sheet().replace("UTF-8", "UTF-7")}, "strange_encoding"),
    "GBK": ({SHEET: packages.sheet().replace("UTF-8", "GBK").encode("gbk")}, "strange_encoding"),
    "a part above the package": ({"../evil.xml": "<x/>"}, "strange_part"),
    "a part above, further down": ({"xl/../../evil.xml": "<x/>"}, "strange_part"),
    "a part at the root of the disk": ({"/etc/cron.d/x": "x"}, "strange_part"),
    "a part on drive C": ({"C:/x.xml": "<x/>"}, "strange_part"),
    "a part with backslashes": ({"xl\\worksheets\\sheet9.xml": "<x/>"}, "strange_part"),
    "the same part in capitals": ({"XL/Workbook.xml": "<x/>"}, "part_twice"),
    "the same part by a detour": ({"xl/./workbook.xml": "<x/>"}, "part_twice"),
    "a bomb": ({"xl/media/image1.png": b"\0" * (package.SMALL * 10)}, "unpacks_too_large"),
    "an external workbook with a > in its address": (
        {"xl/_rels/workbook.xml.rels": links(EXTERNAL.replace("x.xlsx", "a>b.xlsx"))},
        "external_links",
    ),
    "links that keep a search busy": ({"xl/_rels/workbook.xml.rels": "<Relationship " * 70_000}, "damaged"),
    "links cut off": ({"xl/_rels/workbook.xml.rels": links(CLICKED)[:-20]}, "damaged"),
    "an endless list of parts": ({"[Content_Types].xml": "<Types>" + "<x/>" * 300_000}, "unpacks_too_large"),
    "endless links": ({"xl/_rels/workbook.xml.rels": links(CLICKED * 10_000)}, "unpacks_too_large"),
}


@pytest.mark.parametrize("change", CHANGED, ids=str)
def test_the_guard_refuses(change, tmp_path):
    parts, code = CHANGED[change]
    assert refused(packages.pack(tmp_path / "x.xlsx", plain_parts() | parts)) == code


def test_a_right_workbook_passes(tmp_path):
    package.check_package(packages.pack(tmp_path / "x.xlsx", plain_parts()))


def test_a_hyperlink_in_a_cell_passes(tmp_path):
    parts = plain_parts() | {"xl/worksheets/_rels/sheet1.xml.rels": links(CLICKED)}
    package.check_package(packages.pack(tmp_path / "x.xlsx", parts))


def test_a_sheet_in_utf_16_passes(tmp_path):
    parts = plain_parts() | {SHEET: packages.sheet().replace("UTF-8", "UTF-16").encode("utf-16")}
    package.check_package(packages.pack(tmp_path / "x.xlsx", parts))


FILES = {
    "nothing": (b"", "empty_file"),
    "an old or encrypted workbook": (package.OLE + b"\0" * 600, "encrypted_or_old"),
    "a table of commas": ("指标,本月\n煤矸石,500\n".encode(), "not_a_workbook"),
    "a page": (b"<html><table><tr><td>500</td></tr></table></html>", "not_a_workbook"),
    "an XML table": (b'<?xml version="1.0"?><Workbook/>', "not_a_workbook"),
    "a PDF": (b"%PDF-1.7\n", "not_a_workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "not_a_workbook"),
    "a RAR": (b"Rar!\x1a\x07\x00", "not_a_workbook"),
    "a program": (b"MZ\x90\x00" + b"\0" * 100, "not_a_workbook"),
    "a mark and nothing more": (package.ZIP, "damaged"),
    "an empty archive": (b"PK\x05\x06" + b"\0" * 18, "not_a_workbook"),
}


@pytest.mark.parametrize("kind", FILES, ids=str)
def test_what_is_no_workbook_is_refused_by_its_content(kind, tmp_path):
    content, code = FILES[kind]
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert refused(path) == code


@pytest.mark.parametrize("missing", ["[Content_Types].xml"])
def test_an_archive_that_is_no_package_is_refused(missing, tmp_path):
    parts = plain_parts()
    del parts[missing]
    assert refused(packages.pack(tmp_path / "x.xlsx", parts)) == "not_a_workbook"


@pytest.mark.parametrize("share", range(5, 100, 5))
def test_a_truncated_file_is_refused(share, tmp_path):
    whole = packages.pack(tmp_path / "x.xlsx", plain_parts()).read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) * share // 100])
    assert refused(path) == "damaged"


def test_a_part_twice_under_the_very_same_name_is_refused(tmp_path):
    path = packages.pack(tmp_path / "x.xlsx", plain_parts())
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET, packages.sheet())
    assert refused(path) == "part_twice"


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MAX_FILE", 100)
    assert refused(packages.pack(tmp_path / "x.xlsx", plain_parts())) == "file_too_large"


def test_too_many_parts_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MAX_PARTS", 20)
    more = {f"xl/media/{number}.png": b"x" for number in range(20)}
    assert refused(packages.pack(tmp_path / "x.xlsx", plain_parts() | more)) == "too_many_parts"


def test_the_sum_of_the_parts_counts_not_the_largest_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MAX_UNPACKED", 50_000)
    more = {f"xl/media/{number}.png": b"x" * 10_000 for number in range(6)}
    assert refused(packages.pack(tmp_path / "x.xlsx", plain_parts() | more)) == "unpacks_too_large"


def _directory_lies(path, size: int) -> None:
    """Let the archive's directory say this of the last part's unpacked size."""
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", size)
    path.write_bytes(content)


@pytest.mark.parametrize("size", [0, 1, 100, 2**31])
def test_a_directory_that_lies_about_sizes_is_not_believed(size, tmp_path):
    path = packages.pack(tmp_path / "x.xlsx", plain_parts() | {"xl/media/a.png": b"\0" * 100_000})
    _directory_lies(path, size)
    assert refused(path) in ("damaged", "unpacks_too_large")


def test_a_small_lie_does_not_hide_a_bomb(tmp_path):
    path = packages.pack(tmp_path / "x.xlsx", plain_parts() | {"xl/media/a.png": b"\0" * (package.SMALL * 10)})
    _directory_lies(path, 10)
    assert refused(path) == "unpacks_too_large"


def test_an_encrypted_part_is_refused(tmp_path):
    path = packages.pack(tmp_path / "x.xlsx", plain_parts())
    content = bytearray(path.read_bytes())
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 8] |= 1
    path.write_bytes(content)
    assert refused(path) == "encrypted_or_old"


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_rare_way_of_packing_is_refused(packed, tmp_path):
    assert refused(packages.pack(tmp_path / "x.xlsx", plain_parts(), packed=packed)) == "damaged"


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_byte_in_a_part_is_noticed(seed, tmp_path):
    path = packages.pack(tmp_path / "x.xlsx", plain_parts(), packed=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        part = archive.infolist()[seed % 5]
    place = part.header_offset + 30 + len(part.filename) + part.file_size * (seed + 1) // 13
    content[place] ^= 0x10
    path.write_bytes(content)
    assert refused(path) in ("damaged", "strange_encoding", "not_a_workbook", "external_links", "doctype")
