"""The fields of exported records: names, order, types and meaning, in one place.

The names are those of the annotation guide; writers take the types from here, and so does the data package's schema.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

FieldType = Literal["string", "integer", "number", "date", "list", "box"]


class Field(NamedTuple):
    """``list`` is a list of strings, ``box`` four numbers: left, top, right, bottom in points from the top left."""

    name: str
    type: FieldType
    meaning: str


_IDENTITY = (
    Field("id", "string", "permanent name of the record"),
    Field("document", "string", "source file name without suffix"),
    Field("page", "integer", "page of the source file, from 1"),
)
_PLACE = (
    Field("line", "integer", "line where the clause starts, from 1 over the whole text"),
    Field("line_end", "integer", "line where the clause ends"),
    Field("quote", "string", "the clause, line ends as single spaces"),
    Field("bbox", "box", "where the clause stands on its page"),
)
_TRUST = (
    Field("reading_confidence", "number", "how sure the text under the record is, 0 to 1"),
    Field("confidence", "number", "how sure the extraction is, 0 to 1"),
    Field("rule", "string", "the rule that found it"),
    Field("review", "string", "what a person said of it: accepted, rejected, corrected, or nothing yet"),
)
_ORIGIN = (
    Field("document_number", "string", "number of the document that says so"),
    Field("document_date", "date", "its date of issue"),
    Field("document_province", "string", "its province"),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "documents": (
        Field("id", "string", "permanent name of the document, the start of its SHA-256"),
        Field("document", "string", "source file name without suffix"),
        Field("number", "string", "document number (số hiệu)"),
        Field("type", "string", "type of document, in full"),
        Field("issuer", "string", "issuing body (cơ quan ban hành)"),
        Field("province", "string", "province"),
        Field("place", "string", "place of issue"),
        Field("date", "date", "date of issue"),
        Field("title", "string", "abstract (trích yếu), without the type"),
        Field("signer", "string", "who signed"),
        Field("signer_title", "string", "office of who signed"),
        Field("recipients", "list", "lines of Nơi nhận"),
        Field("language", "string", "ISO 639-1 code"),
        Field("doubtful", "list", "fields of the header that were more likely read wrong than right"),
        Field("date_precision", "string", "whether the date is a day, a month or a year"),
        Field("title_plain", "string", "title in sentence case where it is printed in capitals"),
        Field("signer_rank", "string", "rank or degree of who signed"),
        Field("cosigners", "list", "who signed beside the signer"),
        Field("secrecy", "string", "mark of secrecy (độ mật)"),
        Field("urgency", "string", "mark of urgency (độ khẩn)"),
        Field("arrival_number", "string", "number in the stamp of incoming mail (số đến)"),
        Field("arrival_date", "date", "date in the stamp of incoming mail (ngày đến)"),
        Field("copy_mark", "string", "kind of copy (sao y, sao lục, trích sao)"),
        Field("draft_mark", "string", "mark of a draft (dự thảo)"),
        Field("probabilities", "list", "how likely each field of the header is right, 0 to 1"),
        Field("header_sources", "list", "by what second source a field of the header was decided or confirmed"),
        Field("candidates", "list", "readings of a field that nothing has decided, each with its probability"),
        Field("status", "string", "complete, or partial when pages could not be read"),
        Field("pages", "integer", "number of pages"),
        Field("reading_confidence", "number", "how sure the text is, 0 to 1"),
        Field("name", "string", "source file name"),
        Field("media_type", "string", "what the source file is, by content"),
        Field("size", "integer", "bytes of the source file"),
        Field("sha256", "string", "SHA-256 of the source file"),
        Field("dossiers", "list", "codes of the dossiers (hồ sơ) that it belongs to"),
    ),
    "pages": (
        *_IDENTITY,
        Field("text", "string", "repaired text"),
        Field("raw", "string", "text as it was read"),
        Field("source", "string", "where the text came from"),
        Field("engine", "string", "what read it"),
        Field("reading_confidence", "number", "how sure the text is, 0 to 1"),
        Field("reasons", "list", "why this source was chosen"),
        Field("width", "number", "points"),
        Field("height", "number", "points"),
    ),
    "targets": (
        *_IDENTITY,
        Field("kind", "string", "target, result or reference"),
        Field("value", "number", "the quantity; the numerator of a fraction"),
        Field("value_max", "number", "upper end of a range"),
        Field("of", "number", "denominator of a fraction"),
        Field("unit", "string", "% or the counted noun"),
        Field("comparator", "string", "=, >=, >, <=, <, ~, decrease, increase"),
        Field("indicator", "string", "what is measured"),
        Field("scope", "string", "administrative level or place"),
        Field("due", "string", "by when"),
        Field("responsible", "list", "units that must reach it"),
        *_PLACE,
        *_TRUST,
        *_ORIGIN,
    ),
    "deadlines": (
        *_IDENTITY,
        Field("type", "string", "date, year, period, recurring or relative"),
        Field("iso", "string", "the time, in ISO 8601 or the words of RFC 5545"),
        Field("relation", "string", "before, by, in, from or every"),
        Field("obligation", "string", "what must be done"),
        Field("responsible", "list", "who must do it"),
        *_PLACE,
        *_TRUST,
        *_ORIGIN,
    ),
    "assignments": (
        *_IDENTITY,
        Field("unit", "string", "who"),
        Field("role", "string", "lead or coordinate"),
        Field("task", "string", "what"),
        Field("output", "string", "what is to come of it (sản phẩm đầu ra)"),
        Field("time", "string", "by when, as printed"),
        Field("unit_id", "string", "identifier of the unit in the register of units"),
        *_PLACE,
        *_TRUST,
        *_ORIGIN,
    ),
    "citations": (
        *_IDENTITY,
        Field("number", "string", "number of the document referred to"),
        Field("type", "string", "its type"),
        Field("issuer", "string", "its issuing body"),
        Field("date", "date", "its date"),
        Field("relation", "string", "how it is referred to: căn cứ, thay thế, sửa đổi …"),
        *_PLACE,
        *_TRUST,
        *_ORIGIN,
    ),
    "tables": (
        *_IDENTITY,
        Field("table", "integer", "number of the table on its page"),
        Field("row", "integer", "row of the cell, from 1"),
        Field("column", "integer", "column of the cell, from 1"),
        Field("row_span", "integer", "rows it covers"),
        Field("column_span", "integer", "columns it covers"),
        Field("header", "integer", "1 for a cell of a header row"),
        Field("text", "string", "repaired text of the cell, line ends as spaces"),
        Field("bbox", "box", "where the cell stands on its page"),
        Field("confidence", "number", "how sure the cell's borders are"),
    ),
}
KINDS = tuple(FIELDS)
