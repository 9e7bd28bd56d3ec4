"""Dossiers, lists, forms and catalogues: what is made of folders and lists, and what the files say when they are opened."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.archive.catalogue import catalogue
from corpus.archive.catalogue_files import COLUMNS_46, write_46_columns, write_catalogue
from corpus.archive.dossiers import dossiers, items
from corpus.archive.fields import CODES, DOCUMENT_FIELDS, DOSSIER_FIELDS, iso_date, vietnamese_date
from corpus.archive.forms import write_forms
from corpus.archive.inventories import documents_form, dossiers_form, incoming_form, outgoing_form
from corpus.archive.lists import ListError, read_list
from corpus.archive.making import from_folders, from_list
from corpus.archive.reconciling import lists_from_scans, reconcile
from corpus.archive.registers import registers, spans
from corpus.export.records import records
from corpus.search.filters import Filters, unmatched
from corpus.search.search import search
from corpus.search.selection import EVERYTHING, Chosen, Selection
from db.dossiers import DossierError, keep_catalogue_value, keep_cut, keep_dossier, place_documents, remove_dossier
from db.store import Corpus
from documents.facts import Header, Part
from documents.page import Cell, Table
from tests.corpus.archives import AGENCY, a_dossier, a_header, keep, processed
from tests.making import a_document

openpyxl = pytest.importorskip("openpyxl")
docx = pytest.importorskip("docx")
etree = pytest.importorskip("lxml.etree")
CODE = "H99.2010.01"


@pytest.fixture
def corpus(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        a_dossier(corpus, tmp_path / "hop01" / "hoso01")
        from_folders(corpus)
        yield corpus


def the(corpus, code=CODE):
    return dossiers(corpus, [code])[0]


def test_a_folder_becomes_a_dossier_with_its_documents_in_order(corpus):
    (dossier,) = dossiers(corpus)
    assert dossier.code == CODE and dossier.made_from.endswith("hop01/hoso01")
    held = items(corpus, dossier)
    assert [item.number for item in held] == ["01/QĐ-CCTS", "02/QĐ-CCTS", "05/QĐ-CCTS", "06/QĐ-CCTS", "07/QĐ-CCTS"]
    assert [(item.first, item.last, item.place) for item in held][:2] == [(1, 1, "1"), (2, 2, "2")]


def test_making_again_changes_nothing_and_keeps_the_order_that_a_person_gave(corpus, tmp_path):
    dossier = the(corpus)
    keys = [item.key for item in items(corpus, dossier)]
    place_documents(corpus, dossier.id, keys[::-1])
    keep(corpus, tmp_path / "hop01" / "hoso01", f"{CODE}.006.pdf", a_header(8, "2010-02-01", "Về việc khen thưởng"))
    made = from_folders(corpus, [tmp_path / "hop01"])
    assert made.codes == [CODE]
    assert [item.key for item in items(corpus, the(corpus))][:5] == keys[::-1]
    assert len(items(corpus, the(corpus))) == 6


def test_exported_documents_name_their_dossiers(corpus):
    (first, *_) = records(corpus, "documents")
    assert first["dossiers"] == [CODE]


def test_a_dossier_outlives_a_reading_anew(corpus, tmp_path):
    path = tmp_path / "hop01" / "hoso01" / f"{CODE}.001.pdf"
    corpus.save(processed(path, a_header(1, "2010-01-04", "Đọc lại")), path=str(path))
    assert items(corpus, the(corpus))[0].subject == "Đọc lại"


def test_covers_and_scanned_lists_are_no_documents(corpus, tmp_path):
    keep(corpus, tmp_path / "hop01" / "hoso01", "BIA_01.pdf", Header())
    keep(corpus, tmp_path / "hop01" / "hoso01", "MLVB_01.pdf", Header())
    from_folders(corpus)
    assert len(items(corpus, the(corpus))) == 5


def test_a_scanned_cover_fills_what_nobody_stated(corpus, tmp_path):
    keep_dossier(corpus, CODE, {"retention": "03"})
    cover = "CHI CỤC THỦY SẢN\nTẬP LƯU QUYẾT ĐỊNH\nnăm 2010\nTừ ngày 04/01/2010 đến ngày 20/01/2010\nGồm: 9 tờ\n"
    cover += "Thời hạn bảo quản: Vĩnh viễn\nHộp số: ……\n"
    keep(corpus, tmp_path / "hop01" / "hoso01", "BIA_01.pdf", Header(), texts=(cover,))
    from_folders(corpus)
    dossier = the(corpus)
    assert (dossier.title, dossier.sheets, dossier.box) == ("TẬP LƯU QUYẾT ĐỊNH năm 2010", "9", "")
    assert (dossier.start_date, dossier.end_date, dossier.retention) == ("2010-01-04", "2010-01-20", "03")
    assert len(items(corpus, dossier)) == 5


def test_nothing_to_make_dossiers_of_is_said(corpus, tmp_path):
    with pytest.raises(DossierError, match="ingest it first"):
        from_folders(corpus, [tmp_path / "nowhere"])
    with pytest.raises(DossierError, match="no dossier X"):
        dossiers(corpus, ["X"])
    with pytest.raises(DossierError, match="no field colour"):
        keep_dossier(corpus, "X", {"colour": "red"})
    remove_dossier(corpus, CODE)
    assert dossiers(corpus) == [] and corpus.totals()["documents"] == 5


# --- lists ---------------------------------------------------------------------------------------------------------------


def a_sheet(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def test_the_46_columns_make_dossiers_and_their_file_comes_back_the_same(corpus, tmp_path):
    keep_dossier(
        corpus, CODE, {"title": "Tập lưu quyết định", "retention": "01", "fonds": "Chi cục", "access": "01", "box": "7"}
    )
    made = [(the(corpus), catalogue(corpus, the(corpus)))]
    with (tmp_path / "46.xlsx").open("wb") as stream:
        assert write_46_columns(made, stream) == 5
    heads = [cell.value for cell in openpyxl.load_workbook(tmp_path / "46.xlsx").active[1]]
    assert len(heads) == 46 and heads == [name for name, _, _ in COLUMNS_46]
    (listed,) = read_list(tmp_path / "46.xlsx")
    assert listed.code == CODE
    assert (listed.values["title"], listed.values["retention"], listed.values["access"]) == (
        "Tập lưu quyết định",
        "01",
        "01",
    )
    assert (listed.values["start_date"], listed.values["end_date"]) == ("2010-01-04", "2010-01-20")
    assert [(row["number"], row["date"]) for row in listed.documents][:2] == [
        ("01/QĐ-CCTS", "2010-01-04"),
        ("02/QĐ-CCTS", "2010-01-05"),
    ]
    with Corpus.open(tmp_path / "other.db", create=True) as other:
        a_dossier(other, tmp_path / "b")
        found = from_list(other, tmp_path / "46.xlsx")
        assert (found.codes, found.documents, found.not_found) == ([CODE], 5, [])
        assert catalogue(other, the(other)).dossier == made[0][1].dossier | {"paperFileCode": ""}


def test_rows_without_a_document_are_kept_and_named(corpus, tmp_path):
    rows = [
        (
            "Mã hồ sơ",
            "Tiêu đề hồ sơ",
            "Số, ký hiệu văn bản",
            "Ngày tháng năm văn bản",
            "Tên loại và trích yếu nội dung",
            "Tờ số",
        ),
        ("H1", "Tập lưu", "01/QĐ-CCTS", "04/01/2010", "Quyết định Về việc phân công nhiệm vụ", "01"),
        ("", "", "03/QĐ-CCTS", "08/01/2010", "Quyết định Về việc nâng lương", "03"),
    ]
    made = from_list(corpus, a_sheet(tmp_path / "list.xlsx", rows))
    assert (made.codes, made.documents) == (["H1"], 1)
    assert made.not_found == ["03/QĐ-CCTS Quyết định Về việc nâng lương"]
    compared = reconcile(corpus, the(corpus, "H1"))
    assert [(one.state, one.listed.split(";")[0]) for one in compared] == [("same", "01/QĐ-CCTS"), ("missing", "03/QĐ-CCTS")]
    assert items(corpus, the(corpus, "H1"))[0].place == "01"


def test_a_csv_list_tells_what_differs_and_what_is_extra(corpus, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Mã hồ sơ;Số, ký hiệu văn bản;Ngày tháng năm văn bản\nH2;02/QĐ-CCTS;06/01/2010\n", encoding="utf-8-sig")
    from_list(corpus, path)
    dossier = the(corpus, "H2")
    place_documents(corpus, dossier.id, [item.key for item in items(corpus, the(corpus))][:2])
    states = {one.state: one for one in reconcile(corpus, dossier)}
    assert states["different"].differences == (("date", "2010-01-06", "2010-01-05"),)
    assert states["extra"].found.startswith("01/QĐ-CCTS")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "một, hai\nba, bốn\n".encode()])
def test_a_file_that_is_no_list_is_refused_in_words(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(ListError, match=r"x\.csv"):
        read_list(path)


def test_a_scanned_list_is_read_as_a_table_that_goes_on_overleaf(corpus, tmp_path):
    rows = ["STT", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản", "Tờ số", "1", "01/QĐ-CCTS", "04/01/2010", "01"]
    first = Table(2, 4, tuple(Cell(i // 4, i % 4, lines=range(i, i + 1)) for i in range(8)))
    folder = tmp_path / "hop01" / "hoso01"
    path = keep(corpus, folder, "MLVB_01.pdf", Header())
    made = processed(path, Header(), ("\n".join(rows) + "\n",))
    page = made.document.pages[0]
    with_table = a_document("\n".join(rows) + "\n", name=path.name, tables=[first])
    assert page.text == with_table.document.pages[0].text
    corpus.save(
        type(made)(
            type(made.document)(made.document.source, with_table.document.pages),
            with_table.repaired,
            made.facts,
            {},
            {},
            0.0,
        ),
        path=str(path),
    )
    assert lists_from_scans(corpus, the(corpus)) == 1
    states = [one.state for one in reconcile(corpus, the(corpus))]
    assert states == ["same", "extra", "extra", "extra", "extra"]


# --- forms ---------------------------------------------------------------------------------------------------------------


def texts_of(sheet):
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


def test_the_list_of_documents_has_the_legal_columns_gaps_and_doubts(corpus):
    form = documents_form(corpus, the(corpus))
    assert [name for name, _ in form.columns] == [
        "STT",
        "Số, ký hiệu văn bản",
        "Ngày tháng năm văn bản",
        "Tên loại và trích yếu nội dung văn bản",
        "Tác giả văn bản",
        "Tờ số/Trang số",
        "Ghi chú",
    ]
    assert [row[6].text for row in form.rows] == ["", "", "Khuyết số 03-04", "", ""]
    assert "từ số 01-07; khuyết số: 03-04." in form.foot[1]
    assert [cell.text for row in form.rows for cell in row if cell.doubtful] == ["12/01/2010"]
    stream = io.BytesIO()
    assert write_forms([form], "xlsx", stream) == 5
    sheet = openpyxl.load_workbook(stream).active
    shown = texts_of(sheet)
    assert shown[0][0] == "" and "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in shown[0]
    assert any("Ô tô vàng" in str(row[0]) for row in shown)
    shaded = [cell.value for row in sheet.iter_rows() for cell in row if cell.fill.start_color.rgb == "00FFF2CC"]
    assert shaded == ["12/01/2010"]


def test_word_says_the_same_as_excel(corpus):
    form = documents_form(corpus, the(corpus))
    stream = io.BytesIO()
    write_forms([form, form], "docx", stream)
    document = docx.Document(stream)
    heading, table = document.tables[0], document.tables[1]
    assert heading.cell(0, 1).text == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert [[cell.text for cell in row.cells] for row in table.rows][1:] == [
        [cell.text for cell in row] for row in form.rows
    ]
    assert len(document.tables) == 6
    assert b"FFF2CC" in table._tbl.xml.encode()


def test_the_list_of_dossiers_counts_in_words_and_the_registers_have_their_columns(corpus):
    keep_dossier(corpus, CODE, {"agency": AGENCY, "retention": "01", "sheets": "9"})
    form = dossiers_form(corpus, dossiers(corpus))
    assert [cell.text for cell in form.rows[0]][3:6] == ["04/01/2010 - 20/01/2010", "Vĩnh viễn", "9 tờ/5 trang"]
    assert form.rows[0][2].doubtful  # its title was composed
    assert "một hồ sơ" in form.foot[0]
    out = outgoing_form(corpus, EVERYTHING, AGENCY)
    assert len(out.columns) == 10 and len(out.rows) == 5 and out.rows[0][3].text == "Lò Văn Thử"
    arrived = a_header(99, "2010-03-01", "Về việc báo cáo", "Công văn", arrival_number="12", arrival_date="2010-03-03")
    corpus.save(a_document("đến\n", name="den.pdf", header=arrived), path="den.pdf")
    into = incoming_form(corpus, EVERYTHING)
    assert [cell.text for cell in into.rows[0]][:2] == ["03/03/2010", "12"] and len(into.columns) == 10


def test_text_that_looks_like_a_formula_stays_text(corpus, tmp_path):
    keep_dossier(corpus, "=1+1", {"title": "=cmd|'/c calc'!A1"})
    stream = io.BytesIO()
    write_forms([dossiers_form(corpus, dossiers(corpus))], "xlsx", stream)
    cells = [cell for row in openpyxl.load_workbook(stream).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=")} == {"s"}


@given(st.sets(st.integers(1, 60)))
def test_spans_name_each_number_once(numbers):
    said = [part.split("-") for part in spans(sorted(numbers)).split(", ") if part]
    assert {n for part in said for n in range(int(part[0]), int(part[-1]) + 1)} == numbers


@given(st.dates())
def test_dates_survive_being_written(day):
    assert iso_date(vietnamese_date(day.isoformat())) == day.isoformat()


# --- catalogue -----------------------------------------------------------------------------------------------------------


def test_every_required_field_is_filled_or_named(corpus):
    made = catalogue(corpus, the(corpus))
    assert list(made.dossier) == [field.name for field in DOSSIER_FIELDS] and len(DOSSIER_FIELDS) == 18
    assert all(list(values) == [field.name for field in DOCUMENT_FIELDS] for values in made.documents)
    assert len(DOCUMENT_FIELDS) == 21
    named = {(problem.ordinal, problem.field) for problem in made.problems if problem.kind == "missing"}
    for ordinal, values in ((0, made.dossier), *zip(range(1, 6), made.documents, strict=True)):
        for field in DOSSIER_FIELDS if ordinal == 0 else DOCUMENT_FIELDS:
            if field.obligation == "required":
                assert bool(values[field.name]) != ((ordinal, field.name) in named), (ordinal, field.name)
    first = made.documents[0]
    assert first["docId"] == f"{CODE}.1" and first["docCode"] == f"{CODE}.0000001"
    assert (first["typeName"], first["codeNumber"], first["codeNotation"]) == ("02", "01", "QĐ-CCTS")
    assert (first["issuedDate"], first["language"], first["confidenceLevel"]) == ("04/01/2010", "01", "02")
    assert (4, "issuedDate", "doubtful") in {(p.ordinal, p.field, p.kind) for p in made.problems}


def test_what_a_person_states_fills_the_rest(corpus):
    stated = {"title": "Tập lưu", "retention": "01", "access": "01", "backup": "1", "backup_status": "01", "sheets": "5"}
    keep_dossier(corpus, CODE, stated | {"paper_code": "001.7.01"})
    made = catalogue(corpus, the(corpus))
    assert [p for p in made.problems if p.kind != "doubtful"] == []
    assert {values["riskRecovery"] for values in made.documents} == {"1"}


def test_what_is_too_long_or_no_code_is_said(corpus):
    keep_dossier(corpus, CODE, {"title": "rất dài " * 200, "retention": "mãi mãi"})
    made = catalogue(corpus, the(corpus))
    kinds = {(p.field, p.kind) for p in made.problems if p.ordinal == 0}
    assert {("title", "too_long"), ("maintenance", "no_code")} <= kinds
    assert len(made.dossier["title"]) <= 1000


def test_a_secret_document_makes_the_dossier_secret_and_doubtful(corpus, tmp_path):
    keep(corpus, tmp_path / "hop01" / "hoso01", f"{CODE}.006.pdf", a_header(8, "2010-02-01", "Về việc", secrecy="MẬT"))
    from_folders(corpus)
    made = catalogue(corpus, the(corpus))
    assert (made.dossier["mode"], made.documents[5]["mode"]) == ("03", "03")
    assert "mode" in made.doubtful_dossier


def test_a_cut_file_stands_for_several_documents(corpus, tmp_path):
    second = Part(2, 3, 0.9, ("quốc hiệu",), a_header(4, "2010-01-09", "Về việc thứ hai"))
    parts = (Part(1, 1, 1.0, (), a_header(3, "2010-01-08", "Về việc thứ nhất")), second)
    keep(
        corpus,
        tmp_path / "hop01" / "hoso01",
        f"{CODE}.006.pdf",
        parts[0].header,
        texts=("một\n", "hai\n", "ba\n"),
        parts=parts,
    )
    from_folders(corpus)
    key = items(corpus, the(corpus))[5].key
    assert len(items(corpus, the(corpus))) == 6 and items(corpus, the(corpus))[5].proposed_parts == 2
    keep_cut(corpus, key, [[1], [3, 2]], cut_by="lan")
    held = items(corpus, the(corpus))[5:]
    assert [(item.number, item.pages) for item in held] == [("03/QĐ-CCTS", (1,)), ("", (3, 2))]
    keep_cut(corpus, key, [[1], [2, 3]], cut_by="lan")
    keep_catalogue_value(corpus, key, 2, "sheet", "15a")
    held = items(corpus, the(corpus))[5:]
    assert [(item.number, item.place) for item in held] == [("03/QĐ-CCTS", "6"), ("04/QĐ-CCTS", "15a")]
    for wrong in ([[1], [2]], [[1, 2, 3], [3]], [[1, 2, 3], []]):
        with pytest.raises(DossierError):
            keep_cut(corpus, key, wrong, cut_by="lan")
    keep_cut(corpus, key, [], cut_by="lan")
    assert len(items(corpus, the(corpus))) == 6


def test_catalogue_files_hold_every_document_and_what_is_wrong(corpus):
    made = [(the(corpus), catalogue(corpus, the(corpus)))]
    streams = {format: io.BytesIO() for format in ("xlsx", "csv", "xml")}
    for format, stream in streams.items():
        assert write_catalogue(made, format, stream) == 5
    rows = list(csv.DictReader(io.StringIO(streams["csv"].getvalue().decode("utf-8-sig"), newline="")))
    assert rows[0]["codeNumber"].strip() == "01" and rows[0]["hoso_fileCode"] == CODE
    assert "hoso_maintenance: bắt buộc mà còn trống" in rows[0]["problems"]
    book = openpyxl.load_workbook(streams["xlsx"])
    assert book.sheetnames == ["Hồ sơ", "Văn bản", "Thiếu và sai", "Căn cứ"]
    assert book["Văn bản"].max_row == 6 and "chưa đối chiếu" in book["Căn cứ"]["A1"].value
    root = etree.fromstring(streams["xml"].getvalue())
    assert [node.text for node in root.iter("codeNumber")] == ["01", "02", "05", "06", "07"]
    assert root.find("hoSo/thieuSai") is not None


def test_codes_are_those_of_the_circular():
    assert len(CODES["typeName"]) == 32 and CODES["typeName"]["14"] == "Báo cáo" and CODES["typeName"]["22"] == "Công văn"
    assert len(CODES["maintenance"]) == 7 and len(CODES["language"]) == 11
    json.dumps(CODES)


def test_a_search_and_an_export_keep_to_a_dossier(corpus, tmp_path):
    other = keep(corpus, tmp_path, "khac.pdf", a_header(90, "2010-03-01", "Về việc khác"))
    place_documents(corpus, keep_dossier(corpus, "H99.2011.02", {"title": "Tập lưu khác"}), [])
    within = {hit.document for hit in search(corpus, "Chi cục thông báo", hoso=(CODE,), limit=20).hits}
    assert within == {f"{CODE}.{n:03}" for n in range(1, 6)} and other.stem not in within
    assert len(search(corpus, "", hoso=(CODE,)).hits) == 5
    assert len(search(corpus, '"thông báo như sau"', hoso=(CODE,), sort="date").hits) == 5
    assert search(corpus, "Chi cục", hoso=("H99.2011.02",)).hits == ()
    assert len(search(corpus, "Chi cục", hoso=("h99.2010",)).hits) == 5, "a part of the code will do"
    chosen = Chosen(corpus, Selection("Chi cục", Filters(hoso=(CODE,)))).documents()
    assert len(list(chosen)) == 5
    assert unmatched(corpus, Filters(hoso=("H1",))) == [("hoso", "H1", [CODE, "H99.2011.02"])]
    assert unmatched(corpus, Filters(type="foo"))[0][:2] == ("type", "foo")
    assert unmatched(corpus, Filters(hoso=(CODE,), type="Quyết định")) == []


def test_a_number_that_was_read_as_nought_makes_no_gap(corpus, tmp_path):
    keep(corpus, tmp_path / "hop01" / "hoso01", f"{CODE}.000.pdf", a_header(0, "2010-01-03", "Về việc đọc nhầm"))
    from_folders(corpus)
    (register,) = registers(items(corpus, the(corpus)))
    assert register.span == "01-07" and register.missing == (3, 4)
