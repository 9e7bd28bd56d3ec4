"""Reading order and parts of the page, from lines as an engine reports them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.page import LineKind
from pipeline.layout.letterhead import is_motto
from pipeline.layout.marginalia import is_stamped
from pipeline.layout.order import order_lines
from pipeline.layout.placed import TABLE_PLACE, Places
from pipeline.layout.seals import Seal
from pipeline.ocr.base import ReadLine, ReadWord, line_of

SIZE = (1650, 2340)
HIGH = 40


def line(text: str, left: int, top: int, *, wide: int | None = None, confidence: float = 0.98, high: int = HIGH) -> ReadLine:
    """A line of evenly wide letters; ``wide`` pixels from end to end."""
    step = (wide or 17 * len(text)) / max(1, len(text))
    words, at = [], 0
    for word in text.split(" "):
        words.append(
            ReadWord(word, (round(left + at * step), top, round(left + (at + len(word)) * step), top + high), confidence)
        )
        at += len(word) + 1
    return line_of(words, (left, top, round(left + len(text) * step), top + high), ("tesseract",))


LETTERHEAD = [
    line("ỦY BAN NHÂN DÂN", 240, 150),
    line("TỈNH QUẢNG NGÃI", 245, 195),
    line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 720, 150),
    line("Độc lập - Tự do - Hạnh phúc", 800, 195),
    line("Số: 23/BC-UBND", 260, 255),
    line("Quảng Ngãi, ngày 23 tháng 01 năm 2025", 760, 258),
]
TITLE = [line("BÁO CÁO", 760, 360), line("Tình hình cải cách hành chính tháng 01 năm 2025", 430, 405)]
BODY = [
    line("Thực hiện Công văn số 5633/VPCP-KSTT của Văn phòng Chính phủ về việc báo", 300, 500, wide=1220),
    line("cáo công tác cải cách, Ủy ban nhân dân tỉnh báo cáo như sau:", 220, 545, wide=1000),
    line("1. Kết quả thực hiện", 300, 610, wide=400),
]
SIGN_OFF = [
    line("Nơi nhận:", 240, 1500),
    line("- Như trên;", 230, 1545),
    line("- Lưu: VT, TTHC.", 230, 1585),
    line("KT. CHỦ TỊCH", 1000, 1490),
    line("PHÓ CHỦ TỊCH", 1000, 1535),
    line("Trần Hoàng Tuấn", 1000, 1760),
]
ORDER = [
    "ỦY BAN NHÂN DÂN",
    "TỈNH QUẢNG NGÃI",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 23/BC-UBND",
    "Quảng Ngãi, ngày 23 tháng 01 năm 2025",
    "BÁO CÁO",
    "Tình hình cải cách hành chính tháng 01 năm 2025",
    *(b.text for b in BODY),
    "Nơi nhận:",
    "- Như trên;",
    "- Lưu: VT, TTHC.",
    "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH",
    "Trần Hoàng Tuấn",
]
PAGE = [*LETTERHEAD, *TITLE, *BODY, *SIGN_OFF]


def texts(lines: list[ReadLine], **others) -> list[str]:
    return [p.line.text for p in order_lines(lines, SIZE, Places(**others))[0]]


ABOVE = {
    "English": (["This is an unofficial translation that is provided for", "information only."], [True, True]),
    "Vietnamese": (["Bản này thay cho bản đã gửi ngày 10/6/2024."], [True]),
    "a fax header": (["FROM : VAN PHONG UBND FAX NO. : 0351 3852 123 15 Jun 2024 P1"], [False]),
    "a stamp": (["ĐẾN Số: 1234 Ngày: 16/6/2024"], [False]),
}


@pytest.mark.parametrize("what", ABOVE)
def test_sentences_above_a_letterhead_are_text_and_what_is_put_there_is_not(what: str) -> None:
    above, are_text = ABOVE[what]
    lines = [line(text, 240, 40 + 45 * i) for i, text in enumerate(above)]
    text, marginalia = order_lines([*lines, *LETTERHEAD, *TITLE, *BODY], SIZE)
    kept = [line for line, is_text in zip(above, are_text, strict=True) if is_text]
    assert [p.line.text for p in text][: len(kept)] == kept
    assert [p.line.text for p in marginalia] == [line for line in above if line not in kept]


def test_a_pencilled_sentence_above_a_letterhead_is_put_aside() -> None:
    pencil = line("Chuyển phòng tổng hợp tham mưu trả lời", 240, 40, confidence=0.6)
    _, marginalia = order_lines([pencil, *LETTERHEAD, *TITLE, *BODY], SIZE)
    assert [p.line.text for p in marginalia] == [pencil.text]


@pytest.mark.parametrize("seed", range(5))
def test_order_lines_reads_blocks_left_before_right_whatever_the_detector_gave_first(seed):
    shuffled = PAGE.copy()
    random.Random(seed).shuffle(shuffled)
    assert texts(shuffled) == ORDER


def test_order_lines_names_the_parts():
    kinds = {p.line.text: p.kind for p in order_lines(PAGE, SIZE)[0]}
    assert kinds["Số: 23/BC-UBND"] is LineKind.LETTERHEAD
    assert kinds["BÁO CÁO"] is kinds["Tình hình cải cách hành chính tháng 01 năm 2025"] is LineKind.TITLE
    assert kinds["1. Kết quả thực hiện"] is LineKind.BODY
    assert kinds["- Như trên;"] is LineKind.RECIPIENTS
    assert kinds["Trần Hoàng Tuấn"] is LineKind.SIGNATURE


def test_order_lines_reads_the_subject_of_a_letter_before_place_and_date():
    letter = [
        *LETTERHEAD,
        line("V/v cơ chế đặc thù", 250, 300),
        line("xây dựng công trình", 250, 340),
        line("Kính gửi: Các Bộ", 460, 470),
    ]
    read = texts(letter)
    assert read.index("xây dựng công trình") < read.index("Quảng Ngãi, ngày 23 tháng 01 năm 2025")
    assert read[-1] == "Kính gửi: Các Bộ"


def test_order_lines_cuts_a_letterhead_that_was_read_as_one_line():
    joined = line("ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 240, 150, wide=1090)
    second = line("TỈNH QUẢNG NGÃI Độc lập - Tự do - Hạnh phúc", 245, 195, wide=1020)
    assert texts([joined, second, *LETTERHEAD[4:], *TITLE, *BODY]) == ORDER[:11]


def test_order_lines_joins_pieces_of_one_line():
    pieces = [line("Số:", 282, 255), line("/TB-UBND", 446, 256)]
    assert "Số: /TB-UBND" in texts([*LETTERHEAD[:4], *pieces, LETTERHEAD[5], *BODY])


def test_order_lines_reads_columns_one_after_the_other():
    left = [line(f"cột trái dòng {i}", 150, 300 + 50 * i, wide=600) for i in range(12)]
    right = [line(f"cột phải dòng {i}", 880, 300 + 50 * i, wide=600) for i in range(12)]
    mixed = [piece for pair in zip(left, right, strict=True) for piece in pair]
    assert texts(mixed) == [x.text for x in [*left, *right]]


def test_order_lines_sets_a_framed_stamp_apart():
    stamp = [line("VĂN PHÒNG CHÍNH PHỦ", 1200, 300, wide=330), line("ĐẾN Ngày: 29/4", 1200, 350, wide=330, confidence=0.4)]
    text, marginalia = order_lines([*PAGE, *stamp], SIZE, Places(frames=[(1180, 290, 1560, 420)]))
    assert [p.line.text for p in text] == ORDER
    assert {p.kind for p in marginalia} == {LineKind.STAMP}
    assert [p.line.text for p in marginalia] == ["VĂN PHÒNG CHÍNH PHỦ", "ĐẾN Ngày: 29/4"]


def test_order_lines_cuts_a_line_that_runs_out_of_a_stamp_into_the_text():
    frame = (20, 480, 290, 640)
    stamp = line("ĐẾN", 40, 560, confidence=0.3)
    crossing = line("2352 uouo Về việc tăng cường thi hành án hành chính", 40, 490, wide=1200)
    words = tuple(ReadWord(w.text, w.box, 0.3 if i < 2 else 0.98) for i, w in enumerate(crossing.words))
    mixed = line_of(words, crossing.box, ("tesseract",))
    text, marginalia = order_lines([mixed, stamp, *BODY[1:]], SIZE, Places(frames=[frame]))
    assert text[0].line.text == "Về việc tăng cường thi hành án hành chính"
    assert {p.line.text for p in marginalia} == {"2352 uouo", "ĐẾN"}


def test_order_lines_does_not_take_a_frame_of_print_for_a_stamp():
    boxed = line("Họ và tên người đề nghị", 1200, 700, wide=330)
    assert boxed.text in texts([*PAGE, boxed], frames=[(1180, 690, 1560, 760)])


def test_order_lines_sets_apart_what_others_wrote_above_the_letterhead():
    note = line("Ký bởi: Ủy ban nhân dân tỉnh", 1100, 20, high=25)
    scribble = line("TTĐT", 1340, 80, confidence=0.2)
    text, marginalia = order_lines([*PAGE, note, scribble], SIZE)
    assert [p.line.text for p in text] == ORDER
    assert {p.line.text for p in marginalia} == {note.text, "TTĐT"}


def test_order_lines_reads_a_running_head_before_the_letterhead():
    head = line("CÔNG BÁO/Số 199+200/Ngày 01-7-2026", 600, 60)
    assert texts([*PAGE, head]) == [head.text, *ORDER]


def test_order_lines_keeps_figures_however_badly_they_were_read():
    figures = line("1.782.782", 1300, 700, confidence=0.1)
    assert "1.782.782" in texts([*PAGE, figures])


def test_order_lines_sets_the_page_number_apart_but_no_figure_of_the_text():
    number = line("2", 820, 60)
    text, marginalia = order_lines([number, *BODY], SIZE)
    assert [p.line.text for p in text] == [b.text for b in BODY]
    assert [p.kind for p in marginalia] == [LineKind.PAGE_NUMBER]


def test_order_lines_puts_the_place_of_a_table_between_the_lines_around_it():
    below = line("Trên đây là kết quả thực hiện.", 300, 1300)
    assert texts([*BODY, below], tables=[(200, 700, 1500, 1250)]) == [*(b.text for b in BODY), TABLE_PLACE, below.text]


def test_order_lines_numbers_paragraphs_by_indent_and_number():
    paragraphs = [p.paragraph for p in order_lines(BODY, SIZE)[0]]
    assert paragraphs[0] == paragraphs[1] != paragraphs[2]


def test_order_lines_names_footnotes_in_small_print():
    long = [
        line("Các sở, ban, ngành tổ chức thực hiện nghiêm túc Kế hoạch này trong năm", 220, 200 + 50 * i, wide=1300)
        for i in range(20)
    ]
    note = line("1 Theo Quyết định số 12/QĐ-UBND ngày 5/6/2020", 220, 2100, wide=700, high=26)
    kinds = [p.kind for p in order_lines([*long, note], SIZE)[0]]
    assert kinds[-1] is LineKind.FOOTNOTE
    assert set(kinds[:-1]) == {LineKind.BODY}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CỌNG HOÀ XÃ HỘI CHÙ NGHĨA VIÊT NAM", True),
        ("ĐẢNG CỘNG SẢN VIỆT NAM", True),
        ("CỘNG TÁC XÃ HỘI HÓA GIÁO DỤC", False),
        ("Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam", False),
        ("", False),
    ],
)
def test_is_motto_knows_it_badly_read_and_nothing_else(text, expected):
    assert is_motto(text) is expected


WORDS = st.sampled_from(
    [
        "Số:",
        "12/QĐ-UBND",
        "Nơi",
        "nhận:",
        "ngày",
        "5",
        "tháng",
        "6",
        "năm",
        "2020",
        "CỘNG",
        "HÒA",
        "KT.",
        "CHỦ",
        "TỊCH",
        "ĐẾN",
        "2.345",
        "||",
    ]
)
ANY_LINE = st.builds(
    lambda words, left, top, sure: line(" ".join(words), left, top, confidence=sure),
    st.lists(WORDS, min_size=1, max_size=8),
    st.integers(0, 1500),
    st.integers(0, 2300),
    st.floats(0, 1),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(ANY_LINE, max_size=25))
def test_order_lines_loses_and_invents_no_word(lines):
    text, marginalia = order_lines(lines, SIZE, Places(frames=[(100, 100, 500, 400)]))
    got = sorted(word.text for p in [*text, *marginalia] for word in p.line.words)
    assert got == sorted(word.text for read in lines for word in read.words)
    assert [p.paragraph for p in text] == sorted(p.paragraph for p in text)


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("{ CỔNG THÔNG TN BIỀNTÚ CHÍNH PHỦ", True),
        ("CỔNG THÔNG TIN ĐIỆN TỬ CHÍNH PHỦ", True),
        ("- Cổng Thông tin điện tử Chính phủ;", False),
        ("công khai trên Cổng thông tin điện tử Chính phủ", False),
    ],
)
def test_stamp_of_the_portal_is_told_from_a_recipient(text: str, stamp: bool) -> None:
    assert is_stamped(text) is stamp


def test_page_number_beside_a_running_head_is_no_text():
    head = [line("CÔNG BÁO TP.HCM/Số 199+200/Ngày 01-7-2026", 620, 90), line("52", 1480, 90)]
    text, marginalia = order_lines([*head, line("Ký bởi: TRUNG TÂM", 100, 20), *BODY], SIZE)
    assert "52" not in [p.line.text for p in text]
    assert [p.kind for p in marginalia if p.line.text == "52"] == [LineKind.PAGE_NUMBER]
    assert text[0].kind is LineKind.RUNNING_HEAD


@pytest.mark.parametrize(("ending", "same"), [("thuộc Nhóm châu Á", True), ("như sau:", False), ("của tỉnh;", False)])
def test_a_dash_that_goes_on_a_broken_line_begins_no_item(ending, same):
    lines = [
        line("Thực hiện nghĩa vụ thành viên của Việt Nam trong khuôn khổ các thỏa thuận", 300, 500, wide=1220),
        line("quốc tế và các nghĩa vụ khác của Việt Nam với tư cách thành viên " + ending, 220, 545, wide=1300),
        line("- Thái Bình Dương về chống rửa tiền.", 220, 590, wide=700),
    ]
    _, second, third = order_lines(lines, SIZE)[0]
    assert (second.paragraph == third.paragraph) is same


def test_a_stamp_of_dotted_lines_is_known_however_its_words_are_read():
    frame = (1050, 380, 1500, 620)
    stamp = [line("| VAN PHONG", 1080, 390), line("lGiờ...C..Ngày..2.7", 1080, 460), line("Kinh quyển... FPT...", 1080, 540)]
    text, marginalia = order_lines([*PAGE, *stamp], SIZE, Places(frames=[frame]))
    assert [p.line.text for p in text] == ORDER
    assert {p.kind for p in marginalia} == {LineKind.STAMP}


def test_the_heading_of_a_stamp_is_cut_off_the_title_beside_it():
    frame = (150, 420, 600, 640)
    beside = line("tmmeti soco Về việc tăng cường công tác thi hành án", 300, 395)
    words = [word if i > 1 else ReadWord(word.text, word.box, 0.1) for i, word in enumerate(beside.words)]
    lines = [TITLE[0], line_of(words, beside.box, ()), line("Số: 2352", 200, 500), line("CV ĐẾN", 200, 560)]
    text, _ = order_lines(lines, SIZE, Places(frames=[frame]))
    assert [p.line.text for p in text] == ["BÁO CÁO", "Về việc tăng cường công tác thi hành án"]
    assert {p.kind for p in text} == {LineKind.TITLE}


def test_pen_strokes_in_the_signature_are_no_text():
    strokes = [line("A", 1100, 1620), line("LU0G", 1050, 1680, confidence=0.12), line(":H", 1000, 1580)]
    text, marginalia = order_lines([*PAGE, *strokes], SIZE)
    assert [p.line.text for p in text] == ORDER
    assert sorted(p.line.text for p in marginalia) == [":H", "A", "LU0G"]


def test_what_stands_inside_a_seal_is_no_name() -> None:
    inside = line("VÀ ĐÀO TẠO", 930, 1640, wide=150, high=30)
    text, marginalia = order_lines([*PAGE, inside], SIZE, Places(seals=[Seal(1000, 1650, 130)]))
    assert [p.line.text for p in text] == ORDER
    assert [(p.line.text, p.kind) for p in marginalia] == [("VÀ ĐÀO TẠO", LineKind.STAMP)]


def test_what_was_written_into_a_coloured_stamp_is_no_text_and_print_under_it_is() -> None:
    written = line("25.1187", 260, 400, wide=110, confidence=0.3)
    under = line("của tỉnh", 260, 450, wide=120)
    text, marginalia = order_lines([*PAGE, written, under], SIZE, Places(coloured=[(230, 340, 560, 520)]))
    assert "của tỉnh" in [p.line.text for p in text]
    assert [(p.line.text, p.kind) for p in marginalia] == [("25.1187", LineKind.STAMP)]


def test_page_number_above_a_speck_is_still_the_last():
    text, marginalia = order_lines([*BODY, line("2", 1500, 2200), line("~^", 900, 2280)], SIZE)
    assert [p.line.text for p in text] == [b.text for b in BODY]
    assert LineKind.PAGE_NUMBER in {p.kind for p in marginalia}


@pytest.mark.parametrize(
    ("before", "ending"),
    [
        ("Thủ trưởng các cơ quan chịu trách nhiệm thi hành Quyết định này kể từ", "ngày ký ban hành."),
        ("Chánh Văn phòng theo dõi việc tiếp nhận, xử lý và chuyển giao các loại", "công văn đến."),
        ("Văn phòng có trách nhiệm quản lý sổ sách, hồ sơ, tài liệu và các loại", "công văn đến, công văn đi của cơ quan."),
        ("Các đơn vị ghi vào sổ đăng ký số, ký hiệu và ngày của từng loại văn bản:", "Đến ngày 31 tháng 12 phải nộp lưu."),
    ],
)
def test_running_text_is_not_put_away_by_its_words(before, ending):
    lines = [*LETTERHEAD, *TITLE, line(before, 300, 500, wide=1220), line(ending, 220, 545)]
    ordered, marginalia = order_lines(lines, SIZE)
    assert ending in [p.line.text for p in ordered] and not marginalia


def test_stamps_without_a_frame_are_still_told_by_their_words():
    stamp = line("CÔNG VĂN ĐẾN", 60, 560, confidence=0.9)
    _, marginalia = order_lines([*LETTERHEAD, *TITLE, *BODY, stamp], SIZE)
    assert [p.line.text for p in marginalia] == ["CÔNG VĂN ĐẾN"]


def test_order_lines_reads_a_list_in_two_columns_down_and_then_down():
    names = ("Sở Y tế Hà Nội", "Sở Y tế Vĩnh Phúc", "Sở Y tế Bắc Ninh", "Sở Y tế Hải Phòng", "Sở Y tế Hưng Yên")
    left = [line(f"{i}. {name}", 300, 500 + 45 * i) for i, name in enumerate(names, 1)]
    right = [line(f"{i + 31}. {name}", 900, 500 + 45 * i) for i, name in enumerate(names[:4], 1)]
    assert texts([*left, *right]) == [p.text for p in (*left, *right)]


def test_order_lines_reads_a_form_in_two_columns_row_by_row():
    lines = [line("1. Họ và tên:", 300, 500), line("2. Ngày sinh:", 900, 500), line("3. Quê quán:", 300, 545)]
    lines += [line("4. Dân tộc:", 900, 545), line("5. Trình độ:", 300, 590), line("6. Chức vụ:", 900, 590)]
    assert texts(lines) == [p.text for p in lines]


@pytest.mark.parametrize("mark", ["-", "—", "—."])
def test_order_lines_keeps_the_dash_of_a_list(mark):
    lines = [*BODY, line(mark, 300, 700), line("Thời gian tổ chức: từ 12/02/2014", 380, 700)]
    assert texts(lines)[-1] == "- Thời gian tổ chức: từ 12/02/2014"


@pytest.mark.parametrize(
    ("text", "left", "top", "in_text"),
    [
        ("h:/qd/xkz0qw-jj", 220, 590, True),  # flush under a line of print: a path or a code, badly read
        ("h:/qd/xkz0qw-jj", 225, 455, True),  # or over one
        ("h:/qd/xkz0qw-jj", 700, 590, False),  # somewhere else: dirt
        ("h:/qd/xkz0qw-jj", 220, 1000, False),  # under nothing
        ("hq/xkz0qw", 220, 590, False),  # too short to be told from strokes of the pen
    ],
)
def test_badly_read_lines_of_a_column_of_print_are_kept_in_the_text(text, left, top, in_text):
    body = [BODY[0], BODY[1]] if top > 500 else [line(BODY[1].text, 220, 500, wide=1000)]
    bad = line(text, left, top, confidence=0.2)
    lines, marginalia = order_lines([*LETTERHEAD, *body, bad], SIZE)
    assert (text in [p.line.text for p in lines], text in [p.line.text for p in marginalia]) == (in_text, not in_text)


def test_two_signers_are_read_one_after_the_other():
    left = [line("SỞ TÀI CHÍNH", 330, 900), line("KT. GIÁM ĐỐC", 330, 945), line("PHÓ GIÁM ĐỐC", 330, 990)]
    right = [line("SỞ NỘI VỤ", 1080, 902), line("GIÁM ĐỐC", 1080, 947)]
    names = [line("Nguyễn Thị Hoài An", 300, 1260), line("Trịnh Bá Lộc", 1060, 1262)]
    below = [line("Nơi nhận:", 220, 1400), line("- Như trên;", 220, 1445)]
    text, _ = order_lines([*BODY, *left, *right, *names, *below], SIZE)
    signed = [p.line.text for p in text if p.kind is LineKind.SIGNATURE]
    assert signed == [p.text for p in (*left, names[0], *right, names[1])]


def test_two_columns_of_capitals_without_names_are_no_signers():
    rows = [line("GIÁM ĐỐC", 330, 900), line("CHỦ TỊCH", 1080, 902), line("Tài chính", 330, 945), line("Nội vụ", 1080, 947)]
    text, _ = order_lines([*BODY, *rows], SIZE)
    assert [p.line.text for p in text][-4:] == ["GIÁM ĐỐC", "CHỦ TỊCH", "Tài chính", "Nội vụ"]


def test_a_worn_stamp_is_known_by_what_is_left_of_it():
    frame = (150, 420, 600, 640)
    stamp = [line("|cñenðvemobwrboapi],", 170, 440, confidence=0.7), line("JĐẾN 2414", 170, 520, confidence=0.3)]
    text, marginalia = order_lines([*PAGE, *stamp], SIZE, Places(frames=[frame]))
    assert not {one.text for one in stamp} & {p.line.text for p in text}
    assert {one.text for one in stamp} <= {p.line.text for p in marginalia if p.kind is LineKind.STAMP}


def test_a_well_read_box_with_a_date_is_print():
    frame = (150, 820, 600, 1040)
    box = [line("Ngày nhận hồ sơ", 170, 840), line("PHÒNG TIẾN ĐỘ", 170, 920)]
    text, _ = order_lines([*PAGE, *box], SIZE, Places(frames=[frame]))
    assert {one.text for one in box} <= {p.line.text for p in text}


def test_a_frame_of_which_nothing_can_be_read_is_a_stamp():
    frame = (150, 420, 600, 640)
    stamp = [line("{cốemöwemoiwriogwnn]", 170, 440, confidence=0.73), line("Beuin", 170, 520, confidence=0.1)]
    text, _ = order_lines([*PAGE, *stamp], SIZE, Places(frames=[frame]))
    assert not {one.text for one in stamp} & {p.line.text for p in text}
