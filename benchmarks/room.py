"""How fast every page of the reading room is, and how large, on a corpus of twenty thousand pages.

    python -m benchmarks.room [--pages 20000] [--folder WORK]

Documents are made as ``benchmarks.search`` makes them, each page with doubtful words and facts of every kind, and written by
the store. Every page is asked for through the server's own client, without a network, each time for another document, query
or condition, logged in as a reviewer, who sees most. Writes ``benchmarks/room.md``. Nothing here is trained or tuned.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from benchmarks.search import COMMON_PHRASE, PAGES_PER_DOCUMENT, PROVINCES, TYPES, Author, line_at
from corpus.web import close, make_datasette
from db.reviewers import add_reviewer
from db.rows import DocumentRows
from db.store import Corpus
from documents.edits import Doubt, LineIndex, Repaired, Span
from documents.facts import Assignment, Citation, Deadline, Facts, Found, Header, Target, Value
from documents.outcome import Processed
from documents.page import Box, Document, Page, Source, SourceFile

TABLE = Path(__file__).with_name("room.md")
TIMES = 40
MOST_MILLISECONDS, MOST_BYTES = 300, 150_000
"""What the issue asks of every page: p95 of the time, and its size."""

UNITS = ("Sở Nội vụ", "Sở Tài chính", "Văn phòng UBND tỉnh", "Sở Giáo dục và Đào tạo")
INDICATORS = (
    "tỷ lệ hồ sơ giải quyết đúng hạn",
    "tỷ lệ che phủ rừng",
    "mức độ hài lòng của người dân",
    "số lao động có việc làm",
)


def documents(seed: int, count: int) -> Iterator[DocumentRows]:
    author, dice = Author(seed), random.Random(seed)
    for number in range(1, count + 1):
        yield DocumentRows.of(_processed(author, dice, number))


def _processed(author: Author, dice: random.Random, number: int) -> Processed:
    plain = author.header(number)
    pages = []
    for n in range(1, PAGES_PER_DOCUMENT + 1):
        head, sentences = author.page(plain, n)
        lines = "".join([head, *(sentence.text for sentence in sentences)]).splitlines()
        pages.append(
            Page(n, tuple(line_at(line, 60.0 + 20 * i) for i, line in enumerate(lines)), (), 595.0, 842.0, Source.OCR)
        )
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    document = Document(SourceFile(sha256, f"{number}.pdf", 1, "application/pdf", PAGES_PER_DOCUMENT), tuple(pages))
    raw = document.raw
    names = ("number", "type", "issuer", "province", "date", "title")
    header = Header(**{name: str(plain[name]) for name in names})  # type: ignore[arg-type]
    doubts = tuple(Doubt(at, at + 4, dice.uniform(0.3, 0.8), "") for at in _long_lines(raw, dice))
    return Processed(document, Repaired(raw, raw, (), doubts), Facts(header, tuple(_facts(raw, dice))), {}, {})


def _long_lines(text: str, dice: random.Random) -> Iterator[int]:
    """Where about every eighth line of some length begins."""
    at = 0
    for line in text.split("\n"):
        if len(line) > 40 and "\f" not in line and dice.random() < 0.125:
            yield at
        at += len(line) + 1


def _facts(text: str, dice: random.Random) -> Iterator[Found]:
    """One fact in about every eighth line, of each kind in turn."""
    index, at, turn = LineIndex(text), 0, 0
    for line in text.split("\n"):
        if len(line) > 40 and dice.random() < 0.125 and "\f" not in line:
            turn += 1
            confidence = round(dice.uniform(0.5, 1.0), 3)
            yield Found(
                _value(dice, turn % 4),
                Span(at, at + len(line)),
                line,
                index.line_of(at),
                index.line_of(at + len(line) - 1),
                "made",
                page=index.page_of(at),
                confidence=confidence,
                reading_confidence=0.9,
                box=Box(50, 60, 550, 72),
            )
        at += len(line) + 1


def _value(dice: random.Random, turn: int) -> Value:
    year = dice.randint(2020, 2030)
    match turn:
        case 0:
            kind = dice.choice(("target", "target", "result"))
            return Target(kind, round(dice.uniform(1, 100), 1), "%", ">=", indicator=dice.choice(INDICATORS), due=str(year))
        case 1:
            return Deadline(
                "date", f"{year}-{dice.randint(1, 12):02}-15", "before", "báo cáo kết quả", (dice.choice(UNITS),)
            )
        case 2:
            return Assignment(dice.choice(UNITS), "lead", "tổng hợp, báo cáo Ủy ban nhân dân tỉnh")
    return Citation(f"{dice.randint(1, 300)}/QĐ-UBND", "Quyết định", "Ủy ban nhân dân tỉnh")


def filled(path: Path, pages: int, seed: int) -> None:
    if path.exists():
        return
    with Corpus.open(path, create=True) as corpus:
        for row in documents(seed, pages // PAGES_PER_DOCUMENT):
            corpus.save(row, path=row.source.name)
        add_reviewer(corpus, "lan", "mật khẩu dài")


def addresses(corpus: Corpus, dice: random.Random) -> dict[str, Callable[[], str]]:
    """A maker of addresses for each page of the room."""
    keys = [key for (key,) in corpus.tuples('SELECT "key" FROM documents')]
    words = [word for (word,) in corpus.tuples("SELECT word FROM vocabulary WHERE pages BETWEEN 20 AND 5000")]

    def two() -> str:
        return quote(f"{dice.choice(words)} {dice.choice(words)}")

    def page() -> str:
        return f"/document/{dice.choice(keys)}/page/{dice.randint(1, PAGES_PER_DOCUMENT)}"

    return {
        "first page": lambda: "/",
        "search, one word": lambda: f"/search?q={quote(dice.choice(words))}",
        "search, two words": lambda: f"/search?q={two()}",
        "search, the commonest phrase": lambda: f"/search?q={quote(COMMON_PHRASE)}&p={dice.randint(1, 50)}",
        "search, by day": lambda: f"/search?q={two()}&date_from={dice.randint(1, 28)}/3/2015&date_to=2019&sort=oldest",
        "search, filters alone": lambda: (
            f"/search?type={quote(dice.choice(TYPES))}&province={quote(dice.choice(PROVINCES))}"
        ),
        "search, nothing found": lambda: f"/search?q=%22{two()}+{two()}%22",
        "feed of a search": lambda: f"/search.atom?q={quote(dice.choice(words))}",
        "document": page,
        "document, words marked": lambda: f"{page()}?q={quote(COMMON_PHRASE)}",
        "document, review": lambda: f"{page()}?review=1&line=3",
        "targets": lambda: f"/facts/targets?p={dice.randint(1, 100)}",
        "targets, conditions and order": lambda: f"/facts/targets?from={dice.randint(1, 50)}&q=rung&order=-value",
        "deadlines of a month": lambda: f"/facts/deadlines?due={dice.randint(1, 12)}/{dice.randint(2020, 2030)}",
        "assignments of a unit": lambda: f"/facts/assignments?unit={quote(dice.choice(UNITS))}&order=task",
        "citations": lambda: f"/facts/citations?p={dice.randint(1, 100)}",
        "provinces side by side": lambda: f"/indicators?p={dice.randint(1, 3)}",
        "results beside targets": lambda: f"/reported?province={quote(dice.choice(PROVINCES))}",
        "overview": lambda: "/overview",
        "calendar": lambda: f"/calendar?month={dice.randint(1, 12)}/{dice.randint(2020, 2030)}",
        "queue of review": lambda: "/queue",
        "queue, doubtful words": lambda: "/queue?kind=doubt",
        "history of review": lambda: "/reviews",
        "help": lambda: "/help",
        "data for programs": lambda: "/api",
    }


@dataclass(slots=True)
class Measured:
    """Milliseconds of each answer by the clock and of processor time, and the bytes of the largest."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    largest: int = 0


