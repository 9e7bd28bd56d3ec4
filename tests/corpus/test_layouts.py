"""Files of documents in a folder or a ZIP file: each document's own, under names that every system takes."""

from __future__ import annotations

import io
import zipfile

import pytest

from corpus.export.layouts import file_name, write_layouts, zip_layouts
from corpus.pages.alto import page_alto
from corpus.pages.hocr import page_hocr
from corpus.search.selection import Selection
from db.store import Corpus
from tests.corpus.test_searchable import a_scan, stored, words_of
from tests.making import a_document

pymupdf = pytest.importorskip("pymupdf")


@pytest.fixture
def corpus(tmp_path):
    """A scan whose file is there, and two documents of one name whose files are not."""
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        stored(corpus, a_scan(tmp_path / "a_scan.pdf"))
        for content in ("một\n", "hai\n"):
            corpus.save(a_document(content, name="05/QĐ: kế hoạch.pdf", content=content), path=content)
        yield corpus


def test_searchable_pdfs_are_made_where_the_original_is_and_the_others_are_named(corpus, tmp_path):
    made = list(write_layouts(corpus, "pdf", tmp_path / "out"))
    assert [(one.document, len(one.files), bool(one.reason)) for one in made] == [
        ("05/QĐ: kế hoạch", 0, True),
        ("05/QĐ: kế hoạch", 0, True),
        ("a_scan", 1, False),
    ]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a_scan.pdf"]
    assert "Phấn đấu giảm 20%" in " ".join(words_of(tmp_path / "out" / "a_scan.pdf", 2))


def test_a_document_of_which_nothing_is_made_takes_no_name(corpus, tmp_path):
    corpus.save(a_document("ba\n", name="a_scan.txt", content="ba"), path="ba")
    made = [path.name for one in write_layouts(corpus, "pdf", tmp_path / "out") for path in one.files]
    assert made == ["a_scan.pdf"]


@pytest.mark.parametrize(("kind", "suffix", "content"), [("alto", "xml", page_alto), ("hocr", "hocr", page_hocr)])
def test_every_page_has_its_file_and_equal_names_do_not_meet(corpus, tmp_path, kind, suffix, content):
    made = list(write_layouts(corpus, kind, tmp_path / "out"))
    assert [len(one.files) for one in made] == [1, 1, 2]
    assert len({path for one in made for path in one.files}) == 4
    keys = [row["key"] for row in corpus.rows("SELECT key FROM documents ORDER BY document, key")]
    for key, one in zip(keys, made, strict=True):
        for number, path in enumerate(one.files, 1):
            assert path.name == f"{number:04}.{suffix}"
            assert path.read_text(encoding="utf-8") == content(corpus, key, number)


def test_only_selected_pages_have_files(corpus, tmp_path):
    (made,) = write_layouts(corpus, "alto", tmp_path / "out", Selection("phấn đấu"))
    assert [path.name for path in made.files] == ["0002.xml"]


def test_a_zip_file_holds_the_same_and_says_what_was_left_out(corpus, tmp_path):
    folder = tmp_path / "out"
    files = [path for one in write_layouts(corpus, "alto", folder) for path in one.files]
    stream = io.BytesIO()
    assert zip_layouts(corpus, "alto", stream) == len(files)
    with zipfile.ZipFile(stream) as package:
        assert {name: package.read(name) for name in package.namelist()} == {
            str(path.relative_to(folder)): path.read_bytes() for path in files
        }
    stream = io.BytesIO()
    assert zip_layouts(corpus, "pdf", stream) == 1
    with zipfile.ZipFile(stream) as package:
        assert package.namelist() == ["a_scan.pdf", "left-out.txt"]
        assert package.read("left-out.txt").decode().count("05/QĐ: kế hoạch") == 4  # the document and its file, twice


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", ".", "", "a\x00b\n", "CON:", "x" * 400, "ế" * 300, "/", "a/../b"]
)
def test_file_names_stay_within_the_folder(name, tmp_path):
    made = file_name(name)
    (tmp_path / f"{made}-0123456789abcdef.pdf").write_bytes(b"")
    assert "/" not in made and made not in ("", ".", "..") and not made.startswith(".")
