"""Measure the repair room: leave-one-document-out accuracy, reliability of scores, stripped marks, clean text, speed.

    python -m benchmarks.repair --shared ../shared --pairs FOLDER [--held-out FILE]

Each hand-restored document is repaired with a channel trained on all pairs but its own; the language model has seen
none of them (shared/corpus, a test-set check removed what overlaps). Writes ``benchmarks/repair.md``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pypdfium2
import regex

from documents.edits import Edit, replay
from normalizers.decide import decide
from normalizers.forms import old_tone_style, strip_marks
from normalizers.noisy import model_files
from normalizers.noisy.vocabulary import split_vocabulary
from normalizers.protect import ruled_edits
from normalizers.repair import Repairer, edits_of, repair
from scripts.training.train_channel import DRAWN, HAND_RESTORED, Fits, fit_all

DOCUMENTS = ("001", "002", "000", "004", "003")
_WORD = regex.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+")


def scorer(shared: Path) -> ModuleType:
    """``shared/eval/score_restore.py`` as a module."""
    sys.path.insert(0, str(shared / "eval"))
    spec = importlib.util.spec_from_file_location("score_restore", shared / "eval" / "score_restore.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / "eval" / "score_restore.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def seed(shared: Path, document: str) -> str:
    return next((shared / "seeds").glob(f"{document}_*.txt")).read_text(encoding="utf-8")


def proposed(repairer: Repairer, text: str, profile: str) -> tuple[str, list[Edit]]:
    """The text after the certain rules, and every edit the model proposes on it, with its score."""
    mended = replay(text, ruled_edits(text, profile))
    return mended, edits_of(repairer.decode(mended, profile), mended, profile)


def judged(score: ModuleType, gold_file: Path, text: str, edits: list[Edit]) -> Iterator[tuple[float, bool]]:
    """(score, right?) of every edit in a scored line: right when all its words stand in the gold line where aligned."""
    lines, starts = text.split("\n"), np.cumsum([0] + [len(line) + 1 for line in text.split("\n")])
    by_line: dict[int, list[Edit]] = {}
    for edit in edits:
        by_line.setdefault(int(np.searchsorted(starts, edit.start, side="right")), []).append(edit)
    for record in map(json.loads, gold_file.read_text(encoding="utf-8").splitlines()):
        if record["unsure"] or not record["gold"].strip():
            continue
        own = by_line.get(record["line"], [])
        shifted = [e.shifted(-int(starts[record["line"] - 1])) for e in own]
        repaired, spans, by, line = "", [], 0, lines[record["line"] - 1]
        for edit in shifted:
            repaired += line[by : edit.start]
            spans.append((len(repaired), len(repaired) + len(edit.after)))
            repaired += edit.after
            by = edit.end
        repaired += line[by:]
        gold, got = score.words(record["gold"]), score.words(repaired)
        right = [False] * len(got)
        for tag, _, _, j1, j2 in score.matches(gold, got):
            if tag == "equal":
                right[j1:j2] = [True] * (j2 - j1)
        places = [m.span() for m in _WORD.finditer(old_tone_style(repaired.lower()))]
        if len(places) != len(got):
            continue
        for edit, (start, end) in zip(shifted, spans, strict=True):
            inside = [r for (a, b), r in zip(places, right, strict=True) if a < end and b > start]
            yield edit.score, bool(inside) and all(inside)


def logistic(points: list[tuple[float, bool]], rounds: int = 400) -> tuple[float, float]:
    """Slope and shift of the log odds that fit the points best (gradient ascent with a weak pull to 1 and 0)."""
    p = np.clip(np.array([x for x, _ in points]), 1e-6, 1 - 1e-6)
    odds, y = np.log(p / (1 - p)), np.array([float(r) for _, r in points])
    slope, shift = 1.0, 0.0
    for _ in range(rounds):
        guess = 1 / (1 + np.exp(-(slope * odds + shift)))
        weight = guess * (1 - guess) + 1e-9
        gradient = np.array([np.sum((y - guess) * odds) - (slope - 1), np.sum(y - guess) - shift])
        hessian = np.array(
            [[np.sum(weight * odds * odds) + 1, np.sum(weight * odds)], [np.sum(weight * odds), np.sum(weight) + 1]]
        )
        step = np.linalg.solve(hessian, gradient)
        slope, shift = slope + 0.5 * float(step[0]), shift + 0.5 * float(step[1])
    return slope, shift


def reliability(points: list[tuple[float, bool]]) -> list[tuple[str, int, float, float]]:
    """(range, edits, mean score, share right) by score."""
    rows = []
    for low, high in ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.01)):
        inside = [(s, r) for s, r in points if low <= s < high]
        if inside:
            rows.append(
                (
                    f"{low:.2f} – {min(high, 1):.2f}",
                    len(inside),
                    float(np.mean([s for s, _ in inside])),
                    float(np.mean([r for _, r in inside])),
                )
            )
    return rows


def leave_one_out(shared: Path, pairs: Path, out: list[str]) -> dict[str, list[tuple[float, bool]]]:
    score = scorer(shared)
    model = model_files.language_model()
    vocabulary = split_vocabulary(model)
    memory: dict[Path, Counter[tuple[str, str]]] = {}
    fits: Fits = {}
    points: dict[str, list[tuple[float, bool]]] = {}
    out += [
        "## Leave one document out",
        "",
        "| document | profile | syllables | cased | numbers | damage | raw | syllables per second |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for document in DOCUMENTS:
        counts = fit_all(shared / "eval" / "restore", pairs, (document,), memory, fits)
        repairer, text = Repairer(model, vocabulary, counts), seed(shared, document)
        profile = HAND_RESTORED[document]
        started = time.process_time()
        mended, edits = proposed(repairer, text, profile)
        seconds = time.process_time() - started
        gold = shared / "eval" / "restore" / f"{document}.jsonl"
        points.setdefault(profile, []).extend(judged(score, gold, mended, edits))
        kept, _ = decide(edits, profile)
        n, _ = _score(score, gold, replay(mended, kept))
        share = lambda part, whole, n=n: n[part] / n[whole]  # noqa: E731
        out.append(
            f"| {document} | {profile} | {share('right', 'syllables'):.4f} | {share('cased', 'syllables'):.4f} | "
            f"{share('numbers_right', 'numbers'):.4f} | {share('damaged', 'raw'):.4f} | {share('raw', 'syllables'):.4f} | "
            f"{len(text.split()) / seconds:,.0f} |"
        )
    return points


def drawn_lines(pairs: Path) -> str:
    """How many pairs of lines were drawn, by set."""
    files = [pairs / f"{name}.jsonl" for name in DRAWN]
    return ", ".join(
        f"{file.stem} {len(file.read_text(encoding='utf-8').splitlines()):,}" for file in files if file.exists()
    )


def _score(score: ModuleType, gold: Path, repaired: str) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "repaired.txt"
        file.write_text(repaired, encoding="utf-8")
        result: tuple[Counter[str], Counter[tuple[str, str]]] = score.score(gold, file)
        return result


def stripped(lines: list[str]) -> tuple[float, int]:
    """Share of syllables right after marks were stripped and restored; lines repaired as one text."""
    text = "\n".join(old_tone_style(line) for line in lines)
    restored = repair(strip_marks(text), profile="stripped").text
    right = total = 0
    for gold, got in zip(text.split("\n"), restored.split("\n"), strict=True):
        a, b = _WORD.findall(gold.lower()), _WORD.findall(got.lower())
        total += len(a)
        right += sum(x == y for x, y in zip(a, b, strict=False))
    return right / max(total, 1), total


def clean(paragraphs: list[str]) -> tuple[float, int, float]:
    """Share of paragraphs left as they are (after NFC and tone style), their number, and syllables per second."""
    wanted = [old_tone_style(p) for p in paragraphs]
    same = sum(repair(p).text == w for p, w in zip(paragraphs, wanted, strict=True))
    text = "\n".join(paragraphs)
    started = time.process_time()
    repair(text)
    return same / len(paragraphs), len(paragraphs), len(text.split()) / (time.process_time() - started)


SCANS, PAGES_OF_EACH, DPI = ("15_quangngai_07-ct-ubnd_2018", "17_quangngai_05-ct-ubnd_2020"), 3, 200
"""Scanned provincial documents that Tesseract reads with English data, as many archives had it done."""


def beside_tesseract(shared: Path) -> list[str]:
    """Lines that tell what Tesseract takes for some pages and what the repair of their text takes."""
    pages: list[str] = []
    reading = 0.0
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "page.png"
        for name in SCANS:
            document = pypdfium2.PdfDocument(shared / "scans" / f"{name}.pdf")
            for number in range(min(PAGES_OF_EACH, len(document))):
                document[number].render(scale=DPI / 72, grayscale=True).to_pil().save(image)
                command = ["tesseract", str(image), "-", "-l", "eng", "--dpi", str(DPI)]
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                pages.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                reading += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = "\f".join(pages)
    repair("mot van ban ngan", profile="english_neural")  # opens the model
    started = time.process_time()
    profile = repair(text).profile
    repairing = time.process_time() - started
    return [
        "## Beside Tesseract",
        "",
        "| pages | syllables | Tesseract `eng`, s a page | repair, s a page | profile | syllables per second |",
        "|---|---|---|---|---|---|",
        f"| {len(pages)} | {len(text.split()):,} | {reading / len(pages):.2f} | {repairing / len(pages):.3f} | {profile} | "
        f"{len(text.split()) / repairing:,.0f} |",
        "",
        f"Processor time, scans at {DPI} dpi; the model is open, no word was seen before.",
        "",
    ]


_FRESH = """
import resource, sys, time
started = time.process_time()
from normalizers.repair import repair
repair("thyc hi¢n nhi¢m vu cai cach hanh chinh", profile="english_neural")
print(time.process_time() - started)
text = sys.stdin.read()
started = time.process_time()
repair(text)
print(time.process_time() - started)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def in_fresh_process(text: str) -> tuple[float, float, float]:
    """Seconds until a first line is repaired, seconds for ``text``, and the most MB held."""
    command = [sys.executable, "-c", _FRESH]
    printed = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    start, seconds, memory = map(float, printed.split())
    return start, seconds, memory


