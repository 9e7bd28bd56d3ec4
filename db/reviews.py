"""What reviewers said: kept as they said it, laid over what the machine read, and laid over it again after each re-reading.

Nothing is overwritten. A corrected line is a set of edits with the rule ``review`` on the raw text, which stays; what stood
there before is in the review. When a document is read anew its reviews are applied again in their order; one whose place
is not to be found any more is kept and marked ``stale``, for a person to look at.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any

import regex

from db import codec
from db.fulltext import FullText
from documents.edits import Edit, OffsetMap, Span, replay
from documents.facts import FACT_KINDS, date_precision
from normalizers.document_numbers import LEGAL_FIELDS, number_key, sure_legal_key

RULE = "review"
HEADER_FIELDS = ("number", "type", "issuer", "province", "place", "date", "title", "signer", "signer_title")
DECISIONS = ("accepted", "rejected", "corrected")
LONGEST = 4000
"""Code points of one corrected value; a printed line has a hundred, a long abstract a thousand."""

_NOT_ON_ONE_LINE = regex.compile(r"[\p{Cc}\u2028\u2029]+")
_PIECES = regex.compile(r"\s+|[^\s]+")
Row = dict[str, Any]


class ReviewError(ValueError):
    """The correction can't be made; the message says why."""


class NoSuchPlace(ReviewError):
    """There is no such document, page, line or fact (any more)."""


class ReviewConflict(ReviewError):
    """Somebody else has changed the place since it was looked at; ``current`` is what stands there now.

    ``row`` is the fact as it is stored, for a conflict about one.
    """

    def __init__(self, current: str, row: Mapping[str, Any] | None = None) -> None:
        self.current = current
        self.row = row
        super().__init__(f"changed in the meantime; now it reads: {current}")


def correct_line(corpus: FullText, key: str, page: int, line: int, *, before: str, after: str, reviewer: str) -> None:
    """Replace line ``line`` (from 1, on its page) of a document's repaired text; the same text ends its doubts.

    ``before`` is the line as the reviewer saw it. Raises ``ReviewConflict`` when it reads otherwise by now, ``ReviewError``
    when there is no such line or the correction is too long.
    """
    after = _one_line(after)
    with corpus.transaction() as connection:
        document = _document(corpus, key)
        row = _page(corpus, document["id"], page)
        lines = row["repaired"].split("\n")[:-1]
        if not 1 <= line <= len(lines):
            raise NoSuchPlace(f"page {page} has no line {line}")
        if lines[line - 1] != before:
            raise ReviewConflict(lines[line - 1])
        if after == before and not _has_doubt(row, line - 1):
            return
        raw = row["raw"].split("\n")[line - 1]
        with _Reindexed(corpus, document["id"]):
            _put_line(connection, corpus, document, row, line - 1, after)
            _record(connection, key, reviewer, "line", page=page, line=line, before=before, after=after, raw=raw)


_DAY = regex.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def correct_header(corpus: FullText, key: str, field: str, *, before: str, after: str, reviewer: str) -> None:
    """Replace a header field; an empty value says that the document has none, the same value that a doubtful one is right.

    Raises like ``correct_line``.
    """
    if field not in HEADER_FIELDS:
        raise ReviewError(f"no field {field}; there are {', '.join(HEADER_FIELDS)}")
    after = _one_line(after).strip()
    if field == "date" and after and not _DAY.fullmatch(after):
        raise ReviewError("a date is written 2023-04-01")
    with corpus.transaction() as connection:
        document = _document(corpus, key)
        if (document[field] or "") != before:
            raise ReviewConflict(document[field] or "")
        if after == before and field not in json.loads(document["doubtful"]):
            return
        with _Reindexed(corpus, document["id"]):
            _put_header(connection, document["id"], field, after)
            _record(connection, key, reviewer, "header", field=field, before=before, after=after)


def decide_fact(
    corpus: FullText,
    fact_id: str,
    decision: str,
    *,
    before: str,
    reviewer: str,
    values: Mapping[str, object] | None = None,
    seen: str | None = None,
) -> None:
    """Accept, reject or correct a fact. ``before`` is the decision that the reviewer saw ("" for none).

    ``values`` are stored values by column, for "corrected"; ``seen`` is the ``fact_state`` that the reviewer looked at.
    Raises ``ReviewConflict`` and ``ReviewError``.
    """
    if decision not in DECISIONS:
        raise ReviewError(f"no decision {decision}; there are {', '.join(DECISIONS)}")
    with corpus.transaction() as connection:
        table, row = _fact(corpus, fact_id)
        if row["review"] != before or seen not in (None, fact_state(row)):
            raise ReviewConflict(row["review"], row)
        changed = {name: value for name, value in (values or {}).items() if name in row and row[name] != value}
        if decision == "corrected" and not changed:
            return
        key = fact_id.split("-")[0]
        with _Reindexed(corpus, row["document_id"]):
            _put_fact(connection, table, fact_id, decision, changed)
        old = codec.dump({name: row[name] for name in changed})
        told = codec.dump(_judged(row))
        _record(connection, key, reviewer, decision, field=fact_id, before=old, after=codec.dump(changed), raw=told)


