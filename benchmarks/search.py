"""How fast search is, and how large the index, as a corpus grows from ten thousand pages to a million.

    python -m benchmarks.search --pages 10000 100000 1000000 --text TEXT.xz [--folder WORK]

Pages are made of sentences that a word trigram sampler, estimated on ``--text`` (plain or xz-compressed prose), draws;
real kinds of headers are put before them. A corpus is written through the very index functions of ``db``, but in bulk.
The result is a table on standard output: p50 and p95 per class of query, build time, sizes of text and index.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import random
import statistics
import tempfile
import time
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.search import search
from db.index import exact_form, index_row, page_numbers, words_of
from db.numbers import number_key, short_key
from db.store import Corpus
from normalizers.forms import fold

PAGES_PER_DOCUMENT = 8
SENTENCES_PER_PAGE = 14
"""Of some 30 words: a page of 2,400 code points, as the pages of the evaluation scans have on average."""

POOL = 120_000
COMMON_SHARE = 0.6
"""Share of pages given the phrase "cải cách hành chính", so that it matches most pages."""

RUNS = 40
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
    text: str
    exact: str
    folded: str
    words: frozenset[str]


def read_text(path: Path, most: int) -> list[str]:
    if path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8") as stream:
            return stream.read(most).split()
    return path.read_text(encoding="utf-8")[:most].split()


def sentences(words: list[str], dice: random.Random, count: int) -> Iterator[Sentence]:
    """Walks through a trigram model: each step takes what followed a random place with the same two words before it."""
    followers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for a, b, c in zip(words, words[1:], words[2:], strict=False):
        followers[a, b].append(c)
    for _ in range(count):
        at = dice.randrange(len(words) - 2)
        sentence = [words[at], words[at + 1]]
        while len(sentence) < 30:
            following = followers.get((sentence[-2], sentence[-1]))
            if not following:
                break
            sentence.append(dice.choice(following))
        text = " ".join(sentence) + "\n"
        yield Sentence(text, exact_form(text), fold(text), frozenset(words_of(text)))


def build(path: Path, pages: int, pool: list[Sentence], dice: random.Random) -> float:
    """Write a corpus of ``pages`` pages; returns the seconds it took."""
    started = time.perf_counter()
    vocabulary: Counter[str] = Counter()
    weights = list(itertools.accumulate(1 / (rank + 50) for rank in range(len(pool))))  # some are said again and again
    with Corpus.open(path, create=True) as corpus:
        for first in range(0, pages // PAGES_PER_DOCUMENT, 500):
            with corpus.transaction() as connection:
                for document_id in range(first + 1, min(first + 500, pages // PAGES_PER_DOCUMENT) + 1):
                    _write_document(connection, document_id, pool, weights, dice, vocabulary)
        with corpus.transaction() as connection:
            connection.executemany(
                "INSERT INTO vocabulary(word, folded, pages) VALUES (?, ?, ?)",
                ((word, fold(word), count) for word, count in vocabulary.items()),
            )
            connection.execute("INSERT INTO page_index(page_index) VALUES ('optimize')")
    return time.perf_counter() - started


def _write_document(connection, document_id, pool, weights, dice, vocabulary) -> None:  # noqa: ANN001
    kind = dice.randrange(len(TYPES))
    year = dice.randint(2011, 2026)
    number = f"{dice.randint(1, 4999)}/{CODES[kind]}-UBND"
    province = dice.choice(PROVINCES)
    document = {
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
        "title": pool[dice.randrange(len(pool))].text[:90].strip(),
        "year": year,
        "number_key": number_key(number),
        "text_confidence": 0.9,
    }
    names = ", ".join(f'"{name}"' for name in document)
    connection.execute("INSERT INTO files VALUES (?, 'application/pdf', 1, 8, 0, 0)", [document["sha256"]])
    connection.execute(
        f"INSERT INTO documents ({names}) VALUES ({', '.join(['?'] * len(document))})", list(document.values())
    )
    for page_number in range(1, PAGES_PER_DOCUMENT + 1):
        page_id = (document_id - 1) * PAGES_PER_DOCUMENT + page_number
        chosen = [pool[bisect(weights, dice.random() * weights[-1])] for _ in range(SENTENCES_PER_PAGE)]
        head = f"Số: {number}\n{TYPES[kind].upper()}\n" if page_number == 1 else f"Trang {page_number}\n"
        if dice.random() < COMMON_SHARE:
            head += f"đẩy mạnh {COMMON_PHRASE} trên địa bàn\n"
        text = head + "".join(sentence.text for sentence in chosen)
        page = {"number": page_number, "source": "ocr", "confidence": dice.uniform(0.6, 1.0)}
        numbers = page_numbers(head)
        row = index_row(document, page, head, numbers.values(), ())
        row = row._replace(
            exact=row.exact + "".join(s.exact for s in chosen), folded=row.folded + "".join(s.folded for s in chosen)
        )
        connection.execute(
            "INSERT INTO pages VALUES (?, ?, ?, 1, 0, 595, 842, 0, 0, 'ocr', 'x', NULL, ?)",
            [page_id, document_id, page_number, page["confidence"]],
        )
        connection.execute("INSERT INTO page_texts VALUES (?, ?, '')", [page_id, text])
        if page_number == 1:
            connection.execute(
                "INSERT OR IGNORE INTO numbers VALUES (?, ?, 'own', ?, ?)",
                [number_key(number), page_id, short_key(number), number],
            )
        connection.execute(
            "INSERT INTO page_index(rowid, exact, folded, title, numbers, labels) VALUES (?, ?, ?, ?, ?, ?)", [page_id, *row]
        )
        vocabulary.update(words_of(head).union(*(sentence.words for sentence in chosen)))


def queries(corpus: Corpus, dice: random.Random) -> dict[str, Callable[[], dict[str, object]]]:
    """One maker of random queries per class."""
    words = corpus.rows("SELECT word, pages FROM vocabulary WHERE length(word) > 1")
    everything = corpus.totals()["pages"]
    rare = [w["word"] for w in words if w["pages"] <= max(3, everything // 1000)]
    middling = [w["word"] for w in words if everything // 100 < w["pages"] < everything // 10]
    common = [w["word"] for w in words if w["pages"] > everything // 3]
    numbers = [row["number"] for row in corpus.rows("SELECT number FROM numbers LIMIT 5000")]
    texts = corpus.rows("SELECT repaired FROM page_texts WHERE page_id IN (1, 500, 1000, 2000, 3000, 5000, 7000, 9000)")

    def phrase() -> str:
        line = dice.choice([line for line in dice.choice(texts)["repaired"].splitlines()[3:] if line.count(" ") > 8])
        at = dice.randrange(line.count(" ") - 4)
        return " ".join(line.split()[at : at + dice.randint(3, 5)]).replace('"', "")

    return {
        "rare word": lambda: {"words": dice.choice(rare)},
        "two rare words, either": lambda: {"words": f"{dice.choice(rare)} OR {dice.choice(rare)}"},
        "words of middling frequency": lambda: {"words": f"{dice.choice(middling)} {dice.choice(middling)}"},
        "common words with marks": lambda: {"words": COMMON_PHRASE},
        "common words without marks": lambda: {"words": fold(COMMON_PHRASE)},
        "common single word": lambda: {"words": dice.choice(common)},
        "common and rare word": lambda: {"words": f"{dice.choice(common)} {dice.choice(rare)}"},
        "common, one left out": lambda: {"words": f"{COMMON_PHRASE} -{dice.choice(middling)}"},
        "phrase": lambda: {"words": f'"{phrase()}"'},
        "phrase without marks": lambda: {"words": f'"{fold(phrase())}"'},
        "common phrase": lambda: {"words": f'"{COMMON_PHRASE}"'},
        "words of a sentence without marks": lambda: {"words": fold(phrase())},
        "prefix": lambda: {"words": f"{dice.choice(middling)[:3]}*"},
        "document number": lambda: {"words": dice.choice(numbers)},
        "document number typed loosely": lambda: {"words": fold(dice.choice(numbers)).replace("/", " ").replace("-", " ")},
        "common words, province and year": lambda: {
            "words": COMMON_PHRASE,
            "province": dice.choice(PROVINCES),
            "year_from": (year := dice.randint(2011, 2026)),
            "year_to": year,
        },
        "common words by date": lambda: {"words": COMMON_PHRASE, "sort": "date"},
        "filter only": lambda: {"words": "", "type": dice.choice(TYPES), "province": dice.choice(PROVINCES)},
    }


def measure(path: Path, seed: int) -> Iterator[tuple[str, float, float, float, float]]:
    """Milliseconds at p50 and p95 per class, by the clock and of processor time; as it comes, nothing is warmed up.

    On a machine that has other things to do the second pair says more.
    """
    dice = random.Random(seed)
    with Corpus.open(path, read_only=True) as corpus:
        for name, make in queries(corpus, dice).items():
            clock, processor = [], []
            for _ in range(RUNS):
                options = make()
                started, busy = time.perf_counter(), time.process_time()
                search(corpus, **options)  # type: ignore[arg-type]
                processor.append((time.process_time() - busy) * 1000)
                clock.append((time.perf_counter() - started) * 1000)
            clock.sort()
            processor.sort()
            high = int(RUNS * 0.95)
            yield name, statistics.median(clock), clock[high], statistics.median(processor), processor[high]


def sizes(path: Path) -> dict[str, int]:
    """Bytes of text and of the index, from SQLite's own statistics."""
    with Corpus.open(path, read_only=True) as corpus:
        total = {
            row["name"]: row["size"] for row in corpus.rows("SELECT name, sum(pgsize) AS size FROM dbstat GROUP BY name")
        }
        text = corpus.row("SELECT sum(length(CAST(repaired AS BLOB))) AS n FROM page_texts")
    index = {name: size for name, size in total.items() if name.startswith("page_index")}
    other = {name: size for name, size in total.items() if name.startswith(("vocabulary", "numbers"))}
    return {
        "text": int(text["n"]) if text else 0,
        "index": sum(index.values()),
        "numbers and vocabulary": sum(other.values()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    dice = random.Random(arguments.seed)
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="vanban-search-"))
    folder.mkdir(parents=True, exist_ok=True)
    pool: list[Sentence] = []
    for pages in arguments.pages:
        path = folder / f"{pages}.db"
        seconds = 0.0
        if not path.exists():
            pool = pool or list(sentences(read_text(arguments.text, 9_000_000), dice, POOL))
            seconds = build(path, pages, pool, dice)
        print(f"\n## {pages:,} pages, built in {seconds:.0f} s, {json.dumps(sizes(path))}\n")
        print("| query | p50 ms | p95 ms | p50 ms of processor | p95 ms of processor |\n|---|---|---|---|---|")
        for name, *times in measure(path, arguments.seed):
            print(f"| {name} | {' | '.join(f'{time:.1f}' for time in times)} |", flush=True)
        if not arguments.keep:
            path.unlink()


if __name__ == "__main__":
    main()
