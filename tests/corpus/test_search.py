"""Search as the officer uses it: half remembered numbers, words without marks, filters."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from corpus.search.filters import Filters
from corpus.search.search import search
from corpus.search.selection import Chosen, Selection
from corpus.search.suggest import named_like
from db.index import TOKEN
from db.store import Corpus
from documents.facts import Header
from documents.outcome import Reason
from normalizers.forms import fold
from tests.making import a_document, the_decision

PLAN = """ỦY BAN NHÂN DÂN TỈNH HẬU GIANG
Số: 107/2021/KH-UBND
KẾ HOẠCH
Tăng cường giám sát việc cải cách thủ tục hành chính; tỷ lệ 20%.
Hoà giải ở cơ sở và thuỷ lợi nội đồng.
"""
REPORT = """BÁO CÁO
Kết quả hành động chính của phong trào; công tác cải tiến cách làm.
Số hộ nghèo giảm 5 % so với năm 2020.
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    path = tmp_path_factory.mktemp("search") / "c.db"
    plan = Header(
        number="107/2021/KH-UBND",
        type="Kế hoạch",
        issuer="UBND tỉnh Hậu Giang",
        province="Hậu Giang",
        date="2021-06-01",
        title="Cải cách thủ tục hành chính",
        signer="Nguyễn Văn A",
    )
    report = Header(type="Báo cáo", issuer="Sở Nội vụ", province="Quảng Ngãi", date="2020-12-31")
    with Corpus.open(path, create=True) as corpus:
        corpus.save(the_decision(), path="1")
        corpus.save(a_document(PLAN, name="kh.pdf", header=plan), path="2")
        corpus.save(a_document("Trang bìa\n", REPORT, name="bc.pdf", header=report), path="3")
    with Corpus.open(path, read_only=True) as corpus:
        yield corpus


def names(result) -> list[str]:
    return [hit.document for hit in result.hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cai cach hanh chinh", {"05_qd_ubnd", "kh", "bc"}),
        ("cải cách hành chính", {"05_qd_ubnd", "kh", "bc"}),
        ('"cai cach hanh chinh"', {"05_qd_ubnd"}),
        ("giám", {"kh"}),
        ("giảm", {"05_qd_ubnd", "bc"}),
        ("giam", {"05_qd_ubnd", "kh", "bc"}),
        ("gíam", set()),
        ("76/NQ-CP", {"05_qd_ubnd"}),
        ("76 nq cp", {"05_qd_ubnd"}),
        ("76nqcp", {"05_qd_ubnd"}),
        ("5 qd ubnd", {"05_qd_ubnd"}),
        ("05/QĐ-UBND", {"05_qd_ubnd"}),
        ("107/2021/KH-UBND", {"kh"}),
        ("107 kh ubnd", {"kh"}),
        ("107/KH", {"kh"}),
        ("hòa giải", {"kh"}),
        ("hoà giải", {"kh"}),
        ("thủy lợi", {"kh"}),
        ("20%", {"05_qd_ubnd", "kh"}),
        ("5%", {"bc"}),
        ("5 %", {"bc"}),
        ('"giảm 5%"', {"bc"}),  # printed "5 %"
        ('"giảm 20 % thời gian"', {"05_qd_ubnd"}),  # printed "20%"
        ("nghe*", {"bc"}),
        ("giảm OR giám", {"05_qd_ubnd", "kh", "bc"}),
        ("giam -nghèo", {"05_qd_ubnd", "kh"}),
        ("đồng", {"kh"}),
        ("không_có_gì", set()),
    ],
)
def test_search_finds_these_documents_and_no_others(corpus, words, found):
    assert set(names(search(corpus, words))) == found


