"""The schema, as numbered migrations; never edited once released.

Each runs in one transaction together with the record of it (``sqlite_utils.migrations``).

What is a row and what is JSON: a million pages hold some four hundred million words and, read badly, a hundred million
repairs. As rows they would be most of the file and nearly all of the time to write it, and they are only ever wanted
by page. So words, lines, edits and doubts are one JSON array each per page (``page_layouts``), and the views
``lines``, ``words``, ``edits`` and ``doubts`` unpack them for anyone who wants to ask in SQL. Documents, pages,
tables, facts and document numbers, which are searched and counted across the corpus, are rows.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from db.migrations_past import legal_key, title_entry

migrations = Migrations("vanban")

# The kinds of facts of the first schema (``documents.facts.FACT_KINDS`` names those of today).
_FACT_TABLES = ("targets", "deadlines", "assignments", "citations")

DOSSIER_FIELDS = (
    *("title", "retention", "access", "language", "start_date", "end_date", "keywords", "sheets", "physical"),
    *("information_sign", "confidence_level", "paper_code", "backup", "backup_status", "creator", "description"),
    *("archive", "agency", "parent_agency", "fonds", "inventory", "year", "notation", "box"),
)
"""What a person states of a dossier beside its code; the rest (dates, counts, languages) is reckoned from its documents."""

_PROVENANCE = """
    id TEXT PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    line INTEGER NOT NULL,
    line_end INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    quote TEXT NOT NULL,
    bbox TEXT,
    reading_confidence REAL NOT NULL,
    confidence REAL NOT NULL,
    rule TEXT NOT NULL,
    review TEXT NOT NULL DEFAULT '',
