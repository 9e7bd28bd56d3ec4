"""Header fields and boundaries of documents: right, wrong, wrong without a doubt; starts found and invented.

    python -m benchmarks.header [--shared ../shared] [--cache FOLDER] [--cases FOLDER]

Reads ``shared/headers``, ``shared/scans`` (files of at most 14 pages) and the texts of ``shared/eval`` and scores them with
``shared/eval/score_header.py``. The weights of doubt are fitted on these very documents, so the column "left out" judges
each document by weights fitted without it. ``--cases`` writes what ``scripts/training/train_header.py`` fits;
``--cache`` keeps the readings between runs. Prints ``benchmarks/header.md``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from documents.edits import Repaired
from documents.facts import Header
from documents.page import Document
from extractors.boundaries import EVEN, features, score_start
from extractors.confidence import Ground
from extractors.header import header_of, read_draft
from extractors.header.doubt import Evidence, contradictions, evidence, weigh
from extractors.header.pieces import Sheet, sheets_of
from extractors.header.recipients import read_recipients
from extractors.structure.analysis import analyse, structure_of
from pipeline.files.intake import examine
from pipeline.process import repair_document, weigh_text_files
from pipeline.read import read_document
from scripts.training.train_header import MODELS, fit, probability

TABLE = Path(__file__).with_name("header.md")
MOST_PAGES = 14
NO_STARTS = ("r10_kg_2128_2017_table", "36_ttg_115-2004-qd_tcvn3", "37_html_404_named_pdf")
"""Files whose first page has no letterhead: a page from within, a gazette's print, no document."""
TWO_DOCUMENTS = {"23_phutho_kstthc_2011": (1, 2)}
"""Files that hold several, by looking at their pages."""
JOINED, IN_ONE = 60, 6
"""Files made by joining this many documents, drawn with a fixed seed."""
PARTS = 5
"""Parts of the documents of which one is left out; each has enough for the files that are joined."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A document with what its page says for each field, what was read, and what is right."""

    name: str
    group: str
    header: Header
    said: Evidence
    contradicted: frozenset[str]
    gold: Mapping[str, Any]


def read(path: Path, cache: Path | None) -> tuple[Document, Repaired] | None:
    """The file as it is read, from the cache when it lies there."""
    kept = cache / f"{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.pkl" if cache else None
    if kept is not None and kept.exists():
        stored: tuple[Document, Repaired] = pickle.loads(kept.read_bytes())  # written by this script
        return stored
    source = examine(path)
    if source.pages > MOST_PAGES:
        return None
    document, _ = read_document(path, source)
    repaired = repair_document(document)
    made = weigh_text_files(document, repaired), repaired
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(made))
    return made


def judge(name: str, group: str, gold: Mapping[str, Any], read_as: tuple[Document, Repaired] | str) -> Judged:
    """Read the header of a document, or of a text."""
    document, repaired = (None, None) if isinstance(read_as, str) else read_as
    structure = analyse(read_as) if isinstance(read_as, str) else structure_of(*read_as)
    ground = Ground.of(document, repaired) if repaired is not None else None
    sheets = sheets_of(structure, document, repaired)
    draft = read_draft(structure, sheets)
    weigh(structure, draft, ground)
    header = header_of(draft, tuple(read_recipients(sheets)))
    said = evidence(structure, draft, ground)
    return Judged(name, group, header, said, frozenset(contradictions(structure, draft)), gold)


def documents(shared: Path, cache: Path | None) -> Iterator[Judged]:
    for group in ("headers", "archive"):
        folder = shared / "headers" / ("archive" if group == "archive" else "")
        for case in map(json.loads, (shared / "headers" / f"{group}.jsonl").read_text(encoding="utf-8").splitlines()):
            if (made := read(folder / case["file"], cache)) is not None:
                yield judge(case["file"].rsplit(".", 1)[0], group, case["fields"], made)
    for folder in sorted((shared / "eval" / "extract").iterdir()):
        text = next((f for f in (shared / "eval" / "texts" / f"{folder.name}.txt",) if f.exists()), None)
        if text is not None and (folder / "document.json").exists():
            gold = json.loads((folder / "document.json").read_text(encoding="utf-8"))
            yield judge(folder.name, "texts", gold, text.read_text(encoding="utf-8"))