def test_a_document_that_bears_the_number_comes_before_those_that_cite_it(tmp_path):
    resolution = Header(number="76/NQ-CP", type="Nghị quyết")
    with Corpus.open(tmp_path / "n.db", create=True) as corpus:
        for i in range(5):
            corpus.save(
                a_document("Theo Nghị quyết 76/NQ-CP và 76/NQ-CP và 76/NQ-CP\n", name=f"c{i}.pdf", content=str(i)),
                path=str(i),
            )
        corpus.save(a_document("NGHỊ QUYẾT\nvề cải cách\n", name="nq.pdf", header=resolution), path="nq")
        assert names(search(corpus, "76 nq cp"))[0] == "nq"
        assert search(corpus, "76 nq cp").documents == 6


def test_exact_marks_and_neighbours_come_first(tmp_path):
    pages = {
        "scattered": "Chính quyền hành động, cách cải tiến\n",
        "other": "cài cạch hạnh chỉnh\n",
        "same": "cai cach hanh chinh\n",
    }
    with Corpus.open(tmp_path / "r.db", create=True) as corpus:
        for name, text in pages.items():
            corpus.save(a_document(text, name=f"{name}.pdf"), path=name)
        assert names(search(corpus, "cai cach hanh chinh")) == ["same", "other", "scattered"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"type": "Kế hoạch"}, {"kh"}),
        ({"type": "ke hoach"}, {"kh"}),
        ({"issuer": "so noi vu"}, {"bc"}),
        ({"issuer": "UBND"}, {"kh", "05_qd_ubnd"}),
        ({"province": "Tỉnh Hậu Giang"}, {"kh"}),
        ({"province": "hai duong"}, {"05_qd_ubnd"}),
        ({"province": "Cần Thơ"}, {"kh"}),  # Hậu Giang is in Cần Thơ since 2025-07-01
        ({"province": "can tho"}, {"kh"}),
        ({"province": "Vĩnh Long"}, set()),
        ({"signer": "Nguyễn Văn A"}, {"kh"}),
        ({"year_from": 2021}, {"kh", "05_qd_ubnd"}),
        ({"year_from": 2021, "year_to": 2021}, {"kh"}),
        ({"year_to": 2019}, set()),
        ({"has": ["deadlines"]}, {"05_qd_ubnd"}),
        ({"confidence_from": 0.9}, {"kh", "05_qd_ubnd", "bc"}),
        ({"confidence_from": 0.95}, {"kh", "05_qd_ubnd", "bc"}),  # in tenths, rounded down
        ({"type": "Kế hoạch' OR 1=1 --"}, set()),
    ],
)
@pytest.mark.parametrize("words", ["giam", ""])
def test_filters_narrow(corpus, filters, found, words):
    assert set(names(search(corpus, words, **filters))) == found


def test_snippets_show_and_mark_what_was_found(corpus):
    hit = search(corpus, "cai cach hanh chinh 76/NQ-CP").hits[0].pages[0]
    assert {hit.snippet[start:end].lower() for start, end in hit.marks} == {"cải", "cách", "hành", "chính", "76/nq-cp"}
    assert "\n" not in hit.snippet
    assert search(corpus, "phấn đấu").hits[0].pages[0].line == 6


@pytest.mark.parametrize("words", ["5%", "5 %", '"giảm 5%"', '"giam 5 % so"'])
def test_per_cent_is_marked_however_it_is_printed(corpus, words):
    page = search(corpus, words).hits[0].pages[0]
    assert any("5 %" in page.snippet[start:end] for start, end in page.marks)


@pytest.mark.parametrize("typed", ["tp hcm", "TP. Hồ Chí Minh", "ho chi minh", "Bình Dương"])
def test_a_province_is_found_by_its_short_and_former_names(tmp_path, typed):
    with Corpus.open(tmp_path / "p.db", create=True) as corpus:
        corpus.save(a_document("chữ\n", header=Header(province="Hồ Chí Minh")), path="a")
        assert search(corpus, "", province=typed).documents == 1


