"""Review through the browser's door: off unless switched on, behind a password, never for foreign pages."""

from __future__ import annotations

import asyncio
import html
import json
import re
import sqlite3
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest

from documents.facts import Target
from tests.making import a_document, the_decision

pytest.importorskip("datasette")

from corpus.reports.acceptance import draw_sample
from corpus.search.search import search
from corpus.web import close, make_datasette
from corpus.web.review import back_to
from db.digest import content_digest
from db.reviewers import add_reviewer, is_reviewer, remove_reviewer
from db.store import Corpus, document_key

KEY = document_key(the_decision().document.source.sha256)
LINE_5 = "Thực hiện Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ"
LINE = {"key": KEY, "page": "1", "line": "5", "show": "5", "before": LINE_5, "after": LINE_5.replace("15", "16")}


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    path = tmp_path_factory.mktemp("review") / "c.db"
    with Corpus.open(path, create=True) as corpus:
        corpus.save(the_decision(), path="a")
        add_reviewer(corpus, "Lan", "mật khẩu dài")
    return path.read_bytes()


@pytest.fixture
def path(master, tmp_path):
    (tmp_path / "c.db").write_bytes(master)
    return tmp_path / "c.db"


@contextmanager
def room(path, *, review=True, readers=False):
    """A function that asks the reading room of a corpus, logged in as ``who`` if anybody."""
    datasette = make_datasette(path, review=review, readers=readers)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(datasette.invoke_startup())
    cookies = {}

    def session(who):
        if who not in cookies:
            name, _, password = who.partition(":")
            cookies[who] = ask("/log-in", {"name": name, "password": password}, who=None).headers.get("set-cookie", "")
        return cookies[who].partition(";")[0]

    def ask(address, form=None, *, who="Lan:mật khẩu dài", site="same-origin", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if who and (review or readers):
            headers["cookie"] = session(who)
        if form is None:
            return loop.run_until_complete(datasette.client.get(address, headers=headers))
        if site:
            headers["sec-fetch-site"] = site
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        return loop.run_until_complete(datasette.client.post(address, content=body, headers=headers))

    try:
        yield ask
    finally:
        close(datasette)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def test_a_reviewer_corrects_a_line_and_everyone_finds_it(path):
    with room(path) as ask:
        page = ask(f"/document/{KEY}/page/1?review=1&line=5").text
        assert 'action="/review/line"' in page and f'value="{LINE_5}"' in page
        answer = ask("/review/line", LINE)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/document/{KEY}/page/1?review=1#L5")
        assert "Lan" in ask(f"/document/{KEY}").text and "Lan" not in ask(f"/document/{KEY}", who=None).text
        mine = LINE | {"after": LINE_5.replace("15", "17")}
        conflict = ask("/review/line", mine)
        assert conflict.status_code == 409 and "ngày 16 tháng 7" in conflict.text and "ngày 17 tháng 7" in conflict.text
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', conflict.text[conflict.text.index('class="now"') :]))
        assert fields == mine | {"before": LINE["after"]}  # saved on purpose, it takes the place of the other's
        assert ask("/review/line", fields).status_code == 303
        shown = ask(f"/document/{KEY}", who=None).text
        shown = shown[shown.index("Lịch sử duyệt") :]
        assert shown.count("<del") == 2 and f"/document/{KEY}/page/1" in shown  # both are kept, with who did it when
        everywhere = ask("/reviews").text
        assert everywhere.count("<del") == 2 and everywhere.count("· Lan ·") == 2 and f"/document/{KEY}" in everywhere
        assert "Lan" not in ask("/reviews", who=None).text
    with Corpus.open(path, read_only=True) as corpus:
        assert search(corpus, '"ngày 17 tháng 7"').documents == 1


def test_a_reviewer_corrects_the_header_and_judges_facts(path):
    with Corpus.open(path, read_only=True) as corpus:
        fact = corpus.row("SELECT id FROM deadlines")["id"]
    with room(path) as ask:
        header = {"key": KEY, "page": "1", "field": "signer", "before": "Triệu Thế Hùng", "after": "Triệu Thế Hưng"}
        assert ask("/review/header", header).status_code == 303
        form = {"id": fact, "key": KEY, "page": "2", "before": "", "decision": "accepted"}
        assert ask("/review/fact", form).status_code == 303
        values = {
            "value_iso": "2/4/2023",
            "value_type": "date",
            "value_relation": "before",
            "value_responsible": "Sở Nội vụ; UBND",
        }
        assert ask("/review/fact", form | {"before": "accepted", "decision": "corrected"} | values).status_code == 303
        wrong = {"before": "corrected", "decision": "corrected", "value_iso": "", "value_obligation": "gõ dở"}
        refused = ask("/review/fact", form | wrong)
        assert refused.status_code == 400 and "không được để trống" in refused.text and 'value="gõ dở"' in refused.text
    with Corpus.open(path, read_only=True) as corpus:
        row = corpus.row("SELECT iso, responsible, review FROM deadlines")
        assert row == {"iso": "2023-04-02", "responsible": '["Sở Nội vụ","UBND"]', "review": "corrected"}


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"who": None}, 401),
        ({"who": "Lan:falsch"}, 401),
        ({"who": "Minh:mật khẩu dài"}, 401),
        ({"who": "Lan"}, 401),
        ({"site": "cross-site"}, 403),
        ({"site": "same-site"}, 403),
        ({"site": None}, 403),
        ({"site": None, "origin": "http://evil.example"}, 403),
        ({"site": None, "origin": "null"}, 403),
        ({"site": "cross-site", "origin": "http://localhost"}, 403),
        ({"host": "evil.example"}, 421),
    ],
)
def test_strangers_and_foreign_pages_change_nothing(path, options, status):
    before = content_digest(path)
    with room(path) as ask:
        assert ask("/review/line", LINE, **options).status_code == status
    assert content_digest(path) == before


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(path):
    with room(path) as ask:
        assert ask("/review/line", LINE, site=None, origin="http://localhost", host="localhost").status_code == 303


