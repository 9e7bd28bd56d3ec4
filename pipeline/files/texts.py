"""Text files: which encoding they are in, and whether they hold what a page says, or mail, markup, code, logs or data."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import regex

from documents.outcome import Reason
from pipeline.errors import UnreadableFile
from pipeline.files.office import html, mail

HEAD_BYTES = 4096
"""So much of a file tells what it is."""

HTML, EML, MHT = "text/html", mail.EML, mail.MHT

_XML = regex.compile(r"\s*(?:<!--.*?-->\s*)*<(\?xml|svg)\b", regex.IGNORECASE | regex.DOTALL)
_HTML = regex.compile(r"\s*(?:<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script)\b", regex.IGNORECASE | regex.DOTALL)
_DATA = regex.compile(r'\s*(?:\{\s*"|\[\s*[\{\["])')
_KEY = regex.compile(r"-----BEGIN [A-Z0-9 ]{3,40}-----|(?:ssh-|ecdsa-)[\w-]+ AAAA")
_SCRIPT = regex.compile(
    r"#!\s?/|Windows Registry Editor|REGEDIT4|@echo off|\[(?:InternetShortcut|\.ShellClassInfo|Desktop Entry)\]",
    regex.IGNORECASE,
)


_XML_BEGINS = regex.compile(r"\s*<\?xml")
_HTML_TAG = regex.compile(r"<html[\s>]")


def media_type_of_text(head: str) -> str:
    """``HTML``, ``EML`` and ``MHT`` by how a text file begins; "text/plain" for all others."""
    if kind := mail.kind_of(head):
        return kind
    if _HTML.match(head) or (_XML_BEGINS.match(head) and _HTML_TAG.search(head[:HEAD_BYTES])):
        return HTML
    return HTML if _is_fragment(head) else "text/plain"


# A part of a web page begins with one of these, and has more tags than prose has of what looks like one.
_FRAGMENT = regex.compile(
    r"\s*<(?:div|table|p|span|h[1-6]|ul|ol|center|font|b|strong|article|section|main|br|a|td|tr)\b", regex.I
)


def _is_fragment(head: str) -> bool:
    return _FRAGMENT.match(head) is not None and len(html.TAG.findall(head)) >= 2


_FEEDS_AT_END = regex.compile(r"\f[\s\f]*\Z")


def read_text(path: Path) -> str:
    """The text of a plain text file, line ends as ``"\\n"``, form feeds kept but for those behind the last page.

    Raises ``UnreadableFile``: ``EMPTY`` when it holds white space only, ``NOT_A_DOCUMENT`` for markup, data, code, logs,
    keys and whatever else does not look like prose, or like OCR of prose.
    """
    text = decode(path.read_bytes())
    if not text.strip():
        raise UnreadableFile(Reason.EMPTY, "white space only")
    media_type, what = _what_else(text)
    if what:
        raise UnreadableFile(Reason.NOT_A_DOCUMENT, what, media_type=media_type)
    return _FEEDS_AT_END.sub("", text)


_OFFICE_XML = regex.compile(
    r"Word\.Document|Excel\.Sheet|opendocument:xmlns:office|schemas\.microsoft\.com/office/2006/xmlPackage"
)
_TITLE_TAG = regex.compile(r"<title>\s*([^<]{1,80})", regex.IGNORECASE)


def _what_else(text: str) -> tuple[str, str]:
    """Media type and name of what is no text of a page; empty strings for text."""
    lines = [line.strip() for line in text[:_LOOKED_AT].splitlines() if line.strip()]
    if _XML.match(text):
        title = _TITLE_TAG.search(text[:HEAD_BYTES])
        if office := _OFFICE_XML.search(text[:HEAD_BYTES]):
            return "text/xml", f"an office file as bare XML ({office[0]}); save it as DOCX, ODT or PDF"
        return "text/xml", "an XML file" + (f": “{' '.join(title[1].split())}”" if title else "")
    if _DATA.match(text):
        return "application/json", "a JSON file"
    if _KEY.match(text.lstrip()):
        return "application/x-pem-file", "a key or certificate"
    if _SCRIPT.match(text.lstrip()):
        return "text/x-script", "a script or settings of a program"
    if text.lstrip("\ufeff \r\n").startswith("{\\rtf"):
        return "application/rtf", "a rich text file"
    if _is_table_of_values(lines):
        return "text/tab-separated-values", "a table of tab-separated values"
    for media_type, what, pattern, least in _KINDS_OF_LINES:
        if len(lines) >= _FEWEST_LINES and sum(pattern.search(line) is not None for line in lines) >= least * len(lines):
            return media_type, what
    if len(html.TAG.findall(text[:_LOOKED_AT])) > _TAGS_PER_LINE * len(lines):
        return "text/xml", "markup"
    return (
        ("application/octet-stream", "no prose: its characters make no words")
        if not _is_prose(text[:_LOOKED_AT])
        else ("", "")
    )


# Code points that are looked at: as much as twenty pages have, enough to tell what a file is.
_LOOKED_AT = 50_000
_FEWEST_LINES = 3
_TAGS_PER_LINE = 1.2

# What lines of such files look like, and the share of them that do. Prose has none: list items end with ";" but begin with a
# capital, a dash or a number, and "ngày 05/3/2024" opens no line of print with a time of day.
_KINDS_OF_LINES: tuple[tuple[str, str, regex.Pattern[str], float], ...] = (
    (
        "text/x-log",
        "a log",
        regex.compile(
            r"^\W?(?:\d{4}[-/]\d\d[-/]\d\d[T ,]+\d\d:\d\d"
            r"|\d\d[-/]\d\d[-/]\d{4} \d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
            r"|\d{1,3}(?:\.\d{1,3}){3}\s|\[?(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\]?[\s:])"
        ),
        0.6,
    ),
    (
        "text/x-source",
        "program text",
        regex.compile(
            r"^(?:#include\b|#!|#define\b|import\s+[\w.{*]+|from\s+[\w.]+\s+import\b|(?:export\s+)?(?:def|class|function|func|fn|public|private"
            r"|protected|static|void|var|let|const|package|namespace|using|return|elif|else|try|except|catch|finally|end)\b[^À-ỹ]*$"
            r"|if\s*\(|if\s.+:$|for\s*\(|for\s.+:$|while\s*\(|//|/\*|\*/|\*\s|@\w+$|[{}]\W*$)|^[\x00-\x7f]*[=(\[<>][\x00-\x7f]*[;{]$|^[\x00-\x7f]*\{[\x00-\x7f]*\}?$|^[a-z-]+:\s*[\x00-\x7f]+;$"
            r"|^[\w.\[\]]+\s*(?:=|\+=|:=)\s*[\w\"'(\[{]|^[\w.]+\([^À-ỹ]*\)\W*$"
        ),
        0.7,
    ),
    (
        "text/x-sql",
        "database statements",
        regex.compile(
            r"^(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|FROM|WHERE|JOIN|GROUP BY|ORDER BY|VALUES)\b|\);?$"
        ),
        0.8,
    ),
    (
        "text/x-settings",
        "settings of a program",
        regex.compile(
            r"^(?:\[[\w .:/\\-]+\]|[;#].*|[A-Za-z_][\w.\-\[\]]*\s*=.*"
            r"|(?:export|set)\s+\w+=.*|[a-z_][\w-]*:(?:\s+\S+)?|- [\w./:-]+)$"
        ),
        0.9,
    ),
    ("text/x-subtitles", "subtitles", regex.compile(r"^\d\d:\d\d:\d\d[,.]\d{3} -->"), 0.2),
    ("application/octet-stream", "encoded data (base64)", regex.compile(r"^[A-Za-z0-9+/=_-]{60,}$"), 0.6),
    (
        "application/octet-stream",
        "a dump of bytes",
        regex.compile(r"^[0-9a-fA-F]{4,16}[:\s]+(?:[0-9a-fA-F]{2,4}\s+){4,}|^(?:[0-9a-fA-F]{2}\s?){16,}$"),
        0.6,
    ),
    ("text/x-diff", "differences between files", regex.compile(r"^(?:[-+]{3} |@@ |diff |index |[-+][^\s-])"), 0.7),
)


def _is_table_of_values(lines: Sequence[str]) -> bool:
    """Has every line the same number of tabs, semicolons or commas inside it? No page of print comes out like that."""
    if len(lines) < _FEWEST_LINES:
        return False
    for separator, fewest in (("\t", 1), (";", 3), (",", 3)):
        counts = {line.count(separator) for line in lines}
        if len(counts) == 1 and min(counts) >= fewest:
            return True
    return False


# Of the words of the worst OCR among the seeds 0.92 are letters or figures; a picture read as text has hardly any.
_WORDS = 0.5
_WORD = regex.compile(r"[\p{P}\p{S}]*(?:\p{L}[\p{L}\p{M}]*|[\d.,/%:-]+)[\p{P}\p{S}]*")
# One letter many times in a row is no word; rows of dots, dashes and blanks to fill in are.
_RUN = regex.compile(r"([^\s.·…_\-–—=*~0-9xX])\1{7,}")
_IN_RUNS = 0.1
_LONGEST_WORDS = 25


_FORMATS = regex.compile(r"\p{Cf}")


def _is_prose(text: str) -> bool:
    words = _FORMATS.sub("", text).split()
    visible = sum(map(len, words))
    if sum(len(run[0]) for run in _RUN.finditer(text)) > _IN_RUNS * visible:
        return False
    shown = [word for word in words if any(c.isalnum() for c in word)] or words
    if visible > _LONGEST_WORDS * len(words) and visible > 200:
        return False
    letters = Counter(c.isalnum() or c in ".,;:-/()%\"'" for c in "".join(words))
    readable = sum(_WORD.fullmatch(word) is not None for word in shown)
    return letters[True] >= 0.6 * visible and (readable >= _WORDS * len(shown) or len(words) < 5)


def decode(data: bytes) -> str:
    """Bytes of a text file as text, every byte accounted for.

    UTF-8, UTF-16 and UTF-32 by their marks or their form. Anything else is taken for an 8-bit encoding and mapped byte by
    byte (Windows-1252, and the five bytes it leaves undefined to the control characters of the same number): the letters of
    TCVN3, VNI, VPS and VISCII then stand at the code points at which PDF fonts store them too, so that one conversion
    (``normalizers.legacy``), which is a recorded edit, serves both.

    >>> decode("Số: 05".encode("utf-16")), decode(b"Quy\\xd5t \\xae\\xdenh")
    ('Số: 05', 'QuyÕt ®Þnh')
    """
    return _decode_exactly(data).replace("\r\n", "\n").replace("\r", "\n")


def _decode_exactly(data: bytes) -> str:
    if encoding := _marked(data):
        return data.decode(encoding, "replace").removeprefix("\ufeff")
    if encoding := _wide_encoding(data):  # plain letters with zero bytes between them are UTF-8 too, but no text
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
        broken = text.count("\N{REPLACEMENT CHARACTER}")
        if broken < _BROKEN_UTF8 * sum(c > "\x7f" for c in text):
            return text  # a damaged letter shows as U+FFFD; the text around it is what it says
    return "".join(_CODE_POINTS[byte] for byte in data)


# Text in an 8-bit encoding that is read as UTF-8 breaks at nearly every letter beyond ASCII; UTF-8 that was cut or patched
# breaks at a few.
_BROKEN_UTF8 = 0.2
_CODE_POINTS = tuple(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def _wide_encoding(data: bytes) -> str | None:
    """The encoding of text in two or four bytes a character, by where its zero bytes are.

    Vietnamese in UTF-16 has a zero byte in two characters of three: spaces, digits and plain letters.
    """
    sample = data[: HEAD_BYTES - HEAD_BYTES % 4]
    zeros = [sample[i::4].count(0) for i in range(4)]
    quarter = len(sample) // 4
    if quarter and zeros[3] == zeros[2] == quarter and zeros[0] == 0:
        return "utf-32-le"
    if quarter and zeros[0] == zeros[1] == quarter and zeros[3] == 0:
        return "utf-32-be"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) / 6 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > len(sample) / 6 and odd == 0 else None


def looks_like_text(head: bytes) -> bool:
    """No zero bytes outside UTF-16 and UTF-32, and next to no control characters: what editors would open without asking."""
    if _marked(head) or _wide_encoding(head):
        return True
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\v\x1b" for byte in head)
    # VPS puts a few letters on control characters (0x02 … 0x1D), so a rare one does not make a text binary.
    return 0 not in head and controls <= len(head) / 50
