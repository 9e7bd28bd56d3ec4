"""Corpora of every age come up to the present schema, with what they hold."""

from __future__ import annotations

import re
import sqlite3

import pytest
from sqlite_utils import Database

from db.connection import APPLICATION_ID
from db.migrations import migrations
from db.store import Corpus

# As corpora remember them: what was released is never renamed, moved or taken away; new ones come at the end.
RELEASED = """
    m001_initial m002_search m003_staged_pages m004_reviews m005_samples m006_same_documents m007_doubtful_headers
    m007_title_index m008_deadlines_by_time m009_header_and_parts m010_sessions m011_queue m012_dossiers m013_unread
    m014_tags m015_unread_pages m016_learned_decisions
""".split()  # noqa: SIM905 - as they are read

ROWS = """
INSERT INTO files VALUES ('{sha}', 'application/pdf', 7, 1, 0, 0);
INSERT INTO paths VALUES ('a.pdf', '{sha}', 'a.pdf', 1);
INSERT INTO documents(id, "key", sha256, name, document, status, pages, number, type, issuer, date, title, number_key,
    text_confidence) VALUES (1, '{key}', '{sha}', 'a.pdf', 'a', 'complete', 1, '05/QĐ-UBND', 'Quyết định',
    'UBND tỉnh Hải Dương', '2023-01-05', 'Về việc trồng rừng', '5qdubnd', 0.9);
INSERT INTO pages(id, document_id, number, first_line, start, width, height, rotation, skew, source, engine, confidence)
    VALUES (1, 1, 1, 1, 0, 595, 842, 0, 0, 'ocr', 'tesseract 5', 0.9);
INSERT INTO page_texts(page_id, raw, repaired) VALUES (1, 'Trồng rừng phòng hộ', 'Trồng rừng phòng hộ');
""".format(sha="0" * 64, key="0" * 16)


def schema_of(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """What there is, but for the spaces in it; columns that were added later stand at another place in the text."""
    names = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE '\\_sqlite%' ESCAPE '\\'")
    return set(names) | {
        ("column", f"{table}.{column[1]}")
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for column in connection.execute(f'PRAGMA table_info("{table}")')
    }


def test_migrations_are_numbered_once_and_remembered_by_the_names_of_their_release():
    assert [one.name for one in migrations._migrations][: len(RELEASED)] == RELEASED
    numbers = [re.match(r"m(\d{3}b?)_", one.fn.__name__)[1] for one in migrations._migrations]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("last", RELEASED)
def test_a_corpus_of_any_age_comes_up_to_date(tmp_path, last):
    """With a document from the first schema in it, which is found by its title and number afterwards."""
    path = tmp_path / "old.db"
    old = Database(path)
    old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(old, stop_before="m002_search")
    old.conn.executescript(ROWS)
    if last != RELEASED[0]:
        later = RELEASED[RELEASED.index(last) + 1 :]
        migrations.apply(old, stop_before=later[0] if later else None)
    old.close()
    with Corpus.open(path) as corpus, Corpus.open(tmp_path / "new.db", create=True) as new:
        assert schema_of(corpus.db.conn) == schema_of(new.db.conn)
        row = corpus.row("SELECT legal_key, number_key FROM documents")
        assert row == {"legal_key": "5qdubnd ubnd tinh hai duong 2023-01-05", "number_key": "5qdubnd"}
        assert corpus.rows("PRAGMA foreign_key_check") == []
        title = corpus.row("SELECT folded FROM title_index WHERE rowid = 1")
        assert "ve viec trong rung" in title["folded"]
