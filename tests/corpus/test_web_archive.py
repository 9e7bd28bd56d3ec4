"""Dossiers in the reading room: shown, changed by reviewers only, taken home; cutting; and what IIIF viewers are told."""

from __future__ import annotations

import io
import json
import zipfile
from urllib.parse import urlsplit

import pytest

pytest.importorskip("datasette")

from corpus.archive import iiif
from corpus.archive.dossiers import cut_of, dossiers, items
from corpus.archive.making import from_folders
from corpus.web.images import WIDTH
from db.dossiers import CATALOGUE_FIELDS, keep_dossier, remove_dossier
from db.questions.overview import dossiers_with_sizes
from db.reviewers import add_reviewer
from db.store import Corpus
from documents.facts import Part
from tests.corpus.archives import BODY, a_dossier, a_header, keep
from tests.corpus.test_web_intake import BORDER, body
from tests.corpus.test_web_review import room
from tests.corpus.test_web_words import Visible, foreign

CODE = "H99.2010.01"
STATED = {"title": "Tập lưu", "retention": "01", "access": "01", "backup": "0", "sheets": "5", "paper_code": "1.7.1"}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("room")
    with Corpus.open(folder / "c.db", create=True) as corpus:
        add_reviewer(corpus, "Lan", "mật khẩu dài")
        a_dossier(corpus, folder / "d")
        parts = (Part(1, 1), Part(2, 2, 0.9, (), a_header(9, "2010-02-02", "Về việc hai")))
        header = a_header(8, "2010-02-01", "<script>alert(1)</script>")
        keep(corpus, folder / "d", f"{CODE}.006.pdf", header, texts=(BODY, BODY + "hai"), parts=parts)
        from_folders(corpus)
    return folder / "c.db"


@pytest.fixture
def ask(path):
    with room(path) as ask:
        yield ask


@pytest.fixture
def key(path):
    with Corpus.open(path, read_only=True) as corpus:
        return items(corpus, dossiers(corpus, [CODE])[0])[5].key


def test_everybody_sees_dossiers_and_reviewers_change_them(ask, path):
    assert CODE in ask("/archive", who=None).text
    shown = ask("/archive/hoso/1", who=None)
    assert shown.status_code == 200 and "05/QĐ-CCTS" in shown.text and "<script>alert" not in shown.text
    assert "<input name=" not in shown.text[shown.text.index("<main") :]
    form = {f"hoso_{name}": value for name, value in STATED.items()}
    assert ask("/archive/hoso/1/change", form, who=None).status_code == 401
    assert ask("/archive/hoso/1/change", form, site="cross-site").status_code == 403
    with Corpus.open(path, read_only=True) as corpus:
        held = items(corpus, dossiers(corpus, [CODE])[0])
    extra = {f"sheet_{held[0].key}_1": "01a", f"order_{held[1].key}": "0", f"order_{held[0].key}": "1"}
    assert ask("/archive/hoso/1/change", form | extra).status_code == 303
    with Corpus.open(path, read_only=True) as corpus:
        after = items(corpus, dossiers(corpus, [CODE])[0])
        assert [item.number for item in after[:2]] == ["02/QĐ-CCTS", "01/QĐ-CCTS"] and after[1].place == "01a"
        assert dossiers(corpus, [CODE])[0].title == "Tập lưu"
    assert ask("/archive/hoso/1/change", {"hoso_end_date": "08/03/2023"}).status_code == 303
    assert (
        'value="8/3/2023"' in ask("/archive/hoso/1").text and "8 March 2023" in ask("/archive/hoso/1?lang=en", who=None).text
    )
    assert "01 Vĩnh viễn" in ask("/archive/hoso/1", who=None).text
    assert ask("/archive/hoso/1/change", {"hoso_end_date": ""}).status_code == 303
    assert ask("/archive/hoso/99", who=None).status_code == 404


def test_a_document_leads_to_its_dossier_and_to_the_page_that_cuts_it(ask, key):
    shown = ask(f"/document/{key}", who=None).text
    assert 'href="/archive/hoso/1"' in shown and f"/document/{key}/cut" in shown and f"/iiif/{key}/manifest.json" in shown