"""


def _run(db: Database, script: str) -> None:
    """Statement by statement: ``executescript`` would commit the transaction that the migration runs in."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m001_initial(db: Database) -> None:
    """Source files, documents, pages and all that was found on them."""
    _run(
        db,
        """
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    encrypted INTEGER NOT NULL DEFAULT 0,
    signed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE paths (
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES files(sha256) ON DELETE CASCADE,
    name TEXT NOT NULL,
    current INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (path, sha256)
);
CREATE INDEX paths_sha256 ON paths(sha256);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    "key" TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL UNIQUE REFERENCES files(sha256),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('complete', 'partial')),
    pages INTEGER NOT NULL,
    number TEXT, type TEXT, issuer TEXT, province TEXT, place TEXT, date TEXT, title TEXT,
    signer TEXT, signer_title TEXT, recipients TEXT NOT NULL DEFAULT '[]', language TEXT,
    year INTEGER,
    number_key TEXT,
    profile TEXT NOT NULL DEFAULT 'clean',
    text_confidence REAL NOT NULL,
    header_spans TEXT NOT NULL DEFAULT '{}',
    versions TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX documents_number_key ON documents(number_key);
CREATE INDEX documents_date ON documents(date);
CREATE INDEX documents_type ON documents(type);
CREATE INDEX documents_issuer ON documents(issuer);
CREATE INDEX documents_province ON documents(province);
CREATE INDEX documents_signer ON documents(signer);
CREATE INDEX documents_year ON documents(year);
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    start INTEGER NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL,
    rotation INTEGER NOT NULL,
    skew REAL NOT NULL,
    source TEXT NOT NULL,
    engine TEXT NOT NULL,
    profile TEXT,
    confidence REAL NOT NULL,
    UNIQUE (document_id, number)
);
CREATE TABLE page_texts (
    page_id INTEGER PRIMARY KEY REFERENCES pages(id) ON DELETE CASCADE,
    repaired TEXT NOT NULL,
    raw TEXT NOT NULL
);
CREATE TABLE page_layouts (
    page_id INTEGER PRIMARY KEY REFERENCES pages(id) ON DELETE CASCADE,
    reasons TEXT NOT NULL,
    lines TEXT NOT NULL,
    words TEXT NOT NULL,
    marginalia TEXT NOT NULL,
    edits TEXT NOT NULL,
    doubts TEXT NOT NULL
);
CREATE TABLE failed_pages (
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (document_id, page)
);
CREATE TABLE tables (
    id TEXT PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    header_rows INTEGER NOT NULL,
    bbox TEXT,
    continues INTEGER NOT NULL,
    confidence REAL NOT NULL,
    cells TEXT NOT NULL
);
CREATE INDEX tables_document ON tables(document_id);
CREATE TABLE quarantine (
    sha256 TEXT PRIMARY KEY REFERENCES files(sha256) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    arguments TEXT NOT NULL,
    versions TEXT NOT NULL
);
CREATE TABLE run_files (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('stored', 'partial', 'unchanged', 'quarantined')),
    reason TEXT,
    detail TEXT,
    pages INTEGER NOT NULL DEFAULT 0,
    sources TEXT NOT NULL DEFAULT '{}',
    confidence REAL,
    facts TEXT NOT NULL DEFAULT '{}',
    seconds REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, path)
);
""",
    )
    _run(
        db,
        f"""
CREATE TABLE targets ({_PROVENANCE}
    kind TEXT NOT NULL, value REAL NOT NULL, value_max REAL, "of" REAL, unit TEXT NOT NULL, comparator TEXT NOT NULL,
    indicator TEXT, scope TEXT, due TEXT, responsible TEXT NOT NULL DEFAULT '[]');
CREATE TABLE deadlines ({_PROVENANCE}
    type TEXT NOT NULL, iso TEXT NOT NULL, relation TEXT NOT NULL, obligation TEXT, responsible TEXT NOT NULL DEFAULT '[]');
CREATE TABLE assignments ({_PROVENANCE}
    unit TEXT NOT NULL, role TEXT NOT NULL, task TEXT NOT NULL, output TEXT, time TEXT, unit_id TEXT);
CREATE TABLE citations ({_PROVENANCE}
    number TEXT NOT NULL, type TEXT, issuer TEXT, date TEXT, relation TEXT);
""",
    )
    for table in _FACT_TABLES:
        db.execute(f"CREATE INDEX {table}_document ON {table}(document_id, start)")
    _run(
        db,
        """
CREATE VIEW lines AS
    SELECT page_id, l.key AS line, json_extract(l.value, '$[0]') AS kind, json_extract(l.value, '$[1]') AS bbox,
        json_extract(l.value, '$[2]') AS confidence, json_extract(l.value, '$[3]') AS paragraph
    FROM page_layouts, json_each(page_layouts.lines) AS l;
CREATE VIEW words AS
    SELECT page_id, l.key AS line, json_extract(w.value, '$[0]') AS start, json_extract(w.value, '$[1]') AS "end",
        json_extract(w.value, '$[2]') AS bbox, json_extract(w.value, '$[3]') AS confidence,
        coalesce(json_extract(w.value, '$[4]'), 0) AS handwritten
    FROM page_layouts, json_each(page_layouts.words) AS l, json_each(l.value) AS w;
CREATE VIEW edits AS
    SELECT e.page_id, json_extract(j.value, '$[0]') AS start, json_extract(j.value, '$[1]') AS "end",
        substr(t.raw, json_extract(j.value, '$[0]') + 1,
               json_extract(j.value, '$[1]') - json_extract(j.value, '$[0]')) AS before,
        json_extract(j.value, '$[2]') AS after, json_extract(j.value, '$[3]') AS rule, json_extract(j.value, '$[4]') AS score
    FROM page_layouts AS e JOIN page_texts AS t USING (page_id), json_each(e.edits) AS j;
CREATE VIEW doubts AS
    SELECT d.page_id, json_extract(j.value, '$[0]') AS start, json_extract(j.value, '$[1]') AS "end",
        substr(t.raw, json_extract(j.value, '$[0]') + 1,
               json_extract(j.value, '$[1]') - json_extract(j.value, '$[0]')) AS text,
        json_extract(j.value, '$[2]') AS confidence, json_extract(j.value, '$[3]') AS suggestion
    FROM page_layouts AS d JOIN page_texts AS t USING (page_id), json_each(d.doubts) AS j;
""",
    )


