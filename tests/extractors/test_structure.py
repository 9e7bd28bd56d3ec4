"""Blocks, sentences, zones and genre, on the layouts that real documents have."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.page import LineKind
from extractors.structure.analysis import TableLines, analyse
from extractors.structure.blocks import Genre, Role, Zone
from extractors.structure.genre import looks_back
from extractors.structure.joined import join_pieces
from extractors.structure.labels import find_label
from extractors.structure.sentences import split_clauses, split_sentences

PLAN = """ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH BẮC HÀ Độc lập - Tự do - Hạnh phúc
Số: 45/KH-UBND Bắc Hà, ngày 12 tháng 5 năm 2022

KẾ HOẠCH
Phát triển du lịch cộng đồng
trên địa bàn tỉnh năm 2022

Thực hiện Nghị quyết số 08-NQ/TU ngày 10/3/2022 của Tỉnh ủy về phát triển
du lịch, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:

I. MỤC TIÊU
1. Mục tiêu chung
Đưa du lịch trở thành ngành kinh tế quan trọng của tỉnh, có sản phẩm riêng,

2

giữ được bản sắc của các dân tộc.
2. Mục tiêu cụ thể đến năm 2025:
- Đón 200.000 lượt khách;
- Có 15 điểm du lịch, trong đó:
+ 05 điểm cấp tỉnh;
+ 10 điểm cấp huyện.
II. TỔ CHỨC THỰC HIỆN
1. Sở Văn hóa, Thể thao và Du lịch
a) Chủ trì triển khai Kế hoạch.
b) Báo cáo kết quả.
2. Sở Tài chính: Bố trí kinh phí./.

