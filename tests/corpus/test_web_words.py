"""No English on a Vietnamese page: the catalogue and every page are read by the rules of Vietnamese syllables."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import regex

pytest.importorskip("datasette")

from corpus.reports.acceptance import draw_sample
from corpus.web.words import WORDS
from db.store import Corpus
from normalizers.syllables import is_syllable
from tests.corpus.test_web_review import KEY, LINE, LINE_5, master, path, room

__all__ = ["master", "path"]

_NAMES = """vanban ingest excel word csv json jsonl parquet alto hocr pdf zip atom ical frictionless esc ocr lan english
error or libreoffice bang dong ubnd nqcp nq cp qd"""
NAMES = frozenset(_NAMES.split())
"""What is called the same in every language, keys, an account of these tests, and words that examples are typed in."""

_WORD = regex.compile(r"[\p{L}\p{M}]+")


def foreign(text: str) -> list[str]:
    """Words of a text that are no Vietnamese syllables: without marks and not spelt as one, abbreviations left out."""
    words = [word for word in _WORD.findall(regex.sub(r"\S*[\d_/]\S*|\{\w+\}", " ", text)) if len(word) > 1]
    plain = [word for word in words if not word.isupper() and word.lower() not in NAMES]
    return [word for word in plain if not is_syllable(word.lower())]


class Visible(HTMLParser):
    """What a person reads or is read of a page, without what is marked as another language, code, or a file's name."""

    VOID = ("input", "meta", "link", "br", "img", "rect", "image", "line", "path", "hr")
    SPOKEN = ("alt", "title", "aria-label", "placeholder", "label")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._skipped: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        skipped = (
            found.get("lang") == "en" or tag in ("code", "style", "script") or (bool(self._skipped) and self._skipped[-1])
        )
        if not skipped:
            self.said += [found[name] for name in self.SPOKEN if found.get(name)]
        if tag not in self.VOID:
            self._skipped.append(skipped)

    def handle_endtag(self, tag):
        if tag not in self.VOID and self._skipped:
            self._skipped.pop()

    def handle_data(self, data):
        if not (self._skipped and self._skipped[-1]):
            self.said.append(data)


def test_the_reader_of_pages_finds_english():
    html = '<html lang="vi"><p>Chỉ tiêu</p><p title="Value from">đạt <b lang="en">English</b> value_max accepted</p></html>'
    assert foreign(" ".join(Visible(html).said)) == ["Value", "from", "accepted"]


@pytest.mark.parametrize("name", WORDS)
def test_every_word_of_the_catalogue_is_vietnamese(name):
    assert foreign(WORDS[name].vietnamese) == []


PAGES = [
    "/",
    "/search?q=cải+cách",
    "/search?q=cải+cách&type=quyết+định&confidence=0.5&sort=oldest&has=targets",
    "/search?q=khong+co+chu+nay",
    "/search?q=-x",
    "/search?date_from=32/13/2020&has=gi&sort=bao&confidence=9",
    "/facts/targets",
    "/facts/targets?from=ba&due=mai&sort_of=chi&order=gi",
    "/facts/deadlines?order=-iso",
    "/facts/assignments",
    "/facts/citations",
    "/indicators",
    "/reported",
    "/overview",
    "/calendar?month=4/2023",
    "/calendar?month=13/2023",
    "/help",
    "/api",
    "/reviews",
    f"/document/{KEY}",
    f"/document/{KEY}/page/2?q=giam&outline=targets",
    f"/document/{KEY}/page/1?review=1&line=5",
    f"/document/{KEY}/page/9",
    f"/document/{KEY}/page?n=gi",
    "/nothing/here",
    "/sessions",
    "/queue",
    "/queue?kind=doubt",
    "/queue?kind=fact",
    "/samples",
    "/tags",
    "/archive",
    "/intake",
    "/sample/1",
    f"/sample/1/{KEY}/1",
    f"/sample/1/{KEY}/header",
    "/sample/1/report",
    "/sample/99",
]


@pytest.fixture
def ask(path):
    with Corpus.open(path) as corpus:
        draw_sample(corpus, 2, 1)
    with room(path) as ask:
        ask("/review/line", LINE)
        header = {"key": KEY, "page": "1", "field": "date", "before": "2023-01-05", "after": "6/1/2023"}
        ask("/review/header", header)
        yield ask


def test_no_english_word_is_on_any_vietnamese_page(ask):
    found = {}
    for address in PAGES:
        html = ask(address, accept_language="vi").text
        assert '<html lang="vi">' in html, address
        found[address] = foreign(" ".join(Visible(html).said))
    assert {address: words for address, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/review/line", LINE),  # somebody else's correction stands there by now: a conflict
        ("/review/line", {"key": KEY, "page": "1", "line": "99", "before": "a", "after": "b"}),
        ("/review/line", {"key": KEY}),
        ("/review/header", {"key": KEY, "page": "1", "field": "date", "before": LINE_5, "after": "hôm qua"}),
        ("/review/fact", {"id": "x", "decision": "accepted", "before": ""}),
        ("/log-in", {"name": "ai", "password": "sai rồi"}),
        ("/samples", {"size": "0"}),
    ],
)
def test_no_english_word_is_on_a_page_that_refuses(ask, address, form):
    html = ask(address, form, accept_language="vi").text
    assert foreign(" ".join(Visible(html).said)) == [] and re.search(r"<h1>|<p", html)
