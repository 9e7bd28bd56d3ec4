"""Exports against golden files (rewritten only with VANBAN_REWRITE_GOLDEN=1), and what spreadsheets make of them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.export.calendar import calendar_lines, days_in_month
from corpus.export.fields import FIELDS, KINDS
from corpus.export.records import ExportError, export, record, records
from corpus.export.writers import write_csv
from db.store import Corpus
from documents.facts import FACT_KINDS, Assignment, Deadline, Header, Target
from tests.making import a_document, the_decision

GOLDEN = Path(__file__).parent / "golden"
REWRITE = os.environ.get("VANBAN_REWRITE_GOLDEN") == "1"

PLAN = """KẾ HOẠCH
=1+1 phấn đấu 25% - 35% hồ sơ, 7/21 chỉ tiêu vào năm 2025
Sở Nội vụ chủ trì báo cáo hàng quý, trước ngày 05 tháng 12 hằng năm; họp ngay sau hội nghị
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "c.db"
    plan = a_document(
        PLAN,
        name="kế hoạch 1.pdf",
        header=Header(
            number="1/KH-UBND", type="Kế hoạch", province="Quảng Ngãi", date="2021-02-03", recipients=("Như trên", "Lưu: VT")
        ),
        facts=[
            (
                "=1+1 phấn đấu 25% - 35% hồ sơ",
                Target(
                    "target",
                    25.0,
                    "%",
                    ">=",
                    indicator="hồ sơ",
                    value_max=35.0,
                    due="2025",
                    responsible=("Sở Nội vụ", "UBND cấp xã"),
                ),
            ),
            ("7/21 chỉ tiêu", Target("result", 7.0, "chỉ tiêu", "=", of=21.0, scope="1/2", due="4/2021")),
            (
                "báo cáo hàng quý",
                Deadline("recurring", "FREQ=QUARTERLY|FREQ=YEARLY;MONTH=12;DAY=5", "every", "báo cáo", ("Sở Nội vụ",)),
            ),
            ("ngay sau hội nghị", Deadline("relative", "ngay sau hội nghị", "in", "họp, ghi biên bản; gửi")),
            ("vào năm 2025", Deadline("year", "2025", "in", "đạt")),
            ("chủ trì báo cáo", Assignment("Sở Nội vụ", "lead", "báo cáo", output="Báo cáo", time="Quý IV")),
        ],
    )
    with Corpus.open(path, create=True) as corpus:
        corpus.save(the_decision(), path="1")
        corpus.save(plan, path="2")
    with Corpus.open(path, read_only=True) as corpus:
        yield corpus


def exported(corpus, kind: str, format: str) -> bytes:
    stream = io.BytesIO()
    export(corpus, kind, format, stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "format"), [*((kind, f) for kind in KINDS for f in ("csv", "jsonl")), ("deadlines", "ics")]
)
def test_export_equals_its_golden_file(corpus, kind, format):
    path = GOLDEN / f"{kind}.{format}"
    got = exported(corpus, kind, format)
    if REWRITE:
        path.write_bytes(got)
    assert got == path.read_bytes()


def test_golden_files_are_not_being_rewritten():
    assert not REWRITE, "unset VANBAN_REWRITE_GOLDEN and run the tests again"


@pytest.mark.parametrize("kind", KINDS)
def test_records_have_the_documented_fields_in_order(corpus, kind):
    assert all(list(one) == [field.name for field in FIELDS[kind]] for one in records(corpus, kind))


@pytest.mark.shared
@pytest.mark.parametrize("kind", FACT_KINDS)
def test_records_have_every_field_of_the_annotation(shared, corpus, kind):
    gold = json.loads((shared / f"eval/extract/001/{kind}.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert set(gold) <= {field.name for field in FIELDS[kind]}


@pytest.mark.shared
def test_document_records_have_every_field_of_the_annotation(shared):
    gold = json.loads((shared / "eval/extract/001/document.json").read_text(encoding="utf-8"))
    assert set(gold) <= {field.name for field in FIELDS["documents"]}


def test_csv_opens_in_excel_with_marks_and_codes_as_they_are(corpus):
    data = exported(corpus, "targets", "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert first["quote"] == "\t=1+1 phấn đấu 25% - 35% hồ sơ"
    assert second["scope"] == "\t1/2" and second["due"] == "\t4/2021"
    assert (first["value"], first["value_max"], first["due"]) == ("25", "35", "2025")
    assert second["comparator"] == "="  # alone it is no formula
    assert first["responsible"] == "Sở Nội vụ; UBND cấp xã"


@settings(deadline=None)
@given(quote=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))
def test_csv_never_lets_text_become_a_formula_and_loses_nothing(quote):
    record = dict.fromkeys((field.name for field in FIELDS["citations"]), None) | {"quote": quote}
    stream = io.BytesIO()
    write_csv("citations", [record], stream)
    (row,) = csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline=""))
    assert row["quote"] in (quote, "\t" + quote)
    assert len(quote) < 2 or not row["quote"].startswith(("=", "+", "-", "@"))


