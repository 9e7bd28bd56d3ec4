"""How fast search is, how large the index, and what writing costs, as a corpus grows from ten thousand pages to a million.

    python -m benchmarks.search [--pages 10000 100000 1000000] [--folder WORK]

Sentences are sampled from the packaged language model (``benchmarks.sampled``), pages made of them under the headers that
such documents have. A corpus is filled through the index functions of ``db``, many documents to a transaction; then whole
documents are written by the store as a run writes them, one to a transaction, and timed. Searches are what ``vanban search``
and the web page do: counts, facets, snippets and "did you mean" included. Writes ``benchmarks/search.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.sampled import TOPICS, sampled_words
from corpus.search.search import search
from db.index import TOKEN, exact_form, index_row, page_numbers, title_of, words_of
from db.rows import DocumentRows
from db.store import Corpus
from documents.edits import Repaired
from documents.facts import Facts
from documents.outcome import Processed
from documents.page import Box, Document, Line, Page, Source, SourceFile, Word
from normalizers.document_numbers import number_key, short_key
from normalizers.forms import fold

TABLE = Path(__file__).with_name("search.md")
PAGES_PER_DOCUMENT = 8
SENTENCES_PER_PAGE, SHORTEST, LONGEST = 18, 12, 40
"""With sentences of 26 words on average a page has some 2,200 code points, as the pages of the evaluation scans have."""

POOL = 120_000
"""Different sentences. Some are said again and again, as in life: the commonest on one page in seven of its topic."""

COMMON_SHARE = 0.6
"""Share of pages given the phrase "cải cách hành chính", so that it matches most pages."""

AT_ONCE = 250
"""Documents filled in per transaction."""

HASH_BYTES = 64_000_000
"""What FTS5 gathers before it writes a segment while a corpus is filled (its own default is 1 MB); set back afterwards."""

WRITTEN = 100
"""Documents whose writing is timed at each size, of eight pages, with lines, words and boxes."""

RUNS = 60
COMMON_PHRASE = "cải cách hành chính"
TYPES = ("Quyết định", "Kế hoạch", "Báo cáo", "Chỉ thị", "Công văn", "Nghị quyết", "Tờ trình", "Thông báo")
CODES = ("QĐ", "KH", "BC", "CT", "CV", "NQ", "TTr", "TB")
PROVINCES = (
    "An Giang",
    "Cà Mau",
    "Đà Nẵng",
    "Hà Nội",
    "Hải Dương",
    "Hậu Giang",
    "Lai Châu",
    "Phú Thọ",
    "Quảng Ngãi",
    "Đồng Nai",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of text, and what the index makes of it."""

    text: str
    exact: str
    folded: str
    words: frozenset[str]


@cache
def pool(seed: int) -> list[Sentence]:
    """The sentences that documents are made of: every ``TOPICS``-th speaks of the same topic."""
    dice = random.Random(seed)
    return [
        Sentence(text, exact_form(text), fold(text), frozenset(words_of(text)))
        for words in sampled_words(POOL, LONGEST, np.random.default_rng(seed))
        for text in [" ".join(words[: dice.randint(SHORTEST, LONGEST)]).capitalize() + ".\n"]
    ]


