"""Packages that are handed over: they validate, what is spoilt in them is found, and what lacks fields is refused."""

from __future__ import annotations

import csv
import shutil
import zipfile

import bagit
import pymupdf
import pytest
from lxml import etree

from corpus.archive.dossiers import dossiers, items
from corpus.archive.making import from_folders
from corpus.archive.packages import Incomplete, write_bag, write_dossier_package
from corpus.archive.part_files import TemplateError, name_of, write_dossier_files
from corpus.archive.verifying import NotAPackage, verify_package
from corpus.pages.searchable import makes_pdfa
from corpus.search.selection import EVERYTHING
from db.dossiers import keep_cut, keep_dossier
from db.store import Corpus
from documents.facts import Part
from tests.corpus.archives import BODY, a_dossier, a_header, keep

CODE = "H99.2010.01"
STATED = {
    **{"title": "Tập lưu quyết định năm 2010", "retention": "01", "access": "01", "backup": "0", "sheets": "5"},
    **{"paper_code": "001.7.01", "fonds": "K4", "archive": "001"},
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packages")
    with Corpus.open(folder / "c.db", create=True) as corpus:
        a_dossier(corpus, folder / "d")
        parts = (Part(1, 1), Part(2, 2, 0.9, (), a_header(9, "2010-02-02", "Về việc hai")))
        texts = (BODY, BODY + "hai")
        keep(corpus, folder / "d", f"{CODE}.006.pdf", a_header(8, "2010-02-01", "Về việc một"), texts=texts, parts=parts)
        from_folders(corpus)
        keep_dossier(corpus, CODE, STATED)
        keep_cut(corpus, items(corpus, dossiers(corpus)[0])[5].key, [[1], [2]], cut_by="lan")
        yield corpus


def the(corpus):
    return dossiers(corpus, [CODE])[0]


def errors(path):
    return [one for one in verify_package(path) if one.kind == "error"]


@pytest.fixture(scope="module", params=["SIP", "AIP"])
def package(request, corpus, tmp_path_factory):
    made = write_dossier_package(corpus, the(corpus), request.param, tmp_path_factory.mktemp(request.param), pdfa=False)
    assert made.documents == 7
    return made.path


def test_a_package_validates_against_the_shipped_schemas_and_rules(package):
    assert errors(package) == []
    data = sorted((package / "representations" / "rep1" / "data").iterdir())
    assert len(data) == 7 and all(path.read_bytes().startswith(b"%PDF") for path in data)
    schema = etree.XMLSchema(etree.parse(package / "schemas" / "ead.xsd"))
    schema.assertValid(etree.parse(package / "metadata" / "descriptive" / "EAD.xml"))
    schema = etree.XMLSchema(etree.parse(package / "schemas" / "ead_doc.xsd"))
    for path in (package / "representations" / "rep1" / "metadata" / "descriptive").iterdir():
        schema.assertValid(etree.parse(path))
    assert "chưa đối chiếu" in (package / "documentation" / "README.txt").read_text(encoding="utf-8")


def test_the_parts_of_a_cut_file_are_documents_of_their_own(package):
    ead = package / "representations" / "rep1" / "metadata" / "descriptive"
    numbers = sorted(etree.parse(path).findtext("codeNumber") for path in ead.iterdir())
    assert numbers == ["01", "02", "05", "06", "07", "08", "09"]
    pdfs = sorted((package / "representations" / "rep1" / "data").iterdir())
    assert [pymupdf.open(path).page_count for path in pdfs] == [1] * 7


def spoil(package, tmp_path, change):
    copy = tmp_path / package.name
    shutil.copytree(package, copy)
    change(copy)
    return errors(copy)


def rewrite(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda p: rewrite(p / "metadata/descriptive/EAD.xml", "<maintenance>01</maintenance>", "<maintenance/>"),
            "còn trống",
        ),
        (lambda p: rewrite(p / "metadata/descriptive/EAD.xml", "<totalDoc>7<", "<totalDoc>8<"), "totalDoc là 8"),
        (lambda p: rewrite(p / "metadata/descriptive/EAD.xml", "<mode>01<", "<mode>09<"), "bảng mã"),
        (lambda p: next((p / "representations/rep1/data").iterdir()).write_bytes(b"%PDF-x"), "SHA-256 không khớp"),
        (lambda p: next((p / "representations/rep1/data").iterdir()).unlink(), "không có tệp"),
        (lambda p: (p / "extra.txt").write_text("x"), "không được METS nào nêu"),
        (lambda p: rewrite(p / "METS.xml", "metsHdr", "metsHead", 2), "metsHead"),
        (lambda p: (p / "representations/rep1/METS.xml").unlink(), "không có"),
    ],
    ids=range(8),
)
def test_what_is_spoilt_is_found(package, tmp_path, change, said):
    found = spoil(package, tmp_path, change)
    assert any(said in one.what for one in found), found


