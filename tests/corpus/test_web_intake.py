"""Files brought in by the browser: kept under safe names, read by a program of its own, told of, tried again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

pytest.importorskip("datasette")

from corpus.web import uploads
from corpus.web.uploads import BadUpload, Upload, safe_name
from db.store import Corpus
from tests.corpus.test_web_review import master, path, room

__all__ = ["master", "path"]
ROOT = Path(__file__).resolve().parents[2]
BORDER = "ranh"


def body(*files: tuple[str, bytes]) -> bytes:
    parts = [
        f'--{BORDER}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n"
        for name, content in files
    ]
    return b"".join(parts) + f"--{BORDER}--\r\n".encode()


def test_pieces_of_any_size_make_the_same_files(tmp_path):
    sent = body(("Báo cáo.txt", b"m\r\n--ran\xff" * 50), ("../../b.txt", b"hai"), ("b.txt", b"ba"))
    for size in (1, 7, len(sent)):
        folder = tmp_path / str(size)
        folder.mkdir()
        upload = Upload(f"multipart/form-data; boundary={BORDER}", folder)
        for at in range(0, len(sent), size):
            upload.write(sent[at : at + size])
        upload.close()
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
            "Báo cáo.txt": b"m\r\n--ran\xff" * 50,
            "b.txt": b"hai",
            "3 b.txt": b"ba",
        }
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(map(str, (1, 7, len(sent))))


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/../..", "\x00", "con\\..\\x.pdf", "x" * 500 + ".pdf", "\u202egpj.exe", "/etc/x"]
)
def test_no_name_leads_out_of_its_folder(tmp_path, name):
    made = safe_name(name)
    assert 0 < len(made) <= 120 and (tmp_path / made).parent == tmp_path and made not in (".", "..")
    (tmp_path / made).write_bytes(b"")


@pytest.mark.parametrize(("limit", "word"), [("MOST_BYTES", "upload_too_large"), ("MOST_FILES", "upload_too_many")])
def test_what_is_too_much_is_refused(tmp_path, monkeypatch, limit, word):
    monkeypatch.setattr(uploads, limit, 1)
    with pytest.raises(BadUpload) as error:
        Upload(f"multipart/form-data; boundary={BORDER}", tmp_path).write(body(("a", b"1"), ("b", b"2")))
    assert error.value.word == word


def test_files_are_brought_in_by_reviewers_only_and_found_when_they_are_read(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    kind = {"content_type": f"multipart/form-data; boundary={BORDER}"}
    sent = body(("moi.txt", "KẾ HOẠCH\nPhát triển cây dược liệu\n".encode() * 5), ("hong.pdf", b"%PDF-1.4 hong"))
    with room(path) as ask:
        assert ask("/intake", who=None).status_code == 302
        assert ask("/intake", b"", **kind).status_code == 400
        assert ask("/intake", sent, site="cross-site", **kind).status_code == 403
        assert not (path.parent / "c-intake").exists() or not any((path.parent / "c-intake").iterdir())
        assert ask("/intake", sent, **kind).status_code == 303
        until = time.monotonic() + 120
        while "chưa xong" in (page := ask("/intake").text) or "Đợt nhập 1" not in page or "Đang đọc" in page:
            assert time.monotonic() < until
            time.sleep(0.2)
        assert "moi" in ask("/search?q=dược+liệu").text
        run = ask("/runs/1").text
        assert "hong.pdf" in run and "Không đọc được" in run and str(path.parent) not in run
        assert ask("/runs/1", {"file": "99"}).status_code == 400 and ask("/runs/9").status_code == 404
        with Corpus.open(path, read_only=True) as corpus:
            assert corpus.totals()["quarantine"] == 1