@pytest.mark.parametrize(
    ("typed", "found"), [("05 qd", ["05_qd_ubnd"]), ("05/QĐ-UBND", ["05_qd_ubnd"]), ("bc", ["bc"]), ("", [])]
)
def test_file_names_are_looked_at_when_nothing_else_is_found(corpus, typed, found):
    assert [Path(row["name"]).stem for row in named_like(corpus, typed)] == found


def test_facets_count_documents(corpus):
    facets = search(corpus, "giam").facets
    assert facets["type"] == [("Báo cáo", 1), ("Kế hoạch", 1), ("Quyết định", 1)]
    assert ("2023", 1) in facets["year"]


def test_sort_by_date_puts_the_newest_first(corpus):
    assert names(search(corpus, "giam", sort="date")) == ["05_qd_ubnd", "kh", "bc"]


def test_scans_of_one_original_are_shown_together_the_better_reading_first(tmp_path):
    same = Header(number="05/QĐ-UBND", issuer="UBND tỉnh Hải Dương", date="2023-01-05")
    partial = {2: (Reason.CRASHED, "")}
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(a_document("chăn nuôi chăn nuôi\n", name="kém.pdf", header=same, failed_pages=partial), path="kém.pdf")
        corpus.save(a_document("chăn nuôi trồng trọt\n", name="tốt.pdf", header=same), path="tốt.pdf")
        corpus.save(a_document("chăn nuôi\n", name="khác.pdf"), path="khác.pdf")
        hits = search(corpus, "chăn nuôi").hits
    assert {hit.document: hit.also for hit in hits} == {"tốt": ("kém",), "kém": ("tốt",), "khác": ()}
    order = [hit.document for hit in hits]
    assert order.index("tốt") < order.index("kém")


def test_limit_and_offset_page_through_all_without_gaps(corpus):
    whole = names(search(corpus, "giam"))
    assert [names(search(corpus, "giam", limit=1, offset=i))[0] for i in range(3)] == whole
    assert names(search(corpus, "giam", limit=5, offset=3)) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cai cahc", "cai cach"),
        ("cãi cách", "cải cách"),
        ("hanh chinhh", "hanh chinh"),
        ("cải cách", None),
        ("zzzzqqq", None),
    ],
)
def test_did_you_mean_offers_words_of_the_corpus(corpus, typed, meant):
    assert search(corpus, typed).did_you_mean == meant


@pytest.mark.parametrize("walked", [50_000, 0])
def test_many_common_pages_are_estimated_and_ranked_by_what_stands_together(tmp_path, monkeypatch, walked):
    """By the index and by the texts alike, as long as the pages are among the candidates."""
    monkeypatch.setattr("corpus.search.candidates.MOST_WALKED", walked)
    monkeypatch.setattr("corpus.search.candidates.MOST_CANDIDATES", 30)
    monkeypatch.setattr("corpus.search.candidates.COMMON", 50)
    titled = Header(title="Đề án cải cách hành chính", type="Đề án")
    with Corpus.open(tmp_path / "m.db", create=True) as corpus:
        for i in range(100):
            corpus.save(a_document(f"Chính sách {i}: hành động, cách nhìn, cải tiến\n", name=f"{i:03}.pdf"), path=str(i))
            if i == 90:
                corpus.save(a_document("ĐỀ ÁN\ncải cách hành chính\n", name="title.pdf", header=titled), path="t")
                corpus.save(a_document("Toàn văn: cải cách hành chính\n", name="phrase.pdf"), path="p")
        result = search(corpus, "cải cách hành chính", limit=2)
        assert names(result) == ["title", "phrase"]
        assert result.estimated and 90 <= result.pages <= 102
        exact = search(corpus, "toàn hành")
        assert names(exact) == ["phrase"] and not exact.estimated


@pytest.fixture
def forty(tmp_path):
    """Forty pages of nine words in any order, among them every word beginning with "ph"."""
    dice, words = random.Random(5), ["phòng", "phó", "pháp", "phép", "của", "các", "và", "cải", "ubnd"]
    with Corpus.open(tmp_path / "f.db", create=True) as corpus:
        for i in range(40):
            corpus.save(a_document(" ".join(dice.choices(words, k=15)) + "\n", name=f"{i}.pdf"), path=str(i))
        yield corpus


