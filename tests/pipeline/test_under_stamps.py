"""Stamps of incoming mail in black over print, drawn: the print is read, the stamp is read apart."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw
from rapidfuzz import fuzz

from documents.page import LineKind
from pipeline.image.images import PageImage
from pipeline.layout.stamps import find_frames
from pipeline.ocr import make_engine
from pipeline.scan import read_scan
from samples.draw import Look, Paragraph, Sheet, draw_document, font

BODY = (
    "Thực hiện Kế hoạch số 84/KH-UBND ngày 12 tháng 3 năm 2019 của Ủy ban nhân dân tỉnh về việc rà soát, thống kê các cơ "
    "sở sản xuất, kinh doanh trên địa bàn, Sở Công Thương đã phối hợp với các huyện, thành phố tổ chức kiểm tra, đánh giá "
    "tình hình hoạt động của các cụm công nghiệp và báo cáo kết quả như sau:",
    "Trong quý I năm 2019, toàn tỉnh có 214 doanh nghiệp đăng ký thành lập mới, tăng 12,5% so với cùng kỳ năm trước; tổng "
    "vốn đăng ký đạt 1.386 tỷ đồng, giải quyết việc làm cho trên 3.200 lao động tại địa phương.",
)
SHEET = Sheet(
    superior="ỦY BAN NHÂN DÂN TỈNH AN BÌNH",
    issuer="SỞ CÔNG THƯƠNG",
    number="Số: 417/BC-SCT",
    place_date="An Bình, ngày 05 tháng 4 năm 2019",
    type="BÁO CÁO",
    subject="Tình hình hoạt động của các cụm công nghiệp quý I năm 2019",
    body=tuple(Paragraph(text) for text in BODY),
    recipients=("- Như trên;", "- Lưu: VT."),
    sign_as=("GIÁM ĐỐC",),
    signer="Lý Thanh Tùng",
)

SHEET_TEXT = " ".join([SHEET.number, SHEET.place_date, SHEET.subject, *BODY])


def stamp(width: int, height: int, head: str, fields: tuple[str, ...]) -> np.ndarray:
    """An incoming-mail stamp: a frame in two parts, fields with dots to be written on."""
    picture = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(picture)
    bold, plain = (font("liberation", 24, bold=one) for one in (True, False))
    draw.rectangle((3, 3, width - 4, height - 4), outline=0, width=4)
    draw.line((3, 48, width - 4, 48), fill=0, width=3)
    draw.text((24, 12), head, font=bold, fill=0)
    draw.text((14, height // 2), "ĐẾN", font=bold, fill=0)
    step = (height - 60) // len(fields)
    for i, field in enumerate(fields):
        left = 100 + draw.textlength(field, font=plain)
        draw.text((96, 56 + i * step), field, font=plain, fill=0)
        for x in range(round(left) + 4, width - 20, 9):
            draw.ellipse((x, 78 + i * step, x + 3, 81 + i * step), fill=0)
    return np.asarray(picture)


def put_on(page: np.ndarray, mark: np.ndarray, left: int, top: int, angle: float) -> np.ndarray:
    """``page`` with ``mark`` printed over it, turned by ``angle`` degrees."""
    high, wide = mark.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, 1.0)
    turned = cv2.warpAffine(mark, turn, (wide, high), borderValue=(255,))
    out = page.copy()
    out[top : top + high, left : left + wide] = np.minimum(out[top : top + high, left : left + wide], turned)
    return out


@pytest.mark.parametrize(
    ("left", "line", "angle", "head", "fields"),
    [
        (40, 1, 0.8, "SỞ XÂY DỰNG AN BÌNH", ("Số:", "Ngày:", "Chuyển:")),
        (20, 3, -1.2, "VĂN PHÒNG UBND HUYỆN", ("Giờ:", "Ngày:", "Lưu hồ sơ số:")),
        (1150, 2, -0.5, "BỘ CÔNG THƯƠNG", ("Số:", "Ngày:", "Kính chuyển:")),
    ],
)
def test_lines_under_a_black_stamp_are_read_and_the_stamp_apart(left, line, angle, head, fields):
    drawn = draw_document(SHEET, Look())[0]
    body = [one for one in drawn.lines if one.text in " ".join(BODY)]
    top = round(body[line].box[1]) - 30
    page = put_on(drawn.pixels, stamp(420, 210, head, fields), left, top, angle)
    assert find_frames(page, 200)
    read = read_scan(PageImage(page, 200), make_engine(), number=1)
    for one in body:
        assert fuzz.partial_ratio(one.text, read.text) > 80, (one.text, read.text)
    for words in (head, *fields[1:]):
        assert words not in read.text
    assert any(one.kind is LineKind.STAMP for one in read.marginalia)
    figures = [word for line in read.lines for word in line.words if any(c.isdigit() for c in word.text)]
    wrong = [word.text for word in figures if word.confidence >= 0.9 and word.text not in SHEET_TEXT]
    assert not wrong
