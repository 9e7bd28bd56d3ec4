"""Pages of thousands of lines are shown in portions; addresses of lines, facts and hits lead to the right one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("datasette")

from corpus.web.document import Block, Segment, ShownCell, ShownLine, ShownTable
from corpus.web.portions import MOST_LINES, portion_with, portions
from db.store import Corpus
from documents.facts import Target
from tests.corpus.test_web import room
from tests.making import a_document

LINES = [f"Dòng số {number} của một tệp chữ rất dài về kế hoạch." for number in range(1, 2001)]
LINES[1499] = "phấn đấu 95 % hồ sơ đúng hạn"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "c.db"
    with Corpus.open(path, create=True) as corpus:
        corpus.save(a_document("\n".join(LINES) + "\n", facts=[(LINES[1499], Target("target", 95.0, "%", "="))]), path="a")
    return path


def test_a_long_page_is_shown_in_portions_small_enough(path):
    with Corpus.open(path, read_only=True) as corpus:
        (key,) = corpus.tuples('SELECT "key" FROM documents')[0]
        (fact,) = corpus.tuples("SELECT id FROM targets")[0]
    with room(path) as get:
        first = get(f"/document/{key}")
        assert "Dòng số 1 của" in first.text and "Dòng số 301 của" not in first.text
        assert "Dòng 301 – 600" in first.text and "trong 2000 dòng" in first.text
        assert len(first.content) < 150_000
        for address, line in (
            (f"/document/{key}/line/1800", "Dòng số 1800 của"),
            (f"/fact/{fact}", "95 %"),
        ):
            shown = get(get(address).headers["location"].partition("#")[0])
            assert line in shown.text and "Dòng số 1 của" not in shown.text and len(shown.content) < 150_000
        hit = get("/search?q=%2295+%25%22").text
        assert f"/document/{key}/page/1?q=%2295+%25%22&amp;at=1500#L1500" in hit


def blocks_of(sizes: list[int]) -> list[Block]:
    """Lines, and for numbers above one tables of as many rows with two lines each."""
    blocks: list[Block] = []
    at = 0

    def line() -> ShownLine:
        nonlocal at
        at += 1
        return ShownLine(at, "body", (Segment("x"),), None)

    for size in sizes:
        if size == 1:
            blocks.append(line())
        else:
            rows = tuple((ShownCell((line(), line()), 1, 1, False),) for _ in range(size))
            blocks.append(ShownTable(rows))
    return blocks


@given(st.lists(st.integers(1, 9), max_size=30), st.integers(2, 12))
def test_portions_hold_every_line_once_in_order_and_no_more_than_they_may(sizes, most):
    parts = portions(blocks_of(sizes), most)
    total = sum(1 if size == 1 else 2 * size for size in sizes)
    assert [n for part in parts for n in range(part.first, part.last + 1)] == (list(range(1, total + 1)) if total else [0])
    assert all(part.last - part.first < most for part in parts)
    for line in (1, total):
        assert not total or parts[portion_with(parts, line)].first <= line <= parts[portion_with(parts, line)].last
    assert portion_with(parts, None) == portion_with(parts, total + 1) == 0


def test_a_printed_page_is_one_portion():
    assert len(portions(blocks_of([1] * MOST_LINES))) == 1