@migrations()
def m002_search(db: Database) -> None:
    """The full-text index and what goes with it.

    ``page_index`` is contentless: it holds postings only, since page texts are in ``page_texts`` and snippets are cut
    from there. Its columns are described in ``db.index``. ``numbers`` lists the document numbers on each page,
    ``vocabulary`` the words of the corpus with the number of pages that have them (for "did you mean" and to tell
    common words from rare ones before searching).
    """
    _run(
        db,
        """
CREATE VIRTUAL TABLE page_index USING fts5(
    exact, folded, title, numbers, labels,
    content='', tokenize="unicode61 remove_diacritics 0 tokenchars '%'"
);
CREATE TABLE numbers (
    "key" TEXT NOT NULL,
    page_id INTEGER NOT NULL REFERENCES pages(id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('own', 'cited')),
    short TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY ("key", page_id, role)
) WITHOUT ROWID;
CREATE INDEX numbers_short ON numbers(short);
CREATE INDEX numbers_page ON numbers(page_id);
CREATE TABLE vocabulary (
    word TEXT PRIMARY KEY,
    folded TEXT NOT NULL,
    pages INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX vocabulary_folded ON vocabulary(folded, pages);
""",
    )


@migrations()
def m003_staged_pages(db: Database) -> None:
    """Pages of unfinished documents, so that a run which was stopped does not read them again (``db.staging``)."""
    db.execute("""
CREATE TABLE staged_pages (
    sha256 TEXT NOT NULL,
    reading TEXT NOT NULL,
    number INTEGER NOT NULL,
    page TEXT NOT NULL,
    PRIMARY KEY (sha256, number)
)""")


@migrations()
def m004_reviews(db: Database) -> None:
    """What reviewers said (``db.reviews``), and who may. Reviews belong to keys, so they outlive what they are about."""
    _run(
        db,
        """
CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    document_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('line', 'header', 'accepted', 'rejected', 'corrected')),
    page INTEGER,
    line INTEGER,
    field TEXT,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    raw TEXT,
    stale INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX reviews_document ON reviews(document_key, id);
CREATE TABLE reviewers (
    name TEXT PRIMARY KEY,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL
);
""",
    )


@migrations()
def m005_samples(db: Database) -> None:
    """Pages drawn at random for a person to transcribe (``corpus.reports.acceptance``), with their text at that time."""
    _run(
        db,
        """
CREATE TABLE samples (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    size INTEGER NOT NULL,
    seed INTEGER NOT NULL
);
CREATE TABLE sample_pages (
    sample_id INTEGER NOT NULL REFERENCES samples(id) ON DELETE CASCADE,
    document_key TEXT NOT NULL,
    page INTEGER NOT NULL,
    stratum TEXT NOT NULL,
    stratum_pages INTEGER NOT NULL,
    text TEXT NOT NULL,
    transcript TEXT,
    reviewer TEXT,
    at TEXT,
    PRIMARY KEY (sample_id, document_key, page)
);
""",
    )


@migrations()
def m006_same_documents(db: Database) -> None:
    """The legal key of documents (number, issuer and date), and which documents share one: scans of the same original."""
    db.execute("ALTER TABLE documents ADD COLUMN legal_key TEXT")
    db.conn.create_function("legal_key", 3, legal_key, deterministic=True)
    db.execute("UPDATE documents SET legal_key = legal_key(number, issuer, date)")
    _run(
        db,
        """
CREATE INDEX documents_legal_key ON documents(legal_key) WHERE legal_key IS NOT NULL;
CREATE VIEW same_documents AS
    SELECT legal_key, id AS document_id, "key", name,
        row_number() OVER (
            PARTITION BY legal_key ORDER BY status = 'complete' DESC, text_confidence DESC, "key"
        ) AS preference
    FROM documents WHERE legal_key IN (
        SELECT legal_key FROM documents WHERE legal_key IS NOT NULL GROUP BY legal_key HAVING count(*) > 1
    );
""",
    )


@migrations()
def m007_doubtful_headers(db: Database) -> None:
    """Which header fields were more likely read wrong than right; none of documents stored before this was asked."""
    db.execute("ALTER TABLE documents ADD COLUMN doubtful TEXT NOT NULL DEFAULT '[]'")


