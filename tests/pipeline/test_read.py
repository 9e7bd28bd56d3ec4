"""Pages of every kind become pages of the model, each from the text that can be trusted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.outcome import Reason
from documents.page import Document, LineKind, Page, Source, SourceFile
from normalizers.exact.legacy import to_unicode
from pipeline import read
from pipeline.errors import EngineMissing, PageFailed, UnreadableFile
from pipeline.files.intake import examine
from pipeline.ocr.base import EngineError
from pipeline.read import read_document, read_page, text_page
from tests.pipeline.pdfs import A4, BODY, GARBLED, INVISIBLE, Drawing, Reciter, recited, scanned_page

BARS = tuple((70.0, 88.0 + 16.5 * n, 520.0, 102.0 + 16.5 * n) for n in range(5))
TCVN3 = ["QuyÕt ®Þnh sè 115/2004/Q§-TTg", "C¨n cø LuËt Tæ chøc ChÝnh phñ ngµy 25 th¸ng 12 n¨m 2001;"]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Reciter:
    """An engine that reads ``BODY`` from any page image of 100 dpi, which is enlarged to 200 before it is read."""
    reciter = recited(BODY, dpi=200)
    monkeypatch.setattr(read, "_engine", lambda name: reciter)
    return reciter


def scan() -> Drawing:
    return Drawing().page().image(scanned_page(100, BARS))


def page_of(drawing: Drawing, folder: Path, number: int = 1, **options: str) -> Page:
    path = drawing.save(folder / "văn bản.pdf")
    return read_page(path, examine(path), number, **options)


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def check_invariants(page: Page) -> None:
    for line in (*page.lines, *page.marginalia):
        assert all(line.text[word.start : word.end] == word.text for word in line.words)
        for box in [line.box, *(word.box for word in line.words)]:
            assert box is None or (box.right <= page.width + 1 and box.bottom <= page.height + 1)
    assert page.reasons
    assert 0 <= page.confidence <= 1


# --- text files -------------------------------------------------------------------------------------------------------


@given(st.lists(st.text(st.characters(exclude_characters="\f\n\r", exclude_categories=["Cs"])), min_size=1, max_size=6))
def test_text_page_keeps_every_character_and_line(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    page = text_page(text, 1)
    assert page.text == text
    assert texts(page) == lines
    assert all(line.text[word.start : word.end] == word.text for line in page.lines for word in line.words)


@pytest.mark.parametrize("text", ["một\nhai\n", "một\n\n hai\n\f\tba\n\fbốn\n", "\f\fmột\n"])
def test_text_file_comes_back_exactly(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ocr.txt"
    path.write_bytes(("Số: 05\n" + text).encode())
    document, failed = read_document(path, examine(path))
    assert document.raw == "Số: 05\n" + text
    assert not failed
    assert len(document.pages) == text.count("\f") + 1 == document.source.pages
    assert {page.source for page in document.pages} == {Source.TEXT_FILE}


@pytest.mark.parametrize("end", ["\f", "\f\n", "\f\f \n\f"])
def test_form_feeds_behind_the_last_page_begin_no_other(tmp_path: Path, end: str) -> None:
    path = tmp_path / "ocr.txt"
    path.write_bytes(("một\n\fhai\n" + end).encode())
    document, _ = read_document(path, examine(path))
    assert document.raw == "một\n\fhai\n"
    assert document.source.pages == 2


def test_text_file_without_a_last_line_end_gets_one_per_page(tmp_path: Path) -> None:
    path = tmp_path / "ocr.txt"
    path.write_bytes("một\r\nhai\fba".encode())
    assert read_document(path, examine(path))[0].raw == "một\nhai\n\fba\n"


# --- born-digital pages -----------------------------------------------------------------------------------------------


def test_a_good_text_layer_is_kept_in_reading_order(tmp_path: Path, engine: Reciter) -> None:
    drawing = Drawing().page()
    drawing.text(["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"], at=(290, 60), size=10)
    drawing.text(["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"], at=(100, 60), size=10)
    drawing.text(["Quảng Ngãi, ngày 23 tháng 01 năm 2025"], at=(310, 100), size=10).text(
        ["Số: 23/BC-UBND"], at=(110, 100), size=10
    )
    drawing.text(BODY, at=(70, 160))
    page = page_of(drawing, tmp_path)
    assert texts(page) == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH QUẢNG NGÃI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 23/BC-UBND",
        "Quảng Ngãi, ngày 23 tháng 01 năm 2025",
        *BODY,
    ]
    assert (page.source, page.confidence, engine.calls) == (Source.TEXT_LAYER, 1.0, 0)
    assert {line.kind for line in page.lines[:6]} == {LineKind.LETTERHEAD}
    check_invariants(page)


def test_a_legacy_layer_keeps_its_letters_and_tells_its_encoding(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(Drawing().page().text(TCVN3).font_named(".VnTime"), tmp_path)
    assert texts(page) == TCVN3
    assert page.source is Source.CONVERTED
    words = [word for line in page.lines for word in line.words]
    assert {word.encoding for word in words} == {"tcvn3"}
    assert " ".join(to_unicode(word.text, word.encoding) for word in words[:4]) == "Quyết định số 115/2004/QĐ-TTg"
    assert engine.calls == 0
    check_invariants(page)


@pytest.mark.parametrize(
    ("stored", "read_as"),
    [
        (["Bé Tµi chÝnh", "QuyÕt ®Þnh cña Thñ t\xadíng ChÝnh phñ"], ["Bộ Tài chính", "Quyết định của Thủ tướng Chính phủ"]),
        (["uû ban nh©n d©n tØnh", "ch\xad¬ng tr×nh"], ["UỶ BAN NHÂN DÂN TỈNH", "CHƯƠNG TRÌNH"]),
    ],
)
def test_fonts_of_capitals_give_the_case_that_was_typed(
    tmp_path: Path, engine: Reciter, stored: list[str], read_as: list[str]
) -> None:
    page = page_of(Drawing().page().text(stored).font_named(".VnTimeH"), tmp_path)
    assert texts(page) == stored
    assert [" ".join(to_unicode(word.text, word.encoding) for word in line.words) for line in page.lines] == read_as


def test_text_drawn_as_paths_is_read_from_the_image(tmp_path: Path, engine: Reciter) -> None:
    drawing = Drawing().page()
    for number in range(400):
        left, top = 70 + 5.5 * (number % 80), 90 + 16.5 * (number // 80)
        drawing.current.draw_rect((left, top, left + 4, top + 9), fill=(0, 0, 0), width=0)
    page = page_of(drawing, tmp_path)
    assert texts(page) == BODY
    assert page.source is Source.OCR
    assert "drawn as lines" in " ".join(page.reasons)
    check_invariants(page)


def test_a_pasted_scan_on_a_printed_page_is_read_beside_the_layer(tmp_path: Path, engine: Reciter) -> None:
    above = "Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:"
    drawing = Drawing().page().text([above], at=(70, 60)).image(scanned_page(100, BARS), (60, 80, 540, 340))
    page = page_of(drawing, tmp_path)
    assert texts(page) == [above, *BODY]
    assert page.source is Source.MIXED
    check_invariants(page)


def test_a_ruled_table_is_read_cell_by_cell(tmp_path: Path, engine: Reciter) -> None:
    """Rows of print run across the cells; words of a justified cell stand far apart."""
    drawing = Drawing().page()
    for x in (70, 110, 330, 500):
        drawing.current.draw_line((x, 100), (x, 200))
    for y in (100, 130, 200):
        drawing.current.draw_line((70, y), (500, y))
    drawing.text(["TT"], at=(80, 118)).text(["Nhiệm vụ"], at=(150, 118)).text(["Thời hạn"], at=(360, 118))
    drawing.text(["1"], at=(80, 148)).text(["Sở"], at=(115, 148)).text(["Nội"], at=(200, 148)).text(["vụ"], at=(300, 148))
    drawing.text(["chủ trì, phối hợp"], at=(115, 166)).text(["Quý I"], at=(360, 148)).text(["năm 2025"], at=(360, 166))
    drawing.text(["Kính gửi: Sở Nội vụ"], at=(70, 60)).text(["Nơi nhận:"], at=(70, 250))
    page = page_of(drawing, tmp_path)
    assert len(page.tables) == 1
    cells = {(cell.row, cell.column): [page.lines[i].text for i in cell.lines] for cell in page.tables[0].cells}
    assert cells == {
        (0, 0): ["TT"],
        (0, 1): ["Nhiệm vụ"],
        (0, 2): ["Thời hạn"],
        (1, 0): ["1"],
        (1, 1): ["Sở Nội vụ", "chủ trì, phối hợp"],
        (1, 2): ["Quý I", "năm 2025"],
    }  # fmt: skip
    assert page.tables[0].header_rows == 1
    assert (texts(page)[0], texts(page)[-1]) == ("Kính gửi: Sở Nội vụ", "Nơi nhận:")
    check_invariants(page)


def test_lines_of_a_font_without_letters_are_read_from_the_image(tmp_path: Path, engine: Reciter) -> None:
    """One font of several has no Unicode map: its lines alone come from the image."""
    drawing = Drawing().page().text([*BODY[:2], "\ue012\ue013\ue014\ue015 \ue016\ue017\ue018", *BODY[3:]])
    page = page_of(drawing, tmp_path)
    assert texts(page) == BODY
    assert page.source is Source.MIXED
    assert [line.confidence for line in page.lines] == [1.0, 1.0, 0.9, 1.0, 1.0]


def test_text_over_a_background_picture_is_born_digital(tmp_path: Path, engine: Reciter) -> None:
    drawing = Drawing().page().image(scanned_page(60, bars=())).text(["PHU LUC A"], at=(70, 40)).text([*BODY, *BODY])
    page = page_of(drawing, tmp_path)
    assert texts(page)[0] == "PHU LUC A"
    assert (page.source, len(page.lines), engine.calls) == (Source.TEXT_LAYER, 11, 0)


def test_an_empty_page_costs_no_ocr(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(Drawing().page(), tmp_path)
    assert (page.source, page.lines, engine.calls) == (Source.EMPTY, (), 0)
    check_invariants(page)


# --- scans ------------------------------------------------------------------------------------------------------------


def test_a_scan_without_layer_is_read(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(scan(), tmp_path)
    assert texts(page) == BODY
    assert (page.source, engine.calls) == (Source.OCR, 1)
    assert page.lines[0].box is not None
    assert page.lines[0].box.left == pytest.approx(70, abs=2)
    check_invariants(page)


def test_a_garbled_layer_is_not_believed(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(scan().text(GARBLED, mode=INVISIBLE), tmp_path)
    assert texts(page) == BODY
    assert page.source is Source.OCR
    assert "garbled" in page.reasons[0]


def test_a_scan_in_strips_is_a_scan(tmp_path: Path, engine: Reciter) -> None:
    whole = scanned_page(100, BARS)
    drawing = Drawing().page()
    for number in range(5):
        top, bottom = whole.height * number // 5, whole.height * (number + 1) // 5
        strip = whole.crop((0, top, whole.width, bottom))
        drawing.image(strip, (0, top * 0.72, A4[0], bottom * 0.72))
    page = page_of(drawing.text(GARBLED, mode=INVISIBLE), tmp_path)
    assert texts(page) == BODY
    assert "garbled" in page.reasons[0]


def test_a_layer_with_mild_errors_votes(tmp_path: Path, engine: Reciter) -> None:
    """Each reader is wrong in another place."""
    engine.lines[0] = (BODY[0].replace("Chính phủ ban", "Chính phú ban"), engine.lines[0][1])
    layer = [BODY[0], BODY[1].replace("tổng thể", "tông thê"), *BODY[2:]]
    page = page_of(scan().text(layer, mode=INVISIBLE), tmp_path)
    assert texts(page) == BODY
    assert page.source is Source.MIXED
    assert "3 of 5 lines are read alike" in " ".join(page.reasons)
    check_invariants(page)


def test_a_line_that_ocr_missed_is_taken_from_the_layer(tmp_path: Path, engine: Reciter) -> None:
    del engine.lines[2]
    page = page_of(scan().text(BODY, mode=INVISIBLE), tmp_path)
    assert texts(page) == BODY
    assert page.lines[2].confidence < 1


def test_a_layer_shifted_against_its_image_adds_no_line_twice(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(scan().text(BODY, at=(70, 300), mode=INVISIBLE), tmp_path)
    assert texts(page) == BODY


def test_captions_and_notes_are_told_from_the_text(tmp_path: Path, engine: Reciter) -> None:
    drawing = scan().text(["SAO Y; VAN PHONG; 25/07/2025 10:25:14 +07:00"], at=(250, 25), size=8)
    drawing.note("1. To be sent to all schools", (270, 300, 560, 340)).field("Signed by: A. Nguyen", (400, 10, 580, 30))
    page = page_of(drawing, tmp_path)
    assert texts(page) == BODY
    assert page.source is Source.OCR
    aside = {line.kind: line.text for line in page.marginalia}
    assert aside[LineKind.MARGIN_NOTE] == "1. To be sent to all schools"
    assert [line.text for line in page.marginalia if line.kind is LineKind.CAPTION] == [
        "SAO Y; VAN PHONG; 25/07/2025 10:25:14 +07:00",
        "Signed by: A. Nguyen",
    ]
    check_invariants(page)


def test_a_number_typed_into_a_blank_joins_its_line(tmp_path: Path, engine: Reciter) -> None:
    engine.lines.insert(0, ("Số: /KH-UBND", (200, 150, 480, 180)))
    words = page_of(scan().text(["102"], at=(108, 64), size=10), tmp_path).lines[0]
    assert words.text == "Số: 102/KH-UBND"
    assert [word.confidence == 1 for word in words.words] == [False, False], "half of the number is what OCR read"


def test_text_in_the_corner_of_the_page_lands_where_it_is(tmp_path: Path, engine: Reciter) -> None:
    drawing = Drawing().page().image(scanned_page(150, BARS), (100, 60, 595, 760))
    page = page_of(drawing, tmp_path)
    assert page.lines[0].box is not None
    assert page.lines[0].box.left > 100 + 40
    assert page.lines[0].box.top > 60
    assert (page.width, page.height) == A4
    check_invariants(page)


# --- choices and failures ---------------------------------------------------------------------------------------------


def test_boxes_of_a_page_of_impossible_size_are_those_of_the_page(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(Drawing().page((5950, 8420)).image(scanned_page(100, BARS)), tmp_path)
    assert texts(page) == BODY
    assert (page.width, page.height) == (5950, 8420)
    box = page.lines[0].box
    assert box is not None
    assert (box.left, box.top) == pytest.approx((700, 890), abs=60)
    check_invariants(page)


def test_ocr_never_takes_what_text_there_is(tmp_path: Path, engine: Reciter) -> None:
    garbled = page_of(scan().text(GARBLED, mode=INVISIBLE), tmp_path, ocr="never")
    assert (texts(garbled), garbled.source) == (GARBLED, Source.GARBLED_LAYER)
    assert page_of(scan(), tmp_path, ocr="never").source is Source.EMPTY
    scanned_page().save(tmp_path / "a.png")
    image = read_page(tmp_path / "a.png", examine(tmp_path / "a.png"), 1, ocr="never")
    assert (image.source, image.width) == (Source.EMPTY, pytest.approx(595, abs=8))
    assert engine.calls == 0


def test_ocr_always_looks_at_born_digital_pages(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(Drawing().page().text(BODY), tmp_path, ocr="always")
    assert engine.calls == 1
    assert texts(page) == BODY
    assert page.source is Source.MIXED


def test_images_are_read_as_what_they_are(tmp_path: Path, engine: Reciter) -> None:
    scanned_page(100, BARS).save(tmp_path / "a.pdf", "PNG", dpi=(100, 100))
    document, failed = read_document(tmp_path / "a.pdf", examine(tmp_path / "a.pdf"))
    assert texts(document.pages[0]) == BODY
    assert not failed
    pages = [scanned_page(100, BARS), scanned_page(100)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], dpi=(100, 100))
    document, _ = read_document(tmp_path / "a.tif", examine(tmp_path / "a.tif"))
    assert [page.number for page in document.pages] == [1, 2]
    assert all(texts(page) == BODY for page in document.pages)


def test_a_page_that_fails_does_not_take_the_others_along(tmp_path: Path, engine: Reciter) -> None:
    drawing = Drawing().page().text(BODY).page().bomb().page().text(BODY)
    path = drawing.save(tmp_path / "a.pdf")
    document, failed = read_document(path, examine(path))
    assert [page.source for page in document.pages] == [Source.TEXT_LAYER, Source.FAILED, Source.TEXT_LAYER]
    assert list(failed) == [2]
    assert failed[2][0] is Reason.TOO_LARGE
    assert Document(document.source, document.pages).raw.count("\f") == 2


def test_a_document_of_failed_pages_is_unreadable(tmp_path: Path, engine: Reciter) -> None:
    path = Drawing().page().bomb().save(tmp_path / "a.pdf")
    with pytest.raises(UnreadableFile) as caught:
        read_document(path, examine(path))
    assert caught.value.quarantined().reason is Reason.TOO_LARGE
    assert caught.value.name == "a.pdf"


def test_a_layer_is_kept_when_its_image_cannot_be_read(tmp_path: Path, engine: Reciter) -> None:
    page = page_of(Drawing().page().bomb().text(BODY, mode=INVISIBLE), tmp_path)
    assert texts(page) == BODY
    assert "can't be read" in page.reasons[-1]


def test_a_file_that_vanishes_or_changes_fails_its_page(tmp_path: Path) -> None:
    path = Drawing().page().text(BODY).save(tmp_path / "a.pdf")
    source = examine(path)
    path.write_bytes(b"")
    with pytest.raises(PageFailed) as caught:
        read_page(path, source, 1)
    assert caught.value.reason is Reason.EMPTY


def test_without_any_engine_only_the_pages_that_need_one_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str | None) -> Reciter:
        raise EngineError("no OCR engine is installed: apt install tesseract-ocr-vie")

    monkeypatch.setattr(read, "_engine", none)
    drawing = (
        Drawing().page().text(BODY).page().image(scanned_page()).page().image(scanned_page()).text(BODY, mode=INVISIBLE)
    )
    path = drawing.save(tmp_path / "a.pdf")
    document, failed = read_document(path, examine(path))
    assert [page.source for page in document.pages] == [Source.TEXT_LAYER, Source.FAILED, Source.TEXT_LAYER]
    assert failed == {2: (Reason.ENGINE_FAILED, "no OCR engine is installed: apt install tesseract-ocr-vie")}
    assert "no OCR engine" in document.pages[2].reasons[-1]


def test_an_engine_that_is_not_there_is_named_with_what_installs_it(tmp_path: Path) -> None:
    path = scan().save(tmp_path / "a.pdf")
    with pytest.raises(EngineMissing, match="install"):
        read_page(path, examine(path), 1, engine="nonesuch")


# --- real documents ---------------------------------------------------------------------------------------------------


def shared_page(shared: Path, name: str, number: int) -> Page:
    path = next((shared / "scans").glob(f"{name}*.pdf"))
    return read_page(path, examine(path), number)


@pytest.mark.shared
def test_born_digital_evaluation_pages_need_no_ocr(shared: Path, engine: Reciter) -> None:
    sources = {name: shared_page(shared, name, 1).source for name in ("31", "34", "36", "11")}
    assert sources == {
        "31": Source.TEXT_LAYER, "34": Source.CONVERTED, "36": Source.CONVERTED, "11": Source.CONVERTED
    }  # fmt: skip
    assert engine.calls == 0
    letterhead = [line.text for line in shared_page(shared, "31", 1).lines[:6]]
    assert letterhead[:3] == ["ỦY BAN NHÂN DÂN", "TỈNH AN GIANG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
    assert "Số: 102/KH-UBND" in letterhead


@pytest.mark.shared
def test_evaluation_scans_with_captions_or_garbled_layers_go_to_ocr(shared: Path, engine: Reciter) -> None:
    for name in ("02", "03", "05", "12", "14"):
        assert shared_page(shared, name, 1).source is Source.OCR, name
    assert {line.kind for line in shared_page(shared, "14", 1).marginalia} == {LineKind.CAPTION}
    note = [line.text for line in shared_page(shared, "03", 1).marginalia if line.kind is LineKind.MARGIN_NOTE]
    assert note[0].startswith("1. Cô Hương gửi văn bản")


def test_source_file_of_the_document_is_the_one_handed_in(tmp_path: Path) -> None:
    path = Drawing().page().text(BODY).save(tmp_path / "a.pdf")
    source = examine(path)
    assert isinstance(source, SourceFile)
    assert read_document(path, source)[0].source is source
