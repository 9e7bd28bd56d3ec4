"""The document about itself: number, type, trích yếu, issuer, place, date, signer, recipients.

The parts are those of Nghị định 30/2020/NĐ-CP, annex I. Letterheads come in any order and with both columns in one
line ("TỈNH HẬU GIANG Độc lập - Tự do - Hạnh phúc"), so each part is looked for by its own form and what is known is cut
away before the next is sought. What the letterhead lacks is taken from the line over an appendix ("Kèm theo Báo cáo số
... ngày ... của ..."), from the sentence in which the issuer acts, and from the signature block, in this order.
"""

from __future__ import annotations

from documents.edits import Span
from documents.facts import Header
from extractors.header.draft import Draft
from extractors.header.issuer import find_issuer, find_province, find_type
from extractors.header.letterhead import read_attached, read_letterhead, read_title
from extractors.header.signature import read_tail, recipients_in
from extractors.structure.blocks import Structure, Zone


def find_header(structure: Structure) -> tuple[Header, dict[str, Span]]:
    """The header and where each of its fields stands in the text."""
    draft = Draft({}, {})
    lines = structure.lines_in(Zone.LETTERHEAD)
    rest = read_letterhead(structure, draft, lines)
    read_title(structure, draft, lines)
    read_attached(structure, draft)
    read_tail(structure, draft)
    find_issuer(structure, draft, rest)
    find_type(structure, draft)
    find_province(structure, draft)
    fields = draft.fields
    recipients = tuple(recipients_in(structure))
    header = Header(
        number=fields.get("number"),
        type=fields.get("type"),
        issuer=fields.get("issuer"),
        province=fields.get("province"),
        place=fields.get("place"),
        date=fields.get("date"),
        title=fields.get("title"),
        signer=fields.get("signer"),
        signer_title=fields.get("signer_title"),
        recipients=recipients,
    )
    return header, draft.spans