@migrations(name="m007_title_index")  # released under a number that was taken; corpora remember it by this name
def m007b_title_index(db: Database) -> None:
    """Titles of documents by themselves, under the row number of their first page.

    FTS5 keeps one list of pages per word for all columns: to look for two common words in titles, ``page_index`` walks
    every page that has them.
    """
    db.execute("""
CREATE VIRTUAL TABLE title_index USING fts5(
    exact, folded, labels, tokenize="unicode61 remove_diacritics 0 tokenchars '%'"
)""")
    first_pages = db.execute(
        "SELECT d.*, p.id AS page_id, p.confidence AS confidence, {} FROM documents d"
        " JOIN pages p ON p.document_id = d.id AND p.number = 1".format(
            ", ".join(
                f"EXISTS (SELECT 1 FROM {table} f WHERE f.document_id = d.id AND f.page = 1) AS has_{table}"
                for table in _FACT_TABLES
            )
        )
    )
    names = [column[0] for column in first_pages.description]
    for values in first_pages:
        row = dict(zip(names, values, strict=True))
        entry = title_entry(row, row["confidence"], [table for table in _FACT_TABLES if row[f"has_{table}"]])
        if entry:
            db.execute("INSERT INTO title_index(rowid, exact, folded, labels) VALUES (?, ?, ?, ?)", [row["page_id"], *entry])


@migrations()
def m008_deadlines_by_time(db: Database) -> None:
    """When something falls due, counted and found without reading the deadlines themselves (``corpus.web.overview``)."""
    db.execute("CREATE INDEX deadlines_time ON deadlines(iso, type, review)")


_HEADER_EXTRAS = """
    date_precision TEXT, title_plain TEXT, signer_rank TEXT, cosigners TEXT NOT NULL DEFAULT '[]',
    secrecy TEXT, urgency TEXT, arrival_number TEXT, arrival_date TEXT, copy_mark TEXT, draft_mark TEXT,
    probabilities TEXT NOT NULL DEFAULT '{}', header_sources TEXT NOT NULL DEFAULT '{}',
    candidates TEXT NOT NULL DEFAULT '{}'
"""


@migrations()
def m009_header_and_parts(db: Database) -> None:
    """How sure each field of a header is and what its stamps say; the documents that a file seems to hold."""
    for column in _HEADER_EXTRAS.replace("\n", " ").split(","):
        db.execute(f"ALTER TABLE documents ADD COLUMN {column}")
    _run(
        db,
        f"""
CREATE TABLE parts (
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    first_page INTEGER NOT NULL,
    last_page INTEGER NOT NULL,
    score REAL NOT NULL,
    reasons TEXT NOT NULL DEFAULT '[]',
    number TEXT, number_key TEXT, type TEXT, issuer TEXT, province TEXT, place TEXT, date TEXT, title TEXT,
    signer TEXT, signer_title TEXT, recipients TEXT NOT NULL DEFAULT '[]', language TEXT,
    doubtful TEXT NOT NULL DEFAULT '[]',
    {_HEADER_EXTRAS},
    PRIMARY KEY (document_id, ordinal)
);
CREATE INDEX parts_number_key ON parts(number_key);
CREATE INDEX documents_secrecy ON documents(secrecy) WHERE secrecy IS NOT NULL;
""",
    )


@migrations()
def m010_sessions(db: Database) -> None:
    """Who is logged in (``db.sessions``), and accounts that may read but not review (``db.reviewers``)."""
    db.execute("ALTER TABLE reviewers ADD COLUMN may_review INTEGER NOT NULL DEFAULT 1")
    _run(
        db,
        """
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    token BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL REFERENCES reviewers(name) ON DELETE CASCADE,
    started TEXT NOT NULL,
    seen TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
);
CREATE INDEX sessions_name ON sessions(name);
""",
    )


@migrations()
def m011_queue(db: Database) -> None:
    """What the queue of review needs: reviews that take another back ("undone"), what was passed over, and quick order.

    Beside it, what people said of the header fields of sampled documents (``db.samples``).
    """
    _run(
        db,
        """
CREATE TABLE reviews_new (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    document_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('line', 'header', 'accepted', 'rejected', 'corrected', 'undone')),
    page INTEGER,
    line INTEGER,
    field TEXT,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    raw TEXT,
    stale INTEGER NOT NULL DEFAULT 0
);
INSERT INTO reviews_new
    SELECT id, at, reviewer, document_key, kind, page, line, field, before, after, raw, stale FROM reviews;
DROP TABLE reviews;
ALTER TABLE reviews_new RENAME TO reviews;
CREATE INDEX reviews_document ON reviews(document_key, id);
CREATE INDEX reviews_reviewer ON reviews(reviewer, id);
CREATE INDEX pages_confidence ON pages(confidence);
CREATE TABLE sample_fields (
    sample_id INTEGER NOT NULL REFERENCES samples(id) ON DELETE CASCADE,
    document_key TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    is_right INTEGER NOT NULL,
    reviewer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (sample_id, document_key, field)
);
CREATE TABLE passed_over (
    reviewer TEXT NOT NULL,
    item TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (reviewer, item)
) WITHOUT ROWID;
""",
    )
    for table in _FACT_TABLES:
        db.execute(f"CREATE INDEX {table}_review ON {table}(review, confidence)")


