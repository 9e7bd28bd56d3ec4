"""Mail (RFC 5322) and web pages saved with their pictures (MHTML): the text, and the files that hang on it."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import regex

from documents.outcome import Reason
from pipeline.errors import UnreadableFile
from pipeline.files.attached import Attachment
from pipeline.files.office.flow import Block, Flow, Grid, PageBreak, Paragraph
from pipeline.files.office.html import declared_charset, read_html

EML, MHT = "message/rfc822", "multipart/related"

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_HEADER = regex.compile(
    r"(?:From|To|Cc|Bcc|Subject|Date|Reply-To|Sender|Return-Path|Received|Message-ID|MIME-Version|Content-[\w-]+|X-[\w-]+"
    r"|Delivered-To|Authentication-Results|DKIM-Signature|Snapshot-Content-Location|In-Reply-To|References|Importance"
    r"|Thread-[\w-]+|List-[\w-]+|Organization|User-Agent|ARC-[\w-]+):",
    regex.IGNORECASE,
)
_SAVED_PAGE = regex.compile(
    r"^(?:Snapshot-Content-Location:|Content-Type:\s*multipart/related)", regex.MULTILINE | regex.IGNORECASE
)
_ADDRESSED = regex.compile(r"^(?:To|Received|Delivered-To|Return-Path):", regex.MULTILINE | regex.IGNORECASE)


_FIELD = regex.compile(r"[\w-]+:")
_HEADER_OF_A_MAIL = regex.compile(r"^(?:MIME-Version|From|Received|Date|To):", regex.M | regex.I)


def kind_of(text: str) -> str | None:
    """``EML`` or ``MHT`` for text that begins with the header lines of either; else ``None``.

    >>> kind_of("From: a@b.example\\nSubject: x\\nMIME-Version: 1.0\\n\\nKính gửi"), kind_of("Từ: Sở Nội vụ\\nSubject: x")
    ('message/rfc822', None)
    """
    head = text.lstrip("\ufeff\r\n ").split("\n\n", 1)[0]
    lines = [line for line in head.split("\n") if line and not line[0].isspace()]
    if lines and lines[0].startswith("From ") and len(lines) > 1:
        lines = lines[1:]  # the line that mbox files put before each mail
    named = sum(_HEADER.match(line) is not None for line in lines)
    other = sum(_FIELD.match(line) is not None for line in lines)
    if named < 2 or named + other < 0.9 * len(lines) or not _HEADER_OF_A_MAIL.search(head):
        return None
    return MHT if _SAVED_PAGE.search(head) and not _ADDRESSED.search(head) else EML


def read_mail(data: bytes) -> Flow:
    """A mail: who wrote to whom, the text, and the names of what hangs on it."""
    blocks: list[Block] = []
    for one in mails_of(data):
        blocks += [*([PageBreak()] if blocks else []), *_blocks_of(one)]
    return Flow(blocks, reasons=("a mail: its own text",))


_NEXT_MAIL = regex.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]{0,200}\d{4}\r?\n(?=[A-Z][\w-]*:)")


def mails_of(data: bytes) -> list[bytes]:
    """The mails of a file in the form of mbox, each begun by a line "From …"; any other file is one mail."""
    starts = [found.start() for found in _NEXT_MAIL.finditer(data)]
    if not starts or starts[0]:
        return [data]
    return [data[start:end] for start, end in zip(starts, [*starts[1:], len(data)], strict=True)]


def _blocks_of(data: bytes) -> list[Block]:
    message = _parsed(data)
    if message.get_content_type() in _CLOSED:
        detail = "a mail closed by S/MIME or PGP; save its text from the mail program of who received it"
        raise UnreadableFile(Reason.ENCRYPTED, detail)
    blocks: list[Block] = [Paragraph(f"{name}: {message[name]}") for name in _SHOWN if message[name]]
    names = ", ".join(attachment.name for attachment in attachments_of(data))
    return [*blocks, *_body_of(message).blocks, *([Paragraph(f"Attachments: {names}")] if names else [])]


_CLOSED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")


def _body_of(message: EmailMessage) -> Flow:
    """The text as it was typed, or the formatted one where it says much more ("view this mail in a browser")."""
    bodies = [message.get_body(preferencelist=(kind,)) for kind in ("plain", "html")]
    flows = [_flow_of(body) if isinstance(body, EmailMessage) else Flow() for body in bodies]
    plain, formatted = (sum(_letters(block) for block in flow.blocks) for flow in flows)
    return flows[0] if plain and formatted < _MUCH_MORE * plain else flows[1]


_MUCH_MORE = 1.5
"""Times the letters of the plain text: tables and signatures of the formatted one are left out of it, never half of it."""


def _letters(block: Block) -> int:
    if isinstance(block, Paragraph):
        return sum(map(str.isalpha, block.text))
    return sum(_letters(inner) for cell in block.cells for inner in cell.blocks) if isinstance(block, Grid) else 0


def read_saved_page(data: bytes) -> Flow:
    """A saved web page: its first part that is HTML, or text."""
    message = _parsed(data)
    parts = [part for part in message.walk() if part.get_content_maintype() == "text" and isinstance(part, EmailMessage)]
    html = [part for part in parts if part.get_content_subtype() == "html"]
    return _flow_of(next(iter(html or parts))) if parts else Flow()


def attachments_of(data: bytes) -> list[Attachment]:
    """The files that hang on a mail, those shown within its text left out."""
    found: list[Attachment] = []
    parts = [part for one in mails_of(data) for part in _parsed(one).iter_attachments()]
    for number, part in enumerate(parts, 1):
        name = part.get_filename() or f"attachment-{number}"
        if part.get_content_type() == EML:
            inner = part.get_payload(0) if part.is_multipart() else None
            found.append(Attachment(part.get_filename() or f"mail-{number}.eml", bytes(inner) if inner is not None else b""))  # type: ignore[arg-type]
        elif not part.is_multipart():
            payload = part.get_payload(decode=True)
            if part.get_content_disposition() != "inline" or part.get_content_maintype() != "image":
                found.append(Attachment(name.replace("/", "_"), payload if isinstance(payload, bytes) else b""))
    return found


def _parsed(data: bytes) -> EmailMessage:
    if data.startswith(b"From ") and b"\n" in data:
        data = data.split(b"\n", 1)[1]
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # what this policy makes
    return message


def _flow_of(part: EmailMessage) -> Flow:
    data = part.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    text = _decoded(data, part.get_content_charset() or declared_charset(data))
    if part.get_content_subtype() == "html":
        return read_html(text)
    return Flow([Paragraph(text.replace("\r\n", "\n"))], reasons=("a mail: its own text",))


def _decoded(data: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8", "cp1258"):
        try:
            if name:
                return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")