def test_new_dossiers_are_made_in_the_room(ask, path):
    assert ask("/archive/make", {"code": "H1"}).status_code == 303
    refused = ask("/archive/make", {"code": " "})
    assert refused.status_code == 400 and "hồ sơ phải có mã" in refused.text
    assert ask("/archive/make", {"folders": "1"}).status_code == 303
    with Corpus.open(path, read_only=True) as corpus:
        assert [dossier.code for dossier in dossiers(corpus)] == ["H1", CODE]


def test_documents_are_put_into_a_dossier_by_hand_ordered_and_taken_out(ask, path, key):
    made = ask("/archive/make", {"code": "H2"})
    page = made.headers["location"]
    assert "chưa có văn bản" in ask(page).text and f'action="{page}/put"' in ask(page).text
    with Corpus.open(path, read_only=True) as corpus:
        second = items(corpus, dossiers(corpus, [CODE])[0])[1]

    def held():
        with Corpus.open(path, read_only=True) as corpus:
            return [item.key for item in items(corpus, dossiers(corpus, ["H2"])[0])]

    refused = ask(f"{page}/put", {"documents": f"{second.document}\nkhông có 77/QĐ"})
    assert refused.status_code == 400 and "không có 77/QĐ" in refused.text and second.document not in refused.text
    assert held() == [] and ask(f"{page}/put", {"documents": second.document}, who=None).status_code == 401
    assert ask(f"{page}/put", {"documents": f" {second.document}\n\n"}).status_code == 303
    assert f'action="/document/{key}/hoso"' in ask(f"/document/{key}").text
    assert ask(f"/document/{key}/hoso", {"code": "H2"}).headers["location"] == page
    assert held() == [second.key, key]
    assert ask(f"{page}/change", {f"order_{second.key}": "1", f"order_{key}": "1"}).status_code == 303
    assert held() == [key, second.key]
    assert ask(f"{page}/change", {f"out_{key}": "1"}).status_code == 303 and held() == [second.key]
    assert ask(f"{page}/change", {"remove": "1"}).headers["location"] == "/archive"
    assert ask(page).status_code == 404 and ask(f"/document/{second.key}").status_code == 200


def test_a_list_that_is_sent_makes_dossiers_and_names_what_is_missing(ask, path):
    kind = {"content_type": f"multipart/form-data; boundary={BORDER}"}
    with Corpus.open(path, read_only=True) as corpus:
        third = items(corpus, dossiers(corpus, [CODE])[0])[2]
    rows = f"Mã hồ sơ;Số, ký hiệu văn bản;Ngày tháng năm văn bản\nH3;{third.number};{third.date}\nH3;77/QĐ-X;06/01/2010\n"
    assert ask("/archive/list", body(("list.csv", rows.encode())), who=None, **kind).status_code == 401
    made = ask("/archive/list", body(("list.csv", rows.encode())), **kind)
    assert made.status_code == 200 and "77/QĐ-X" in made.text and third.number not in made.text and ">H3</a>" in made.text
    with Corpus.open(path) as corpus:
        assert [item.key for item in items(corpus, dossiers(corpus, ["H3"])[0])] == [third.key]
        remove_dossier(corpus, "H3")
    refused = ask("/archive/list", body(("list.csv", b"a;b\n1;2\n")), **kind)
    assert refused.status_code == 400 and "phải là Excel hoặc CSV" in refused.text
    assert ask("/archive/list", body(("list.xlsx", b"PK")), **kind).status_code == 400


