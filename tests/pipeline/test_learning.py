"""A corpus learns from its own review: only where it wins, and then its facts are decided by what it learned."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result

from corpus.reports.runs import whole_report, write_report
from db.decisions import learned_decisions
from db.reviews import decide_fact, judged_facts, undo_latest
from db.store import Corpus
from pipeline.cli import main
from pipeline.files.intake import examine
from pipeline.process import process
from pipeline.runs.ingest import Settings, ingest, reprocess
from pipeline.runs.learning import learn_from_reviews
from pipeline.runs.versions import room_digest, versions

SUBJECTS = (
    *("rà soát thủ tục hành chính", "trồng rừng phòng hộ", "sửa chữa trường học", "cấp nước sạch nông thôn"),
    *("thu gom rác thải", "tiêm phòng gia súc", "kiểm tra an toàn lao động", "số hóa hồ sơ lưu trữ"),
)
BODIES = ("Sở Nội vụ", "Sở Tài chính", "Sở Y tế", "Công an tỉnh", "Sở Xây dựng", "Sở Tư pháp")


def text_of(number: int, subject: str) -> str:
    """A plan whose dated tasks and regular reports alternate."""
    lines = ["KẾ HOẠCH", f"Về việc {subject}", "", "II. NHIỆM VỤ"]
    for i, body in enumerate(BODIES):
        day = 5 + (3 * i + number) % 20
        lines.append(f"{2 * i + 1}. {body} chủ trì {subject}, hoàn thành trước ngày {day}/{1 + i}/2026.")
        lines.append(f"{2 * i + 2}. {body} báo cáo kết quả {subject} định kỳ hằng quý.")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def unreviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learning")
    with Corpus.open(folder / "c.db", create=True) as corpus:
        for number, subject in enumerate(SUBJECTS):
            file = folder / f"ke_hoach_{number}.txt"
            file.write_text(text_of(number, subject), encoding="utf-8")
            corpus.save(process(file, examine(file)), path=str(file))
    return folder / "c.db"


@pytest.fixture
def corpus(unreviewed: Path, tmp_path: Path) -> Iterator[Corpus]:
    shutil.copy(unreviewed, tmp_path / "c.db")
    with Corpus.open(tmp_path / "c.db") as opened:
        yield opened


def deadlines(corpus: Corpus) -> list[dict[str, object]]:
    return corpus.rows("SELECT f.*, d.name FROM deadlines f JOIN documents d ON d.id = document_id ORDER BY f.id")


def is_regular(fact: dict[str, object]) -> bool:
    return fact["type"] == "recurring"


def review(corpus: Corpus, is_wrong: Callable[[dict[str, object]], bool], most: int | None = None) -> None:
    for fact in deadlines(corpus)[:most]:
        decide_fact(corpus, str(fact["id"]), "rejected" if is_wrong(fact) else "accepted", before="", reviewer="Lan")


def vanban(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", *map(str, arguments)], catch_exceptions=False)


def test_the_corpus_of_these_tests_has_both_sorts(corpus: Corpus) -> None:
    assert sum(map(is_regular, deadlines(corpus))) >= 30 <= sum(not is_regular(f) for f in deadlines(corpus))


def test_too_few_reviews_are_refused_and_say_how_many_are_needed(corpus: Corpus) -> None:
    review(corpus, is_regular, most=12)
    corpus.close()
    told = vanban("learn", "--db", corpus.path)
    assert told.exit_code == 3
    assert "deadlines: 12 reviews of 1 documents" in told.stderr and "40 of 5 documents are needed" in told.stderr
    with Corpus.open(corpus.path) as again:
        assert learned_decisions(again, room_digest("extractors")) == {}


def test_reviews_that_contradict_the_shipped_decision_teach_one_that_is_used(corpus: Corpus) -> None:
    """In this archive regular reports are no deadlines: the next extraction, and a document that comes later, know it."""
    review(corpus, is_regular)
    dated = sum(not is_regular(fact) for fact in deadlines(corpus))
    corpus.close()
    told = vanban("learn", "--db", corpus.path)
    assert told.exit_code == 0 and "deadlines: learned from" in told.stdout and "targets: 0 reviews" in told.stdout

    new = corpus.path.parent / "ke_hoach_moi.txt"
    new.write_text(text_of(9, "phòng cháy chữa cháy rừng"), encoding="utf-8")
    copied = shutil.copy(corpus.path, corpus.path.parent / "copy.db")  # what was learned goes where the corpus goes
    with Corpus.open(copied) as again:
        run = reprocess(again, "facts", {}, Settings(jobs=1))
        ingest([new], again, Settings(jobs=1))
        found = deadlines(again)
        assert not any(is_regular(fact) for fact in found)
        assert sum(not is_regular(fact) for fact in found) == dated + len(BODIES)
        made_by = {row["versions"] for row in again.rows("SELECT versions FROM documents")}
        assert len(made_by) == 1 and json.loads(made_by.pop())["facts"] != versions()["facts"]
        assert whole_report(again, run)["decided_by"]["deadlines"].startswith("learned ")
        assert whole_report(again, run)["decided_by"]["targets"] == "shipped"
        # those that were rejected are not stated any more, and go on teaching
        lessons = learn_from_reviews(again)
        assert lessons["deadlines"].outcome == "learned" and lessons["deadlines"].rejected >= 30
    assert "deadlines learned " in vanban("report", "--db", copied).stderr


def test_reviews_that_say_what_the_shipped_decision_says_bring_it_back(corpus: Corpus) -> None:
    review(corpus, is_regular)
    assert learn_from_reviews(corpus)["deadlines"].outcome == "learned"
    while undo_latest(corpus, "Lan"):
        pass
    assert judged_facts(corpus) == {}
    dice = Random(7)
    review(corpus, lambda fact: dice.random() > float(str(fact["confidence"])))  # as often wrong as it says of itself
    lesson = learn_from_reviews(corpus)["deadlines"]
    assert lesson.outcome == "no_better" and lesson.decision is None
    assert learned_decisions(corpus, room_digest("extractors")) == {}


def test_a_decision_of_another_version_of_extraction_is_not_used(corpus: Corpus) -> None:
    review(corpus, is_regular)
    learn_from_reviews(corpus)
    assert set(learned_decisions(corpus, room_digest("extractors"))) == {"deadlines"}
    assert learned_decisions(corpus, "an older one") == {}


@pytest.mark.parametrize(("language", "words"), [("en", "Facts decided by"), ("vi", "Mô hình quyết định dữ kiện")])
def test_the_printed_report_says_which_decision_decided(corpus: Corpus, language: str, words: str, tmp_path: Path) -> None:
    run = corpus.begin_run({}, {"facts": "5f21; learned targets 8a7b (61 reviews)"})
    with (tmp_path / "r.html").open("wb") as stream:
        write_report(whole_report(corpus, run), "html", stream, language=language)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert words in page and "learned 8a7b (61 reviews)" in page