def test_review_is_off_unless_switched_on(path):
    with room(path, review=False) as ask:
        assert ask("/review/line", LINE).status_code == 405
        assert ask("/review").status_code == 404
        assert "/review" not in ask(f"/document/{KEY}?review=1").text and "/sample/" not in ask("/overview").text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"key": KEY},
        LINE | {"page": "x"},
        LINE | {"line": "99999"},
        LINE | {"key": "' OR 1"},
        b"\xff\xfe=%",
        b"a=1&" * 100,
    ],
)
def test_malformed_forms_are_refused(path, form):
    with room(path) as ask:
        assert ask("/review/line", form).status_code in (400, 413)


def test_oversize_forms_are_refused(path):
    with room(path) as ask:
        assert ask("/review/line", b"after=" + b"x" * 1_000_000).status_code == 413


def test_after_a_change_the_page_never_leads_elsewhere(path):
    with room(path) as ask:
        for address in ("/\\evil.example", "//evil.example", "http://evil.example", "\r\nx", "/\t/evil.example"):
            form = {"name": "Lan", "password": "mật khẩu dài", "next": address}
            assert ask("/log-in", form, who=None).headers["location"] == "/"
        for key in ("/evil.example", "//evil.example", "x/../.."):
            assert back_to({"key": key}) == "/"


def test_a_header_is_corrected_in_one_form_and_no_field_of_another_is_lost(path):
    with room(path) as ask:
        page = ask(f"/document/{KEY}/page/1?review=1").text
        form = page[page.index('action="/review/headers"') :]
        form = form[: form.index("</form>")]
        fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
        assert fields["after_date"] == "5/1/2023" and fields["before_date"] == "2023-01-05"
        mine = fields | {"after_signer": "Triệu Thế Hưng", "after_date": "6/1/2023"}
        assert ask("/review/headers", mine).status_code == 303
        theirs = fields | {"after_place": "Hải Dương", "after_signer": "Ai khác"}
        conflict = ask("/review/headers", theirs)
        assert conflict.status_code == 409 and "Triệu Thế Hưng" in conflict.text and 'value="Ai khác"' in conflict.text
        assert 'action="/review/header"' in conflict.text
        wrong = ask("/review/headers", mine | {"after_date": "hôm qua"})
        assert wrong.status_code == 400 and "hôm qua" in wrong.text and "Triệu Thế Hưng" in wrong.text
    with Corpus.open(path, read_only=True) as corpus:
        row = corpus.row("SELECT signer, date, place FROM documents")
        assert row == {"signer": "Triệu Thế Hưng", "date": "2023-01-06", "place": "Hải Dương"}
        assert corpus.tuples("SELECT field FROM reviews ORDER BY id") == [("date",), ("signer",), ("place",)]


def test_a_fact_is_accepted_from_the_queue_as_it_was_shown(path):
    with room(path) as ask:
        page = ask("/queue?kind=fact").text
        form = page[page.index('action="/review/fact"') :]
        form = form[: form.index("</form>")]
        fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
        assert ask("/review/fact", fields | {"decision": "accepted"}).status_code == 303