class Author:
    """Makes documents, one after the other."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._pool = pool(seed)
        self._weights = list(itertools.accumulate(1 / (rank + 50) for rank in range(POOL // TOPICS)))

    def _said(self, topic: int) -> Sentence:
        rank = bisect(self._weights, self._dice.random() * self._weights[-1])
        return self._pool[rank * TOPICS + topic]

    def header(self, document_id: int) -> dict[str, object]:
        """The row of a document but for what is counted."""
        dice = self._dice
        kind, year = dice.randrange(len(TYPES)), dice.randint(2011, 2026)
        province = dice.choice(PROVINCES)
        number = f"{dice.randint(1, 4999)}/{CODES[kind]}-UBND"
        return {
            "id": document_id,
            "key": f"{document_id:016x}",
            "sha256": f"{document_id:064x}",
            "name": f"{document_id}.pdf",
            "document": str(document_id),
            "status": "complete",
            "pages": PAGES_PER_DOCUMENT,
            "number": number,
            "type": TYPES[kind],
            "issuer": f"UBND tỉnh {province}",
            "province": province,
            "signer": None,
            "date": f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            "title": f"Về việc {self._said(document_id % TOPICS).text[:80].lower().strip()}",
            "year": year,
            "number_key": number_key(number),
            "text_confidence": round(dice.uniform(0.6, 1.0), 4),
        }

    def page(self, document: dict[str, object], number: int) -> tuple[str, list[Sentence]]:
        """The head of a page and the sentences under it."""
        head = f"{number}\n"
        if number == 1:
            head = (
                f"ỦY BAN NHÂN DÂN\nTỈNH {str(document['province']).upper()}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
                f"Độc lập - Tự do - Hạnh phúc\nSố: {document['number']}\n{document['province']}, ngày {document['date']}\n"
                f"{str(document['type']).upper()}\n{document['title']}\n"
            )
        if self._dice.random() < COMMON_SHARE:
            head += f"đẩy mạnh {COMMON_PHRASE} trên địa bàn\n"
        topic = int(str(document["key"]), 16) % TOPICS
        return head, [self._said(topic) for _ in range(SENTENCES_PER_PAGE)]


def fill(corpus: Corpus, author: Author, pages: int) -> list[float]:
    """Write ``pages`` pages into an empty corpus; returns the seconds of processor time of each transaction."""
    seconds: list[float] = []
    vocabulary: Counter[str] = Counter()
    documents = pages // PAGES_PER_DOCUMENT
    with corpus.transaction() as connection:
        connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('hashsize', ?)", [HASH_BYTES])
    for first in range(1, documents + 1, AT_ONCE):
        started = time.process_time()
        with corpus.transaction() as connection:
            for document_id in range(first, min(first + AT_ONCE, documents + 1)):
                _fill_in(connection, author, author.header(document_id), vocabulary)
        seconds.append(time.process_time() - started)
    with corpus.transaction() as connection:
        connection.executemany(
            "INSERT INTO vocabulary(word, folded, pages) VALUES (?, ?, ?)",
            ((word, fold(word), count) for word, count in vocabulary.items()),
        )
        connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('hashsize', 1048576)")
    return seconds


def _fill_in(connection: sqlite3.Connection, author: Author, document: dict[str, object], vocabulary: Counter[str]) -> None:
    names = ", ".join(f'"{name}"' for name in document)
    connection.execute("INSERT INTO files VALUES (?, 'application/pdf', 1, 8, 0, 0)", [document["sha256"]])
    places = ", ".join("?" * len(document))
    connection.execute(f"INSERT INTO documents ({names}) VALUES ({places})", list(document.values()))
    document_id = int(str(document["id"]))
    for number in range(1, PAGES_PER_DOCUMENT + 1):
        page_id = (document_id - 1) * PAGES_PER_DOCUMENT + number
        head, sentences = author.page(document, number)
        page = {"number": number, "confidence": document["text_confidence"]}
        row = index_row(document, page, head, page_numbers(head).values(), ())
        exact, folded = (
            "".join([start, *parts])
            for start, parts in ((row.exact, [s.exact for s in sentences]), (row.folded, [s.folded for s in sentences]))
        )
        connection.execute(
            "INSERT INTO pages VALUES (?, ?, ?, 1, 0, 595, 842, 0, 0, 'ocr', 'x', NULL, ?)",
            [page_id, document_id, number, page["confidence"]],
        )
        text = "".join([head, *(sentence.text for sentence in sentences)])
        connection.execute("INSERT INTO page_texts VALUES (?, ?, '')", [page_id, text])
        if number == 1:
            key, printed = document["number_key"], str(document["number"])
            connection.execute("INSERT INTO numbers VALUES (?, ?, 'own', ?, ?)", [key, page_id, short_key(printed), printed])
        connection.execute(
            "INSERT INTO page_index(rowid, exact, folded, title, numbers, labels) VALUES (?, ?, ?, ?, ?, ?)",
            [page_id, exact, folded, row.title, row.numbers, row.labels],
        )
        if number == 1:
            connection.execute(
                "INSERT INTO title_index(rowid, exact, folded, labels) VALUES (?, ?, ?, ?)",
                [page_id, exact_form(title_of(document)), row.title, row.labels],
            )
        vocabulary.update(words_of(head).union(*(sentence.words for sentence in sentences)))


def written_document(author: Author, number: int) -> DocumentRows:
    """A document as a worker hands it to the writer: with lines, words and boxes, packed."""
    header = author.header(number)
    pages = []
    for n in range(1, PAGES_PER_DOCUMENT + 1):
        head, sentences = author.page(header, n)
        lines = "".join([head, *(sentence.text for sentence in sentences)]).splitlines()
        pages.append(
            Page(n, tuple(line_at(line, 60.0 + 20 * i) for i, line in enumerate(lines)), (), 595.0, 842.0, Source.OCR)
        )
    sha256 = hashlib.sha256(f"{number} {time.time()}".encode()).hexdigest()
    document = Document(SourceFile(sha256, f"{number}.pdf", 1, "application/pdf", PAGES_PER_DOCUMENT), tuple(pages))
    return DocumentRows.of(Processed(document, Repaired(document.raw, document.raw), Facts(), {}, {}))


def line_at(text: str, top: float) -> Line:
    words = tuple(
        Word(m[0], m.start(), m.end(), Box(50 + 3.0 * m.start(), top, 50 + 3.0 * m.end(), top + 12), 0.9)
        for m in TOKEN.finditer(text)
    )
    return Line(text, words, Box(50, top, 550, top + 12), 0.9)


def time_writing(corpus: Corpus, author: Author) -> tuple[float, float]:
    """Milliseconds a page that the store takes to write documents, by the clock and of processor time."""
    documents = [written_document(author, number) for number in range(WRITTEN)]
    started, busy = time.perf_counter(), time.process_time()
    for document in documents:
        corpus.save(document, path=document.source.name)
    pages = WRITTEN * PAGES_PER_DOCUMENT
    return (time.perf_counter() - started) * 1000 / pages, (time.process_time() - busy) * 1000 / pages


def queries(corpus: Corpus, dice: random.Random) -> dict[str, Callable[[], dict[str, object]]]:
    """One maker of random queries per class."""
    words = corpus.rows("SELECT word, pages FROM vocabulary WHERE length(word) > 1")
    everything = corpus.totals()["pages"]
    rare = [w["word"] for w in words if w["pages"] <= max(3, everything // 1000)]
    middling = [w["word"] for w in words if everything // 100 < w["pages"] < everything // 10]
    common = [w["word"] for w in words if w["pages"] > everything // 3]
    numbers = [row["number"] for row in corpus.rows("SELECT number FROM numbers LIMIT 5000")]
    some = [dice.randrange(1, everything) for _ in range(300)]
    texts = corpus.rows(f"SELECT repaired FROM page_texts WHERE page_id IN ({', '.join(map(str, some))})")

    def phrase() -> str:
        line = dice.choice([line for line in dice.choice(texts)["repaired"].splitlines()[3:] if line.count(" ") > 8])
        words = TOKEN.findall(line)
        at = dice.randrange(len(words) - 4)
        return " ".join(words[at : at + dice.randint(2, 5)])

    return {
        "rare word": lambda: {"words": dice.choice(rare)},
        "two rare words, either": lambda: {"words": f"{dice.choice(rare)} OR {dice.choice(rare)}"},
        "two words of middling frequency": lambda: {"words": f"{dice.choice(middling)} {dice.choice(middling)}"},
        "common words with marks": lambda: {"words": COMMON_PHRASE},
        "common words without marks": lambda: {"words": fold(COMMON_PHRASE)},
        "one common word": lambda: {"words": dice.choice(common)},
        "a common and a rare word": lambda: {"words": f"{dice.choice(common)} {dice.choice(rare)}"},
        "common words, one left out": lambda: {"words": f"{COMMON_PHRASE} -{dice.choice(middling)}"},
        "words of a sentence with marks": lambda: {"words": phrase()},
        "words of a sentence without marks": lambda: {"words": fold(phrase())},
        "phrase of 2 to 5 words": lambda: {"words": f'"{phrase()}"'},
        "phrase without marks": lambda: {"words": f'"{fold(phrase())}"'},
        "common phrase": lambda: {"words": f'"{COMMON_PHRASE}"'},
        "phrase of common words, seldom or never neighbours": lambda: {"words": f'"{" ".join(dice.sample(common, 3))}"'},
        "beginning of a word": lambda: {"words": f"{dice.choice(middling)[:3]}*"},
        "document number": lambda: {"words": dice.choice(numbers)},
        "document number typed loosely": lambda: {"words": fold(dice.choice(numbers)).replace("/", " ").replace("-", " ")},
        "common words, province and year": lambda: {
            "words": COMMON_PHRASE,
            "province": dice.choice(PROVINCES),
            "year_from": (year := dice.randint(2011, 2026)),
            "year_to": year,
        },
        "common words by date": lambda: {"words": COMMON_PHRASE, "sort": "date"},
        "type and province, no words": lambda: {"words": "", "type": dice.choice(TYPES), "province": dice.choice(PROVINCES)},
    }


def measure(corpus: Corpus, seed: int) -> dict[str, list[float]]:
    """Per class the milliseconds at p50 and p95 by the clock, and at p95 of processor time; nothing is warmed up."""
    dice = random.Random(seed)
    times = {}
    for name, make in queries(corpus, dice).items():
        clock, processor = [], []
        for _ in range(RUNS):
            options = make()
            started, busy = time.perf_counter(), time.process_time()
            search(corpus, **options)  # type: ignore[arg-type]
            processor.append((time.process_time() - busy) * 1000)
            clock.append((time.perf_counter() - started) * 1000)
        high = int(RUNS * 0.95) - 1
        times[name] = [statistics.median(clock), sorted(clock)[high], sorted(processor)[high]]
        print(f"{name:55}", *(f"{value:8.1f}" for value in times[name]), file=sys.stderr, flush=True)
    return times


def sizes(corpus: Corpus) -> dict[str, int]:
    """Bytes of text and of the index, from SQLite's own statistics."""
    total = {row["name"]: row["size"] for row in corpus.rows("SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name")}
    text = corpus.row("SELECT sum(length(CAST(repaired AS BLOB))) AS n FROM page_texts")
    return {
        "text": int(text["n"]) if text else 0,
        "index": sum(size for name, size in total.items() if name.startswith(("page_index", "title_index"))),
        "numbers and vocabulary": sum(size for name, size in total.items() if name.startswith(("vocabulary", "numbers"))),
    }


