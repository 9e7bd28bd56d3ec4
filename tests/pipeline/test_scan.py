"""Whole pages from pixels to reading order, on drawn pages of known text."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from corpus.pages.hocr import hocr
from corpus.pages.placed import place_document
from documents.edits import Repaired
from documents.page import Document, LineKind, Page, Source, SourceFile
from pipeline.image.images import PageImage, turn
from pipeline.layout.handwriting import handwritten_words
from pipeline.layout.stamps import find_frames
from pipeline.ocr import make_engine
from pipeline.ocr.base import Engine, ReadLine, ReadWord, line_of
from pipeline.scan import read_scan, with_signs
from samples.draw import Look, Paragraph, Sheet, draw_document, draw_lines
from samples.wear import PURPLE, photographed, spread, stamped

SHEET = Sheet(
    issuer=["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"][1],
    superior="ỦY BAN NHÂN DÂN",
    number="Số: {23}/BC-UBND",
    place_date="Quảng Ngãi, ngày {17} tháng 01 năm 2025",
    type="BÁO CÁO",
    subject="Tình hình cải cách thủ tục hành chính tháng 01 năm 2025",
    body=(
        Paragraph(
            "Thực hiện Công văn số 5633/VPCP-KSTT ngày 25/7/2023 của Văn phòng Chính phủ về việc báo cáo công tác cải cách "
            "thủ tục hành chính, Ủy ban nhân dân tỉnh báo cáo kết quả thực hiện như sau:"
        ),
        Paragraph("1. Tiếp tục rà soát, đơn giản hóa thủ tục hành chính thuộc phạm vi quản lý của các sở, ban, ngành."),
        Paragraph("2. Giao Sở Nội vụ chủ trì, phối hợp với các đơn vị có liên quan theo dõi, tổng hợp."),
    ),
    recipients=("- Như trên;", "- Lưu: VT, TTHC."),
    sign_as=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    signer="Trần Hoàng Tuấn",
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine()


@pytest.fixture(scope="module")
def clean(engine) -> Page:
    drawn = draw_document(SHEET, Look())[0]
    return read_scan(PageImage(drawn.pixels, 200), engine, number=2)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def error(text: str, expected: str) -> float:
    return Levenshtein.distance(squeezed(text), squeezed(expected)) / len(squeezed(expected))


@pytest.mark.parametrize(
    "look",
    [Look(skew=1.7, mode="bilevel", specks=40), Look(dpi=100, turn=90, mode="colour", shade=0.3)],
    ids=["crooked bilevel", "low and turned"],
)
def test_read_scan_reads_a_page_in_order(engine, look):
    drawn = draw_document(SHEET, look)[0]
    page = read_scan(PageImage(drawn.pixels, look.dpi), engine, number=3)
    printed = [line.text for line in drawn.lines if line.kind not in (LineKind.STAMP, LineKind.MARGIN_NOTE)]
    assert error(page.text, " ".join(printed)) < 0.06, page.text
    assert page.number == 3
    assert page.source is Source.OCR
    assert page.width < page.height
    assert 0.7 < page.confidence <= 1
    for line in page.lines:
        assert line.box is not None
        assert 0 <= line.box.left <= line.box.right <= page.width
        assert [line.text[word.start : word.end] for word in line.words] == [word.text for word in line.words]
    if look.turn == 0:
        assert {LineKind.LETTERHEAD, LineKind.TITLE, LineKind.RECIPIENTS, LineKind.SIGNATURE} <= {
            line.kind for line in page.lines
        }


def test_read_scan_of_a_blank_page_is_empty(engine):
    page = read_scan(PageImage(np.full((1200, 850), 255, np.uint8), 100), engine, number=1)
    assert page.lines == ()
    assert page.source is Source.EMPTY


def test_read_scan_survives_noise_and_tiny_images(engine):
    noise = np.random.default_rng(0).integers(0, 255, (300, 200), dtype=np.uint8)
    read_scan(PageImage(noise, 100), engine, number=1)
    read_scan(PageImage(np.zeros((3, 3, 3), np.uint8), 200), engine, number=1)


class Recorded(Engine):
    """Replays lines: tests of the pages that engines are slow or unsure on."""

    name = "recorded"
    version = "recorded 1"

    def __init__(self, lines: list[ReadLine]) -> None:
        self.lines = lines

    @classmethod
    def missing(cls) -> None:
        return None

    def find_lines(self, grey):
        return [line.box for line in self.lines]

    def read_lines(self, grey, boxes):
        return [line for box in boxes for line in self.lines if line.box == box]


def test_read_scan_takes_what_the_engine_reads_and_keeps_its_name():
    words = (ReadWord("Kính", (100, 100, 160, 130), 0.9), ReadWord("gửi:", (170, 100, 220, 130), 0.8))
    engine = Recorded([line_of(words, (100, 100, 220, 130), ("recorded",))])
    image = np.full((2340, 1650), 255, np.uint8)
    image[105:125, 105:215] = 0
    page = read_scan(PageImage(image, 200), engine, number=1)
    assert page.text == "Kính gửi:\n"
    assert page.engine == "recorded 1"
    assert page.lines[0].engines == ("recorded",)
    assert page.lines[0].words[0].box.as_tuple() == pytest.approx((36, 36, 57.6, 46.8))


def put(image: np.ndarray, text: str, left: int, scale: float, thick: int) -> tuple[int, int, int, int]:
    canvas = np.full_like(image, 255)
    cv2.putText(canvas, text, (left, 60), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 2, cv2.LINE_AA)
    if thick > 2:
        canvas = cv2.erode(canvas, np.ones((1, thick - 1), np.uint8))
    np.minimum(image, canvas, out=image)
    ys, xs = np.nonzero(canvas < 128)
    return int(xs.min()) - 2, int(ys.min()) - 2, int(xs.max()) + 3, int(ys.max()) + 3


@pytest.mark.parametrize(
    ("scale", "thick", "confidence", "agreed", "by_hand"),
    [
        (1.0, 2, 0.97, True, False),
        (1.4, 2, 0.97, True, True),
        (1.0, 5, 0.97, True, True),
        (1.0, 2, 0.6, True, True),
        (1.0, 2, 0.97, False, True),
    ],
    ids=["printed", "higher", "thicker", "unsure", "read differently"],
)
def test_handwritten_words_are_figures_unlike_the_print(scale, thick, confidence, agreed, by_hand):
    image = np.full((100, 900), 255, np.uint8)
    parts = [
        ("Hue,", 20, 1.0, 2),
        ("ngay", 120, 1.0, 2),
        ("17", 230, scale, thick),
        ("thang", 320, 1.0, 2),
        ("nam", 450, 1.0, 2),
    ]
    words = []
    for text, left, high, thickness in parts:
        figure = text == "17"
        box = put(image, text, left, high, thickness)
        words.append(ReadWord(text, box, confidence if figure else 0.98, agreed if figure else True))
    line = line_of(words, (20, 20, 560, 70), ())
    assert handwritten_words(line, image) == (frozenset({2}) if by_hand else frozenset())


@pytest.mark.parametrize(("scale", "by_hand"), [(1.0, False), (1.4, True)], ids=["printed", "higher"])
def test_a_number_is_measured_by_its_figures_and_not_by_the_letters_of_its_notation(scale, by_hand):
    """The tail of a "Q" and letters that engines read differently say nothing about who wrote the figures."""
    image = np.full((100, 900), 255, np.uint8)
    said = put(image, "So:", 20, 1.0, 2)
    left, top, *_ = put(image, "794", 120, scale, 2)
    *_, right, _ = put(image, "/QD-SNN", 190, 1.0, 2)
    image[60:75, 220:224] = 0  # the tail
    line = line_of(
        [ReadWord("Số:", said, 0.98), ReadWord("794/QĐ-SNN", (left, top, right, 75), 0.97, False)], (20, 20, 560, 75), ()
    )
    assert handwritten_words(line, image) == (frozenset({1}) if by_hand else frozenset())


def test_handwritten_words_doubts_a_date_that_breaks_off_under_a_stamp():
    image = np.full((100, 900), 255, np.uint8)
    words = [ReadWord("Hà", (10, 10, 60, 40), 0.98), ReadWord("Nội,", (70, 10, 120, 40), 0.98)]
    line = line_of([*words, ReadWord("ngàya8", (130, 10, 220, 40), 0.9, True)], (10, 10, 220, 40), ())
    assert handwritten_words(line, image) == frozenset({2})
    assert handwritten_words(line, image, heading=False) == frozenset()


def test_handwritten_words_leaves_lines_alone_where_nothing_is_filled_in():
    image = np.full((100, 900), 255, np.uint8)
    line = line_of(
        [ReadWord("Điều", (10, 10, 60, 40), 0.5, False), ReadWord("17.", (70, 10, 90, 40), 0.5, False)], (10, 10, 90, 40), ()
    )
    assert handwritten_words(line, image) == frozenset()


def test_read_scan_never_presents_a_figure_written_by_hand_as_sure(clean):
    page = clean
    marked = [word for line in page.lines for word in line.words if word.handwritten]
    assert marked
    assert all(word.confidence <= 0.5 for word in marked)
    assert all(line.kind is LineKind.LETTERHEAD for line in page.lines for word in line.words if word.handwritten)


def test_find_frames_sees_a_tilted_stamp_and_no_table():
    grey = np.full((2340, 1650), 255, np.uint8)
    corners = np.array([[1100, 420], [1460, 428], [1457, 580], [1097, 572]])
    cv2.polylines(grey, [corners], True, 0, 4)
    frames = find_frames(grey, 200)
    assert len(frames) == 1
    assert np.abs(np.array(frames[0]) - (1097, 420, 1460, 580)).max() < 25
    table = np.full((2340, 1650), 255, np.uint8)
    for y in range(400, 1000, 100):
        cv2.line(table, (150, y), (1500, y), 0, 3)
    for x in (150, 300, 1500):
        cv2.line(table, (x, 400), (x, 900), 0, 3)
    assert find_frames(table, 200) == []


def test_read_scan_maps_a_turned_page_back(engine, clean):
    drawn = draw_document(SHEET, Look())[0]
    turned = read_scan(PageImage(turn(drawn.pixels, 1), 200), engine, number=1)
    if turned.rotation == 0:
        pytest.skip("the installed engines do not tell which way up a page is")
    assert turned.rotation == 270
    assert turned.lines[0].box.as_tuple() == pytest.approx(clean.lines[0].box.as_tuple(), abs=3)


def hocr_of(page):
    """As it was read, in a file of its own."""
    document = Document(SourceFile("0" * 64, "x.png", 1, "image/png"), (page,))
    pages = list(place_document(document, Repaired(document.raw, document.raw)))
    return hocr([replace(one, number=page.number) for one in pages], "Báo cáo <1>", as_read=True)


def test_hocr_holds_every_word_with_its_box(clean):
    text = hocr_of(clean)
    words = sum(len(line.text.split()) for line in clean.lines) + sum(len(line.words) for line in clean.marginalia)
    assert text.count('class="ocrx_word"') == words
    assert 'id="page_2"' in text and "ppageno 1" in text and 'content="as read"' in text and "data-raw" not in text


def test_hocr_declares_what_it_uses_and_keeps_boxes_inside_the_page(clean):
    root = ElementTree.fromstring(hocr_of(clean))
    declared = next(m.get("content") for m in root.iter() if m.get("name") == "ocr-capabilities").split()
    sides = []
    for element in root.iter():
        assert element.get("class") is None or element.get("class") in declared
        title = dict(part.strip().split(" ", 1) for part in (element.get("title") or "").split(";") if part.strip())
        if "bbox" in title:
            sides.append([int(side) for side in title["bbox"].split()])
        if "x_wconf" in title:
            assert 0 <= int(title["x_wconf"]) <= 100
    page = sides[0]
    assert all(page[0] <= x0 <= x1 <= page[2] and page[1] <= y0 <= y1 <= page[3] for x0, y0, x1, y1 in sides)


def test_read_scan_keeps_what_a_coloured_stamp_says_beside_the_text(engine):
    pixels = stamped(draw_document(SHEET, Look())[0].pixels, 200, colour=PURPLE, at=(0.3, 0.42), boxed=True)
    page = read_scan(PageImage(pixels.pixels, 200), engine, number=1)
    assert "CÔNG VĂN ĐẾN" in [line.text for line in page.marginalia if line.kind is LineKind.STAMP]
    assert "công văn đến" not in page.text.lower()
    assert "Thực hiện Công văn số 5633/VPCP-KSTT" in squeezed(page.text)


def test_read_scan_reads_a_photograph_like_a_scan(engine, clean):
    worn = photographed(draw_document(SHEET, Look())[0].pixels, 200, tilt=0.12, turn=-3, shadow=True)
    page = read_scan(PageImage(worn.pixels, worn.dpi), engine, number=1)
    assert error(page.text, clean.text) < 0.03
    assert "a sheet photographed at an angle was made flat" in page.reasons
    assert not [reason for reason in clean.reasons if "flat" in reason or "level" in reason]
    for line in page.lines:
        assert line.box is not None
        assert 0 <= line.box.left <= line.box.right <= page.width


def test_read_scan_reads_facing_pages_one_after_the_other(engine, clean):
    one = draw_document(SHEET, Look())[0].pixels
    worn = spread(one, one, 200)
    page = read_scan(PageImage(worn.pixels, 200), engine, number=1)
    assert error(page.text, clean.text + clean.text) < 0.03
    assert "two facing pages are read one after the other" in page.reasons
    assert [line.paragraph for line in page.lines] == sorted(line.paragraph for line in page.lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13,83%o;", "13,83‰;"),
        ("9%0", "9‰"),
        ("100%", "100%"),
        ("%o", "%o"),
        ("50%o tô", "50‰ tô"),
        ("5%ong", "5%ong"),
        ("thực hiện./", "thực hiện./."),
        ("hợp./.", "hợp./."),
        ("D:/", "D:/"),
    ],
)
def test_with_signs_knows_per_mille_behind_figures_only(text, expected):
    words = [ReadWord(word, (0, 0, 9, 9), 0.9) for word in text.split()]
    assert with_signs(line_of(words, (0, 0, 9, 9), ())).text == expected


@pytest.mark.shared
@pytest.mark.slow
def test_read_scan_reaches_its_figure_on_a_real_page(shared, engine):
    if engine.name != "ensemble":
        pytest.skip("the figure is that of the ensemble")
    import pymupdf

    with pymupdf.open(shared / "scans" / "hanoi_tb_453_flag.pdf") as document:
        pixmap = pymupdf.Pixmap(document, document[0].get_images()[0][0])
    pixels = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.h, pixmap.w, pixmap.n).copy()
    page = read_scan(PageImage(pixels, 200), engine, number=1)
    gold = (shared / "scans" / "gold" / "hanoi_tb_453_flag.txt").read_text(encoding="utf-8")
    assert error(page.text, gold) < 0.015


@pytest.mark.parametrize("turned", [0, 1, 2, 3, 178.0, -178.0])
def test_a_framed_stamp_is_read_whichever_way_its_frame_is_measured(engine, turned):
    """How OpenCV measures a level frame, 0, 90 or -90 degrees, hangs on its last pixel: it must not stand on its head."""
    drawn = draw_document(SHEET, Look())[0].pixels
    page = np.repeat(drawn[:, :, None], 3, 2) if drawn.ndim == 2 else drawn.copy()
    left, top, wide, high = 190, 330, 220 + int(turned) % 5, 90
    cv2.rectangle(page, (left, top), (left + wide, top + high), (200, 30, 40), 6)
    mark = draw_lines(["MẬT"], Look(), size=14, bold=True, margin=4).pixels
    mark = mark if mark.ndim == 2 else cv2.cvtColor(mark, cv2.COLOR_RGB2GRAY)
    place = page[top + 25 : top + 25 + mark.shape[0], left + 60 : left + 60 + mark.shape[1]]
    place[mark < 128] = (200, 30, 40)
    read = read_scan(PageImage(np.ascontiguousarray(page), 200), engine, number=1)
    assert "MẬT" in [line.text for line in read.marginalia]