Nơi nhận: TM. ỦY BAN NHÂN DÂN
- Như trên; CHỦ TỊCH
- Lưu: VT.
Nguyễn Văn Bình
PHỤ LỤC
Danh mục điểm du lịch
"""


def block_starting(structure, words):
    return next(b for b in structure.blocks if b.text.startswith(words))


@pytest.mark.parametrize(
    ("line", "label", "rank"),
    [
        ("Phần một", "Phần một", 1),
        ("Chương II QUY ĐỊNH", "Chương II", 2),
        ("Điều 3. Hiệu lực", "Điều 3.", 4),
        ("IV. Nhiệm vụ", "IV.", 6),
        ("1. Mục tiêu", "1.", 7),
        ("1.2. Mục tiêu", "1.2.", 8),
        ("3.1 Mục tiêu", "3.1", 8),
        ("đ) Báo cáo", "đ)", 13),
        ("- Rà soát", "-", 15),
        ("+ 05 điểm", "+", 16),
    ],
)
def test_find_label_knows_the_numbering(line, label, rank):
    found = find_label(line)
    assert found is not None
    assert (found.text, found.rank) == (label, rank)


@pytest.mark.parametrize(
    "line", ["23.525 hồ sơ", "Điều 139 Nghị định", "15/7/2021", "I hope", "a là một", "100% cơ quan", "2021 của Chính phủ"]
)
def test_find_label_leaves_prose_alone(line):
    assert find_label(line) is None


def test_zones_follow_the_parts_of_a_document():
    structure = analyse(PLAN)
    assert [text for _, text in structure.lines_in(Zone.TITLE)] == [
        "KẾ HOẠCH", "Phát triển du lịch cộng đồng", "trên địa bàn tỉnh năm 2022",
    ]  # fmt: skip
    assert structure.lines_in(Zone.LETTERHEAD)[-1][1].startswith("Số: 45/KH-UBND")
    assert [text for _, text in structure.lines_in(Zone.TAIL)][-1] == "Nguyễn Văn Bình"
    assert structure.lines_in(Zone.APPENDIX)[0][1] == "PHỤ LỤC"
    assert structure.genre is Genre.PLAN


def test_sentence_runs_over_a_page_end_without_its_number():
    structure = analyse(PLAN)
    block = block_starting(structure, "Đưa du lịch")
    assert block.text.endswith("có sản phẩm riêng, giữ được bản sắc của các dân tộc.")
    assert len(block.sentences) == 1


def test_tree_follows_the_numbering():
    structure = analyse(PLAN)
    point = block_starting(structure, "10 điểm cấp huyện")
    assert [b.text for b in point.ancestors()] == [
        "Có 15 điểm du lịch, trong đó:", "Mục tiêu cụ thể đến năm 2025:", "MỤC TIÊU",
        "Thực hiện Nghị quyết số 08-NQ/TU ngày 10/3/2022 của Tỉnh ủy về phát triển du lịch, "
        "Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:",
    ]  # fmt: skip
    assert point.lead is not None and point.lead.role is Role.LEAD_IN


def test_paragraph_right_behind_a_dashed_lead_in_hangs_on_it():
    text = "1. Chế độ báo cáo\n- Các sở báo cáo.\n- Sở Nội vụ tổng hợp, gửi các báo cáo:\n\nBáo cáo quý gửi trước ngày 10;\n"
    paragraph = block_starting(analyse(text), "Báo cáo quý")
    assert paragraph.parent.text == "Sở Nội vụ tổng hợp, gửi các báo cáo:"
    assert paragraph.lead is paragraph.parent


def test_item_under_a_unit_heading_knows_its_heading():
    item = block_starting(analyse(PLAN), "Báo cáo kết quả")
    assert item.lead is not None
    assert item.lead.text == "Sở Văn hóa, Thể thao và Du lịch"


def test_code_broken_at_a_line_end_is_joined():
    structure = analyse(
        "Ngày 30/12/2019, UBND tỉnh đã ban hành Quyết định số 3373/QĐ-\n\nUBND về phê duyệt Kế hoạch kiểm tra.\n"
    )
    assert "3373/QĐ-UBND về phê duyệt" in structure.blocks[0].text


def test_dash_inside_a_name_at_a_line_start_is_no_item():
    text = (
        "Nâng cao hiệu quả quản lý, góp phần phát triển kinh tế\n- xã hội của tỉnh trong giai đoạn mới và "
        "những năm tiếp theo.\n"
    )
    assert len(analyse(text).blocks) == 1


def test_spans_point_back_to_the_printed_words():
    structure = analyse(PLAN)
    for block in structure.blocks:
        for sentence in block.sentences:
            span = sentence.span
            printed = structure.text[span.start : span.end].split()
            assert [w for w in printed if w != "2"] == sentence.text.split()


def test_furniture_is_left_out():
    text = "Cơ quan thực hiện việc\nUBND TỈNH\nrà soát văn bản.\n1 Xem Nghị định.\n"
    kinds = [LineKind.BODY, LineKind.RUNNING_HEAD, LineKind.BODY, LineKind.FOOTNOTE, LineKind.BODY]
    assert [b.text for b in analyse(text, kinds=kinds).blocks] == ["Cơ quan thực hiện việc rà soát văn bản."]


def test_table_lines_are_cells_and_no_blocks():
    text = "Mở đầu.\nNội dung\nChủ trì\nRà soát\nvăn bản\nSở Tư pháp\nKết thúc.\n"
    cells = ((0, 0, 1, 1, range(2, 3)), (0, 1, 1, 1, range(3, 4)), (1, 0, 1, 1, range(4, 6)), (1, 1, 1, 1, range(6, 7)))
    structure = analyse(text, tables=[TableLines(1, 2, 2, cells)])
    assert [b.text for b in structure.blocks] == ["Mở đầu.", "Kết thúc."]
    assert [c.text for c in structure.tables[0].row(1)] == ["Rà soát văn bản", "Sở Tư pháp"]
    assert structure.tables[0].after == 0


def test_results_look_back_and_tasks_do_not():
    structure = analyse("I. KẾT QUẢ THỰC HIỆN\nĐã làm xong.\n\nII. NHIỆM VỤ TRỌNG TÂM\nTiếp tục làm.\n")
    assert looks_back(block_starting(structure, "Đã làm"))
    assert not looks_back(block_starting(structure, "Tiếp tục"))


def test_report_is_told_from_plan_without_its_title():
    assert analyse("Thực hiện Công văn, UBND tỉnh báo cáo kết quả như sau:\n").genre is Genre.REPORT
    assert analyse("Chủ tịch UBND tỉnh yêu cầu Thủ trưởng các sở thực hiện:\n").genre is Genre.PLAN


def test_sentences_do_not_end_at_abbreviations_and_numbers():
    text = "UBND TP. Huế có 1.234 hồ sơ. Đạt 98%. Hết"
    assert [text[a:b] for a, b in split_sentences(text)] == ["UBND TP. Huế có 1.234 hồ sơ.", "Đạt 98%.", "Hết"]


def test_clauses_end_at_semicolons_outside_parentheses():
    text = "làm một; làm hai (a; b); làm ba"
    assert [text[a:b] for a, b in split_clauses(text)] == ["làm một", "làm hai (a; b)", "làm ba"]


@given(st.lists(st.text(alphabet="ab đ.-/ \t", max_size=12), max_size=8))
def test_joined_text_maps_every_letter_back(lines):
    document = "\n".join(lines)
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    joined = join_pieces(zip(starts, lines, strict=False))
    assert [c for c in joined.text if c != " "] == [c for c in document if not c.isspace()]
    for i, character in enumerate(joined.text):
        if character != " ":
            span = joined.to_document(i, i + 1)
            assert document[span.start : span.end] == character
            cut = joined.cut(i)
            assert cut.to_document(0, 1) == span


@given(st.text(alphabet=st.sampled_from("aA1.-+:;)(Đđ \n\f"), max_size=200))
def test_analyse_takes_any_text(text):
    structure = analyse(text)
    for block in structure.blocks:
        assert len(list(block.ancestors())) < 30
        assert 1 <= block.line <= block.line_end <= len(structure.index)


@pytest.mark.parametrize(
    "unit",
    [
        "như sau:\n",
        "1.1.1.1. Mục\n",
        "- a\n",
        "Mục tiêu\n",
        "1234567890",
        "a. B ",
        "PHỤ LỤC\n",
        "Nơi nhận:\n",
        "; (",
        "Điều 1. a\n",
    ],
)
def test_time_grows_no_more_than_linearly(unit):
    def seconds(size):
        text = unit * (size // len(unit))
        start = time.perf_counter()
        analyse(text)
        return time.perf_counter() - start

    seconds(1000)
    small = min(seconds(15_000) for _ in range(2))
    large = min(seconds(60_000) for _ in range(2))  # the better of two: a pause for garbage is no growth
    assert large < 10 * small + 0.2  # 4 is linear; the rest is noise of a shared machine
