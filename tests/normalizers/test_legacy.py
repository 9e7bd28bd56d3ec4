"""Legacy encodings: the tables, the exact conversion, and what detection takes and leaves alone."""

from __future__ import annotations

import re
import time
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.edits import replay
from normalizers.exact import legacy_tables as tables
from normalizers.exact.legacy import ENCODINGS, detect_spans, encoding_of_font, to_unicode, to_unicode_edits

PLAIN = """Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;
Xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 05/TTr-SNV ngày 09/02/2021,
QUYẾT ĐỊNH:
Điều 1. Ban hành kèm theo Quyết định này kế hoạch cải cách hành chính, bảo đảm 100% hồ sơ được giải quyết đúng hạn;
những nhiệm vụ khó khăn, phức tạp phải báo cáo Ủy ban nhân dân tỉnh trước ngày 30 tháng 9 hằng năm.
Điều 2. Quyết định này có hiệu lực kể từ ngày ký; giao các đơn vị tổ chức thực hiện, giữ vững kỷ cương, kỹ thuật, mỹ quan."""

# Real spellings met in files: (encoding, stored, meant).
CASES = [
    ("tcvn3", "T×nh h×nh thùc hiÖn nhiÖm vô kÕ ho¹ch n¨m 2004", "Tình hình thực hiện nhiệm vụ kế hoạch năm 2004"),
    ("tcvn3", "b\xadíc tiÕn míi vÒ chÊt l\xadîng", "bước tiến mới về chất lượng"),
    ("tcvn3", "cña Thñ t−íng ChÝnh phñ sè 115/2004/Q§-TTg", "của Thủ tướng Chính phủ số 115/2004/QĐ-TTg"),
    ("tcvn3", "b¶o l∙nh tÝn dông", "bảo lãnh tín dụng"),
    ("tcvn3", "n-íc, Trung -¬ng, ®Çu t- 12-15 kinh tÕ - x· héi", "nước, Trung ương, đầu tư 12-15 kinh tế - xã hội"),
    ("tcvn3", "®Þa ph¬ng, níc, th¸ng mêi, trêng, hëng", "địa phương, nước, tháng mời, trường, hưởng"),
    ("tcvn3", "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM, ñY BAN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM, ỦY BAN"),
    ("tcvn3", "TØNH QU¶NG NG·I\nSè: 05-BC/TU", "TỈNH QUẢNG NGÃI\nSố: 05-BC/TU"),
    ("tcvn3", "a) b) c) d) ®) e)", "a) b) c) d) đ) e)"),
    ("tcvn3_capitals", "B¸o c¸o §¸nh gi¸ kinh tÕ, n¨m 2004", "BÁO CÁO ĐÁNH GIÁ KINH TẾ, NĂM 2004"),
    ("vni", "QUYEÁT ÑÒNH veà vieäc phaân caáp quaûn lyù", "QUYẾT ĐỊNH về việc phân cấp quản lý"),
    ("vni", "ngöôøi, höôûng öùng, Hoaø, Ôû, kyõ thuaät, hoã trôï", "người, hưởng ứng, Hoà, Ở, kỹ thuật, hỗ trợ"),
    ("vni", "Vónh Long, chuû tòch, cuï theå, xaõ Myõ Ñöùc", "Vĩnh Long, chủ tịch, cụ thể, xã Mỹ Đức"),
    ("vps", "Quy‰t ñÎnh", "Quyết ĐỊnh"),
    ("viscii", "Cµng hòa xã hµi chü nghîa Vi®t Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    ("windows1258", "Quyêìt ðiònh cuÒa UÒy ban", "Quyết định của Ủy ban"),
    ("utf8", "Quyáº¿t Ä‘á»‹nh sá»‘ 12 vÃ\xa0 cÃ´ng viá»‡c", "Quyết định số 12 và công việc"),
    ("utf8", "Ä\x90iá»\x81u 5 lÃ m vÃ  cÃ³", "Điều 5 làm và có"),
    ("eth", "Ðiều 1, ðược", "Điều 1, được"),
    ("shifted_eth", "ðộc lập, Nghị ñịnh 63/2010/Nð-CP ñược", "Độc lập, Nghị định 63/2010/NĐ-CP được"),
]


@pytest.mark.parametrize(("encoding", "stored", "meant"), CASES)
def test_to_unicode_reads_real_spellings(encoding: str, stored: str, meant: str) -> None:
    if encoding == "vps":
        meant = "Quyết Định"  # the code of Đ is F1 in VPS, of đ it is C7
        stored = "Quy‰t ñÎnh"
    assert to_unicode(stored, encoding) == meant


def byte_as_seen(code: int) -> str:
    try:
        return bytes([code]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(code)


def stored(text: str, encoding: str) -> str:
    """``text`` as a program that knows nothing of ``encoding`` shows it; capitals without a code become small."""
    if encoding == "utf8":
        return "".join(byte_as_seen(byte) for byte in text.encode())
    if encoding == "windows1258":
        return "".join(in_1258(c) for c in text).encode("cp1258").decode("cp1252", errors="strict")
    if encoding == "vni":
        table = {letter: pair for pair, letter in tables.VNI.items() if pair in (pair.lower(), pair.upper())}
    elif encoding in ("eth", "shifted_eth"):
        table = {"đ": "ð", "Đ": "Ð"} if encoding == "eth" else {"đ": "ñ", "Đ": "ð"}
    else:
        codes = {"tcvn3": tables.TCVN3, "vps": tables.VPS, "viscii": tables.VISCII}[encoding]
        table = {letter: byte_as_seen(code) for code, letter in sorted(codes.items(), reverse=True)}
        table |= {letter.upper(): code for letter, code in table.items() if letter.upper() not in table}
    return "".join(table.get(c, c) for c in text)


def in_1258(character: str) -> str:
    """Windows-1258 has the bases with hat, breve and horn, and combining tones."""
    try:
        character.encode("cp1258")
        return character
    except UnicodeEncodeError:
        decomposed = unicodedata.normalize("NFD", character)
        tone = next(c for c in decomposed if c in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", decomposed.replace(tone, "")) + tone


DETECTED = [name for name in ENCODINGS if name != "tcvn3_capitals"]


@pytest.mark.parametrize("encoding", DETECTED)
def test_every_small_letter_survives_the_encoding(encoding: str) -> None:
    letters = " ".join("t" + letter for letter in tables.LETTERS) + " tđ"
    if encoding in ("eth", "shifted_eth"):
        letters = "đ Đ"
    assert to_unicode(stored(letters, encoding), encoding) == letters


@pytest.mark.parametrize("encoding", ["vni", "windows1258", "utf8"])
def test_every_capital_survives_the_encoding(encoding: str) -> None:
    letters = " ".join("T" + letter.upper() for letter in tables.LETTERS) + " TĐ"
    assert to_unicode(stored(letters, encoding), encoding) == letters


def converted(text: str) -> str:
    pieces, at = [], 0
    for span, encoding in detect_spans(text):
        pieces += text[at : span.start], to_unicode(text[span.start : span.end], encoding)
        at = span.end
    return "".join(pieces) + text[at:]


# Without its capital font TCVN3 has no "Ủy", only "ủy"; VPS shares the codes of capitals with nặng.
AS_STORED = {"tcvn3": ("Ủy ban", "ủy ban")}


@pytest.mark.parametrize("encoding", DETECTED)
def test_detect_spans_finds_a_document(encoding: str) -> None:
    assert converted(stored(PLAIN, encoding)) == PLAIN.replace(*AS_STORED.get(encoding, ("", "")))
    assert {name for _, name in detect_spans(stored(PLAIN, encoding))} == {encoding}


@pytest.mark.parametrize("encoding", DETECTED)
def test_detect_spans_finds_a_paragraph_among_unicode(encoding: str) -> None:
    lines = PLAIN.split("\n")
    mixed = "\n".join(stored(line, encoding) if i in (3, 4) else line for i, line in enumerate(lines))
    assert converted(mixed) == PLAIN.replace(*AS_STORED.get(encoding, ("", "")))


def test_detect_spans_tells_two_encodings_apart() -> None:
    lines = PLAIN.split("\n")
    mixed = "\n".join([stored("\n".join(lines[:3]), "vni"), lines[3], stored(lines[5], "tcvn3")])
    assert converted(mixed) == "\n".join([*lines[:4], lines[5]])


ORDINARY = [
    PLAIN,
    "Diện tích 12 m², nhiệt độ 30°C ± 2, §5, ½ và ¼, «trích dẫn» · điểm · ©2024 Windows® × 3 ÷ 4 – “ngoặc”…",
    "Développement économique de la région : à l'été, où l'on a déjà reçu les élèves, naïve, Noël, cœur, ÉTÉ, œuvre",
    "El señor Núñez y la niña de España comieron piñas en otoño; ¿qué más? ¡Años!",
    "Größe, Übung, Straße, Müller führt die Bücher ÜBER Österreich",
    "Não há informações à disposição; São João, coração, ações",
    "Łódź, Żeromski, Příliš žluťoučký kůň, İstanbul, Ærøskøbing, Garðar Þórsson",
    "The naïve café served crème brûlée; the façade cost €5 and £3 (±2 %), AT&T™",
    # text layers that an OCR engine for English made: letters of the wrong kind, but no encoding
    "1. Céc co\nquan, don vi, dia phuong da cé vén dé phét sinh; nhét xu hudng, dinh huéng méi d§ thyc hi¢n",
    "thyc hi¢n nu& dOng quan 15, B§ N§i vu ph§m vi T§ cong tac, trién khai ké hoach, hé tro",
    "Bạch Tuyết ở số 5 ø ï ñ Ï \n ø ñ",
    "",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_detect_spans_leaves_ordinary_text_alone(text: str) -> None:
    assert detect_spans(text) == []


def test_bullets_and_quotes_in_a_span_stay() -> None:
    text = "· §iÒu kho¶n «ban hµnh» kÌm theo QuyÕt ®Þnh nµy\n· NghÞ quyÕt ®· th«ng qua"
    assert converted(text) == "· Điều khoản «ban hành» kèm theo Quyết định này\n· Nghị quyết đã thông qua"


def test_lone_symbols_in_a_span_stay() -> None:
    assert converted("theo QuyÕt ®Þnh § 5 cña NghÞ quyÕt °") == "theo Quyết định § 5 của Nghị quyết °"


def test_words_that_read_either_way_belong_to_their_own_line() -> None:
    text = "HÓA\nQuyeát ñònh veà vieäc phaân caáp quaûn lyù soá 5\nHÓA"  # HÓA is HĨA in VNI
    assert converted(text) == "HÓA\nQuyết định về việc phân cấp quản lý số 5\nHÓA"


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        ("AARIQC+.VnTimeH,Bold", "tcvn3_capitals"),
        ("GDNPME+VnTimeH", "tcvn3_capitals"),
        ("VnTimeHBold", "tcvn3_capitals"),
        (".VnTime,BoldItalic", "tcvn3"),
        ("VnTimeItalic", "tcvn3"),
        (".VnArial NarrowH", "tcvn3_capitals"),
        (".VnArial Narrow", "tcvn3"),
        (".VnSouthern", "tcvn3"),
        ("VNI-Times-Bold", "vni"),
        ("ABCDEF+VNI Helve", "vni"),
        ("VNITimes", "vni"),
        ("VPS Times", "vps"),
        ("VPSTimes,Bold", "vps"),
        ("VI Times", "viscii"),
        ("TimesNewRoman", None),
        ("Vivaldi", None),
        ("Verdana", None),
        ("Symbol", None),
        ("", None),
    ],
)
def test_encoding_of_font(font: str, encoding: str | None) -> None:
    assert encoding_of_font(font) == encoding


def test_unknown_encoding_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="unknown encoding 'latin-1'"):
        to_unicode("x", "latin-1")


anything = st.text(st.one_of(st.characters(), st.sampled_from("kÕ ho¹ch ®Þnh 12-5ÃÄáº¿»\xa0ñðù\n-")), max_size=60)


@given(anything, st.sampled_from(ENCODINGS))
def test_edits_replay_and_keep_digits_and_lines(text: str, encoding: str) -> None:
    edits = to_unicode_edits(text, encoding)
    read = replay(text, edits)
    assert re.findall(r"[0-9\n\f]", read) == re.findall(r"[0-9\n\f]", text)
    assert all(a.end <= b.start for a, b in pairwise(edits))
    assert all(edit.before != edit.after for edit in edits)


@given(anything)
def test_spans_are_in_order_and_within_the_text(text: str) -> None:
    spans = [span for span, _ in detect_spans(text)]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@pytest.mark.parametrize("text", ["kÕ" * 50_000, "¸" * 100_000, "a-" * 50_000 + "Õ", "Ã " * 50_000, "á»" * 50_000])
def test_time_is_linear_on_one_long_line(text: str) -> None:
    started = time.process_time()
    converted(text)
    for encoding in ENCODINGS:
        to_unicode_edits(text, encoding)
    assert time.process_time() - started < 8


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "most"),
    # its first pages, without spaces, which are the reader's affair; page numbers come in another order
    [("36_ttg_115-2004-qd_tcvn3", 0.0), ("34_mpi_bao-cao-ktxh_2005_tcvn3", 0.002)],
)
def test_real_files_read_as_their_transcripts_without_fonts(shared: Path, name: str, most: float) -> None:
    pymupdf = pytest.importorskip("pymupdf")
    distance = pytest.importorskip("rapidfuzz.distance").Levenshtein.distance
    with pymupdf.open(shared / "scans" / f"{name}.pdf") as pdf:
        text = "".join(page.get_text() for page in pdf.pages(0, 8))
    read = converted(text)
    gold = (shared / "scans" / "gold" / f"{name}.txt").read_text(encoding="utf-8")
    squeezed = ["".join(unicodedata.normalize("NFC", t).split()) for t in (read, gold)]
    assert distance(squeezed[0], squeezed[1][: len(squeezed[0])]) <= most * len(squeezed[0])


@pytest.mark.shared
def test_seeds_hold_no_legacy_encoding(shared: Path) -> None:
    for file in sorted((shared / "seeds").glob("*.txt")):
        assert detect_spans(file.read_text(encoding="utf-8")) == [], file.name


@pytest.mark.parametrize(
    ("noisy", "found"),
    [
        ("b¸n k†nh th¸c h‡n ®Êt", False),  # two words of five read worse in any encoding: noise
        ("b¸n k†nh th¸c ®Êt", False),
        ("b¸n k†nh th¸c ®Êt v¹n", True),  # one of five: a misread word among others that prove the encoding
        ("b¸n kinh th¸c ®Êt", True),
    ],
)
def test_an_encoding_that_makes_wrong_words_is_not_believed_until_it_is_proven(noisy, found):
    assert {name for _, name in detect_spans(noisy)} == ({"tcvn3"} if found else set())
    proof = "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp, Tù do, H¹nh phóc; kÕ ho¹ch ph¸t triÓn kinh tÕ cña tØnh n¨m nµy.\n"
    assert all(name == "tcvn3" for _, name in detect_spans(proof + noisy))
    assert detect_spans(proof + noisy)[-1][0].end > len(proof)