_NOT_JUDGED = ("document_id", "page", "line", "line_end", "start", "end", "bbox", "reading_confidence", "confidence", "rule")


def fact_state(row: Mapping[str, Any]) -> str:
    """Twelve letters that change when somebody changes the values or the decision of a stored fact.

    Its place is not part of it: a corrected line moves the facts behind it without touching what they say.
    """
    return hashlib.sha256(codec.dump(_judged(row)).encode()).hexdigest()[:12]


def _judged(row: Mapping[str, Any]) -> Row:
    return {name: value for name, value in row.items() if name not in _NOT_JUDGED}


@dataclass(slots=True)
class JudgedFact:
    """What people said of a fact: ``said`` is what the machine had stated, ``decision`` the last word about it and
    ``values`` the columns as they were corrected; ``start`` and ``end`` are its place in the document's text today."""

    id: str
    said: Row
    decision: str
    values: Row
    start: int
    end: int

    @property
    def kind(self) -> str:
        return self.id.split("-")[1]


def judged_facts(corpus: FullText) -> dict[str, list[JudgedFact]]:
    """By document key, all facts that were accepted, rejected or corrected, and not taken back."""
    reviews = corpus.rows("SELECT * FROM reviews ORDER BY id")
    undone = {int(review["after"]) for review in reviews if review["kind"] == "undone"}
    judged: dict[str, JudgedFact] = {}
    for review in reviews:
        if review["kind"] not in DECISIONS or review["id"] in undone:
            continue
        id_ = review["field"]
        if id_ not in judged:
            try:
                _, row = _fact(corpus, id_)
            except NoSuchPlace:  # rejected, and the next extraction did not state it again
                row = {}
            said = json.loads(review["raw"] or "{}") or {**row, **json.loads(review["before"] or "{}")}
            start, end = (row["start"], row["end"]) if row else map(int, id_.split("-")[2:4])
            judged[id_] = JudgedFact(id_, said, "", {}, start, end)
        judged[id_].decision = review["kind"]
        judged[id_].values |= json.loads(review["after"] or "{}")
    by_document: dict[str, list[JudgedFact]] = {}
    for fact in judged.values():
        by_document.setdefault(fact.id.split("-")[0], []).append(fact)
    return by_document


def history(corpus: FullText, key: str) -> list[Row]:
    """All reviews of a document, the latest first."""
    return corpus.rows("SELECT * FROM reviews WHERE document_key = ? ORDER BY id DESC", [key])


def latest(corpus: FullText, limit: int, offset: int = 0) -> list[Row]:
    """The latest reviews of all documents, each with ``document`` and ``number`` of its document."""
    return corpus.rows(
        'SELECT r.*, d.document, d.number FROM reviews r LEFT JOIN documents d ON d."key" = r.document_key'
        " ORDER BY r.id DESC LIMIT ? OFFSET ?",
        [limit, offset],
    )


def undo_latest(corpus: FullText, reviewer: str) -> Row | None:
    """Take back the last thing that a reviewer said and has not taken back yet; returns it.

    It is said again the other way round, and both stay in the history. Raises ``ReviewConflict`` when somebody else has
    changed the place since.
    """
    undone = {
        row["after"] for row in corpus.rows("SELECT after FROM reviews WHERE kind = 'undone' AND reviewer = ?", [reviewer])
    }
    rows = corpus.rows(
        "SELECT * FROM reviews WHERE reviewer = ? AND kind != 'undone' ORDER BY id DESC LIMIT 200", [reviewer]
    )
    said = next((row for row in rows if str(row["id"]) not in undone), None)
    if said is None:
        return None
    with corpus.transaction() as connection:
        document = _document(corpus, said["document_key"])
        with _Reindexed(corpus, document["id"]):
            _unsay(connection, corpus, document, said)
            _record(connection, document["key"], reviewer, "undone", before="", after=str(said["id"]))
    return said


