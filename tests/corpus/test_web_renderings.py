"""Office files in the room: printed by whoever serves it, else text alone; mails with what hangs on them."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pymupdf
import pytest

pytest.importorskip("datasette")

from corpus.web import renderings
from corpus.web.renderings import KEPT, Renderings, count_pages, printed_page
from db.store import Corpus
from documents.outcome import Quarantined
from pipeline.errors import UnreadableFile
from pipeline.files.intake import examine
from pipeline.files.office import libreoffice
from pipeline.files.office.mail import EML
from pipeline.files.places import Inside, at_hand, attached_to
from pipeline.process import process
from tests.corpus.test_web_review import room
from tests.pipeline.office_files import write_docx

PRINTED = (["ỦY BAN NHÂN DÂN", "QUYẾT ĐỊNH"], ["tiếp theo"], ["Phụ lục", "STT Nhiệm vụ"])
"""The Word file of ``office_files`` has two pages of text, parted before "Phụ lục"."""


def a_print(_: Path, media_type: str) -> bytes | None:
    document = pymupdf.open()
    for lines in PRINTED:
        page = document.new_page()
        writer = pymupdf.TextWriter(page.rect)
        for number, line in enumerate(lines):
            writer.append((70, 100 + 20 * number), line, font=pymupdf.Font())
        writer.write_text(page)
    return bytes(document.tobytes()) if "word" in media_type else None


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    (folder / "in").mkdir()
    word = write_docx(folder / "in" / "quyet dinh.docx")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@x.example", "b@x.example", "Gửi quyết định"
    mail.set_content("Kính gửi các đơn vị, gửi kèm quyết định để thực hiện.")
    mail.add_attachment(word.read_bytes() + b" ", maintype="application", subtype="msword", filename="bản gửi.docx")
    mail.add_attachment(b"%!PS-Adobe", maintype="application", subtype="postscript", filename="hinh.ps")
    (folder / "in" / "thu gui.eml").write_bytes(bytes(mail))
    with Corpus.open(folder / "c.db", create=True) as corpus:
        for place in (word, folder / "in" / "thu gui.eml", *attached_to(folder / "in" / "thu gui.eml", EML)):
            store(corpus, place)
    yield folder / "c.db"
    renderings.end(folder / "c.db")


def store(corpus: Corpus, place: Path | Inside) -> None:
    try:
        source = replace(examine(at_hand(place)), name=place.name)
        corpus.save(process(at_hand(place), source), path=str(place))
    except UnreadableFile as error:
        file = Quarantined(error.sha256, place.name, error.size, error.media_type, error.reason, error.detail)
        corpus.quarantine(file, path=str(place))


def key_of(path: Path, name: str) -> str:
    with Corpus.open(path, read_only=True) as corpus:
        return str(corpus.tuples('SELECT "key" FROM documents WHERE name = ?', [name])[0][0])


def test_without_a_word_processor_the_text_stands_alone(path):
    key = key_of(path, "quyet dinh.docx")
    with room(path) as ask:
        shown = ask(f"/document/{key}", who=None)
        assert "QUYẾT ĐỊNH" in shown.text and "/print/" not in shown.text
        assert ask(f"/document/{key}/print", who=None).status_code == 404
        assert ask(f"/document/{key}/print/page/1", who=None).status_code == 404


def test_with_one_the_page_shows_where_its_text_is_printed(path, monkeypatch):
    key = key_of(path, "quyet dinh.docx")
    asked: list[tuple[Path, str, int]] = []

    def draw(pdf: Path, sha256: str, media_type: str, page: dict, width: int) -> bytes:
        asked.append((pdf, media_type, page["number"]))
        return b"jpeg"

    monkeypatch.setattr("corpus.web.document_page.draw_page", draw)
    renderings.begin(path, a_print)
    with room(path) as ask:
        shown = ask(f"/document/{key}/page/2", who=None).text
        assert f"/document/{key}/print/of/2" in shown and "bản in thử bằng LibreOffice" in shown
        assert ask(f"/document/{key}/print/of/2", who=None).content == b"jpeg"
        assert ask(f"/document/{key}/print/page/2", who=None).status_code == 200
        assert [number for _, _, number in asked] == [3, 2], "the text goes on from its second page on the third one printed"
        whole = ask(f"/document/{key}/print", who=None).text
        assert whole.count("/print/page/") == len(PRINTED)
        mail = key_of(path, "thu gui.eml")
        assert "/print/" not in ask(f"/document/{mail}", who=None).text
        assert ask(f"/document/{mail}/print", who=None).status_code == 404


def test_a_mail_names_what_hangs_on_it_and_leads_there_and_back(path):
    mail, attached = key_of(path, "thu gui.eml"), key_of(path, "bản gửi.docx")
    with room(path) as ask:
        shown = ask(f"/document/{mail}", who=None).text
        part = shown[shown.index('id="attachments"') :][:800]
        assert f'<a href="/document/{attached}">bản gửi.docx</a>' in part and "hinh.ps <small>" in part
        back = ask(f"/document/{attached}", who=None).text
        assert "Đính kèm trong" in back and f'<a href="/document/{mail}">thu gui.eml</a>' in back


def test_what_was_printed_is_kept_for_a_while_and_failures_are_not_tried_twice(tmp_path):
    tried: list[Path] = []

    def render(path: Path, media_type: str) -> bytes | None:
        tried.append(path)
        return b"pdf" if path.name != "bad" else None

    kept = Renderings(render)
    first = kept.pdf(Path("a"), "0", "")
    assert first is not None and first.read_bytes() == b"pdf" and kept.pdf(Path("a"), "0", "") == first
    assert kept.pdf(Path("bad"), "bad", "") is None and kept.pdf(Path("bad"), "bad", "") is None
    for number in range(1, KEPT + 1):
        kept.pdf(Path("b"), str(number), "")
    assert not first.exists() and len(tried) == KEPT + 2
    kept.close()


@pytest.mark.skipif(libreoffice.program() is None, reason=f"needs LibreOffice: {libreoffice.INSTALL}")
def test_libreoffice_prints_what_the_file_says(tmp_path):
    word = write_docx(tmp_path / "a.docx")
    content = libreoffice.printed(word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    assert content is not None
    (tmp_path / "a.pdf").write_bytes(content)
    assert count_pages(tmp_path / "a.pdf") == 2
    assert printed_page(tmp_path / "a.pdf", "Phụ lục", 2) == 2
    assert libreoffice.printed(word, "text/html") is None