def test_an_address_that_leads_out_of_the_package_is_no_file(package, tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    found = spoil(package, tmp_path, lambda p: rewrite(p / "METS.xml", 'href="schemas/xlink.xsd"', 'href="../secret.txt"'))
    assert any("không có tệp ../secret.txt" in one.what for one in found)


def test_entities_are_not_expanded(package, tmp_path):
    def evil(copy):
        path = copy / "metadata/descriptive/EAD.xml"
        path.write_text('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><simpledc><title>&e;</title></simpledc>')

    found = spoil(package, tmp_path, evil)
    assert found and not any("root:" in one.what for one in found)


def test_a_zip_is_verified_like_its_folder(corpus, tmp_path):
    made = write_dossier_package(corpus, the(corpus), "SIP", tmp_path, pdfa=False, zipped=True)
    assert zipfile.is_zipfile(made.path) and errors(made.path) == []


def test_the_same_dossier_is_the_same_package_but_for_its_times(corpus, tmp_path):
    first = write_dossier_package(corpus, the(corpus), "SIP", tmp_path / "a", pdfa=False).path
    again = write_dossier_package(corpus, the(corpus), "SIP", tmp_path / "a", pdfa=False).path
    assert first == again and errors(again) == []


def test_what_is_no_package_is_said(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF")
    for path in (tmp_path, tmp_path / "x.pdf"):
        with pytest.raises(NotAPackage):
            verify_package(path)


def test_empty_required_fields_are_refused_by_name(corpus, tmp_path):
    keep_dossier(corpus, "H1", {"title": "Trống"})
    with pytest.raises(Incomplete, match="no documents"):
        write_dossier_package(corpus, dossiers(corpus, ["H1"])[0], "SIP", tmp_path)
    keep_dossier(corpus, CODE, {"retention": ""})
    try:
        with pytest.raises(Incomplete, match="maintenance"):
            write_dossier_package(corpus, the(corpus), "SIP", tmp_path)
    finally:
        keep_dossier(corpus, CODE, {"retention": "01"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not makes_pdfa(), reason="OCRmyPDF is not installed")
def test_scans_go_in_as_pdfa(corpus, tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as small:
        (tmp_path / "d").mkdir()
        keep(small, tmp_path / "d", "H1.2010.1.pdf", a_header(1, "2010-01-04", "Về việc"), dpi=72)
        from_folders(small)
        keep_dossier(small, "H1.2010", STATED)
        made = write_dossier_package(small, dossiers(small)[0], "AIP", tmp_path / "out")
    assert made.notes == () and errors(made.path) == []
    assert not [one for one in verify_package(made.path) if "PDF/A" in one.what]


def test_a_bag_is_valid_and_names_what_is_in_it(corpus, tmp_path):
    made = write_bag(corpus, tmp_path / "bag", EVERYTHING)
    bag = bagit.Bag(str(made.path))
    assert bag.is_valid() and made.notes == ()
    with (made.path / "data" / "metadata" / "metadata.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 7 and all((made.path / "data" / row["filename"]).is_file() for row in rows)
    next((made.path / "data" / "objects").rglob("*.pdf")).write_bytes(b"x")
    assert not bag.is_valid()
    with pytest.raises(Incomplete, match="not empty"):
        write_bag(corpus, tmp_path / "bag", EVERYTHING)


def test_parts_are_written_apart_under_the_names_of_a_template(corpus, tmp_path):
    before = {row["path"]: row["sha256"] for row in corpus.rows("SELECT * FROM paths")}
    written = list(write_dossier_files(corpus, [the(corpus)], tmp_path / "out", "tt05"))
    assert [one.new.name for one in written] == [f"{CODE}.{i}.pdf" for i in range(1, 8)]
    assert written[5].old == f"{CODE}.006.pdf [1]" and written[6].old == f"{CODE}.006.pdf [2]"
    assert "hai" in pymupdf.open(written[6].new)[0].get_text()
    assert before == {row["path"]: row["sha256"] for row in corpus.rows("SELECT * FROM paths")}
    named = list(write_dossier_files(corpus, [the(corpus)], tmp_path / "same", "x"))
    assert len({one.new for one in named}) == 7


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("tt05-3", f"{CODE}.001"),
        ("hd169", f"001-K4-00-{CODE}-1"),
        ("cv7197", "H99_QD_000001_V1_20100104"),
        ("{number} {title}", "01-QĐ-CCTS Về việc phân công nhiệm vụ đợt 1"),
    ],
)
def test_names_follow_their_scheme(corpus, template, name):
    assert name_of(template, the(corpus), items(corpus, the(corpus))[0]) == name


@pytest.mark.parametrize("template", ["{nothing}", "{code", "{code.__class__}", "{0}"])
def test_a_template_that_names_nothing_is_refused(corpus, template):
    with pytest.raises(TemplateError):
        name_of(template, the(corpus), items(corpus, the(corpus))[0])