def test_the_form_of_a_thick_dossier_is_kept(ask, path):
    with Corpus.open(path, read_only=True) as corpus:
        held = items(corpus, dossiers(corpus, [CODE])[0])
    id = f"{held[0].key}_1"
    filler = {f"{name}_{number:016x}_1": "" for number in range(1000) for name in CATALOGUE_FIELDS}
    assert ask("/archive/hoso/1/change", filler | {f"note_{id}": "đã xem", f"process_{id}": "1"}).status_code == 303
    shown = ask("/archive/hoso/1").text
    assert f'name="autograph_{id}"' in shown and '<option value="1" selected>1 Có' in shown
    with Corpus.open(path, read_only=True) as corpus:
        assert items(corpus, dossiers(corpus, [CODE])[0])[0].stated.items() >= {"note": "đã xem", "process": "1"}.items()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_speak_one_language(ask, key, language):
    for address in ("/archive", "/archive/hoso/1", "/archive/hoso/1/check", f"/document/{key}/cut"):
        page = ask(f"{address}?lang={language}")
        assert page.status_code == 200, address
        said = " ".join(Visible(page.text[page.text.index("<main") :]).said)
        if language == "vi":
            assert [w for w in foreign(said) if w.lower() not in ("lan", "script", "alert", "sip", "aip", "iiif")] == [], (
                address
            )


@pytest.mark.parametrize(
    "file",
    [
        *("muc-luc.xlsx", "muc-luc.docx", "bien-muc.xlsx", "bien-muc.csv", "bien-muc.xml", "bien-muc-46.xlsx"),
        *("kiem-tra.xlsx", "kiem-tra.docx"),
    ],
)
def test_files_of_a_dossier_are_taken_home(ask, file):
    answer = ask(f"/archive/hoso/1/{file}", who=None)
    assert answer.status_code == 200 and len(answer.content) > 500
    assert f"{CODE}-{file}" in answer.headers["content-disposition"]


def test_lists_of_all_dossiers_are_taken_home(ask):
    for what in ("muc-luc-ho-so", "so-van-ban-di", "so-van-ban-den"):
        for format in ("xlsx", "docx"):
            assert zipfile.is_zipfile(io.BytesIO(ask(f"/archive/{what}.{format}", who=None).content))
    assert ask("/archive/hoso/1/nothing.xlsx", who=None).status_code == 404


def test_a_package_is_refused_until_the_fields_are_there(ask, path, monkeypatch):
    monkeypatch.setattr("corpus.web.archive_pages.makes_pdfa", lambda: False)
    with Corpus.open(path) as corpus:
        keep_dossier(corpus, CODE, STATED | {"retention": ""})
    refused = ask("/archive/hoso/1/sip.zip", who=None)
    assert refused.status_code == 409 and "còn trường bắt buộc" in refused.text
    with Corpus.open(path) as corpus:
        keep_dossier(corpus, CODE, STATED)
    packed = ask("/archive/hoso/1/sip.zip", who=None)
    assert packed.status_code == 200 and zipfile.is_zipfile(io.BytesIO(packed.content))


def test_a_file_is_cut_reordered_and_put_together_again(ask, path, key):
    shown = ask(f"/document/{key}/cut", who=None).text
    assert "đề xuất 90" in shown and "<button>Tách" not in shown
    assert ask(f"/document/{key}/cut/decide", {"start_1": "1"}, who=None).status_code == 401
    both = {"place_1": "2", "place_2": "1", "start_1": "1"}
    assert ask(f"/document/{key}/cut/decide", both).status_code == 303
    with Corpus.open(path, read_only=True) as corpus:
        assert cut_of(corpus, key) == [(2,), (1,)]
        assert len(items(corpus, dossiers(corpus, [CODE])[0])) == 7
        assert {row["code"]: row["documents"] for row in dossiers_with_sizes(corpus)}[CODE] == 7
    assert "Đã tách thành 2 văn bản" in ask(f"/document/{key}/cut").text
    assert ask(f"/document/{key}/cut/decide", {"undo": "1"}).status_code == 303
    with Corpus.open(path, read_only=True) as corpus:
        assert cut_of(corpus, key) == []


# --- IIIF ----------------------------------------------------------------------------------------------------------------


def test_manifests_are_valid_presentation_3(ask, key):
    prezi = pytest.importorskip("iiif_prezi3")
    for address in (f"/iiif/{key}/manifest.json", "/iiif/hoso/1/manifest.json"):
        manifest = json.loads(ask(address, who=None).text)
        prezi.Manifest(**{name: value for name, value in manifest.items() if name != "@context"})
        assert manifest["@context"][-1] == iiif.PRESENTATION
    assert len(manifest["items"]) == 7 and len(manifest["structures"]) == 6