async def measure(path: Path, seed: int, times: int) -> dict[str, Measured]:
    datasette = make_datasette(path, review=True)
    await datasette.invoke_startup()
    form = {"content": f"name=lan&password={quote('mật khẩu dài')}".encode()}
    headers = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
    cookie = (await datasette.client.post("/log-in", **form, headers=headers)).headers["set-cookie"].partition(";")[0]
    with Corpus.open(path, read_only=True) as corpus:
        makers = addresses(corpus, random.Random(seed))
    found = {}
    for name, maker in makers.items():
        measured = Measured()
        await datasette.client.get(maker(), headers={"cookie": cookie})  # templates are read once
        for _ in range(times):
            address = maker()
            started, busy = time.perf_counter(), time.process_time()
            answer = await datasette.client.get(address, headers={"cookie": cookie})
            measured.clock.append((time.perf_counter() - started) * 1000)
            measured.processor.append((time.process_time() - busy) * 1000)
            measured.largest = max(measured.largest, len(answer.content))
            if answer.status_code != 200:
                raise RuntimeError(f"{address}: {answer.status_code}")
        found[name] = measured
        print(f"{name}: {statistics.median(measured.clock):.0f} ms, {measured.largest:,} bytes", file=sys.stderr, flush=True)
    close(datasette)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, help="keep the corpus here and use the one that is there")
    parser.add_argument("--times", type=int, default=TIMES, help="requests of each page")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vanban-room-") as folder:
        path = (chosen.folder or Path(folder)) / f"room-{chosen.pages}.db"
        filled(path, chosen.pages, chosen.seed)
        Corpus.open(path).close()  # one that was kept is brought up to the present schema
        found = asyncio.run(measure(path, chosen.seed, chosen.times))
    TABLE.write_text(table(found, chosen.pages, chosen.times, os.getloadavg()[1]), encoding="utf-8")


def p95(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.95) - 1]


def table(found: dict[str, Measured], pages: int, times: int, load: float) -> str:
    rows = []
    for name, one in found.items():
        fits = "yes" if p95(one.clock) <= MOST_MILLISECONDS and one.largest <= MOST_BYTES else "**no**"
        figures = (statistics.median(one.clock), p95(one.clock), p95(one.processor), one.largest / 1000)
        rows.append(f"| {name} | {' | '.join(f'{figure:.0f}' for figure in figures)} | {fits} |")
    return "\n".join(
        [
            "# The reading room",
            "",
            f"Written by `python -m benchmarks.room --pages {pages} --times {times}`: {pages:,} made pages,",
            f"{times} requests of each page, each for another document, query or condition, as a reviewer, without a",
            "network. Nothing was trained or tuned.",
            f"Wanted of every page: {MOST_MILLISECONDS} ms (p95) and {MOST_BYTES // 1000} kB.",
            "",
            f"While it ran, {load:.1f} programs wanted the {os.cpu_count()} processors at once: times by the clock hold for",
            "that load; processor time is what an idle machine would take, or less, since it counts all threads.",
            "",
            "| page | median ms | p95 ms | p95 ms of processor time | largest kB | within |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