def long_lines(shared: Path, megabytes: float) -> list[str]:
    """Lines that tell how time and memory grow with the length of one line, up to ``megabytes``."""
    garbled = " ".join(seed(shared, "002").split())
    out = [
        "## Start, memory, one long line",
        "",
        "| garbled text on one line, MB | s | s per MB | memory, MB |",
        "|---|---|---|---|",
    ]
    start = 0.0
    for size in (0.1, 1.0, megabytes):
        text = (garbled + " ") * (int(size * 1e6 / len(garbled.encode())) + 1)
        start, seconds, memory = in_fresh_process(text)
        out.append(f"| {size:g} | {seconds:.1f} | {seconds / size:.1f} | {memory:.0f} |")
    disk = sum(file.stat().st_size for file in model_files.FOLDER.iterdir() if file.suffix != ".py" and file.is_file())
    out += [
        "",
        f"A fresh process repairs its first line after {start:.2f} s. The model takes {disk / 1e6:.1f} MB on disk.",
        "",
    ]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--pairs", type=Path, required=True, help="drawn pairs (scripts/train --draw)")
    parser.add_argument("--held-out", type=Path, help="official paragraphs kept from training, one per line")
    parser.add_argument("--long-line", type=float, default=10.0, metavar="MB", help="the longest line that is timed")
    args = parser.parse_args()
    out = [
        "# Repair, measured",
        "",
        "Generated by `python -m benchmarks.repair`; seconds are processor time of one core, "
        "with whatever else runs beside it.",
        "",
    ]
    points = leave_one_out(args.shared, args.pairs, out)
    out += [
        "",
        "Channel: all hand-restored pairs but those of the document, and the drawn pairs; fitted anew in this run. Model: "
        "shared/corpus, which holds none of them. Breadth of search, weight of the channel and calibration were chosen on "
        f"these five documents. Drawn lines: {drawn_lines(args.pairs)}.",
        "",
        "## Reliability of scores",
        "",
    ]
    for profile, own in points.items():
        slope, shift = logistic(own)
        out += [
            f"{profile}: best slope {slope:.3f}, shift {shift:.3f} on top of the one in use",
            "",
            "| score | edits | mean score | right |",
            "|---|---|---|---|",
        ]
        out += [f"| {name} | {n} | {mean:.3f} | {right:.3f} |" for name, n, mean, right in reliability(own)] + [""]
    out += ["## Marks stripped", "", "| text | syllables right | of |", "|---|---|---|"]
    for file in sorted((args.shared / "eval" / "stripped").glob("*.txt")):
        share, total = stripped(file.read_text(encoding="utf-8").splitlines())
        out.append(f"| {file.stem} | {share:.4f} | {total} |")
    if args.held_out:
        paragraphs = [p for p in args.held_out.read_text(encoding="utf-8").splitlines() if len(p) > 20]
        share, total = stripped(paragraphs)
        out += [f"| official text held out | {share:.4f} | {total} |", "", "## Clean text", ""]
        same, number, speed = clean(paragraphs)
        out += [
            f"{same:.4f} of {number} held-out official paragraphs are left byte-identical (after NFC and tone style);",
            f"{speed:,.0f} syllables per second.",
            "",
        ]
    out += beside_tesseract(args.shared)
    out += long_lines(args.shared, args.long_line)
    (Path(__file__).parent / "repair.md").write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
