"""The reading room through its HTTP client: what is shown, in which language, and what strangers can't do."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3
import time
import tomllib
from contextlib import contextmanager
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from documents.edits import Edit, Repaired
from documents.facts import Citation, Deadline, Header, Target
from documents.page import Document, Line, Page
from tests.making import a_document, the_decision

pytest.importorskip("datasette")

from corpus.export.fields import KINDS
from corpus.export.records import FORMATS, records
from corpus.web import close, make_datasette
from corpus.web.document import _repairs_and_doubts
from db import codec
from db.digest import content_digest
from db.store import Corpus, document_key

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"


class Parsed(HTMLParser):
    """Tags with their attributes, links, ids and the visible text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("web") / "c.db"
    evil = a_document(
        f"{EVIL} cải cách\n",
        name=f"{EVIL}.pdf".replace("/", "_"),
        header=Header(
            number=EVIL,
            type=EVIL,
            issuer=EVIL,
            province=EVIL,
            title=EVIL,
            signer=EVIL,
            recipients=(EVIL,),
            date="2020-01-01",
        ),
        facts=[
            ("cải cách", Target("target", 1.0, EVIL, "=", indicator=EVIL)),
            ("cải cách", Citation("05/QĐ-UBND", EVIL, EVIL)),
        ],
    )
    with Corpus.open(path, create=True) as corpus:
        for document in (the_decision(), evil):
            corpus.save(document, path=document.document.source.name)
    return path


@pytest.fixture(scope="module")
def get(path):
    with room(path) as ask:
        yield ask


def room(path: Path):
    """A function that asks the reading room of a corpus."""
    return room_of(make_datasette(path))


@contextmanager
def room_of(datasette):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(datasette.invoke_startup())

    def ask(address: str, *, method: str = "GET", **headers: str):
        return loop.run_until_complete(
            datasette.client.request(method, address, headers={name.replace("_", "-"): v for name, v in headers.items()})
        )

    yield ask
    close(datasette)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


KEY = document_key(the_decision().document.source.sha256)


def test_search_page_is_a_plain_form_whose_address_repeats_the_search(get):
    page = Parsed(get("/search?q=cai+cach&province=hai+duong").text)
    assert {"q": "cai cach", "province": "hai duong"}.items() <= {
        field["name"]: field.get("value") for field in page.all("input") if "name" in field
    }.items()
    hits = [
        link["href"] for link in page.all("a") if (link.get("href") or "").startswith(f"/document/{KEY}/page/1?q=cai+cach")
    ]
    assert hits and all("results=q%3Dcai%2Bcach%26province%3Dhai%2Bduong" in hit and "#L" in hit for hit in hits)
    assert 'href="/search?q=cai+cach&amp;province=hai+duong"' in get(hits[0].partition("#")[0]).text  # the way back
    assert page.all("mark") and not page.all("script")


@pytest.mark.parametrize("q", ["76/NQ-CP", "76 nq cp", "76nqcp", "cải cách hành chính", '"cai cach hanh chinh"', "giảm"])
def test_search_page_finds(get, q):
    assert f"/document/{KEY}/" in get(f"/search?q={quote(q)}").text


def test_a_search_that_finds_nothing_offers_files_of_such_a_name(get):
    page = get("/search?q=05+qd+ubnd.pdf&year_to=1990&lang=en").text
    assert "Nothing found" in page and f'href="/document/{KEY}?lang=en">05_qd_ubnd.pdf' in page
    assert "Files of such" not in get("/search?q=giam&lang=en").text


def test_search_page_and_its_json_twin_agree(get):
    twin = get("/search.json?q=giam").json()
    assert twin["ok"] and [hit["key"] for hit in twin["hits"]] == [KEY]
    assert any(link.get("type") == "application/json" for link in Parsed(get("/search?q=giam").text).all("link"))


def test_document_page_shows_repairs_doubts_facts_and_boxes(get):
    html = get(f"/document/{KEY}").text
    page = Parsed(html)
    kinds = {span.get("class") for span in page.all("span")}
    assert {"repaired", "doubt", "fact"} <= kinds
    readings = page.text[page.text.index("Chữ đã sửa hoặc còn ngờ") :]
    assert "ngay" in readings and "16" in readings  # what was read, and what it may be, stand there to be read
    assert [div["id"] for div in page.all("div") if (div.get("class") or "").startswith("line")] == [
        f"L{i}" for i in range(1, 6)
    ]
    assert "Triệu Thế Hùng" in page.text


