"""Names of attachments: read by programs that know RFC 2231, and by older ones."""

import email
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest

from tracker.services.mail.attachment_names import AS_WRITTEN, name_attachment

NAMES = [
    "report.xlsx",
    "山西省节能与资源综合利用2020年行动计划-2020年8月第1期-目标完成情况报告.xlsx",
    "龘𠮷🙂" * 20 + ".pdf",
    'quoted "name"; x=1.xlsx',
    "a" * 200 + ".xlsx",
]


def sent(name: str, subtype: str = "zip") -> bytes:
    message = EmailMessage(policy=AS_WRITTEN)
    message["Subject"] = "x"
    message.set_content("text")
    message.add_attachment(b"PK\x03\x04" * 50, maintype="application", subtype=subtype, filename="attachment")
    *_others, part = message.iter_attachments()
    name_attachment(part, name)
    return message.as_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_a_program_that_knows_rfc_2231_reads_the_name_and_the_file(name):
    message = email.message_from_bytes(sent(name), policy=policy.default)
    (part,) = message.iter_attachments()
    assert part.get_filename() == name
    assert part.get_content_type() == "application/zip"
    assert part.get_content() == b"PK\x03\x04" * 50


@pytest.mark.parametrize("name", NAMES)
def test_an_older_program_reads_it_from_encoded_words(name):
    message = email.message_from_bytes(sent(name))  # the older parser, which decodes nothing
    part = message.get_payload()[1]
    found = " ".join(part.get_param("name").split())
    assert str(make_header(decode_header(found))) == name


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_longer_than_the_standard_lets_it_be(name):
    assert max(map(len, sent(name).split(b"\r\n"))) <= 78


def test_a_long_type_of_content_stays_whole():
    kind = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    (part,) = email.message_from_bytes(sent(NAMES[1], kind), policy=policy.default).iter_attachments()
    assert part.get_content_type() == f"application/{kind}"
    assert part.get_filename() == NAMES[1]