def _unsay(connection: sqlite3.Connection, corpus: FullText, document: Row, said: Mapping[str, Any]) -> None:
    """Put what stood there before in its place again."""
    if said["kind"] == "line":
        row = _page(corpus, document["id"], said["page"])
        lines = row["repaired"].split("\n")[:-1]
        if said["line"] > len(lines) or lines[said["line"] - 1] != said["after"]:
            raise ReviewConflict(lines[said["line"] - 1] if said["line"] <= len(lines) else "")
        _put_line(connection, corpus, document, row, said["line"] - 1, said["before"])
        return
    if said["kind"] == "header":
        if (document[said["field"]] or "") != said["after"]:
            raise ReviewConflict(document[said["field"]] or "")
        known = json.loads(document["probabilities"])
        probability = known.get(f"{said['field']}{AS_READ}", known.get(said["field"], 1.0))
        # more likely wrong than right is what makes a field doubtful; only a doubtful one is vouched for as it stands
        again = said["before"] == said["after"] or probability < 0.5
        vouched = _is_vouched_for(corpus, said)
        _put_header(
            connection, document["id"], said["field"], said["before"], doubted=again and not vouched, vouched=vouched
        )
        return
    table, row = _fact(corpus, said["field"])
    after = json.loads(said["after"] or "{}")
    if row["review"] != said["kind"] or any(row[name] != value for name, value in after.items()):
        raise ReviewConflict(row["review"], row)
    _put_fact(connection, table, said["field"], "", json.loads(said["before"] or "{}"))


def _is_vouched_for(corpus: FullText, said: Mapping[str, Any]) -> bool:
    """Whether an earlier review that stands said what stood there before this one."""
    return bool(
        corpus.tuples(
            "SELECT 1 FROM reviews r WHERE document_key = ? AND kind = 'header' AND field = ? AND id < ? AND \"after\" = ?"
            " AND NOT EXISTS (SELECT 1 FROM reviews u WHERE u.kind = 'undone' AND CAST(u.\"after\" AS INTEGER) = r.id)",
            [said["document_key"], said["field"], said["id"], said["before"]],
        )
    )


def reapply(corpus: FullText, document: Mapping[str, Any]) -> None:
    """Lay all reviews over a document that has just been stored anew. Within a transaction, before it is indexed."""
    connection = corpus.db.conn
    reviews = corpus.rows("SELECT * FROM reviews WHERE document_key = ? ORDER BY id", [document["key"]])
    undone = {int(review["after"]) for review in reviews if review["kind"] == "undone"}
    for review in reviews:
        if review["kind"] == "undone" or review["id"] in undone:
            continue
        stale = not _apply(connection, corpus, document, review)
        if stale != bool(review["stale"]):
            connection.execute("UPDATE reviews SET stale = ? WHERE id = ?", [int(stale), review["id"]])


def _apply(connection: sqlite3.Connection, corpus: FullText, document: Mapping[str, Any], review: Mapping[str, Any]) -> bool:
    """Whether the place of the review was found."""
    if review["kind"] == "header":
        _put_header(connection, document["id"], review["field"], review["after"])
        return True
    if review["kind"] == "line":
        row = corpus.row(_PAGE, [document["id"], review["page"]])
        at = None if row is None else _same_line(row["raw"].split("\n")[:-1], review["line"] - 1, review["raw"])
        if row is None or at is None:
            return False
        _put_line(connection, corpus, document, row, at, review["after"])
        return True
    try:
        table, _ = _fact(corpus, review["field"])
    except ReviewError:
        return False
    _put_fact(connection, table, review["field"], review["kind"], json.loads(review["after"] or "{}"))
    return True


def _same_line(lines: Sequence[str], at: int, raw: str) -> int | None:
    """Where the raw line is now: at its old place, or else at the nearest that reads the same."""
    places = [i for i, line in enumerate(lines) if line == raw]
    return min(places, key=lambda i: abs(i - at)) if places else None


# --- putting corrections in their place ----------------------------------------------------------------------------------