def test_every_line_and_fact_has_an_address_of_its_own(get, path):
    answer = get(f"/document/{KEY}/line/7")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/document/{KEY}/page/2#L7")
    assert 'id="L7"' in get(f"/document/{KEY}/page/2").text
    with Corpus.open(path, read_only=True) as corpus:
        fact = next(one for one in records(corpus, "deadlines"))
    answer = get(f"/fact/{fact['id']}")
    assert answer.headers["location"] == f"/document/{KEY}/page/2?fact={fact['id']}#L{fact['line']}"
    shown = get(answer.headers["location"].partition("#")[0]).text
    assert f'<span class="fact chosen" data-fact="{fact["id"]}"' in shown and f'id="{fact["id"]}"' in shown


def test_facts_are_listed_under_their_conditions_and_lead_to_their_page(get):
    page = get("/facts/deadlines?due=2023-04&responsible=so+noi+vu").text
    assert f'href="/fact/{KEY}-deadlines-' in page
    assert "/fact/" not in get("/facts/deadlines?due=2024").text
    assert get("/facts/targets.json?from=0,5&to=2").json()["total"] == 1
    assert get("/facts/none").status_code == 404


def test_citations_are_linked_both_ways(get):
    decision = get(f"/document/{KEY}").text
    citing = re.search(rf'/document/(?!{KEY})([0-9a-f]{{16}})/page/1">', decision)
    assert citing and f'href="/document/{KEY}"' in get(f"/document/{citing[1]}").text


def test_other_files_of_the_same_original_are_named_and_linked(tmp_path):
    header = Header(number="1/KH-UBND", issuer="UBND tỉnh X", date="2020-01-01")
    with Corpus.open(tmp_path / "s.db", create=True) as corpus:
        one, other = (
            corpus.save(a_document("kế hoạch\n", name=name, content=name, header=header), path=name)
            for name in ("a.pdf", "b.pdf")
        )
    with room(tmp_path / "s.db") as get:
        assert f'href="/document/{other}">b.pdf' in get(f"/document/{one}").text
        assert "Bản quét khác của văn bản này: b" in get("/search?q=ke+hoach").text


def test_text_download_is_what_was_stored(get):
    assert get(f"/document/{KEY}/text").text == the_decision().repaired.text
    assert get(f"/document/{KEY}/raw").text == the_decision().repaired.raw


def test_original_file_and_image_come_only_while_the_bytes_are_the_same(tmp_path, monkeypatch):
    from PIL import Image

    image = tmp_path / "trang một.png"
    Image.new("RGB", (300, 400), "white").save(image)
    sha256 = hashlib.sha256(image.read_bytes()).hexdigest()
    document = a_document("chữ\n", "trang mà ảnh không có\n", name=image.name)
    source = replace(document.document.source, sha256=sha256, media_type="image/png")
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(replace(document, document=replace(document.document, source=source)), path=str(image))
    key = document_key(sha256)
    with room(tmp_path / "c.db") as get:
        file, picture = get(f"/document/{key}/file"), get(f"/document/{key}/page/1/image")
        pdf = get(f"/document/{key}/searchable.pdf")
        assert pdf.content.startswith(b"%PDF") and pdf.headers["content-disposition"].endswith("trang%20m%E1%BB%99t.pdf")
        assert f"/document/{key}/searchable.pdf" in get(f"/document/{key}").text
        monkeypatch.setenv("PATH", str(tmp_path))  # without OCRmyPDF
        assert "PDF/A" not in get(f"/document/{key}").text
        assert "OCRmyPDF" in get(f"/document/{key}/searchable.pdf?pdfa=1").text
        assert file.content == image.read_bytes() and file.headers["content-disposition"].startswith("attachment")
        assert picture.headers["content-type"] == "image/jpeg" and picture.content[:2] == b"\xff\xd8"
        assert get(f"/document/{key}/page/2/image").status_code == 404
        image.write_bytes(b"something else")
        assert get(f"/document/{key}/file").status_code == 404


@pytest.mark.parametrize(
    ("asked", "accept", "language"),
    [
        ("", "vi", "vi"),
        ("", "en-GB,en;q=0.9", "en"),
        ("lang=en", "vi", "en"),
        ("lang=vi", "en", "vi"),
        ("lang=%3Cx", "fr", "vi"),
    ],
)
def test_language_follows_address_then_browser(get, asked, accept, language):
    html = get(f"/search?q=giam&{asked}", accept_language=accept).text
    assert Parsed(html).all("html")[0]["lang"] == language
    assert ("Tải về" if language == "vi" else "Take home") in html


