"""The document about itself: number, type, trích yếu, issuer, place, date, signer, recipients, stamps.

One reading of the official form (``normalizers.official_form``: Nghị định 30/2020/NĐ-CP, Thông tư 01/2011/TT-BNV, the
Party's Hướng dẫn 36-HD/VPTW). The page is cut into pieces with their columns where boxes are known (``pieces``), each
piece is told by its own form (``letterhead``), and the fields are read from the pieces. What the letterhead lacks is taken
from the line over an appendix ("Kèm theo Báo cáo số ... ngày ... của ..."), from the sentence in which the issuer acts, and
from the signature block, in this order. Every field has a probability, and is doubtful where that is low or where parts of
the page contradict it (``doubt``).
"""

from __future__ import annotations

from documents.edits import Repaired, Span
from documents.facts import Header
from documents.page import Document
from extractors.confidence import Ground
from extractors.header.doubt import weigh
from extractors.header.draft import Draft
from extractors.header.issuer import find_issuer
from extractors.header.letterhead import Role, read_date, read_head, read_number
from extractors.header.marks import read_marks
from extractors.header.pieces import Sheet, sheets_of
from extractors.header.recipients import read_recipients
from extractors.header.reference import read_attached, read_closing_date, read_gazette_title
from extractors.header.second_source import confirm
from extractors.header.signature import read_signature
from extractors.header.titles import authority_after, find_type, mend_notation, read_type_and_title
from extractors.structure.blocks import Structure

__all__ = ["find_header", "header_of", "read_draft"]


def find_header(
    structure: Structure,
    document: Document | None = None,
    repaired: Repaired | None = None,
    ground: Ground | None = None,
) -> tuple[Header, dict[str, Span]]:
    """The header and where each of its fields stands in the text; boxes of ``document`` are used where it has them."""
    sheets = sheets_of(structure, document, repaired)
    draft = read_draft(structure, sheets)
    weigh(structure, draft, ground)
    confirm(structure, draft, sheets, document.source.stem if document is not None else "")
    return header_of(draft, tuple(read_recipients(sheets))), draft.spans


def read_draft(structure: Structure, sheets: list[Sheet]) -> Draft:
    """All fields but recipients, with notes on how each was found."""
    draft = Draft()
    head = read_head(sheets)
    number_at = read_number(head, draft)
    read_date(head, draft)
    title_at = read_type_and_title(structure, head, draft)
    read_gazette_title(draft)
    mend_notation(draft)
    read_attached(structure, draft)
    read_closing_date(structure, draft)
    read_signature(sheets, draft)
    bare = head.first(Role.MOTTO, Role.NUMBER, Role.DATE) is None
    find_issuer(structure, head, number_at, draft, authority_after(head, title_at) if bare else None)
    find_type(structure, head, draft)
    read_marks(sheets, draft)
    return draft


def header_of(draft: Draft, recipients: tuple[str, ...]) -> Header:
    """The draft as the header that is stored."""
    fields = dict(draft.fields)
    cosigners = tuple(name for name in fields.pop("cosigners", "").split("|") if name)
    precision = fields.pop("date_precision", "day" if "date" in fields else None)
    return Header(
        **fields,
        date_precision=precision if "date" in fields else None,
        cosigners=cosigners,
        recipients=recipients,
        doubtful=tuple(sorted(draft.doubted & set(draft.fields))),
        probabilities=dict(draft.probabilities),
        header_sources=dict(draft.sources),
        candidates=dict(draft.candidates),
    )