@migrations()
def m012_dossiers(db: Database) -> None:
    """Files of records ("hồ sơ"), what is in them, how people cut files into documents, and when files were checked.

    Dossiers refer to documents by key, so that they outlive a re-reading, as reviews do (``db.dossiers``).
    """
    fields = ",\n    ".join(f"{name} TEXT NOT NULL DEFAULT ''" for name in DOSSIER_FIELDS)
    _run(
        db,
        f"""
CREATE TABLE dossiers (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    {fields},
    made_from TEXT NOT NULL DEFAULT '',
    made_at TEXT NOT NULL
);
CREATE TABLE dossier_documents (
    dossier_id INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    document_key TEXT NOT NULL,
    PRIMARY KEY (dossier_id, document_key)
);
CREATE INDEX dossier_documents_key ON dossier_documents(document_key);
CREATE TABLE listed_documents (
    dossier_id INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    number TEXT, date TEXT, about TEXT, author TEXT, sheet TEXT, note TEXT, file TEXT,
    source TEXT NOT NULL,
    PRIMARY KEY (dossier_id, source, ordinal)
);
CREATE TABLE cuts (
    document_key TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    pages TEXT NOT NULL,
    cut_by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (document_key, ordinal)
);
CREATE TABLE catalogue_values (
    document_key TEXT NOT NULL,
    first_page INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (document_key, first_page, field)
);
CREATE TABLE fixity_checks (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    path TEXT NOT NULL,
    expected TEXT NOT NULL,
    found TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('same', 'changed', 'missing'))
);
CREATE INDEX fixity_checks_path ON fixity_checks(path, at);
""",
    )


@migrations()
def m013_unread(db: Database) -> None:
    """Where on a page print was seen that nobody read: a JSON array of boxes [left, top, right, bottom] in points."""
    db.execute("ALTER TABLE pages ADD COLUMN unread TEXT NOT NULL DEFAULT '[]'")


@migrations()
def m014_tags(db: Database) -> None:
    """Tags and notes that people put on documents (``db.tags``). They belong to keys, as reviews do."""
    _run(
        db,
        """
CREATE TABLE tags (
    document_key TEXT NOT NULL,
    tag_key TEXT NOT NULL,
    tag TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (document_key, tag_key)
) WITHOUT ROWID;
CREATE INDEX tags_key ON tags(tag_key, document_key);
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    document_key TEXT NOT NULL,
    text TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX notes_document ON notes(document_key, id);
""",
    )


@migrations()
def m015_unread_pages(db: Database) -> None:
    """Which pages have print that nobody read, for the queue of review."""
    db.execute("CREATE INDEX pages_unread ON pages(document_id, number) WHERE unread != '[]'")


@migrations()
def m016_learned_decisions(db: Database) -> None:
    """Decisions that the reviews of this corpus taught (``db.decisions``): they go where the corpus goes."""
    _run(
        db,
        """
CREATE TABLE learned_decisions (
    kind TEXT PRIMARY KEY,
    model BLOB NOT NULL,
    model_digest TEXT NOT NULL,
    extraction TEXT NOT NULL,
    reviews INTEGER NOT NULL,
    learned_at TEXT NOT NULL
) WITHOUT ROWID;
""",
    )


@migrations()
def m017_filled_in(db: Database) -> None:
    """Figures that a pen wrote into the blanks of a letterhead: a JSON array of [blank, box, [[reading, probability] …]]."""
    db.execute("ALTER TABLE pages ADD COLUMN filled_in TEXT NOT NULL DEFAULT '[]'")


@migrations()
def m018_possible_starts(db: Database) -> None:
    """Pages on which a document may begin although more speaks against it (``extractors.boundaries``)."""
    _run(
        db,
        """
CREATE TABLE possible_starts (
    document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    score REAL NOT NULL,
    reasons TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (document_id, page)
) WITHOUT ROWID;
""",
    )
