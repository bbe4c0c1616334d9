"""Names of attachments that old and new mail programs read: by RFC 2231, and as encoded words by RFC 2047."""

from base64 import b64encode
from email import policy
from email.message import EmailMessage
from urllib.parse import quote

#: Bytes of a name in one encoded word, and letters in one section of a parameter: lines stay below 78 characters.
WORD, SECTION = 42, 54
CHARSET = "utf-8''"
#: The policy of a message with named attachments. Folding a header again would break a long type of content in two.
AS_WRITTEN = policy.SMTP.clone(refold_source="none")


def name_attachment(part: EmailMessage, name: str) -> None:
    """Name an attachment. Programs that know RFC 2231 read `filename`, older ones `name`."""
    kind = part.get_content_type()
    _replace(part, "Content-Type", f'{kind};\r\n name="{_encoded_words(name)}"')
    _replace(part, "Content-Disposition", "attachment;\r\n " + ";\r\n ".join(_sections(name)))


def _replace(part: EmailMessage, header: str, value: str) -> None:
    """Set a header as it is written: the library would take both forms for one and fold them as it likes."""
    del part[header]
    part._headers.append((header, value))  # type: ignore[attr-defined]


def _encoded_words(name: str) -> str:
    if name.isascii() and len(name) < SECTION and not set(name) & set('"\\\r\n'):
        return name
    words: list[bytes] = []
    word = b""
    for letter in name:
        if len(word + letter.encode()) > WORD:
            words, word = [*words, word], b""
        word += letter.encode()
    return "\r\n ".join(f"=?utf-8?B?{b64encode(one).decode('ascii')}?=" for one in [*words, word])


def _sections(name: str) -> list[str]:
    """Return the parameter `filename`, of a long name in numbered sections that do not part an escaped byte."""
    escaped = [quote(letter, safe="") for letter in name]
    sections: list[str] = []
    section = ""
    for letter in escaped:
        if len(section + letter) > SECTION:
            sections, section = [*sections, section], ""
        section += letter
    sections.append(section)
    if len(sections) == 1:
        return [f"filename*={CHARSET}{sections[0]}"]
    return [f"filename*{number}*={CHARSET if not number else ''}{one}" for number, one in enumerate(sections)]