@pytest.mark.parametrize(
    "words", ['"phó của"', '"cua cac"', '"ubnd cải"', "của các", "cac va", '"không có"', '"phòng phó" -ubnd']
)
def test_lists_walked_in_halves_give_what_they_give_in_one_go(forty, words, monkeypatch):
    for most in (2000, 5):
        monkeypatch.setattr("corpus.search.candidates.MOST_CANDIDATES", most)
        monkeypatch.setattr("corpus.search.candidates.WALKED_ALONE", -1)
        halves = search(forty, words, limit=50)
        monkeypatch.setattr("corpus.search.candidates.WALKED_ALONE", 10**9)
        alone = search(forty, words, limit=50)
        assert names(halves) == names(alone) and (alone.pages > 0 or "không" in words)


def test_a_frequent_beginning_of_a_word_stands_for_the_words_of_the_corpus(forty, monkeypatch):
    alone = search(forty, "ph* -ubnd", limit=50)
    monkeypatch.setattr("corpus.search.candidates.COMMON", -1)
    spelled_out = search(forty, "ph* -ubnd", limit=50)
    assert set(names(spelled_out)) == set(names(alone)) and not spelled_out.estimated
    assert set(names(search(forty, "phò* và", limit=50))) == set(names(search(forty, "phòng và", limit=50)))
    assert search(forty, "phỏ* OR và", limit=50).pages == search(forty, "và", limit=50).pages
    monkeypatch.setattr("corpus.search.candidates.MOST_ENDINGS", 2)
    assert search(forty, "ph*").estimated


def test_titles_are_found_by_themselves_within_the_filters(tmp_path, monkeypatch):
    monkeypatch.setattr("corpus.search.candidates.MOST_CANDIDATES", 6)
    with Corpus.open(tmp_path / "t.db", create=True) as corpus:
        for year in (2019, 2020):
            header = Header(title="Cải cách hành chính", type="Đề án", date=f"{year}-01-01")
            corpus.save(a_document(f"{year}: cải cách làm hành chính\n", name=f"{year}.pdf", header=header), path=str(year))
        for i in range(12):
            corpus.save(a_document(f"{i}: chính cách hành động cải tiến\n", name=f"{i}.pdf"), path=str(i))
        for words in ("cải cách hành chính", "cai cach hanh chinh"):
            assert set(names(search(corpus, words, limit=2))) == {"2019", "2020"}
            assert names(search(corpus, words, year_from=2020)) == ["2020"]
        corpus.remove(corpus.rows("SELECT sha256 FROM documents WHERE name = '2020.pdf'")[0]["sha256"])
        assert [row["rowid"] for row in corpus.rows("SELECT rowid FROM title_index")] == [1]