# --- fields -----------------------------------------------------------------------------------------------------------


def left_out(judged: Sequence[Judged], scorer: ModuleType) -> dict[str, frozenset[str]]:
    """For each document the fields that are doubtful under weights fitted on the others; a pen's figures always are."""
    models = json.loads((MODELS / "header_doubt.json").read_text(encoding="utf-8"))["fields"]
    doubtful: dict[str, set[str]] = {d.name: {*d.contradicted, *d.header.candidates} for d in judged}
    for field, model in models.items():
        cases = [
            (d.name, {k: float(v) for k, v in d.said[field].items()}, _right(d, field, scorer))
            for d in judged
            if field in d.said and field in d.gold and field not in d.header.candidates
        ]
        for name, said, _ in cases:
            weights = fit([c for c in cases if c[0] != name], model["prior"])
            if probability(weights, said) < EVEN:
                doubtful[name].add(field)
    return {name: frozenset(fields) for name, fields in doubtful.items()}


def _right(document: Judged, field: str, scorer: ModuleType) -> int:
    return int(scorer.same(field, document.gold.get(field), getattr(document.header, field)))


def count(judged: Sequence[Judged], apart: Mapping[str, frozenset[str]], scorer: ModuleType) -> dict[str, Counter[str]]:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for d in judged:
        for field in scorer.FIELDS:
            if field not in d.gold:
                continue
            a, b = d.gold[field], getattr(d.header, field)
            verdict = "right" if scorer.same(field, a, b) else "missing" if not b else "invented" if not a else "wrong"
            row = table[field]
            row["rightly empty" if verdict == "right" and not a else verdict] += 1
            if verdict in ("wrong", "invented"):
                row["silent"] += field not in d.header.doubtful
                row["silent left out"] += field not in apart[d.name]
            row["doubted though right"] += verdict == "right" and bool(a) and field in apart[d.name]
        wanted = [scorer.plain("", r) for r in d.gold.get("recipients") or ()]
        got = [scorer.plain("", r) for r in d.header.recipients]
        table["recipients"].update({"right": sum(w in got for w in wanted), "missing": sum(w not in got for w in wanted)})
    return table


