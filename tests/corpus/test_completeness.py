"""The check of dossiers: ten planted faults are found where they were planted, and a sound dossier has none of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pymupdf
import pytest

from corpus.archive.completeness import KINDS, completeness, completeness_form
from corpus.archive.dossiers import dossiers, items
from corpus.archive.making import from_folders
from corpus.archive.page_numbers import PrintedPage, number_faults
from corpus.archive.signatures import signatures
from db.dossiers import keep_checks
from db.store import Corpus
from documents.facts import Part
from tests.corpus.archives import BODY, a_dossier, a_header, keep, processed

ALWAYS = {"no_pdfa", "unchecked", "gap"}
"""What the sound dossier has as well: its scans are plain PDFs that nobody has checked yet, and two numbers are missing."""


@pytest.fixture
def corpus(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        a_dossier(corpus, tmp_path / "d")
        yield corpus


def found(corpus, tmp_path):
    from_folders(corpus, [tmp_path / "d"])
    return completeness(corpus, dossiers(corpus)[0])


def plant(corpus, tmp_path, number=8, day="2010-02-01", title="Về việc nâng lương", *, name="H99.2010.01.006.pdf", **how):
    header = how.pop("header", None) or a_header(number, day, title)
    return keep(corpus, tmp_path / "d", name, header, **how)


def test_a_sound_dossier_has_no_other_fault(corpus, tmp_path):
    assert {one.kind for one in found(corpus, tmp_path)} == ALWAYS


def a_signed_pdf(path):
    """A PDF whose signature has the right digest of its bytes: CMS without a certificate, as far as this check needs it."""
    pdf = pymupdf.open()
    pdf.new_page().insert_text((72, 72), "signed")
    placeholder = "[0 9999999 9999999 9999999]"
    pdf.xref_set_key(pdf.pdf_catalog(), "Sig", f"<</Type/Sig/ByteRange{placeholder}/Contents<{'00' * 300}>>>")
    content = pdf.tobytes(no_new_id=True)
    start = content.index(b"/Contents<") + len(b"/Contents")
    end = content.index(b">", start) + 1
    old = content[content.index(b"/ByteRange[") : content.index(b"]", content.index(b"/ByteRange[")) + 1]
    new = f"/ByteRange[0 {start} {end} {len(content) - end}]".encode().ljust(len(old))
    content = content.replace(old, new[: len(old)])
    signed = content[:start] + content[end:]
    return content[: start + 1] + cms(signed).hex().encode().ljust(600, b"0") + content[end - 1 :]


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2)
    return bytes([tag]) + length + content


def cms(signed):
    def oid(value):
        return der(0x06, bytes.fromhex(value))

    sha256 = der(0x30, oid("608648016503040201"))
    digest = der(0x30, oid("2a864886f70d010904"), der(0x31, der(0x04, hashlib.sha256(signed).digest())))
    signer = der(0x30, der(0x02, b"\1"), der(0x30, der(0x02, b"\7")), sha256, der(0xA0, digest), sha256, der(0x04, b"x"))
    data = der(0x30, der(0x02, b"\1"), der(0x31, sha256), der(0x30, oid("2a864886f70d010701")), der(0x31, signer))
    return der(0x30, oid("2a864886f70d010702"), der(0xA0, data))


def test_a_signature_is_intact_until_a_byte_changes_or_is_added(tmp_path):
    content = a_signed_pdf(tmp_path)
    assert [one.state for one in signatures(content)] == ["intact"]
    assert [one.state for one in signatures(content.replace(b"/Catalog", b"/Cat-log"))] == ["altered"]
    assert [one.state for one in signatures(content + b"\n1 0 obj")] == ["extended"]
    assert [one.state for one in signatures(content[:-40])] == ["altered"]
    garbage = content.replace(b"/Contents<3082", b"/Contents<0082")
    assert [one.state for one in signatures(garbage)] == ["unreadable"]
    assert signatures(b"%PDF-1.7 without") == []


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("gap", {"number": 12}),
        ("duplicate", {"number": 7, "day": "2010-01-21"}),
        ("blank_page", {"texts": (BODY, "", BODY + "ba")}),
        ("low_resolution", {"dpi": 96}),
        ("not_colour", {"grey": True}),
        ("missing_page", {"texts": (BODY, BODY + "hai", BODY + "ba"), "numbers": (None, 2, 5)}),
        ("wrong_order", {"texts": (BODY, BODY + "hai", BODY + "ba"), "numbers": (None, 3, 2)}),
        ("secrecy_mark", {"header": a_header(8, "2010-02-01", "Về việc", secrecy="MẬT")}),
        (
            "several_documents",
            {
                "texts": (BODY, BODY + "hai"),
                "parts": (Part(1, 1), Part(2, 2, 0.91, (), a_header(9, "2010-02-02", "Về việc hai"))),
            },
        ),
    ],
)
def test_a_planted_fault_is_found_at_its_place(corpus, tmp_path, kind, how):
    before = found(corpus, tmp_path)
    plant(corpus, tmp_path, **how)
    new = [one for one in found(corpus, tmp_path) if one not in before and one.kind not in ("no_pdfa", "unchecked")]
    assert kind in {one.kind for one in new}, new
    if kind != "gap":
        assert {one.ordinal for one in new if one.kind == kind} == {6}
        assert {one.kind for one in new} <= {kind, "gap"}, new


def test_details_name_the_place(corpus, tmp_path):
    plant(corpus, tmp_path, 12, texts=(BODY, "", BODY + "ba"), numbers=(None, None, 5))
    details = {one.kind: one for one in found(corpus, tmp_path)}
    assert "khuyết số 03-04, 08-11" in details["gap"].detail
    assert details["blank_page"].page == 2
    assert "thiếu 03-04" in details["missing_page"].detail or "thiếu 04" in details["missing_page"].detail


def test_a_broken_signature_is_found(corpus, tmp_path):
    path = tmp_path / "d" / "H99.2010.01.006.pdf"
    path.write_bytes(a_signed_pdf(tmp_path))
    corpus.save(processed(path, a_header(8, "2010-02-01", "Về việc ký số"), signed=True), path=str(path))
    assert "signature" not in {one.kind for one in found(corpus, tmp_path)}
    path.write_bytes(a_signed_pdf(tmp_path).replace(b"/Catalog", b"/Cat-log"))
    corpus.save(processed(path, a_header(8, "2010-02-01", "Về việc ký số"), signed=True), path=str(path))
    (one,) = [one for one in found(corpus, tmp_path) if one.kind == "signature"]
    assert "bị sửa sau khi ký" in one.detail and one.ordinal == 6


def test_a_second_scan_whose_number_was_not_read_is_a_duplicate_and_decisions_of_one_day_are_none(corpus, tmp_path):
    title, day = "Về việc phân công nhiệm vụ đợt 1", "2010-01-04"
    plant(corpus, tmp_path, 8, day, title, texts=(BODY + "riêng",))
    assert "duplicate" not in {one.kind for one in found(corpus, tmp_path)}
    plant(corpus, tmp_path, None, day, title, name="H99.2010.01.007.pdf", texts=(BODY + "khác",))
    (one,) = [one for one in found(corpus, tmp_path) if one.kind == "duplicate"]
    assert one.ordinal == 7


def test_changed_and_lost_files_are_told_apart(corpus, tmp_path):
    paths = sorted((tmp_path / "d").glob("*.pdf"))
    paths[0].write_bytes(paths[0].read_bytes() + b"%")
    paths[1].unlink()
    kinds = {one.kind: one.ordinal for one in found(corpus, tmp_path)}
    assert (kinds["changed_file"], kinds["missing_file"]) == (1, 2)


def test_a_check_within_three_years_is_enough(corpus, tmp_path):
    found(corpus, tmp_path)
    dossier = dossiers(corpus)[0]
    rows = corpus.rows("SELECT path, sha256 FROM paths")
    keep_checks(corpus, [(row["path"], row["sha256"], row["sha256"], "same") for row in rows])
    assert "unchecked" not in {one.kind for one in completeness(corpus, dossier)}
    later = datetime.now(UTC) + timedelta(days=1200)
    (one,) = [one for one in completeness(corpus, dossier, today=later) if one.kind == "unchecked"]
    assert one.detail.startswith("5 tệp, trong đó 0 chưa")


def test_dates_out_of_order_are_found_where_a_dossier_is_kept_by_date(corpus, tmp_path):
    plant(corpus, tmp_path, 8, "2010-01-02")
    (one,) = [one for one in found(corpus, tmp_path) if one.kind == "wrong_order"]
    assert one.ordinal == 6 and "2010-01-02" in one.detail


def test_the_report_counts_every_kind(corpus, tmp_path):
    plant(corpus, tmp_path, dpi=96)
    form = completeness_form(found(corpus, tmp_path))
    assert len(form.rows) == len(found(corpus, tmp_path))
    assert f"{KINDS['low_resolution']}: 1" in form.foot
    assert completeness_form([]).foot == ("Không phát hiện thiếu sót.",)


def test_documents_that_left_the_corpus_are_missing(corpus, tmp_path):
    found(corpus, tmp_path)
    dossier = dossiers(corpus)[0]
    corpus.remove(items(corpus, dossier)[0].sha256)
    assert [one.kind for one in completeness(corpus, dossier) if one.kind == "missing_file"] == ["missing_file"]


@pytest.mark.parametrize(
    ("numbers", "faults"),
    [
        ((None, 2, 3, 4), []),
        ((1, 2, 3, 1, 2), []),
        ((None, 2, None, 2, 3), []),
        ((None, None, None), []),
        ((2, 3), [("missing", (1,))]),
        ((None, 2, 5), [("missing", (3, 4))]),
        ((None, 2, 4, 3), [("disorder", (3,))]),
        ((None, None, 3, None, 2, 3), []),
        ((1, 2, 3, 1), []),
    ],
)
def test_printed_numbers(numbers, faults):
    assert [(one.kind, one.numbers) for one in number_faults([PrintedPage(n) for n in numbers])] == faults


def test_a_page_of_so_many_tells_what_is_missing_at_the_end():
    pages = [PrintedPage(1, 4), PrintedPage(2, 4), replace(PrintedPage(3, 4))]
    assert [(one.kind, one.numbers) for one in number_faults(pages)] == [("missing", (4,))]