def test_xlsx_has_types_a_frozen_header_and_filters(corpus):
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(io.BytesIO(exported(corpus, "targets", "xlsx"))).active
    header, first, second = (list(row) for row in sheet.iter_rows(values_only=True))
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref.startswith("A1:")
    assert first[header.index("value")] == 25 and second[header.index("scope")] == "1/2"
    assert first[header.index("quote")].startswith("=1+1")
    assert sheet.cell(2, header.index("quote") + 1).data_type == "s"
    documents = openpyxl.load_workbook(io.BytesIO(exported(corpus, "documents", "xlsx"))).active
    dates = [cell.value for cell in next(c for c in documents.columns if c[0].value == "date")]
    assert [f"{value:%Y-%m-%d}" for value in dates[1:]] == ["2023-01-05", "2021-02-03"]


def test_xlsx_takes_control_characters_and_endless_text(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    with Corpus.open(tmp_path / "x.db", create=True) as corpus:
        corpus.save(a_document("chuông \x07 dài " + "x" * 40_000 + "\n"), path="x")
        book = openpyxl.load_workbook(io.BytesIO(exported(corpus, "pages", "xlsx")))
    sheet, continued = book["pages"], book["continued"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    shown = sheet.cell(2, columns["text"]).value
    assert shown.startswith("chuông   dài x") and shown.endswith("[continued: 2–4]")
    whole = "chuông   dài " + "x" * 40_000 + "\n"
    rows = [row for row in continued.iter_rows(min_row=2, values_only=True) if row[1] == "text"]
    assert [row[0] for row in rows] == [2] * 3
    assert "".join(row[3] for row in rows) == whole, "nothing is cut"


def test_xlsx_counts_letters_as_excel_does(tmp_path):
    """A letter beyond the basic plane takes two of a cell's 32,767."""
    openpyxl = pytest.importorskip("openpyxl")
    with Corpus.open(tmp_path / "x.db", create=True) as corpus:
        corpus.save(a_document("\U00020000" * 20_000 + "\n"), path="x")
        book = openpyxl.load_workbook(io.BytesIO(exported(corpus, "pages", "xlsx")))
    assert book["continued"].max_row == 5, "the text and the raw text, each in two parts"


def test_xlsx_without_long_text_has_one_sheet(corpus):
    openpyxl = pytest.importorskip("openpyxl")
    assert openpyxl.load_workbook(io.BytesIO(exported(corpus, "documents", "xlsx"))).sheetnames == ["documents"]


def test_parquet_has_types(corpus):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(exported(corpus, "targets", "parquet")))
    assert table.column("value").to_pylist() == [25.0, 7.0]
    assert table.column("responsible").to_pylist() == [["Sở Nội vụ", "UBND cấp xã"], []]
    documents = parquet.read_table(io.BytesIO(exported(corpus, "documents", "parquet")))
    assert str(documents.schema.field("date").type) == "date32[day]"


def test_calendar_lines_are_short_and_recurrences_standard(corpus):
    lines = exported(corpus, "deadlines", "ics").decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert [line for line in lines if line.startswith("RRULE")] == [
        "RRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1",
        "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=5",
    ]
    assert lines.count("BEGIN:VTODO") == 1


@pytest.mark.parametrize(
    ("type", "iso", "month", "days"),
    [
        ("date", "2026-12-05", 12, [5]),
        ("date", "2026-12", 12, [31]),
        ("date", "2026-11-05", 12, []),
        ("year", "2026", 12, [31]),
        ("year", "2026", 11, []),
        ("period", "2021/2026", 12, [31]),
        ("period", "2023/2026;P1Y", 12, [31]),
        ("date", "2026-Q2", 6, [30]),
        ("recurring", "FREQ=QUARTERLY", 6, [30]),
        ("recurring", "FREQ=QUARTERLY", 7, []),
        ("recurring", "FREQ=SEMIANNUAL", 12, [31]),
        ("recurring", "FREQ=MONTHLY;DAY=31", 2, [28]),
        ("recurring", "FREQ=QUARTERLY|FREQ=YEARLY;MONTH=12;DAY=5", 12, [5, 31]),
        ("recurring", "FREQ=WEEKLY", 12, []),
        ("recurring", "nonsense", 12, []),
        ("relative", "ngay sau hội nghị", 12, []),
    ],
)
def test_a_month_of_the_calendar_has_what_falls_due_in_it(type, iso, month, days):
    assert [day.day for day in days_in_month(type, iso, 2026, month)] == days


@pytest.mark.parametrize(
    "iso", ["2023-02-31", "x", "2023-13", "0000", "9999", "2023/", "/2023", "2025/2021", "FREQ=HOURLY", ""]
)
@pytest.mark.parametrize("type", ["date", "year", "period", "recurring", "relative"])
def test_calendar_makes_tasks_of_times_that_are_none(type, iso):
    deadline = {"id": "i", "type": type, "iso": iso, "relation": "by", "obligation": None, "responsible": [], "quote": "q"}
    lines = list(calendar_lines([deadline | {"document": "d", "page": 1, "line": 1}]))
    assert lines.count("BEGIN:VEVENT") + lines.count("BEGIN:VTODO") == 1


def test_record_finds_a_fact_by_its_id(corpus):
    wanted = next(records(corpus, "assignments"))
    assert record(corpus, wanted["id"]) == {"record": "assignments"} | wanted
    assert record(corpus, "no-such-fact") is None


@pytest.mark.parametrize(("kind", "format"), [("nothing", "csv"), ("targets", "docx"), ("targets", "ics")])
def test_export_says_what_there_is(corpus, kind, format):
    with pytest.raises(ExportError, match=r"there are|only deadlines"):
        exported(corpus, kind, format)