def filled(path: Path, pages: int, seed: int) -> dict[str, float]:
    """Fill a corpus that is not there yet; returns what it took and how large it is. Such figures lie beside each corpus."""
    figures = path.with_suffix(".json")
    if not figures.exists():
        path.unlink(missing_ok=True)
        started = time.process_time()
        author = Author(seed)
        print(f"sentences sampled in {time.process_time() - started:.0f} s of processor time", file=sys.stderr, flush=True)
        with Corpus.open(path, create=True) as corpus:
            seconds = fill(corpus, author, pages)
            its_sizes = sizes(corpus)
        tenth = max(1, len(seconds) // 10)
        pages_at_once = pages / len(seconds)
        times = {"fill": sum(seconds), "last tenth": 1000 * statistics.mean(seconds[-tenth:]) / pages_at_once}
        figures.write_text(json.dumps(its_sizes | times), encoding="utf-8")
    Corpus.open(path).close()  # one that was kept is brought up to the present schema
    read: dict[str, float] = json.loads(figures.read_text(encoding="utf-8"))
    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="keep the corpora here and use those that are there")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only-fill", action="store_true", help="make the corpora in --folder and stop")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vanban-search-") as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        corpora = {pages: folder / f"{pages}.db" for pages in arguments.pages}
        figures = {pages: filled(path, pages, arguments.seed) for pages, path in corpora.items()}
        if arguments.only_fill:
            return
        times = {}
        for pages, path in corpora.items():
            with Corpus.open(path, read_only=True) as corpus:
                times[pages] = measure(corpus, arguments.seed)
        author = Author(arguments.seed)
        writing = {}
        for pages, path in corpora.items():
            with Corpus.open(path) as corpus:
                writing[pages] = time_writing(corpus, author)
    TABLE.write_text(_table(figures, times, writing), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


def _table(
    figures: dict[int, dict[str, float]], times: dict[int, dict[str, list[float]]], writing: dict[int, tuple[float, float]]
) -> str:
    """Times and sizes side by side, a column for each number of pages."""

    def row(name: str, cells: Iterator[str] | list[str]) -> str:
        return f"| {name} | {' | '.join(cells)} |\n"

    head = row("pages", [f"{pages:,}" for pages in figures]) + "|---" * (len(figures) + 1) + "|\n"
    classes = "".join(
        row(name, [f"{t[name][0]:.0f} / {t[name][1]:.0f} ({t[name][2]:.0f})" for t in times.values()])
        for name in next(iter(times.values()))
    )
    its_sizes = "".join(
        row(name, [f"{f[name] / 1e6:.1f}" for f in figures.values()]) for name in ("text", "index", "numbers and vocabulary")
    )
    return (
        "## Search\n\nMade by `python -m benchmarks.search`: pages of sentences sampled from the packaged language model"
        " under real headers, eight pages to a document.\n\n"
        f"Milliseconds a search, p50 / p95 (p95 of processor time, of both threads), of {RUNS} searches per class,"
        f" with counts, facets, snippets and suggestions:\n\n{head}{classes}"
        f"\nMegabytes:\n\n{head}{its_sizes}"
        + row("index / text", [f"{f['index'] / f['text']:.3f}" for f in figures.values()])
        + f"\nWriting, milliseconds a page:\n\n{head}"
        + row("a document stored by itself, by the clock", [f"{clock:.2f}" for clock, _ in writing.values()])
        + row("a document stored by itself, of processor time", [f"{busy:.2f}" for _, busy in writing.values()])
        + row(
            f"text and index in transactions of {AT_ONCE} documents, the last tenth of all, of processor time",
            [f"{f['last tenth']:.2f}" for f in figures.values()],
        )
    )


if __name__ == "__main__":
    main()