ADDRESSES = [
    "/indicators",
    "/reported",
    "/reviews",
    "/",
    "/search?q=cai+cach",
    "/search?q=",
    "/overview",
    f"/document/{KEY}",
    "/search?q=-x",
    "/nothing",
    "/c",
    "/c/documents",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_forbids_foreign_sources_and_framing(get, address):
    headers = get(address).headers
    policy = headers["content-security-policy"]
    assert (
        "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "http" not in policy
        and "unsafe" not in policy
    )
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "address", ["/search?q=cai+cach", "/overview", "/facts/targets", "/facts/citations", "/search.json?q=cai"]
)
def test_stored_script_is_text(get, address):
    answer = get(address)
    if "html" in answer.headers["content-type"]:
        page = Parsed(answer.text)
        assert not any("onerror" in attributes for _, attributes in page.tags) and not page.all("img")
        assert all((script.get("src") or "").startswith("/room/") for script in page.all("script"))


def test_stored_script_is_text_on_every_document_page(get, path):
    with Corpus.open(path, read_only=True) as corpus:
        keys = [row["key"] for row in corpus.rows("SELECT key FROM documents WHERE document != 'huge'")]
    for address in [f"/document/{key}{words}" for key in keys for words in ("", f"?q={quote(EVIL)}")]:
        page = Parsed(get(address).text)
        assert not any("onerror" in attributes for _, attributes in page.tags) and not page.all("img")
        assert [script.get("src") for script in page.all("script")] == ["/room/room.js"]
        assert not any(name.startswith("on") or name == "style" for _, attributes in page.tags for name in attributes)


def test_stored_script_is_text_in_charts_and_the_calendar(tmp_path):
    with Corpus.open(tmp_path / "e.db", create=True) as corpus:
        for number, kind in enumerate(("target", "target", "result")):
            fact = Target(kind, 5.0, EVIL, "=", indicator=f"{EVIL} che phủ rừng", due=EVIL, scope=EVIL)
            due = Deadline("date", "2026-12-05", EVIL, EVIL, (EVIL,))
            header = Header(number=EVIL, province=f"{EVIL}{number % 2}", date=f"202{number}-01-01")
            text = f"{EVIL} phủ {number}\n"
            corpus.save(
                a_document(text, name=f"{number}{EVIL[:8]}.pdf", header=header, facts=[(EVIL, fact), ("phủ", due)]),
                path=str(number),
            )
    with room(tmp_path / "e.db") as get:
        for address in (
            "/indicators",
            "/reported",
            "/calendar?month=2026-12",
            "/overview",
            "/facts/targets",
            "/facts/deadlines",
        ):
            answer = get(address)
            page = Parsed(answer.text)
            assert answer.status_code == 200 and page.text.count("alert(1)") > 1, address
            assert not page.all("img") and not page.all("script"), address
            assert not any(name.startswith("on") or name == "style" for _, found in page.tags for name in found), address


@pytest.mark.parametrize("address", ["/search?q=giam&type=quyet", "/facts/deadlines", f"/document/{KEY}", "/overview"])
def test_a_chosen_language_is_carried_on(get, address):
    page = Parsed(get(f"{address}{'&' if '?' in address else '?'}lang=en").text)
    links = [link["href"] or "" for link in page.all("a") if link.get("hreflang") is None]
    pages = [
        link for link in links if link.startswith(("/search", "/document", "/facts", "/overview", "/fact/", "/indicators"))
    ]
    files = [link for link in pages if re.search(r"\.\w+(\?|$)|/(file|text|raw|alto|hocr)$", link)]
    assert len(pages) > 3 and all("lang=en" in link for link in pages if link not in files)
    fact = next((link for link in pages if link.startswith("/fact/")), None)
    assert fact is None or "lang=en" in get(fact).headers["location"]


def test_each_condition_of_a_search_can_be_taken_away(get):
    page = Parsed(get("/search?q=giam&type=quyet+dinh&year_from=2020&confidence=0.5").text)
    ways = [link["href"] for link in page.all("a") if (link.get("aria-label") or "").startswith("Bỏ điều kiện")]
    assert len(ways) == 3 and all("q=giam" in way for way in ways)
    assert sum("type=" in way for way in ways) == sum("confidence=" in way for way in ways) == 2


