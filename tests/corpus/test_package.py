"""Data packages and hOCR: whole, valid, and the same for the same corpus."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from corpus.export.package import PACKAGED, write_package
from corpus.pages.hocr import page_hocr
from db.store import Corpus, document_key
from tests.making import DECISION, a_document, the_decision

KEY = document_key(the_decision().document.source.sha256)
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    with Corpus.open(tmp_path_factory.mktemp("package") / "c.db", create=True) as corpus:
        corpus.save(the_decision(), path="a")
        corpus.save(a_document('<b> & "\x07\n', name="<.pdf"), path="b")
        yield corpus


def packed(corpus) -> bytes:
    stream = io.BytesIO()
    write_package(corpus, stream)
    return stream.getvalue()


def test_package_tables_have_the_fields_that_their_schema_says(corpus):
    with zipfile.ZipFile(io.BytesIO(packed(corpus))) as package:
        description = json.loads(package.read("datapackage.json"))
        assert [resource["name"] for resource in description["resources"]] == list(PACKAGED)
        for resource in description["resources"]:
            rows = list(csv.DictReader(io.StringIO(package.read(resource["path"]).decode("utf-8"), newline="")))
            for row in rows:
                assert list(row) == [field["name"] for field in resource["schema"]["fields"]]
                assert row["citation"].endswith(f"[{row['id']}]")
            assert len({row["id"] for row in rows}) == len(rows)
            if resource["name"] == "deadlines":
                assert rows[0]["citation"].startswith("05/QĐ-UBND (2023-01-05), 05_qd_ubnd, trang 2, dòng 7")
                assert json.loads(rows[0]["responsible"]) == ["Sở Nội vụ"]


def test_the_same_corpus_gives_the_same_package(corpus):
    assert packed(corpus) == packed(corpus)


def test_hocr_has_every_word_with_its_box_and_what_was_read(corpus):
    root = ElementTree.fromstring(page_hocr(corpus, KEY, 1))
    lines = [one for one in root.iter(f"{XHTML}span") if one.get("class") == "ocr_line"]
    assert ["".join(line.itertext()) for line in lines] == DECISION.replace("ngay", "ngày").splitlines()
    words = [one for one in root.iter(f"{XHTML}span") if one.get("class") == "ocrx_word"]
    (repaired,) = [word for word in words if word.get("data-raw")]
    assert (repaired.text, repaired.get("data-raw")) == ("ngày", "ngay")
    assert repaired.get("title").startswith("bbox ") and repaired.get("title").endswith("x_wconf 90")


def test_hocr_says_that_its_text_is_repaired(corpus):
    assert '<meta name="vanban-text" content="repaired"/>' in page_hocr(corpus, KEY, 1)


def test_hocr_of_any_text_is_well_formed(corpus):
    key = document_key(a_document('<b> & "\x07\n', name="<.pdf").document.source.sha256)
    assert ElementTree.fromstring(page_hocr(corpus, key, 1)) is not None
    assert page_hocr(corpus, key, 2) is None