def _table(group: str, rows: Mapping[str, Counter[str]]) -> str:
    names = ("right", "wrong", "missing", "invented", "silent", "silent left out", "doubted though right", "rightly empty")
    lines = [f"### {group}\n", "| field | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    total: Counter[str] = Counter()
    for field, row in rows.items():
        lines.append(f"| {field} | " + " | ".join(str(row[n]) for n in names) + " |")
        if field != "recipients":
            total.update(row)
    stated = total["right"] + total["wrong"] + total["missing"]
    cells = stated + total["invented"] + total["rightly empty"]
    lines.append(
        f"\n{total['right'] / max(1, stated):.3f} of {stated} stated fields right; wrong without a doubt"
        f" {total['silent'] / max(1, cells):.3f} of {cells}, {total['silent left out'] / max(1, cells):.3f} by weights"
        " fitted without the document.\n"
    )
    return "\n".join(lines)


# --- boundaries -------------------------------------------------------------------------------------------------------


def sheets_by_file(shared: Path, cache: Path | None) -> dict[str, list[Sheet]]:
    found: dict[str, list[Sheet]] = {}
    for path in sorted([*(shared / "headers").rglob("*.pdf"), *(shared / "scans").glob("*.p[dn][fg]")]):
        if path.stem in NO_STARTS or not path.stat().st_size:
            continue
        made = read(path, cache)
        if made is not None:
            found[path.stem] = sheets_of(structure_of(*made), *made)
    return found


def boundary_cases(files: Mapping[str, Sequence[Sheet]]) -> Iterator[dict[str, Any]]:
    """Each inner page behind its own page, and each first page behind the last page of four other files."""
    drawn = random.Random(3)
    for name, sheets in files.items():
        for i in range(1, len(sheets)):
            right = int(i + 1 in TWO_DOCUMENTS.get(name, ()))
            yield {"group": name, "field": "", "features": _as_numbers(features(sheets[i - 1], sheets[i])), "right": right}
        for other in drawn.sample([n for n in files if n != name], 4):
            yield {"group": name, "field": "", "features": _as_numbers(features(files[other][-1], sheets[0])), "right": 1}


def _as_numbers(said: Mapping[str, bool]) -> dict[str, int]:
    return {name: int(holds) for name, holds in said.items()}


Begins = Callable[[Sheet, Sheet], bool]
"""Whether the second page begins a document behind the first."""


def joined(files: Mapping[str, Sequence[Sheet]], begins: Begins, drawn: random.Random, times: int = JOINED) -> Counter[str]:
    """Starts in files made by joining documents: found, missed and invented."""
    counts = Counter[str]()
    for _ in range(times):
        pages: list[Sheet] = []
        starts: set[int] = set()
        for name in drawn.sample(sorted(files), min(IN_ONE, len(files))):
            starts |= {len(pages) + page for page in TWO_DOCUMENTS.get(name, (1,))}
            pages += files[name]
        found = {i + 1 for i in range(1, len(pages)) if begins(pages[i - 1], pages[i])}
        counts.update(found=len(found & starts), missed=len(starts - found - {1}), invented=len(found - starts))
    return counts


def joined_left_out(files: Mapping[str, Sequence[Sheet]], unread: frozenset[str] = frozenset()) -> Counter[str]:
    """The same with files of one part of the documents and weights fitted on the other parts; ``unread`` is not seen."""
    prior = json.loads((MODELS / "boundaries.json").read_text(encoding="utf-8"))["prior"]
    names = sorted(files)
    random.Random(7).shuffle(names)
    counts = Counter[str]()
    for part in range(PARTS):
        held = {name: files[name] for name in names[part::PARTS]}
        others = {name: sheets for name, sheets in files.items() if name not in held}
        weights = fit([(c["group"], c["features"], c["right"]) for c in boundary_cases(others)], prior)

        def begins(before: Sheet, sheet: Sheet, weights: Mapping[str, float] = weights) -> bool:
            said = {name: int(holds and name not in unread) for name, holds in features(before, sheet).items()}
            return probability(weights, said) > EVEN

        counts.update(joined(held, begins, random.Random(part), JOINED // PARTS))
    return counts


def _boundaries(files: Mapping[str, Sequence[Sheet]]) -> str:
    rows = {
        "all features": joined(files, lambda a, b: score_start(a, b).score > EVEN, random.Random(11)),
        "motto alone": joined(files, lambda a, b: features(a, b)["motto"], random.Random(11)),
        "all features, documents left out": joined_left_out(files),
        "the same, motto and type not read": joined_left_out(files, frozenset({"motto", "motto alone", "type"})),
    }
    lines = [
        f"\n## Boundaries\n\n{JOINED} files, each of {IN_ONE} of {len(files)} documents joined at random. In the first two"
        f" rows the weights know pages of these documents; in the others they are fitted without the part, one of {PARTS},"
        " that the files are made of. Their prior and the features were chosen by looking at all of them.\n",
        "| by | found | missed | invented | precision | recall |\n|---|---|---|---|---|---|",
    ]
    for name, c in rows.items():
        precision, recall = c["found"] / max(1, c["found"] + c["invented"]), c["found"] / max(1, c["found"] + c["missed"])
        lines.append(f"| {name} | {c['found']} | {c['missed']} | {c['invented']} | {precision:.3f} | {recall:.3f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--cases", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(options.shared / "eval"))
    import score_header as scorer  # the measure itself, not a copy of it

    judged = list(documents(options.shared, options.cache))
    files = sheets_by_file(options.shared, options.cache)
    if options.cases:
        options.cases.mkdir(parents=True, exist_ok=True)
        rows = [
            {"group": d.name, "field": field, "features": _as_numbers(said), "right": _right(d, field, scorer)}
            for d in judged
            for field, said in d.said.items()
            if field in d.gold and field not in d.header.candidates
        ]
        for name, its in (("doubt", rows), ("boundaries", list(boundary_cases(files)))):
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in its)
            (options.cases / f"{name}.jsonl").write_text(text, encoding="utf-8")
        return
    apart = left_out(judged, scorer)
    parts = [f"# Headers and boundaries\n\n{(__doc__ or '').split(chr(10) * 2)[2]}\n\n## Fields\n"]
    for group in ("headers", "archive", "texts"):
        parts.append(_table(group, count([d for d in judged if d.group == group], apart, scorer)))
    parts.append(_boundaries(files))
    TABLE.write_text("\n".join(parts), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