def test_all_that_a_manifest_names_is_there(ask, key):
    manifest = json.loads(ask(f"/iiif/{key}/manifest.json", who=None).text)
    canvas = manifest["items"][1]
    body = canvas["items"][0]["items"][0]["body"]

    def fetched(address):
        return ask(urlsplit(address).path, who=None)

    image = fetched(body["id"])
    from PIL import Image

    width, height = Image.open(io.BytesIO(image.content)).size
    assert (canvas["width"], canvas["height"]) == (body["width"], body["height"])
    assert width == canvas["width"] and abs(height - canvas["height"]) <= 1  # PDFium rounds up
    info = json.loads(fetched(body["service"][0]["id"] + "/info.json").text)
    assert (info["profile"], info["width"]) == ("level1", iiif.CANVAS_WIDTH)
    assert fetched(canvas["thumbnail"][0]["id"]).headers["content-type"] == "image/jpeg"
    assert fetched(canvas["seeAlso"][0]["id"]).text.startswith("<?xml")
    text = json.loads(fetched(canvas["annotations"][0]["id"]).text)
    assert text["items"][-1]["body"]["value"] == "hai" and "#xywh=" in text["items"][-1]["target"]
    for asked, size in (("full/96,", (96, 136)), ("square/100,", (100, 100)), ("0,0,700,500/350,", (350, 250))):
        part = ask(f"/iiif/image/{key}/1/{asked}/0/default.jpg", who=None)
        assert Image.open(io.BytesIO(part.content)).size == size
    for asked in ("full/9000,", "9000,0,10,10/max", "full/0,", "full/max/90", "pct:1,1,5,5/max"):
        assert ask(f"/iiif/image/{key}/1/{asked}/0/default.jpg", who=None).status_code in (400, 404)
    assert ask(f"/iiif/image/{key}/9/info.json", who=None).status_code == 404


def test_the_search_within_finds_words_at_their_place(ask, key):
    found = json.loads(ask(f"/iiif/{key}/search?q=chi+cuc", who=None).text)
    assert found["@context"] == iiif.SEARCH and found["type"] == "AnnotationPage"
    assert {one["body"]["value"] for one in found["items"]} == {"Chi", "cục"}
    assert all("#xywh=" in one["target"] for one in found["items"])
    assert json.loads(ask(f"/iiif/{key}/search?q=khongcochunay", who=None).text)["items"] == []
    older = json.loads(ask(f"/iiif/{key}/search1?q=chi+cuc", who=None).text)
    assert [one["on"] for one in older["resources"]] == [one["target"] for one in found["items"]], "what Mirador 4 asks for"
    assert older["within"]["total"] == len(older["hits"]) == len(found["items"])
    whole = json.loads(ask("/iiif/hoso/1/search?q=hai", who=None).text)["items"]
    assert {one["target"].partition("/canvas/")[0].rpartition("/")[2] for one in whole} >= {key}


def test_canvases_have_the_size_of_the_images_that_are_drawn():
    assert iiif.CANVAS_WIDTH == WIDTH


def test_the_list_shows_what_a_dossier_without_a_title_holds_and_a_search_keeps_to_one(path):
    with Corpus.open(path) as corpus:
        keep_dossier(corpus, "H99.2012.09", {})
        keep_dossier(corpus, CODE, {"title": ""})
    with room(path) as ask:
        shown = ask("/archive", who=None).text
        assert "Tập quyết định của Chi cục Thủy sản Bình Lâm năm 2010" in shown and "máy soạn" in shown
        assert "chưa có tiêu đề" in shown
        assert len(ask(f"/search.json?q=Chi+c%E1%BB%A5c&hoso={CODE}", who=None).json()["hits"]) == 6
        assert ask("/search.json?q=Chi+c%E1%BB%A5c&hoso=H99.2012.09", who=None).json()["hits"] == []