FIELDS = [
    "type",
    "issuer",
    "province",
    "signer",
    "year_from",
    "year_to",
    "has",
    "confidence",
    "sort",
    "p",
    "lang",
    "document",
    "unit",
    "responsible",
    "due",
    "from",
    "to",
    "sort_of",
    "month",
    "line",
    "review",
]
VALID = {"q": "giam", "year_from": "2000", "year_to": "2030", "from": "0", "to": "100", "month": "2026-12", "due": "2023"}
NASTY = [
    "'",
    '"',
    "' OR 1=1 --",
    "1; DROP TABLE documents",
    "\x00",
    "\\",
    "(" * 30,
    "*",
    EVIL,
    "９９",
    "-1",
    "9" * 30,
    "NEAR(a b)",
    "a:b",
    "{exact}:x",
    "🙂" * 9,
]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/search",
        "/search.json",
        f"/document/{KEY}",
        "/export/targets.csv",
        "/export/datapackage.zip",
        "/export/alto.zip",
        "/facts/targets",
        "/facts/deadlines.jsonl",
        "/indicators",
        "/reported",
        "/overview",
    ],
)
def test_nothing_typed_into_a_field_breaks_a_page_or_the_corpus(get, path, address):
    """In all fields at once, and in those that are not looked at before the words are found wrong."""
    before = content_digest(path)
    for value in NASTY:
        everything = dict.fromkeys((*FIELDS, "q"), value)
        for fields in (everything, everything | {"q": "giam"}, everything | VALID, {"q": value, "has": value}, {"q": value}):
            status = get(f"{address}?{urlencode(fields)}").status_code
            assert status in (200, 400), fields
    assert content_digest(path) == before


@pytest.mark.parametrize(
    "address",
    [
        "/room/../../../../../etc/passwd",
        "/room/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/room//etc/passwd",
        "/document/..%2f..%2fetc%2fpasswd/file",
        "/document/0000000000000000",
        "/document/0000000000000000/file",
        "/document/0000000000000000/page/1/image",
        f"/document/{KEY}/page/0",
        f"/document/{KEY}/page/9999999",
        f"/document/{KEY}/line/0",
        f"/document/{KEY}/line/999999999",
        f"/document/{KEY}/page/2e9",
        f"/document/{KEY.upper()}x",
        "/fact/none",
        "/fact/..%2f..%2fetc",
        "/export/targets.exe",
        "/export/runs.csv",
        "/c.db",
    ],
)
def test_what_is_not_there_is_not_found(get, address):
    answer = get(address)
    if answer.status_code == 302:  # Datasette's own way of writing "%"
        answer = get(answer.headers["location"])
    assert answer.status_code in (403, 404) and "root:" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("address", ["/", "/search", "/-/logout", "/c/documents/-/insert"])
def test_nobody_can_write(get, method, address):
    assert get(address, method=method).status_code == 405


def test_sql_of_visitors_is_refused(get):
    for address in (
        "/c?sql=select+1",
        "/c.json?sql=select+1",
        "/c/paths",
        "/-/databases.json",
        "/-/plugins",
        "/c/runs.json",
    ):
        assert get(address).status_code == 404


def test_a_plain_datasette_opens_the_reading_room_and_nothing_else_changes(path, tmp_path):
    """As an installed plugin (``pyproject.toml``): for a corpus, beside other files, without review and settings."""
    from datasette.app import Datasette

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["datasette"] == {"vanban": "corpus.web.plugin"}
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE t(a)")
    with room_of(Datasette([str(other), str(path)])) as get:
        assert f"/document/{KEY}/" in get("/search?q=76nqcp").text
        assert get(f"/document/{KEY}").status_code == get("/room/room.css").status_code == 200
        assert get("/search", host="archive.example").status_code == 200
        assert get("/c/documents").status_code == get("/other/t").status_code == 200
        assert "/review" not in get(f"/document/{KEY}?review=1").text
    with room_of(Datasette([str(other)])) as get:
        assert "Datasette" in get("/").text and get("/other/t").status_code == 200
        assert "content-security-policy" not in get("/").headers


def test_other_names_of_the_machine_are_refused_on_a_local_server(get):
    assert get("/", host="evil.example").status_code == 421
    assert get("/", host="localhost:8001").status_code == 200
    assert get("/", host="[::1]:8001").status_code == 200


def test_endless_addresses_are_refused(get):
    assert get("/search?q=" + "(" * 300).status_code == get("/search?q=" + "a+" * 100).status_code == 400
    assert get("/search?q=" + "a" * 5000).status_code == 414


