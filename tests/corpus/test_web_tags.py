"""Tags and notes: on one document or on all that a search found, found by, and kept over re-reading."""

from __future__ import annotations

import pytest

pytest.importorskip("datasette")

from corpus.search.search import search
from db import tags
from db.store import Corpus
from db.tags import BadTag, put_tag, tags_of
from tests.corpus.test_web_review import KEY, master, path, room
from tests.making import a_document, the_decision

__all__ = ["master", "path"]


def test_a_tagged_document_is_found_by_its_tag_however_it_is_typed_and_after_it_is_read_anew(path):
    with room(path) as ask:
        form = {"key": KEY, "page": "2", "tag": "  Đất  đai "}
        answer = ask("/tags/put", form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/document/{KEY}/page/2?review=1")
        ask("/tags/put", form | {"tag": "dat dai"})  # the same
        for typed in ("Đất đai", "dat dai"):
            assert f"/document/{KEY}/" in ask(f"/search?tag={typed}").text
            assert f"/document/{KEY}/" in ask(f"/search?q=giảm&tag={typed}").text
        assert f"/document/{KEY}/" not in ask("/search?tag=khac").text and "Đất đai" in ask("/tags", who=None).text
        with Corpus.open(path) as corpus:
            corpus.save(the_decision(), path="a")
            assert search(corpus, "", tag="đất đai").documents == 1 and tags_of(corpus, KEY) == ["Đất đai"]
        assert ask("/export/documents.jsonl?tag=dat+dai").text.count("\n") == 1
        ask("/tags/take", form)
        assert f"/document/{KEY}/" not in ask("/search?tag=dat+dai").text
    with Corpus.open(path) as corpus:
        assert corpus.tuples("INSERT INTO page_index(page_index) VALUES ('integrity-check')") == []


def test_all_that_a_search_found_is_tagged_at_once_but_not_without_end(path, monkeypatch):
    with Corpus.open(path) as corpus:
        for name in "bcd":
            corpus.save(a_document("giảm nghèo\n", name=f"{name}.pdf", content=name), path=name)
    with room(path) as ask:
        assert 'action="/tags/found"' in ask("/search?q=nghèo").text
        assert 'action="/tags/found"' not in ask("/search?q=nghèo", who=None).text
        answer = ask("/tags/found", {"found": "q=nghèo", "tag": "Nghèo"})
        assert answer.status_code == 303 and answer.headers["location"].startswith("/search?q=ngh")
        monkeypatch.setattr(tags, "MOST_AT_ONCE", 2)
        monkeypatch.setattr("corpus.web.tag_pages.MOST_AT_ONCE", 2)
        assert ask("/tags/found", {"found": "q=nghèo", "tag": "Khác"}).status_code == 400
    with Corpus.open(path, read_only=True) as corpus:
        assert search(corpus, "", tag="ngheo").documents == 3 and search(corpus, "", tag="khac").documents == 0


def test_notes_are_read_by_everybody_and_signed_for_those_who_are_logged_in(path):
    with room(path) as ask:
        ask("/tags/note", {"key": KEY, "page": "1", "text": "Xem lại <b>ngày</b>"})
        stranger, reviewer = ask(f"/document/{KEY}", who=None).text, ask(f"/document/{KEY}").text
        assert "Xem lại &lt;b&gt;ngày" in stranger and "Lan," not in stranger and "Lan," in reviewer
        assert ask("/tags/note", {"key": KEY, "text": " "}).status_code == 400
        assert ask("/tags/note", {"key": "0" * 16, "text": "x"}).status_code == 400
        assert ask("/tags/note", {"key": KEY, "text": "x"}, who=None).status_code == 401


@pytest.mark.parametrize("tag", ["", "  ", "—", "x" * 61])
def test_tags_without_letters_or_too_long_are_refused(path, tag):
    with room(path) as ask:
        assert ask("/tags/put", {"key": KEY, "tag": tag}).status_code == 400
    with Corpus.open(path) as corpus, pytest.raises(BadTag):
        put_tag(corpus, [KEY], tag, "Lan")
