"""What a file really is, by content; and a reason for each that can't be read."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from documents.outcome import Reason
from documents.page import SourceFile
from pipeline.errors import PathMissing, UnreadableFile
from pipeline.files import intake
from pipeline.files.intake import decode, examine, file_hash, printable, walk
from tests.pipeline.pdfs import BODY, Drawing, scanned_page

LETTER = "Số: 05/KH-UBND\nKẾ HOẠCH cải cách hành chính\n"


def reason_of(path: Path) -> Reason:
    with pytest.raises(UnreadableFile) as caught:
        examine(path)
    quarantined = caught.value.quarantined()
    assert quarantined.name and quarantined.detail
    assert quarantined.size == (path.stat().st_size if path.is_file() else 0)
    assert quarantined.sha256 == (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
    return quarantined.reason


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def two_pages() -> bytes:
    return Drawing().page().text(BODY).page().text(BODY).bytes()


# --- what is read -----------------------------------------------------------------------------------------------------


def test_examine_goes_by_content_not_by_name(tmp_path: Path) -> None:
    scanned_page().save(tmp_path / "image.png")
    scanned_page().save(tmp_path / "image.jpg")
    scanned_page().save(tmp_path / "image.tif", save_all=True, append_images=[scanned_page(), scanned_page()])
    others = {"webp": "image/webp", "bmp": "image/bmp", "gif": "image/gif", "jp2": "image/jp2"}
    for suffix in others:
        scanned_page().save(tmp_path / f"image.{suffix}")
    cases = {
        **{name: ((tmp_path / f"image.{name}").read_bytes(), media_type, 1) for name, media_type in others.items()},
        "công văn.txt": (two_pages(), "application/pdf", 2),
        "ảnh.pdf": ((tmp_path / "image.png").read_bytes(), "image/png", 1),
        "ảnh.png": ((tmp_path / "image.jpg").read_bytes(), "image/jpeg", 1),
        "fax": ((tmp_path / "image.tif").read_bytes(), "image/tiff", 3),
        "lớp OCR.pdf": ((LETTER + "\f" + LETTER).encode(), "text/plain", 2),
        "mẫu": (b"BM01/KH-UBND\nRIFF\n", "text/plain", 1),
        "utf16.bin": (LETTER.encode("utf-16"), "text/plain", 1),
        "PDF.pdf": (b"<html><title>%PDF-1.4</title><p>%PDF-1.4 is a format", "text/html", 1),
        "tcvn3.doc": ("QuyÕt ®Þnh cña Uû ban".encode("latin-1"), "text/plain", 1),
    }
    for name, (data, media_type, pages) in cases.items():
        source = examine(written(tmp_path / name, data))
        assert source == SourceFile(hashlib.sha256(data).hexdigest(), name, len(data), media_type, pages), name


def test_examine_accepts_a_pdf_header_behind_junk(tmp_path: Path) -> None:
    assert examine(written(tmp_path / "mail.pdf", b"\r\nContent-Type: application/pdf\r\n\r\n" + two_pages())).pages == 2


def test_examine_reads_what_an_empty_password_opens(tmp_path: Path) -> None:
    path = tmp_path / "owner.pdf"
    path.write_bytes(Drawing().page().text(BODY).bytes(encryption=5, owner_pw="bí mật", user_pw=""))
    assert examine(path).encrypted
    path.write_bytes(Drawing().page().text(BODY).bytes(encryption=5, owner_pw="bí mật", user_pw="riêng"))
    assert reason_of(path) is Reason.ENCRYPTED


def test_examine_sees_signatures_not_empty_signature_fields(tmp_path: Path) -> None:
    for value, signed in (("<</Type/Sig/Filter/Adobe.PPKLite>>", True), ("null", False)):
        drawing = Drawing().page().text(BODY)
        document = drawing.document
        field = document.get_new_xref()
        document.update_object(field, f"<</FT/Sig/T(Signature1)/V {value}>>")
        group = document.get_new_xref()
        document.update_object(group, f"<</T(group)/Kids[{field} 0 R {group} 0 R]>>")  # a ring must not hang
        document.xref_set_key(document.pdf_catalog(), "AcroForm", f"<</SigFlags 3/Fields[{group} 0 R]>>")
        assert examine(drawing.save(tmp_path / "signed.pdf")).signed is signed


# --- what is not ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason", "detail"),
    [
        (b"", Reason.EMPTY, "0 bytes"),
        (b"\0" * 5000, Reason.EMPTY, "zero bytes"),
        (b" \r\n\t\n", Reason.EMPTY, "white space"),
        (b"<!DOCTYPE html>\n<html><title>404 - not\n found</title>", Reason.NOT_A_DOCUMENT, "“404 - not found”"),
        (b"\xef\xbb\xbf<!-- x --><HTML lang=vi><script>fill()</script>", Reason.EMPTY, "a script would fill it"),
        (b"<?xml version='1.0'?><a/>", Reason.NOT_A_DOCUMENT, "XML"),
        (b'{"so": "05/KH-UBND"}', Reason.NOT_A_DOCUMENT, "JSON"),
        ("tên\tsố\nmột\t1\nhai\t2\n".encode(), Reason.NOT_A_DOCUMENT, "tab-separated"),
        (b"PK\x03\x04" + b"\x14\0" * 40, Reason.TRUNCATED, "the directory at the end"),
        (bytes(range(256)) * 20, Reason.NOT_A_DOCUMENT, "00 01 02"),
        (b"%PDF-1.7\n" + bytes(range(256)) + b"\n%%EOF", Reason.DAMAGED, ""),
        (b"%PDF-1.7\n1 0 obj\n<</Type/Catalog", Reason.TRUNCATED, ""),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + b"\1" * 99, Reason.DAMAGED, ""),
    ],
)
def test_examine_says_why_not(tmp_path: Path, data: bytes, reason: Reason, detail: str) -> None:
    path = written(tmp_path / "văn bản.pdf", data)
    assert reason_of(path) is reason
    with pytest.raises(UnreadableFile, match=r"văn bản\.pdf") as caught:
        examine(path)
    assert detail in caught.value.detail


def test_examine_notices_every_cut_of_a_pdf(tmp_path: Path) -> None:
    data = two_pages()
    for tenth in range(1, 10):
        assert reason_of(written(tmp_path / "cut.pdf", data[: len(data) * tenth // 10])) is Reason.TRUNCATED


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_examine_notices_cut_images(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"page.{suffix}"
    noise = Image.effect_noise((400, 600), 90)
    noise.save(path)
    data = path.read_bytes()
    assert examine(path).pages == 1
    for part in (0.5, 0.95):
        assert reason_of(written(path, data[: round(len(data) * part)])) in (Reason.TRUNCATED, Reason.DAMAGED)


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def test_examine_refuses_pixel_bombs_before_decoding(tmp_path: Path) -> None:
    assert reason_of(written(tmp_path / "bomb.png", png_that_claims(100_000, 100_000))) is Reason.TOO_LARGE
    assert reason_of(written(tmp_path / "bomb.png", png_that_claims(12_500, 12_500))) is Reason.TOO_LARGE


def test_examine_caps_pages_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "long.pdf", two_pages())
    monkeypatch.setattr(intake, "MAX_PAGES", 1)
    assert reason_of(path) is Reason.TOO_MANY_PAGES
    assert reason_of(written(tmp_path / "long.txt", b"Trang 1\n\fTrang 2\n")) is Reason.TOO_MANY_PAGES
    monkeypatch.setattr(intake, "MAX_BYTES", 1000)
    assert reason_of(path) is Reason.TOO_LARGE


def test_examine_refuses_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert reason_of(tmp_path / "pipe") is Reason.UNREADABLE
    assert reason_of(Path("/dev/zero")) is Reason.UNREADABLE
    assert reason_of(tmp_path) is Reason.UNREADABLE
    assert reason_of(tmp_path / "absent.pdf") is Reason.UNREADABLE


def test_names_with_control_characters_are_made_printable(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b]0;x\x07\nb\u202efdp.txt"
    path.write_text(LETTER, encoding="utf-8")
    assert examine(path).name == "a�]0;x��b�fdp.txt"
    raw = os.fsencode(tmp_path) + b"/c\xf4ng v\xe3n.txt"
    Path(os.fsdecode(raw)).write_text(LETTER, encoding="utf-8")
    assert examine(Path(os.fsdecode(raw))).name == "c�ng v�n.txt"


@given(st.text())
def test_printable_names_can_be_stored_and_shown(name: str) -> None:
    shown = printable(name)
    assert len(shown) == len(name)
    assert shown.isprintable() or not any(c in shown for c in "\n\r\t\x1b\x00")
    shown.encode("utf-8")


# --- text -------------------------------------------------------------------------------------------------------------


_TEXT = st.text(st.characters(exclude_characters="\0\r\ufeff", exclude_categories=["Cs"]))


@given(_TEXT, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_decode_returns_unicode_text_as_it_is(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@given(st.binary())
def test_decode_accounts_for_every_byte_of_legacy_text(data: bytes) -> None:
    legacy = b"\xff\xe9" + data.replace(b"\0", b"").replace(b"\r", b"") + b" \xd5"
    text = decode(legacy)
    assert len(text) == len(legacy)
    shared_with_latin1 = [(byte, ord(c)) for byte, c in zip(legacy, text, strict=True) if not 0x80 <= byte < 0xA0]
    assert all(byte == code_point for byte, code_point in shared_with_latin1)


def test_decode_keeps_utf8_with_a_broken_letter(tmp_path: Path) -> None:
    data = LETTER.encode() * 20
    assert decode(data[:50] + b"\xc3" + data[50:]).count("KẾ HOẠCH") == 20
    assert decode(LETTER.encode("utf-16-le")) == LETTER
    assert decode(LETTER.encode("utf-16-be")) == LETTER
    assert decode("một\r\nhai\rba".encode()) == "một\nhai\nba"


# --- folders ----------------------------------------------------------------------------------------------------------


def test_walk_is_ordered_and_leaves_out_what_it_says(tmp_path: Path) -> None:
    folder, outside = tmp_path / "hồ sơ", tmp_path / "outside"
    for name in ("b.pdf", "a/2.pdf", "a/10.pdf", "Z.txt", ".hidden.pdf", ".git/x.pdf"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(LETTER, encoding="utf-8")
    outside.mkdir()
    (outside / "secret.txt").write_text(LETTER, encoding="utf-8")
    (folder / "c-link.txt").symlink_to(outside / "secret.txt")
    (folder / "d-link.txt").symlink_to(folder / "b.pdf")
    (folder / "loop").symlink_to(folder)
    (folder / "broken").symlink_to(folder / "nothing")
    os.mkfifo(folder / "pipe")
    names = [path.relative_to(folder).as_posix() for path in walk([folder])]
    assert names == ["Z.txt", "a/10.pdf", "a/2.pdf", "b.pdf"]
    assert [p.name for p in walk([folder / "c-link.txt", outside, folder / "a", folder / "a" / "2.pdf"])] == [
        "c-link.txt",
        "10.pdf",
        "2.pdf",
    ]


def test_walk_yields_a_hidden_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / ".a.txt").write_text(LETTER, encoding="utf-8")
    assert list(walk([tmp_path / ".a.txt"])) == [tmp_path / ".a.txt"]
    with pytest.raises(PathMissing, match="nowhere"):
        list(walk([tmp_path / "nowhere"]))


def test_file_hash_reads_all_of_it(tmp_path: Path) -> None:
    data = os.urandom(1 << 20) * 2 + b"x"
    assert file_hash(written(tmp_path / "big", data)) == hashlib.sha256(data).hexdigest()
    assert file_hash(tmp_path / "absent") == ""


@pytest.mark.shared
def test_examine_knows_the_evaluation_scans(shared: Path) -> None:
    scans = shared / "scans"
    expected = dict(line.split("\t")[:2] for line in (scans / "INDEX.tsv").read_text("utf-8").splitlines()[1:])
    for name, pages in expected.items():
        if name.startswith(("37", "38")):
            assert reason_of(scans / name) is (Reason.NOT_A_DOCUMENT if name.startswith("37") else Reason.EMPTY)
        else:
            assert examine(scans / name).pages == int(pages)
    assert examine(scans / "26_dongnai_1219-vpdk_2025_96dpi.pdf").media_type == "image/png"
    readable = [name for name in expected if name[0].isdigit() and not name.startswith(("37", "38"))]
    assert {name[:2] for name in readable if examine(scans / name).signed} == {"12", "14", "15", "17", "28", "31"}
    assert reason_of(scans / "INDEX.tsv") is Reason.NOT_A_DOCUMENT