def test_a_query_that_only_excludes_is_explained(get):
    answer = get("/search?q=-x&lang=en")
    assert answer.status_code == 400 and "add one to look for" in answer.text
    assert get("/search.json?q=-x").json()["ok"] is False


def test_a_page_of_two_megabytes_is_shown_in_portions_and_soon(tmp_path):
    lines = tuple(Line(f"{i} cải cách hành chính và một dòng rất thường của một trang rất dài") for i in range(25_000))
    small = a_document("nhỏ\n", name="huge.txt")
    text = Document(small.document.source, (Page(1, lines),))
    huge = replace(small, document=text, repaired=Repaired(text.raw, text.raw))
    with Corpus.open(tmp_path / "huge.db", create=True) as corpus:
        key = corpus.save(huge, path="huge.txt")
    assert len(text.raw.encode()) > 2_000_000
    with room(tmp_path / "huge.db") as get:
        get(f"/document/{key}")
        started = time.process_time()
        answer = get(f"/document/{key}/page/1?at=25000")
        assert time.process_time() - started < 1.0
    assert 'id="L25000"' in answer.text and len(answer.content) < 150_000


@pytest.mark.parametrize(
    ("kind", "format"), [("targets", "csv"), ("documents", "jsonl"), ("deadlines", "ics"), ("pages", "jsonl")]
)
def test_exports_come_as_files_and_keep_the_filter(get, kind, format):
    answer = get(f"/export/{kind}.{format}?province=Hải Dương")
    assert answer.status_code == 200 and f"{kind}.{format}" in answer.headers["content-disposition"]
    assert EVIL not in answer.text


def test_every_export_link_of_a_search_gives_what_was_found(get):
    found = Parsed(get("/search?q=phan+dau&type=quyet+dinh").text)
    links = [link["href"] for link in found.all("a") if (link.get("href") or "").startswith("/export/")]
    assert len(links) == len(KINDS) * (len(FORMATS) - 1) + 1 + 4 + 1
    for link in links:
        assert "q=phan+dau" in link and "type=quyet+dinh" in link
        answer = get(link)
        assert answer.status_code == 200 and answer.headers["content-disposition"].startswith("attachment"), link
    pages = [json.loads(line) for line in get(next(link for link in links if "/pages.jsonl" in link)).text.splitlines()]
    assert [(page["document"], page["page"]) for page in pages] == [("05_qd_ubnd", 2)]


def test_every_export_link_of_a_fact_table_gives_what_it_shows(get):
    page = Parsed(get("/facts/deadlines?due=2023-04&responsible=so+noi+vu").text)
    links = [link["href"] for link in page.all("a") if (link.get("href") or "").startswith("/facts/deadlines.")]
    assert len(links) == len(FORMATS)
    for link in links:
        assert get(link).status_code == 200 and "due=2023-04" in link
    assert len(get("/facts/deadlines.jsonl?due=2023-04").text.splitlines()) == 1
    assert get("/facts/deadlines.jsonl?due=2024").text == ""
    assert get("/facts/targets.ics").status_code == get("/facts/targets.exe").status_code == 404


def test_words_that_cant_be_searched_for_are_explained_for_exports_too(get):
    assert get("/export/targets.csv?q=-x").status_code == get("/export/pdf.zip?q=-x").status_code == 400