def _put_line(
    connection: sqlite3.Connection,
    corpus: FullText,
    document: Mapping[str, Any],
    page: Mapping[str, Any],
    at: int,
    after: str,
) -> None:
    """Make line ``at`` (from 0) of a page read ``after``, and move what stands behind it along."""
    raw, old = page["raw"], codec.unpack_edits(page["edits"], page["raw"])
    lines = raw.split("\n")
    start = sum(len(line) + 1 for line in lines[:at])
    end = start + len(lines[at])
    outside = [edit for edit in old if edit.end <= start or edit.start >= end]
    inside = {(edit.start, edit.end, edit.after): edit for edit in old if start <= edit.start and edit.end <= end}
    edits = sorted([*outside, *(_known(edit, inside) for edit in line_edits(lines[at], after, start))])
    repaired = replay(raw, edits)
    doubts = [doubt for doubt in codec.unpack_doubts(page["doubts"]) if doubt.end <= start or doubt.start >= end]
    connection.execute("UPDATE page_texts SET repaired = ? WHERE page_id = ?", [repaired, page["id"]])
    connection.execute(
        "UPDATE page_layouts SET edits = ?, doubts = ? WHERE page_id = ?",
        [codec.pack_edits(edits), codec.pack_doubts(doubts), page["id"]],
    )
    mover = _Mover(
        page["start"], len(page["repaired"]), OffsetMap(old), OffsetMap(edits), len(repaired) - len(page["repaired"])
    )
    _move_facts(connection, corpus, document["id"], mover)
    connection.execute(
        "UPDATE pages SET start = start + ? WHERE document_id = ? AND number > ?",
        [mover.shift, document["id"], page["number"]],
    )


def _has_doubt(page: Mapping[str, Any], at: int) -> bool:
    lines = page["raw"].split("\n")
    start = sum(len(line) + 1 for line in lines[:at])
    return any(doubt.end > start and doubt.start < start + len(lines[at]) for doubt in codec.unpack_doubts(page["doubts"]))


def _known(edit: Edit, machine: Mapping[tuple[int, int, str], Edit]) -> Edit:
    """What the machine had put right already keeps its name."""
    return machine.get((edit.start, edit.end, edit.after), edit)


def line_edits(raw: str, after: str, start: int = 0) -> list[Edit]:
    """The edits, word by word, that make ``after`` of the raw line.

    >>> [(e.before, e.after) for e in line_edits("thyc hien ke hoach", "thực hiện ke hoạch")]
    [('thyc', 'thực'), ('hien', 'hiện'), ('hoach', 'hoạch')]
    """
    old, new = _PIECES.findall(raw), _PIECES.findall(after)
    places = [0]
    for piece in old:
        places.append(places[-1] + len(piece))
    edits = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = zip(range(i, j), range(k, m), strict=False) if j - i == m - k else None
        for begin, end, text in (
            [(places[a], places[a + 1], new[b]) for a, b in pairs] if pairs else [(places[i], places[j], "".join(new[k:m]))]
        ):
            if raw[begin:end] != text:
                edits.append(Edit(start + begin, start + end, raw[begin:end], text, RULE))
    return edits


class _Mover:
    """Carries spans of a document's repaired text over a change of one page."""

    def __init__(self, page_start: int, page_length: int, old: OffsetMap, new: OffsetMap, shift: int) -> None:
        self._start, self._end = page_start, page_start + page_length
        self._old, self._new = old, new
        self.shift = shift

    def moved(self, start: int, end: int) -> tuple[int, int]:
        if start >= self._end:
            return start + self.shift, end + self.shift
        if start < self._start:
            return start, end + self.shift if end >= self._end else end
        inside = Span(start - self._start, max(start, min(end, self._end)) - self._start)
        span = self._new.to_repaired(self._old.to_raw(inside))
        beyond = end - min(end, self._end)
        return self._start + span.start, self._start + span.end + beyond


def _move_facts(connection: sqlite3.Connection, corpus: FullText, document_id: int, mover: _Mover) -> None:
    for table in FACT_KINDS:
        rows = corpus.tuples(f'SELECT id, start, "end" FROM {table} WHERE document_id = ?', [document_id])
        moved = [(*mover.moved(start, end), id_) for id_, start, end in rows]
        connection.executemany(f'UPDATE {table} SET start = ?, "end" = ? WHERE id = ?', moved)
    spans = json.loads(corpus.tuples("SELECT header_spans FROM documents WHERE id = ?", [document_id])[0][0])
    packed = codec.dump({name: list(mover.moved(*span)) for name, span in spans.items()})
    connection.execute("UPDATE documents SET header_spans = ? WHERE id = ?", [packed, document_id])


AS_READ = " as read"
"""Behind the name of a field: the probability or source it had before a person vouched for it."""
REVIEWED = "reviewed"


