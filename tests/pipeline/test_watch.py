"""A watched folder: whole files go in, half-written ones wait, originals stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from db.store import Corpus
from pipeline.runs.fixity import verify
from pipeline.runs.ingest import FileDone, Settings
from pipeline.runs.watch import Folders, watch

TEXT = "KẾ HOẠCH\nCải cách hành chính năm 2020 của tỉnh Quảng Ngãi.\n"


def rounds(*actions: Callable[[], object]) -> Callable[[], bool]:
    """Does one action before each look at the folder, then ends the watch."""
    waiting = iter(actions)

    def keep_going() -> bool:
        action = next(waiting, None)
        if action is not None:
            action()
        return action is not None

    return keep_going


def nothing() -> None:
    """A round in which nobody touches the folder."""


def watched(folders: Folders, database: Path, *actions: Callable[[], object]) -> list[tuple[str, str]]:
    done: list[FileDone] = []
    with Corpus.open(database, create=True) as corpus:
        watch(folders, corpus, Settings(), on_file=done.append, keep_going=rounds(*actions), settle_seconds=0.01)
    return [(one.path.name, one.outcome) for one in done]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def test_watch_waits_until_a_file_is_whole(inbox: Path, tmp_path: Path) -> None:
    file = inbox / "a.txt"
    taken = watched(
        Folders(inbox),
        tmp_path / "c.db",
        lambda: file.write_text(TEXT[:10], encoding="utf-8"),
        lambda: file.write_text(TEXT[:40], encoding="utf-8"),
        lambda: file.write_text(TEXT, encoding="utf-8"),
        nothing,
        nothing,
    )
    assert taken == [("a.txt", "stored")]
    assert file.read_text(encoding="utf-8") == TEXT
    with Corpus.open(tmp_path / "c.db", read_only=True) as corpus:
        assert [row["raw"] for row in corpus.rows("SELECT raw FROM page_texts")] == [TEXT]


def test_watch_moves_what_is_done_and_what_is_quarantined(inbox: Path, tmp_path: Path) -> None:
    folders = Folders(inbox, finished=tmp_path / "done", quarantined=inbox / "bad")
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "a.txt").write_text("another file of this name", encoding="utf-8")
    (inbox / "a.txt").write_text(TEXT, encoding="utf-8")
    (inbox / "b.pdf").write_bytes(b"")
    taken = watched(folders, tmp_path / "c.db", nothing, nothing, nothing)
    assert sorted(taken) == [("a.txt", "stored"), ("b.pdf", "quarantined")]
    assert sorted(path.name for path in inbox.rglob("*")) == ["b.pdf", "bad"]
    assert len(list((tmp_path / "done").iterdir())) == 2
    with Corpus.open(tmp_path / "c.db", read_only=True) as corpus:
        assert {one.state for one in verify(corpus)} == {"same"}