def test_zip_files_of_many_documents_are_left_to_the_command_line(get, monkeypatch):
    monkeypatch.setattr("corpus.web.downloads.MOST_LAYOUTS", 1)
    answer = get("/export/alto.zip")
    assert answer.status_code == 400 and "vanban export alto" in answer.text
    assert get("/export/alto.zip?q=phan+dau").status_code == 200


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Plans of two provinces and a report of one of them, with a deadline."""
    path = tmp_path_factory.mktemp("plans") / "c.db"
    says = "độ che phủ rừng"
    with Corpus.open(path, create=True) as corpus:
        for number, (province, date, kind, value) in enumerate(
            [
                ("Hải Dương", "2021-01-01", "target", 52.5),
                ("Hậu Giang", "2021-01-01", "target", 1_234_567.0),
                ("Hải Dương", "2026-01-01", "result", 53.0),
            ]
        ):
            fact = Target(kind, value, "%", ">=" if kind == "target" else "=", indicator=says, due="2025")
            due = Deadline("date", "2026-12-05", "by", "báo cáo", ("Sở Nội vụ",))
            corpus.save(
                a_document(
                    f"{says} {number}; báo cáo\n",
                    name=f"{number}.pdf",
                    header=Header(number=f"{number}/KH", province=province, date=date),
                    facts=[(says, fact), ("báo cáo", due)],
                ),
                path=str(number),
            )
    with room(path) as ask:
        yield ask


def test_targets_of_provinces_stand_side_by_side_and_lead_to_their_pages(plans):
    page = Parsed(plans("/indicators?q=che+phu&unit=%25").text)
    assert "Hải Dương" in page.text and "≥ 52,5 %" in page.text and "≥ 1.234.567 %" in page.text
    links = [link["href"] for link in page.all("a") if (link.get("href") or "").startswith("/fact/")]
    assert len(links) == 2 and all(plans(link).status_code == 302 for link in links)
    assert [bar["width"] for bar in page.all("rect") if bar.get("class") == "target"] == ["0.0%", "82.3%"]
    assert not page.all("script") and "Chưa có số liệu" in plans("/indicators?q=khong+co").text
    assert len(plans("/indicators.json").json()["groups"]) == 1


def test_results_stand_beside_the_targets_they_answer(plans):
    page = Parsed(plans("/reported?province=hai+duong").text)
    assert "53 %" in page.text and "≥ 52,5 %" in page.text and "đạt" in page.text
    assert len(plans("/reported.json").json()["answers"]) == 1
    assert plans("/reported.json?province=hau+giang").json()["answers"] == []


def test_the_overview_has_a_month_of_the_calendar_and_the_comparisons(plans):
    html = plans("/calendar?month=12/2026").text
    page = Parsed(html)
    assert html.count("báo cáo</a>") == 3 and "Tháng 12/2026" in page.text and "53 %" in plans("/overview").text
    assert "/calendar?month=2027-01" in html
    assert plans("/calendar?month=2026-11").text.count("báo cáo</a>") == 0
    for month in ("2026-13", "0000-01", "x", "9999-12", "1000-01", "２０２６-12"):
        answer = plans(f"/calendar?month={quote(month)}")
        assert answer.status_code == 400 and "Không hiểu Tháng" in answer.text


def test_packages_and_layouts_come_as_files(get):
    assert get("/export/datapackage.zip?province=hai+duong").content.startswith(b"PK")
    assert "ocrx_word" in get(f"/document/{KEY}/page/1/hocr").text
    assert "<alto " in get(f"/document/{KEY}/page/1/alto").text
    assert get(f"/document/{KEY}/page/99/hocr").status_code == get(f"/document/{KEY}/page/99/alto").status_code == 404
    lost = get(f"/document/{KEY}/searchable.pdf")
    assert lost.status_code == 404 and "05_qd_ubnd.pdf" in lost.text
    assert get("/document/0000000000000000/searchable.pdf").status_code == 404


def test_a_page_with_hundreds_of_facts_lists_some_at_a_time_and_always_the_chosen_one(tmp_path):
    lines = [f"phấn đấu {number} % hồ sơ đúng hạn" for number in range(1, 121)]
    facts = [(line, Target("target", float(number), "%", "=")) for number, line in enumerate(lines, 1)]
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        key = corpus.save(a_document("\n".join(lines) + "\n", facts=facts), path="a")
        ids = [id_ for (id_,) in corpus.tuples("SELECT id FROM targets ORDER BY start")]
    with room(tmp_path / "c.db") as get:
        seen, address = [], f"/document/{key}"
        while address:
            page = Parsed(get(address).text)
            seen += [item["id"] for item in page.all("li") if item.get("id")]
            address = next(
                (a["href"].partition("#")[0] for a in page.all("a") if "facts=" in a["href"] and len(seen) < 120), None
            )
            if address and f"facts={len(seen)}" not in address:
                address = f"/document/{key}/page/1?facts={len(seen)}"
        assert seen == ids and len(get(f"/document/{key}").content) < 150_000
        assert f'id="{ids[99]}" class="targets  chosen-fact"' in get(f"/document/{key}/page/1?fact={ids[99]}").text


def test_a_word_repaired_without_being_sure_is_doubtful():
    edits = [Edit(0, 4, "thyc", "thực", "channel", 0.95), Edit(5, 9, "hi¢n", "hiện", "channel", 0.6)]
    page = {"edits": codec.pack_edits(edits), "raw": "thyc hi¢n", "doubts": "[]"}
    marks = [(m.kind, m.start, m.end) for m in _repairs_and_doubts(page)]
    assert marks == [("repaired", 0, 4), ("repaired", 5, 9), ("doubt", 5, 9)]