def _put_header(
    connection: sqlite3.Connection,
    document_id: int,
    field: str,
    value: str,
    *,
    doubted: bool = False,
    vouched: bool = True,
) -> None:
    """Put a value that a person vouches for into a field, which ends the doubt about it and makes it sure; or what stood
    there before (not ``vouched``), with the doubt that there was (``doubted``)."""
    connection.execute(f'UPDATE documents SET "{field}" = ? WHERE id = ?', [value or None, document_id])
    read, *stored = connection.execute(
        "SELECT doubtful, probabilities, header_sources FROM documents WHERE id = ?", [document_id]
    ).fetchone()
    doubtful = [name for name in json.loads(read) if name != field] + [field] * doubted
    said = (1.0, REVIEWED) if vouched else (None, None)
    chances, sources = (_said_of(json.loads(old), field, new) for old, new in zip(stored, said, strict=True))
    connection.execute(
        "UPDATE documents SET doubtful = ?, probabilities = ?, header_sources = ? WHERE id = ?",
        [codec.dump(doubtful), codec.dump(chances), codec.dump(sources), document_id],
    )
    if field == "number":
        connection.execute("UPDATE documents SET number_key = ? WHERE id = ?", [number_key(value) or None, document_id])
    if field == "date":
        year = int(value[:4]) if value else None
        precision = date_precision(value)
        connection.execute("UPDATE documents SET year = ?, date_precision = ? WHERE id = ?", [year, precision, document_id])
    if field in LEGAL_FIELDS:
        header = connection.execute(
            f"SELECT {', '.join(LEGAL_FIELDS)} FROM documents WHERE id = ?", [document_id]
        ).fetchone()
        key = sure_legal_key(dict(zip(LEGAL_FIELDS, header, strict=True)), doubtful)
        connection.execute("UPDATE documents SET legal_key = ? WHERE id = ?", [key, document_id])


def _said_of(known: dict[str, Any], field: str, value: float | str | None) -> dict[str, Any]:
    """What is known of the fields with what a person makes of one; what was read is kept, and comes back with ``None``."""
    read = f"{field}{AS_READ}"
    if value is None:
        return {name: known[name] for name in known if name not in (field, read)} | (
            {field: known[read]} if read in known else {}
        )
    kept = {read: known[field]} if field in known and known.get(field) != value and read not in known else {}
    return known | kept | {field: value}


def _put_fact(connection: sqlite3.Connection, table: str, fact_id: str, decision: str, values: Mapping[str, object]) -> None:
    columns = {"review": decision, **values}
    names = ", ".join(f'"{name}" = ?' for name in columns)
    connection.execute(f"UPDATE {table} SET {names} WHERE id = ?", [*columns.values(), fact_id])


# --- helpers -------------------------------------------------------------------------------------------------------------

_PAGE = (
    "SELECT p.id, p.number, p.start, t.raw, t.repaired, l.edits, l.doubts FROM pages p JOIN page_texts t ON t.page_id = p.id"
    " JOIN page_layouts l ON l.page_id = p.id WHERE p.document_id = ? AND p.number = ?"
)


class _Reindexed:
    """Takes a document out of the index while it changes and puts it in again afterwards."""

    def __init__(self, corpus: FullText, document_id: int) -> None:
        self._corpus, self._id = corpus, document_id

    def __enter__(self) -> None:
        self._corpus.unindex(self._id)

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self._corpus.index(self._id)


def _document(corpus: FullText, key: str) -> Row:
    row = corpus.row('SELECT * FROM documents WHERE "key" = ?', [key])
    if row is None:
        raise NoSuchPlace(f"no document {key}")
    return row


def _page(corpus: FullText, document_id: int, number: int) -> Row:
    row = corpus.row(_PAGE, [document_id, number])
    if row is None:
        raise NoSuchPlace(f"no page {number}")
    return row


def _fact(corpus: FullText, fact_id: str) -> tuple[str, Row]:
    for table in FACT_KINDS:
        row = corpus.row(f"SELECT * FROM {table} WHERE id = ?", [fact_id])
        if row is not None:
            return table, row
    raise NoSuchPlace(f"no fact {fact_id}")


def _one_line(text: str) -> str:
    text = unicodedata.normalize("NFC", _NOT_ON_ONE_LINE.sub(" ", text))
    if len(text) > LONGEST:
        raise ReviewError(f"longer than {LONGEST} characters")
    return text


_COLUMNS = ("page", "line", "field", "before", "after", "raw")


def _record(connection: sqlite3.Connection, key: str, reviewer: str, kind: str, **values: object) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    names, places = ", ".join(_COLUMNS), ", ?" * len(_COLUMNS)
    connection.execute(
        f"INSERT INTO reviews(at, reviewer, document_key, kind, {names}) VALUES (?, ?, ?, ?{places})",
        [at, reviewer, key, kind, *(values.get(name) for name in _COLUMNS)],
    )
