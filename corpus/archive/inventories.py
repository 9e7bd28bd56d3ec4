"""The legal lists as forms: mục lục văn bản trong hồ sơ, mục lục hồ sơ nộp lưu, sổ đăng ký văn bản đi and đến.

Columns after Nghị định 30/2020/NĐ-CP, phụ lục IV (registers) and V (lists); see ``corpus.archive.fields.NOT_COMPARED``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from corpus.archive.catalogue import Catalogue, catalogue
from corpus.archive.dossiers import Dossier, Item, items, items_of
from corpus.archive.fields import CODES, vietnamese_date
from corpus.archive.forms import Cell, Form
from corpus.archive.registers import gap_notes, registers
from corpus.search.selection import Chosen, Selection
from db.store import Corpus
from normalizers.forms import fold

_DOCUMENTS = (
    ("STT", 6),
    ("Số, ký hiệu văn bản", 14),
    ("Ngày tháng năm văn bản", 13),
    ("Tên loại và trích yếu nội dung văn bản", 40),
    ("Tác giả văn bản", 18),
    ("Tờ số/Trang số", 12),
    ("Ghi chú", 16),
)
_DOSSIERS = (
    ("Số TT", 6),
    ("Số, ký hiệu hồ sơ", 20),
    ("Tiêu đề hồ sơ", 42),
    ("Thời gian tài liệu", 16),
    ("Thời hạn bảo quản", 12),
    ("Số tờ/Số trang", 11),
    ("Ghi chú", 14),
)
_OUTGOING = (
    *(("Số, ký hiệu văn bản", 14), ("Ngày tháng văn bản", 14), ("Tên loại và trích yếu nội dung văn bản", 34)),
    *(("Người ký", 14), ("Nơi nhận văn bản", 18), ("Đơn vị, người nhận bản lưu", 12), ("Số lượng bản", 10)),
    *(("Ngày chuyển", 11), ("Ký nhận", 8), ("Ghi chú", 12)),
)
_INCOMING = (
    *(("Ngày đến", 14), ("Số đến", 8), ("Tác giả", 18), ("Số, ký hiệu", 14), ("Ngày tháng", 14)),
    *(("Tên loại và trích yếu nội dung", 34), ("Đơn vị hoặc người nhận", 12), ("Ngày chuyển", 11)),
    *(("Ký nhận", 8), ("Ghi chú", 12)),
)
_MAKERS = ("NGƯỜI LẬP", "XÁC NHẬN CỦA LƯU TRỮ CƠ QUAN")
MOST_RECIPIENTS = 6
"""Lines of Nơi nhận in a cell of the register; the document has them all."""


def documents_form(corpus: Corpus, dossier: Dossier) -> Form:
    """Mục lục văn bản, tài liệu of one dossier, with the numbers that are missing."""
    held = items(corpus, dossier)
    gaps = gap_notes(held)
    rows = tuple(
        (
            Cell(str(item.ordinal)),
            _cell(item, "number", item.number),
            _cell(item, "date", vietnamese_date(item.date)),
            _cell(item, "title", item.about, also="type"),
            _cell(item, "issuer", item.issuer),
            Cell(item.place),
            Cell("; ".join(part for part in (item.stated.get("note", ""), gaps.get(item.ordinal, "")) if part)),
        )
        for item in held
    )
    head = [f"Số, ký hiệu hồ sơ: {dossier.code}", f"Năm: {_year(dossier, held)}"]
    foot = [f"Mục lục gồm {len(held)} văn bản, tài liệu."]
    for register in registers(held):
        missing = f"khuyết số: {register.missing_text}" if register.missing else "không khuyết số"
        foot.append(f"{register.notation}, năm {register.year or '…'}: từ số {register.span}; {missing}.")
    return Form(
        dossier.code,
        "MỤC LỤC VĂN BẢN, TÀI LIỆU",
        _DOCUMENTS,
        rows,
        (dossier.parent_agency, dossier.agency),
        (" – ".join(head), *((dossier.title,) if dossier.title else ())),
        tuple(foot),
        _MAKERS[:1],
    )


def dossiers_form(corpus: Corpus, chosen: Sequence[Dossier]) -> Form:
    """Mục lục hồ sơ, tài liệu nộp lưu of the chosen dossiers."""
    rows = []
    for i, dossier in enumerate(chosen, 1):
        made = catalogue(corpus, dossier)
        values = made.dossier
        rows.append(
            (
                Cell(str(i)),
                Cell(dossier.code),
                Cell(values["title"], "title" in made.doubtful_dossier),
                Cell(_span(values), bool({"startDate", "endDate"} & made.doubtful_dossier)),
                Cell(CODES["maintenance"].get(values["maintenance"], values["maintenance"])),
                Cell(_extent(values)),
                Cell(_dossier_note(made)),
            )
        )
    agency = next(((d.parent_agency, d.agency) for d in chosen if d.agency), ("", ""))
    year = sorted({_year(d, ()) for d in chosen if _year(d, ())})
    foot = (f"Mục lục này gồm {len(chosen)} hồ sơ (bằng chữ: {in_words(len(chosen))} hồ sơ).",)
    head = (f"Năm {', '.join(year)}",) if year else ()
    return Form("Mục lục hồ sơ", "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU", _DOSSIERS, tuple(rows), agency, head, foot, _MAKERS)


def outgoing_form(corpus: Corpus, selection: Selection, agency: str = "") -> Form:
    """Sổ đăng ký văn bản đi: the selected documents that the agency issued (all where none is named), by date and number."""
    held = [item for item in _selected(corpus, selection) if not agency or _same_body(item.issuer, agency)]
    rows = tuple(
        (
            _cell(item, "number", item.number),
            _cell(item, "date", vietnamese_date(item.date)),
            _cell(item, "title", item.about, also="type"),
            _cell(item, "signer", str(item.header.get("signer") or "")),
            _cell(item, "recipients", "; ".join(item.recipients[:MOST_RECIPIENTS])),
            *(Cell("") for _ in range(4)),
            Cell(str(item.header.get("secrecy") or item.header.get("urgency") or "")),
        )
        for item in sorted(held, key=_by_date)
    )
    foot = tuple(
        f"{register.notation}, năm {register.year}: khuyết số {register.missing_text}."
        for register in registers(held)
        if register.missing
    )
    return Form("Sổ văn bản đi", "SỔ ĐĂNG KÝ VĂN BẢN ĐI", _OUTGOING, rows, ("", agency), (), foot)


def incoming_form(corpus: Corpus, selection: Selection, agency: str = "") -> Form:
    """Sổ đăng ký văn bản đến: the selected documents with a stamp ĐẾN, or that the agency did not issue, as they came in."""
    held = [
        item
        for item in _selected(corpus, selection)
        if item.header.get("arrival_number")
        or item.header.get("arrival_date")
        or (agency and not _same_body(item.issuer, agency))
    ]
    rows = tuple(
        (
            _cell(item, "arrival_date", vietnamese_date(item.header.get("arrival_date"))),
            _cell(item, "arrival_number", str(item.header.get("arrival_number") or "")),
            _cell(item, "issuer", item.issuer),
            _cell(item, "number", item.number),
            _cell(item, "date", vietnamese_date(item.date)),
            _cell(item, "title", item.about, also="type"),
            *(Cell("") for _ in range(3)),
            Cell(str(item.header.get("secrecy") or item.header.get("urgency") or "")),
        )
        for item in sorted(held, key=lambda item: (str(item.header.get("arrival_date") or item.date), item.ordinal))
    )
    return Form("Sổ văn bản đến", "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", _INCOMING, rows, ("", agency))


def _selected(corpus: Corpus, selection: Selection) -> Iterable[Item]:
    return items_of(corpus, [document.key for document in Chosen(corpus, selection).documents()])


def _same_body(issuer: str, agency: str) -> bool:
    return bool(agency) and fold(agency) in fold(issuer)


_LEADING_FIGURES = regex.compile(r"\d+")


def _by_date(item: Item) -> tuple[str, int, int]:
    figures = _LEADING_FIGURES.match(item.number)
    return item.date or "9999", int(figures[0]) if figures else 0, item.ordinal


def _cell(item: Item, field: str, text: str, *, also: str = "") -> Cell:
    """Doubtful when the header says so, or when what a list must have is not there."""
    missing = not text and field in ("number", "date", "title", "issuer")
    return Cell(text, missing or field in item.doubtful or (bool(also) and also in item.doubtful))


def _year(dossier: Dossier, held: Sequence[Item]) -> str:
    years = sorted({item.date[:4] for item in held if item.date})
    return dossier.year or "-".join(dict.fromkeys((years[0], years[-1]) if years else ()))


def _span(values: dict[str, str]) -> str:
    return " - ".join(dict.fromkeys(value for value in (values["startDate"], values["endDate"]) if value))


def _extent(values: dict[str, str]) -> str:
    return (
        f"{values['numberOfPaper']} tờ/{values['numberOfPage']} trang" if values["numberOfPaper"] else values["numberOfPage"]
    )


def _dossier_note(made: Catalogue) -> str:
    return made.dossier["description"]


_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def in_words(number: int) -> str:
    """A whole number below a million in Vietnamese words.

    >>> [in_words(n) for n in (0, 10, 15, 21, 105, 1004, 24000)][:4]
    ['không', 'mười', 'mười lăm', 'hai mươi mốt']
    >>> in_words(105), in_words(1004), in_words(24000)
    ('một trăm linh năm', 'một nghìn không trăm linh bốn', 'hai mươi bốn nghìn')
    """
    if number < 1000:
        return _below_thousand(number, whole=False)
    thousands, rest = divmod(number, 1000)
    words = f"{_below_thousand(thousands, whole=False)} nghìn"
    return f"{words} {_below_thousand(rest, whole=True)}" if rest else words


def _below_thousand(number: int, *, whole: bool) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or whole else []
    if tens == 0 and ones and words:
        words += ["linh", _DIGITS[ones]]
    elif tens == 0:
        words += [_DIGITS[ones]] if ones or not words else []
    else:
        words.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
        if ones:
            words.append("mốt" if ones == 1 and tens > 1 else "lăm" if ones == 5 else _DIGITS[ones])
    return " ".join(words)