@pytest.mark.shared
def test_every_phrase_of_the_gold_text_is_found_without_its_marks(shared, tmp_path):
    """200 phrases of four to eight words, marks stripped: each finds its page."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((shared / "eval/restore").glob("*.jsonl"))]
    lines = [json.loads(line)["gold"] for text in texts for line in text.splitlines()]
    assert_phrases_are_found([line for line in lines if line], tmp_path)


def test_every_phrase_of_own_samples_is_found_without_its_marks(tmp_path):
    folder = Path(__file__).parents[2] / "samples"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt"))]
    assert_phrases_are_found([line for text in texts for line in text.splitlines()], tmp_path)


def assert_phrases_are_found(lines: list[str], tmp_path: Path) -> None:
    pages = ["\n".join(lines[i : i + 40]) + "\n" for i in range(0, len(lines), 40)]
    with Corpus.open(tmp_path / "g.db", create=True) as corpus:
        corpus.save(a_document(*pages), path="g")
        dice = random.Random(7)
        for _ in range(200):
            number = dice.randrange(len(pages))
            words = [word for word in pages[number].split() if TOKEN.search(word)]
            start = dice.randrange(max(1, len(words) - 8))
            phrase = fold(" ".join(words[start : start + dice.randint(4, 8)]))
            result = search(corpus, phrase.replace('"', " "), pages_per_document=len(pages))
            assert number + 1 in [page.page for hit in result.hits for page in hit.pages], phrase


@pytest.mark.issue(18)
@pytest.mark.parametrize(
    "words",
    ["15/6/2020", "15/06/2020", "2020", "uy ban nhan dan tinh hau giang", "Hậu Giang", "7/KH-UBND", "7 kh ubnd", "ke hoach"],
)
def test_what_the_header_holds_is_found_though_the_page_was_misread(tmp_path, words):
    header = Header(number="7/KH-UBND", type="Kế hoạch", issuer="Ủy ban nhân dân tỉnh Hậu Giang", date="2020-06-15")
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        corpus.save(a_document("8/KI-UBMD, ngìy l5 thíng 6\n", header=header), path="a")
        corpus.save(a_document("khác\n", name="b.pdf", content="b"), path="b")
        assert [hit.number for hit in search(corpus, words).hits] == ["7/KH-UBND"]
        assert search(corpus, "15/7/2020").documents == 0


@pytest.mark.issue(18)
def test_a_range_of_days_takes_what_is_legible_into_account(tmp_path):
    dates = ("2020-06-14", "2020-06-15", "2020-07", "2020", "2021-01-01", None)
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        for number, date in enumerate(dates):
            corpus.save(
                a_document("giảm\n", name=f"{number}.pdf", content=str(number), header=Header(date=date)), path=str(number)
            )

        def found(**conditions):
            documents = search(corpus, "giảm", **conditions)
            chosen = Chosen(corpus, Selection("giảm", Filters(**conditions))).documents()
            assert documents.documents == sum(1 for _ in chosen)  # exports find the same
            return sorted(hit.date for hit in documents.hits)

        assert found(date_from="2020-06-15", date_to="2020-12") == ["2020", "2020-06-15", "2020-07"]
        assert found(date_to="2020-06-14") == ["2020", "2020-06-14"]
        assert found(date_from="2021") == ["2021-01-01"]
        oldest = [hit.date for hit in search(corpus, "giảm", sort="oldest").hits]
        assert oldest == ["2020", "2020-06-14", "2020-06-15", "2020-07", "2021-01-01", None]


@pytest.mark.issue(18)
def test_numbers_are_in_order_of_their_notation_and_then_of_their_size(tmp_path):
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        for number in ("10/KH-UBND", "2/QĐ-UBND", "9/KH-UBND", None):
            corpus.save(
                a_document("giảm\n", name=f"{number}.pdf", content=str(number), header=Header(number=number)),
                path=str(number),
            )
        found = [hit.number for hit in search(corpus, "giảm", sort="number").hits]
    assert found == ["9/KH-UBND", "10/KH-UBND", "2/QĐ-UBND", None]


@pytest.mark.issue(18)
def test_a_corpus_that_other_functions_indexed_is_indexed_anew(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("db.index.names_of", lambda document: "")
        patch.setattr("db.fulltext.VERSION", 1)
        with Corpus.open(tmp_path / "c.db", create=True) as corpus:
            corpus.save(a_document("khác\n", header=Header(number="7/KH-UBND", date="2020-06-15")), path="a")
    with Corpus.open(tmp_path / "c.db", read_only=True) as corpus:
        assert search(corpus, "15/6/2020").documents == 0
    with Corpus.open(tmp_path / "c.db") as corpus:
        assert search(corpus, "15/6/2020").documents == 1
        corpus.save(a_document("mới hẳn\n", content="khác\n", header=Header(date="2020-06-16")), path="a")
        assert search(corpus, "15/6/2020").documents == 0 and search(corpus, "khac").documents == 0
