"""Where files are: on this machine, under names that are no text, and in stores behind fsspec."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.digest import content_digest
from db.store import Corpus
from documents.outcome import Reason
from pipeline.errors import PathMissing, UnreadableFile
from pipeline.files.places import Remote, RemoteError, at_hand, files_under, forget, place_of, text_of
from pipeline.runs.fixity import verify
from pipeline.runs.ingest import Settings, ingest

fsspec = pytest.importorskip("fsspec")

TEXT = "KẾ HOẠCH\nCải cách hành chính năm 2020 của tỉnh Quảng Ngãi.\n"


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name and b"/" not in name))
def test_any_name_that_a_file_can_have_is_kept_as_text_that_leads_back(name: bytes) -> None:
    path = Path(os.fsdecode(b"/srv/" + name))
    text_of(path).encode()
    assert place_of(text_of(path)) == path


@pytest.fixture
def bucket():
    store = fsspec.filesystem("memory")
    store.pipe({"/archive/2020/b.txt": b"b", "/archive/a.txt": TEXT.encode(), "/archive/.trash/c.txt": b"c"})
    yield "memory://archive"
    store.rm("/archive", recursive=True)
    forget()


def test_files_of_a_store_are_walked_as_folders_are(bucket: str) -> None:
    found = [remote.name for remote in files_under(Remote(bucket))]
    assert found == ["b.txt", "a.txt"]
    assert [remote.name for remote in files_under(Remote(bucket + "/a.txt"))] == ["a.txt"]
    with pytest.raises(PathMissing):
        list(files_under(Remote(bucket + "/nothing")))


def test_a_remote_file_is_at_hand_and_leaves_nothing_behind(bucket: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = at_hand(Remote(bucket + "/a.txt"))
    assert path.read_text(encoding="utf-8") == TEXT
    assert list(tmp_path.iterdir()) == [], "a killed worker could not have cleaned up"
    assert at_hand(Remote(bucket + "/a.txt")) == path
    with pytest.raises(UnreadableFile) as caught:
        at_hand(Remote(bucket + "/nothing.txt"))
    assert caught.value.reason is Reason.UNREADABLE and caught.value.name == "nothing.txt"


def test_a_store_that_nobody_knows_is_one_sentence() -> None:
    with pytest.raises(RemoteError, match="nonsense"):
        list(files_under(Remote("nonsense://x")))


def test_ingest_from_a_store_equals_ingest_from_the_disk(tmp_path: Path) -> None:
    """``local://`` is fsspec's own way to the disk, which worker processes see too."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT + "\f" + TEXT * 2, encoding="utf-8")
    (folder / "b.pdf").write_bytes(b"")
    outcomes = {}
    for name, place in (("disk", folder), ("store", Remote(f"local://{folder}"))):
        with Corpus.open(tmp_path / f"{name}.db", create=True) as corpus:
            done: list[tuple[str, str]] = []
            ingest([place], corpus, Settings(), on_file=lambda one, done=done: done.append((one.path.name, one.outcome)))
            outcomes[name] = sorted(done)
            assert {one.state for one in verify(corpus)} == {"same"}
            corpus.db.conn.execute("UPDATE paths SET path = name")
            corpus.db.conn.commit()
    assert outcomes["disk"] == outcomes["store"] == [("a.txt", "stored"), ("b.pdf", "quarantined")]
    assert content_digest(tmp_path / "disk.db") == content_digest(tmp_path / "store.db")
