"""Text files: encodings, and what is no text of a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.outcome import Reason
from pipeline.errors import UnreadableFile
from pipeline.files.intake import examine
from pipeline.files.texts import decode, read_text
from tests.pipeline.pdfs import BODY, GARBLED

TEXTS = json.loads((Path(__file__).parent.parent / "data" / "cases" / "texts.json").read_text("utf-8"))


@pytest.mark.parametrize("name", TEXTS["prose"])
def test_prose_and_ocr_of_prose_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXTS["prose"][name], encoding="utf-8")
    assert examine(path).media_type == "text/plain"
    assert read_text(path) == TEXTS["prose"][name]


@pytest.mark.parametrize("name", TEXTS["others"])
def test_what_is_no_text_of_a_page_is_refused_as_what_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXTS["others"][name], encoding="utf-8")
    with pytest.raises(UnreadableFile) as caught:
        examine(path)
    assert caught.value.reason is Reason.NOT_A_DOCUMENT and caught.value.detail


@pytest.mark.parametrize(
    "data", [b"\xff" * 3000 + b"abc" * 20, ("\n".join(BODY) * 3).encode() + b"\xff" * 4000, bytes(range(128, 256)) * 30]
)
def test_bytes_that_decode_to_anything_are_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile):
        examine(path)


@pytest.mark.parametrize("lines", [BODY, GARBLED])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_unicode_is_read_in_all_its_forms(tmp_path: Path, lines: list[str], encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\n".join(lines).encode(encoding))
    examine(path)
    assert read_text(path) == "\n".join(lines)


@given(st.binary(max_size=300))
def test_any_bytes_decode_without_a_word_lost(data: bytes) -> None:
    assert isinstance(decode(data), str)
