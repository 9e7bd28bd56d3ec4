"""The one file and its journal: what was written gets into the one, and nothing but SQLite opens either."""

from __future__ import annotations

import builtins
import io
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import checkpoint, is_corpus, open_reading
from db.reviewers import add_reviewer
from db.store import Corpus


@pytest.fixture
def path(tmp_path):
    Corpus.open(tmp_path / "c.db", create=True).close()
    return tmp_path / "c.db"


def names_in_the_one_file(path, tmp_path):
    alone = tmp_path / "alone.db"
    shutil.copy(path, alone)
    with closing(open_reading(alone)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM reviewers")]


@pytest.mark.issue(18)
def test_what_was_written_beside_a_reader_is_in_the_one_file_after_a_checkpoint(path, tmp_path):
    with Corpus.open(path, read_only=True) as reader:
        reader.totals()  # as the threads of a server have it open
        with Corpus.open(path) as corpus:
            add_reviewer(corpus, "Lan", "mật khẩu dài")
        assert names_in_the_one_file(path, tmp_path) == []
        assert checkpoint(path) and names_in_the_one_file(path, tmp_path) == ["Lan"]
        with Corpus.open(path) as corpus:
            add_reviewer(corpus, "Minh", "mật khẩu dài")
        assert checkpoint(path, wholly=True) and names_in_the_one_file(path, tmp_path) == ["Lan", "Minh"]
        assert path.with_name("c.db-wal").stat().st_size == 0
        assert len(reader.tuples("SELECT name FROM reviewers")) == 2


@pytest.mark.issue(18)
def test_a_reader_in_the_middle_of_something_holds_nobody_up_and_loses_nothing(path, tmp_path):
    with closing(open_reading(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM reviewers").fetchall()
        with Corpus.open(path) as corpus:
            add_reviewer(corpus, "Lan", "mật khẩu dài")
        assert not checkpoint(path)  # what the reader looks at stays as it is
        assert reader.execute("SELECT count(*) FROM reviewers").fetchall() == [(0,)]
        reader.execute("COMMIT")
        assert checkpoint(path) and names_in_the_one_file(path, tmp_path) == ["Lan"]


@pytest.mark.issue(18)
def test_whether_a_file_is_a_corpus_is_asked_through_sqlite_alone(path, tmp_path, monkeypatch):
    other = tmp_path / "other.db"
    other.write_bytes(b"SQLite format 3\0 but not really")
    (tmp_path / "empty.db").write_bytes(b"")

    def refuse(*_, **__):
        raise AssertionError("closing a file of one's own drops the locks that SQLite has on it")

    with monkeypatch.context() as patch:
        for place, name in ((builtins, "open"), (io, "open"), (Path, "open"), (Path, "read_bytes")):
            patch.setattr(place, name, refuse)
        assert is_corpus(path)
        assert not is_corpus(other) and not is_corpus(tmp_path / "none.db") and not is_corpus(tmp_path / "empty.db")
