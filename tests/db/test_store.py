"""The store: all of a document or none, twice as if once, in whatever order."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import codec
from db.backup import back_up
from db.digest import content_digest
from db.errors import CorpusLocked, CorpusMissing, NewerSchema, NoRoomForCopy, NotACorpus, ReadOnlyCorpus
from db.store import Corpus
from documents.edits import Edit, Repaired, replay
from documents.facts import FACT_KINDS, Header, Part
from documents.outcome import Processed, Quarantined, Reason
from documents.page import Page
from tests.making import DECISION, a_document, a_source, the_decision


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corpus.db"


def saved(path: Path, *documents: Processed) -> Path:
    with Corpus.open(path, create=True) as corpus:
        for document in documents:
            corpus.save(document, path=f"in/{document.document.source.name}")
    return path


def test_save_keeps_raw_repaired_and_the_edits_between_them(path):
    with Corpus.open(saved(path, the_decision()), read_only=True) as corpus:
        page = corpus.row("SELECT * FROM page_texts JOIN page_layouts USING (page_id) WHERE page_id = 1")
    assert "ngay 15" in page["raw"] and "ngày 15" in page["repaired"]
    assert replay(page["raw"], codec.unpack_edits(page["edits"], page["raw"])) == page["repaired"]


def test_views_unpack_words_edits_and_doubts_for_plain_sql(path):
    with Corpus.open(saved(path, the_decision()), read_only=True) as corpus:
        assert corpus.row("SELECT before, after, rule FROM edits") == {"before": "ngay", "after": "ngày", "rule": "channel"}
        assert corpus.row("SELECT text, suggestion FROM doubts") == {"text": "15", "suggestion": "16"}
        words = corpus.rows("SELECT * FROM words WHERE page_id = 1 AND line = 1")
        assert [(word["start"], word["end"]) for word in words] == [(0, 2), (4, 6), (7, 9), (10, 14)]


def test_saving_twice_changes_nothing(path):
    saved(path, the_decision())
    before = content_digest(path)
    saved(path, the_decision())
    assert content_digest(path) == before
    with Corpus.open(path) as corpus:
        assert corpus.totals()["documents"] == 1 and corpus.totals()["pages"] == 2
        corpus.db.execute("INSERT INTO page_index(page_index) VALUES ('integrity-check')")


def test_saving_a_newer_reading_replaces_all_of_the_older(path):
    old = the_decision()
    text = DECISION.replace("ngay", "ngày") + "Điều khoản mới\n"
    new = replace(a_document(text, name="05_qd_ubnd.pdf"), versions={"engine": "tesseract 6"})
    source = replace(new.document.source, sha256=old.document.source.sha256)
    new = replace(new, document=replace(new.document, source=source))
    saved(path, old, new)
    other = saved(path.with_name("other.db"), new)
    assert content_digest(path) == content_digest(other)
    with Corpus.open(path, read_only=True) as corpus:
        found = "SELECT rowid FROM page_index WHERE page_index MATCH ?"
        assert corpus.rows(found, ['exact : "phấn đấu"']) == []
        assert len(corpus.rows(found, ['exact : "điều khoản"'])) == 1


def test_a_corpus_from_before_the_index_of_titles_is_given_one(path):
    saved(path, the_decision())
    rows = "SELECT rowid, * FROM title_index"
    with Corpus.open(path) as corpus:
        before = corpus.rows(rows)
        corpus.db.execute("DROP TABLE title_index")
        corpus.db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm007_title_index'")
        corpus.db.conn.commit()
    with Corpus.open(path) as corpus:
        assert corpus.rows(rows) == before and before[0]["folded"].startswith("quyet dinh 05/qd-ubnd")


def test_order_of_saving_does_not_show(tmp_path):
    documents = [
        the_decision(),
        a_document("Một trang\nhai dòng\n", name="b.pdf"),
        a_document("Trang khác\n", "Trang hai\n", name="c.pdf"),
    ]
    digests = {content_digest(saved(tmp_path / f"{i}.db", *order)) for i, order in enumerate(permutations(documents))}
    assert len(digests) == 1


@pytest.mark.parametrize("change", ["text", "fact", "path", "version"])
def test_digest_tells_contents_apart(tmp_path, change):
    one = the_decision()
    other = {
        "text": lambda: replace(one, repaired=Repaired(one.repaired.raw, one.repaired.raw)),
        "fact": lambda: replace(one, facts=replace(one.facts, found=one.facts.found[:1])),
        "path": lambda: replace(one, document=replace(one.document, source=replace(one.document.source, name="x.pdf"))),
        "version": lambda: replace(one, versions={"engine": "other"}),
    }[change]()
    assert content_digest(saved(tmp_path / "a.db", one)) != content_digest(saved(tmp_path / "b.db", other))


def test_an_edit_across_a_page_end_is_refused_and_leaves_no_trace(path):
    document = a_document("một\n", "hai\n")
    at = len("một")
    edit = Edit(at, at + 3, "\n\fh", "\n\fb", "test")
    bad = replace(document, repaired=Repaired(document.repaired.raw, replay(document.repaired.raw, [edit]), (edit,)))
    with Corpus.open(path, create=True) as corpus:
        with pytest.raises(ValueError, match="page end"):
            corpus.save(bad, path="x")
        assert corpus.totals()["documents"] == 0 and corpus.rows("SELECT * FROM files") == []


def test_a_failure_halfway_leaves_what_was_there(path, monkeypatch):
    saved(path, the_decision())
    before = content_digest(path)
    with Corpus.open(path) as corpus:
        monkeypatch.setattr(Corpus, "_count_words", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            corpus.save(replace(the_decision(), versions={"engine": "new"}), path="in/05_qd_ubnd.pdf")
        with pytest.raises(ZeroDivisionError):
            corpus.save(a_document("khác\n"), path="in/y.pdf")
    assert content_digest(path) == before


_WRITER = """
import sys
from tests.making import a_document
from db.store import Corpus
with Corpus.open(sys.argv[1], create=True) as corpus:
    for i in range(60):
        pages = [f"Trang {i} {p} cải cách hành chính\\n" * 30 for p in range(5)]
        corpus.save(a_document(*pages, name=f"{i}.pdf"), path=f"{i}.pdf")
        print(i, flush=True)