def test_what_a_pen_may_have_written_is_offered_where_the_header_is_corrected(path):
    candidates = json.dumps({"number": {"15/KH-UBND": 0.6, "75/KH-UBND": 0.3}, "date": {"2023-01-06": 0.4}})
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE documents SET candidates = ?", [candidates])
    connection.close()
    with room(path) as ask:
        page = ask(f"/document/{KEY}/page/1?review=1").text
    assert re.search(r'name="after_number"[^>]* list="c-number"', page)
    assert '<option value="75/KH-UBND">30 %</option>' in page and '<option value="6/1/2023">40 %</option>' in page
    assert 'list="c-signer"' not in page


def test_a_field_that_nobody_touched_keeps_what_is_stored(tmp_path):
    """What is shown rounded or in words comes back so, and must not take the place of what it stands for."""
    target = Target("target", 1234.5678901, "%", ">=", indicator="che phủ", due="2023/2025;P1Y")
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(a_document("độ che phủ rừng\n", facts=[("che phủ", target)]), path="a")
        add_reviewer(corpus, "Lan", "mật khẩu dài")
        row = corpus.row("SELECT * FROM targets")
        key = corpus.row('SELECT "key" FROM documents')["key"]
    with room(tmp_path / "c.db") as ask:
        page = ask(f"/document/{key}/page/1?review=1").text
        form = page[page.index('action="/review/fact"') :]
        fields = {name: html.unescape(value) for name, value in re.findall(r'name="(value_\w+)" value="([^"]*)"', form)}
        assert fields["value_due"] == "2023 – 2025, hằng năm"
        sent = fields | {"id": row["id"], "before": "", "decision": "corrected", "value_indicator": "độ che phủ"}
        assert ask("/review/fact", sent).status_code == 303
    with Corpus.open(tmp_path / "c.db", read_only=True) as corpus:
        after = corpus.row("SELECT * FROM targets")
    assert {name for name in row if row[name] != after[name]} == {"indicator", "review"}


def test_passwords_are_stored_stretched_and_can_be_taken_back(path):
    with Corpus.open(path) as corpus:
        assert "mật khẩu" not in path.read_bytes().decode("utf-8", "ignore")
        assert is_reviewer(corpus, "Lan", "mật khẩu dài") and not is_reviewer(corpus, "Lan", "mật khẩu")
        with pytest.raises(ValueError, match="8 characters"):
            add_reviewer(corpus, "Minh", "kurz")
        remove_reviewer(corpus, "Lan")
        assert not is_reviewer(corpus, "Lan", "mật khẩu dài")


def test_passwords_are_not_shown_to_visitors(path):
    from datasette.app import Datasette

    with room(path) as ask:
        assert ask("/c/reviewers.json?_shape=array", who=None).status_code == 404
        assert ask(f"/document/{KEY}?review=1").status_code == 200  # and still they are checked
    datasette = Datasette([str(path)])  # which allows SQL
    loop = asyncio.new_event_loop()
    loop.run_until_complete(datasette.invoke_startup())
    for sql in (
        "select hash, salt from reviewers",
        "select max(hash), min(salt) from (select * from reviewers)",
        "select max(token), max(address) from sessions",
    ):
        answer = loop.run_until_complete(datasette.client.get(f"/c.json?{urlencode({'sql': sql, '_shape': 'arrays'})}"))
        assert answer.json()["rows"] == [[None, None]]
    for database in datasette.databases.values():
        database.close()
    datasette.executor.shutdown()
    loop.close()


def test_drawn_pages_are_transcribed_in_the_browser_and_reported(path):
    with Corpus.open(path) as corpus:
        sample = draw_sample(corpus, 2, 1)
    with room(path) as ask:
        for address in (f"/sample/{sample}", f"/sample/{sample}/report", "/samples", "/queue"):
            assert ask(address, who=None).headers["location"].startswith("/log-in?next=%2F")
        assert f'href="/sample/{sample}"' in ask("/samples").text
        assert f"/sample/{sample}/{KEY}/1" in ask(f"/sample/{sample}").text
        page = ask(f"/sample/{sample}/{KEY}/1").text
        assert "<textarea" in page and "QUYẾT ĐỊNH" not in page
        form = {"sample": str(sample), "key": KEY, "page": "1", "transcript": the_decision().repaired.text.split("\f")[0]}
        answer = ask("/review/transcript", form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sample/{sample}")
        assert "100 %" in ask(f"/sample/{sample}").text and "Chưa đủ để kết luận" in ask(f"/sample/{sample}").text
        assert "đã đối chiếu\n1 trang" in ask(f"/sample/{sample}/report").text
        other = form | {"transcript": "khác", "before": ""}
        conflict = ask("/review/transcript", other)
        assert conflict.status_code == 409 and "khác</textarea>" in conflict.text and "QUYẾT ĐỊNH" in conflict.text
        assert ask("/review/transcript", form | {"sample": "99"}).status_code == 400
        assert ask("/sample/99").status_code == 404