"""


def test_killed_at_any_moment_and_started_again_it_is_as_if_never_killed(tmp_path):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", _WRITER]
    for killed_after in (1, 7, 20):
        with subprocess.Popen(
            [*command, str(tmp_path / "k.db")], env=environment, stdout=subprocess.PIPE, text=True
        ) as writer:
            for line in writer.stdout:
                if int(line) >= killed_after:
                    break
            time.sleep(0.003 * killed_after)
            writer.send_signal(signal.SIGKILL)
            writer.stdout.close()
    subprocess.run([*command, str(tmp_path / "k.db")], env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*command, str(tmp_path / "u.db")], env=environment, check=True, stdout=subprocess.DEVNULL)
    assert content_digest(tmp_path / "k.db") == content_digest(tmp_path / "u.db")


def test_vocabulary_counts_pages_and_forgets_with_them(path):
    saved(path, the_decision(), a_document("cải cách\n", "cải tiến\n", name="b.pdf"))
    with Corpus.open(path) as corpus:
        count = "SELECT pages FROM vocabulary WHERE word = ?"
        assert corpus.row(count, ["cải"]) == {"pages": 3}
        corpus.remove(a_document("cải cách\n", "cải tiến\n", name="b.pdf").document.source.sha256)
        assert corpus.row(count, ["cải"]) == {"pages": 1}
        assert corpus.row(count, ["tiến"]) is None


def test_status_of_tells_versions_and_quarantine(path):
    lost = Quarantined("f" * 64, "38_empty.pdf", 0, "application/x-empty", Reason.EMPTY, "0 bytes")
    failed = replace(the_decision(), failed_pages={2: (Reason.ENGINE_FAILED, "killed")})
    with Corpus.open(path, create=True) as corpus:
        sha256 = corpus.save(failed, path="a") and failed.document.source.sha256
        corpus.quarantine(lost, path="b")
        assert corpus.status_of(sha256).status == "partial"
        assert corpus.status_of(sha256).versions == {"engine": "tesseract 5"}
        assert corpus.status_of("f" * 64).reason is Reason.EMPTY
        assert corpus.status_of("0" * 64) is None
        corpus.save(replace(failed, failed_pages={}), path="a")
        assert corpus.status_of(sha256).status == "complete"
        assert corpus.rows("SELECT * FROM failed_pages") == []


def test_quarantine_never_drops_a_document_that_was_read(path):
    document = the_decision()
    sha256 = document.document.source.sha256
    with Corpus.open(path, create=True) as corpus:
        corpus.save(document, path="a")
        corpus.quarantine(Quarantined(sha256, "a", 1, "application/pdf", Reason.CRASHED, "signal 9"), path="a")
        assert corpus.status_of(sha256).status == "complete"


def test_one_file_at_two_paths_is_one_document_with_the_first_name(path):
    document = the_decision("z.pdf")
    with Corpus.open(path, create=True) as corpus:
        corpus.save(document, path="one/z.pdf")
        corpus.record_path(replace(document.document.source, name="a.pdf"), path="two/a.pdf")
        assert corpus.rows("SELECT name, document FROM documents") == [{"name": "a.pdf", "document": "a"}]
        assert len(corpus.rows("SELECT * FROM paths")) == 2


def test_a_changed_file_makes_a_new_version_and_keeps_the_old(path):
    with Corpus.open(path, create=True) as corpus:
        corpus.save(a_document("cũ\n", name="v.txt", content="cũ"), path="v.txt")
        corpus.save(a_document("mới\n", name="v.txt", content="mới"), path="v.txt")
        assert [row["current"] for row in corpus.rows("SELECT current FROM paths ORDER BY rowid")] == [0, 1]
        assert corpus.totals()["documents"] == 2


def test_scans_of_one_original_are_linked_the_better_reading_first(path):
    """Complete before partial, then by confidence; what lacks number, issuer or date is like nothing else."""
    same = Header(number="05/QĐ-UBND", issuer="UBND tỉnh Hải Dương", date="2023-01-05")
    typed_otherwise = Header(number="5/QĐ-UBND", issuer="UBND Tỉnh Hải  Dương", date="2023-01-05")
    with Corpus.open(path, create=True) as corpus:
        corpus.save(a_document("a\n", name="a.pdf", header=same, failed_pages={2: (Reason.CRASHED, "")}), path="a.pdf")
        corpus.save(a_document("b\n", name="b.pdf", header=typed_otherwise), path="b.pdf")
        corpus.save(a_document("c\n", name="c.pdf", header=replace(same, issuer="UBND huyện Bình Giang")), path="c.pdf")
        corpus.save(a_document("d\n", name="d.pdf", header=replace(same, date=None)), path="d.pdf")
        linked = corpus.rows("SELECT name, preference FROM same_documents ORDER BY preference")
    assert linked == [{"name": "b.pdf", "preference": 1}, {"name": "a.pdf", "preference": 2}]


def test_report_has_a_row_per_file_and_adds_up(path):
    with Corpus.open(path, create=True) as corpus:
        run = corpus.begin_run({"paths": ["in"]}, {"engine": "x"})
        corpus.save(the_decision(), path="in/a.pdf", run_id=run)
        corpus.record_path(the_decision().document.source, path="in/b.pdf", run_id=run)
        corpus.quarantine(Quarantined("f" * 64, "c", 0, "", Reason.EMPTY, "0 bytes"), path="in/c.pdf", run_id=run)
        corpus.finish_run(run)
        report = corpus.report(run)
    assert [(file["path"], file["outcome"]) for file in report["files"]] == [
        ("in/a.pdf", "stored"),
        ("in/b.pdf", "unchanged"),
        ("in/c.pdf", "quarantined"),
    ]
    assert report["files"][0]["sources"] == {"ocr": 2}
    assert report["totals"]["facts"] == {"citations": 1, "deadlines": 1}
    assert report["totals"]["reasons"] == {"empty": 1}
    assert report["finished_at"]


def test_facts_keep_their_ids_when_a_document_is_saved_again(path):
    saved(path, a_document("khác\n", name="first.pdf"), the_decision())
    with Corpus.open(path) as corpus:
        ids = [corpus.rows(f"SELECT id FROM {table} ORDER BY id") for table in FACT_KINDS]
        corpus.save(replace(the_decision(), versions={"engine": "new"}), path="in/05_qd_ubnd.pdf")
        assert [corpus.rows(f"SELECT id FROM {table} ORDER BY id") for table in FACT_KINDS] == ids


def test_open_tells_what_is_wrong_with_a_file(tmp_path):
    with pytest.raises(CorpusMissing, match="vanban ingest"):
        Corpus.open(tmp_path / "none.db", read_only=True)
    text = tmp_path / "text.db"
    text.write_text("không phải một cơ sở dữ liệu " * 100, encoding="utf-8")
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE documents (id)")
    connection.close()
    for path in (text, other, tmp_path):
        with pytest.raises(NotACorpus):
            Corpus.open(path, create=True)
    newer = saved(tmp_path / "newer.db")
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE _sqlite_migrations SET name = 'm999_from_the_future' WHERE name = 'm002_search'")
    connection.close()
    with pytest.raises(NewerSchema, match="m999_from_the_future"):
        Corpus.open(newer)


def test_reading_only_never_writes(path):
    with Corpus.open(saved(path), read_only=True) as corpus, pytest.raises(ReadOnlyCorpus):
        corpus.save(the_decision(), path="a")


def test_a_corpus_in_a_folder_without_write_permission_can_be_read(tmp_path):
    folder = tmp_path / "cd"
    folder.mkdir()
    saved(folder / "c.db", the_decision())
    folder.chmod(0o555)
    try:
        with Corpus.open(folder / "c.db", read_only=True) as corpus:
            assert corpus.totals()["documents"] == 1
    finally:
        folder.chmod(0o755)


def test_a_writer_that_waits_in_vain_says_who_is_in_the_way(path, monkeypatch):
    monkeypatch.setattr("db.connection.BUSY_SECONDS", 0.05)
    saved(path)
    writing = pytest.raises(CorpusLocked, match="another process")
    with Corpus.open(path) as one, Corpus.open(path) as other, one.transaction(), writing:
        other.save(the_decision(), path="a")


def test_a_full_disk_is_told_and_undone(path):
    saved(path, a_document("một\n"))
    before = content_digest(path)
    with Corpus.open(path) as corpus:
        pages = corpus.row("SELECT page_count FROM pragma_page_count")["page_count"]
        corpus.db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Exception, match="make room"):
            corpus.save(a_document(*["chữ " * 5000 + "\n"] * 20, name="big.pdf"), path="big.pdf")
    assert content_digest(path) == before


def test_a_backup_without_room_says_that_the_corpus_is_as_it_was(path, tmp_path, monkeypatch):
    saved(path, a_document(*["chữ " * 5000 + "\n"] * 20))

    def small(target: Path) -> sqlite3.Connection:
        copy = connect(target)
        copy.execute("PRAGMA max_page_count = 2")
        return copy

    connect = sqlite3.connect
    with Corpus.open(path, read_only=True) as corpus:
        monkeypatch.setattr("db.backup.sqlite3.connect", small)
        with pytest.raises(NoRoomForCopy, match="no room for the copy; choose a place"):
            back_up(corpus, tmp_path / "copy.db")
    assert not list(tmp_path.glob("copy.db*"))


_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\f\r\x00\x0b\x1c\x1d\x1e\x85\u2028\u2029"), max_size=30
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=st.lists(st.lists(_text, max_size=4), min_size=1, max_size=3))
def test_any_text_comes_back_whole(tmp_path, pages):
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    document = a_document(*["".join(line + "\n" for line in lines) for lines in pages])
    saved(path, document)
    with Corpus.open(path, read_only=True) as corpus:
        rows = corpus.rows(
            "SELECT raw, repaired, lines, words FROM page_texts JOIN page_layouts USING (page_id) ORDER BY page_id"
        )
    assert [row["raw"] for row in rows] == [page.text for page in document.document.pages]
    for row, page in zip(rows, document.document.pages, strict=True):
        lines = codec.unpack_lines([line.text for line in page.lines], row["lines"], row["words"])
        assert [[w.text for w in line.words] for line in lines] == [[w.text for w in line.words] for line in page.lines]


def test_an_empty_document_can_be_stored(path):
    page = Page(1)
    document = a_document()
    empty = replace(document, document=replace(document.document, pages=(page,)), repaired=Repaired("", ""))
    with Corpus.open(
        saved(path, document, replace(empty, document=replace(empty.document, source=a_source("e.pdf")))), read_only=True
    ) as corpus:
        assert corpus.totals()["documents"] == 2


def test_a_part_is_stored_with_its_header_and_found_on_its_own_page(path):
    request = the_decision()
    draft = Header(
        number="118/TTr-SNV", type="Tờ trình", title="Về việc xin xe", probabilities={"number": 0.4}, doubtful=("number",)
    )
    parts = (Part(1, 1, header=request.facts.header), Part(2, 2, 0.87, ("motto", "own number"), draft))
    saved(path, replace(request, facts=replace(request.facts, parts=parts)))
    with Corpus.open(path, read_only=True) as corpus:
        stored = corpus.rows("SELECT * FROM parts ORDER BY ordinal")
        owned = corpus.tuples("SELECT p.number, n.key FROM numbers n JOIN pages p ON p.id = page_id WHERE role = 'own'")
        titled = corpus.tuples("SELECT rowid FROM title_index WHERE title_index MATCH 'folded:xin'")
    assert [(r["first_page"], r["score"], r["number_key"]) for r in stored] == [(1, 1.0, "5qdubnd"), (2, 0.87, "118ttrsnv")]
    assert (stored[1]["probabilities"], stored[1]["doubtful"]) == ('{"number":0.4}', '["number"]')
    assert sorted(owned) == [(1, "5qdubnd"), (2, "118ttrsnv")] and len(titled) == 1
    with Corpus.open(path) as corpus:
        corpus.remove(request.document.source.sha256)
        assert not corpus.tuples("SELECT 1 FROM parts") and not corpus.tuples("SELECT 1 FROM title_index")
