"""Measure the repair room: leave-one-document-out accuracy, reliability of scores, stripped marks, clean text, speed.

    python -m benchmarks.repair --shared ../shared --cache FOLDER

FOLDER is the cache of ``scripts/train``: drawn pairs, and paragraphs held out of the language model. Each hand-restored
document is repaired with a channel trained on all pairs but its own, and again on none of its family; the language model
has seen none of them (shared/corpus, a test-set check removed what overlaps). Writes ``benchmarks/repair.md``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pypdfium2
import regex

from documents.edits import Edit, Span, replay
from normalizers.decide import Signs, decide
from normalizers.forms import old_tone_style, strip_marks
from normalizers.noisy import channel_file, model_files
from normalizers.noisy.channel_file import ChannelCounts
from normalizers.noisy.vocabulary import split_vocabulary
from normalizers.protect import ruled_edits
from normalizers.repair import Repairer, repair, signed_edits
from scripts.training.train_channel import DRAWN, HAND_RESTORED, Fits, fit_all
from scripts.training.train_slips import RATES, fit, slipped

DOCUMENTS = ("001", "002", "000", "004", "003", "hospital_canon")
OPEN_SETS = ("land_abbyy_vie", "trade_vni", "unmarked_news_vtb", "unmarked_tatoeba_talk", "unmarked_poetry_kieu")
RIGHT = ("news_vtb", "tatoeba_talk", "poetry_kieu", "udhr", "own_mixed")
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
    """The raw text of a hand-restored document: the seed, or the lines of its gold file."""
    own = next((shared / "seeds").glob(f"{document}_*.txt"), None)
    if own is not None:
        return own.read_text(encoding="utf-8")
    records = read_records(shared / "eval" / "restore" / f"{document}.jsonl")
    lines = {record["line"]: record["raw"] for record in records}
    return "\n".join(lines.get(number, "") for number in range(1, max(lines) + 1))


def read_records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def proposed(repairer: Repairer, text: str) -> tuple[str, list[tuple[Edit, Signs]], str]:
    """The text after the certain rules, every edit the model proposes on it with its signs, and the family it found."""
    mended = replay(text, ruled_edits(text, [Span(0, len(text))]))
    profile = repairer.family(mended)
    return mended, list(signed_edits(repairer.decode(mended, profile), mended, profile)), profile


def judged(score: ModuleType, gold_file: Path, text: str, edits: list[Edit]) -> Iterator[tuple[int, bool]]:
    """(number, right?) of every edit in a scored line: right when all its words stand in the gold line where aligned."""
    lines, starts = text.split("\n"), np.cumsum([0] + [len(line) + 1 for line in text.split("\n")])
    by_line: dict[int, list[int]] = {}
    for number, edit in enumerate(edits):
        by_line.setdefault(int(np.searchsorted(starts, edit.start, side="right")), []).append(number)
    for record in map(json.loads, gold_file.read_text(encoding="utf-8").splitlines()):
        if record["unsure"] or not record["gold"].strip():
            continue
        own = by_line.get(record["line"], [])
        shifted = [edits[number].shifted(-int(starts[record["line"] - 1])) for number in own]
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
        for number, (start, end) in zip(own, spans, strict=True):
            inside = [r for (a, b), r in zip(places, right, strict=True) if a < end and b > start]
            yield number, bool(inside) and all(inside)


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


def channels_without(
    document: str, shared: Path, pairs: Path, memory: dict[Path, Counter[tuple[str, str]]], fits: Fits
) -> dict[str, ChannelCounts]:
    """What was learned from every engine without a document; of the legacy engine, which no document has, the packaged
    counts where its pages are not drawn anew."""
    counts = fit_all(shared / "eval" / "restore", pairs, (document,), memory, fits)
    packaged = channel_file.read(model_files.FOLDER / "channel.tsv")
    return {"legacy_engine": packaged["legacy_engine"], **counts}


Points = list[tuple[Signs, bool]]


def leave_one_out(shared: Path, pairs: Path, out: list[str]) -> dict[str, Points]:
    """Rows for every document left out, alone and with its family; the scores and what came of them by document."""
    score = scorer(shared)
    model = model_files.language_model()
    vocabulary = split_vocabulary(model)
    memory: dict[Path, Counter[tuple[str, str]]] = {}
    fits: Fits = {}
    points: dict[str, Points] = {}
    out += [
        "## Leave one document out",
        "",
        "| document | left out | read as | syllables | cased | numbers | damage | raw | syllables per second |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for document in DOCUMENTS:
        alone, text = channels_without(document, shared, pairs, memory, fits), seed(shared, document)
        family = {name: c for name, c in alone.items() if name != HAND_RESTORED[document]}
        for left_out, counts in (("the document", alone), ("its family", family))[: 1 if len(family) == len(alone) else 2]:
            repairer = Repairer(model, vocabulary, counts)
            started = time.process_time()
            mended, edits, profile = proposed(repairer, text)
            seconds = time.process_time() - started
            gold = shared / "eval" / "restore" / f"{document}.jsonl"
            own = [edit for edit, _ in edits]
            points.setdefault(document, []).extend((edits[i][1], right) for i, right in judged(score, gold, mended, own))
            kept, _ = decide(own, profile)
            n, _ = _score(score, gold, replay(mended, kept))
            out.append(f"| {document} | {left_out} | {profile} | {_columns(n)} | {len(text.split()) / seconds:,.0f} |")
    return points


def _columns(n: Counter[str]) -> str:
    """Shares of right syllables, cased ones, numbers, of damage and of what was right before."""
    shares = (
        ("right", "syllables"),
        ("cased", "syllables"),
        ("numbers_right", "numbers"),
        ("damaged", "raw"),
        ("raw", "syllables"),
    )
    return " | ".join(f"{n[part] / n[whole]:.4f}" if n[whole] else "–" for part, whole in shares)


def open_sets(shared: Path) -> list[str]:
    """Rows for the sets that nothing was learned from, as ``vanban repair`` reads them."""
    out = [
        "## Other texts",
        "",
        "| set | read as | syllables | cased | numbers | damage | raw |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in OPEN_SETS:
        repaired = repair(seed(shared, name))
        n, _ = _score(scorer(shared), shared / "eval" / "restore" / f"{name}.jsonl", repaired.text)
        out.append(f"| {name} | {repaired.profile} | {_columns(n)} |")
    return [*out, ""]


def right_text(shared: Path, held_out: Path) -> list[str]:
    """Rows that tell how much right text is changed, as a file and line by line."""
    out = [
        "## Right text",
        "",
        "| text | lines | changed in the file | changed alone | figures lost |",
        "|---|---|---|---|---|",
    ]
    files = [shared / "eval" / "clean" / f"{name}.txt" for name in RIGHT] + sorted(held_out.glob("held_out_*.txt"))
    for file in files:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()][:200]
        together = repair("\n".join(lines)).text
        changed = sum(map(_differs, lines, together.split("\n")))
        alone = sum(_differs(line, repair(line).text) for line in lines)
        lost = _figures("\n".join(lines)) != _figures(together)
        out.append(
            f"| {file.stem.removeprefix('held_out_')} | {len(lines)} | {changed} | {alone} | {'yes' if lost else 'none'} |"
        )
    note = "Blanks, dashes and the place of tone marks aside, which are brought to one form."
    return [*out, "", note, ""]


def _differs(line: str, repaired: str) -> bool:
    return old_tone_style(line).replace("–", "-").split() != repaired.replace("–", "-").split()


def _figures(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def slips_put_in(held_out: Path) -> list[str]:
    """Rows that tell how many tones taken from official text come back, and what else changes."""
    out = [
        "## Misread marks put into official text",
        "",
        "| share of words asked to lose a tone | lost | mended | damaged |",
        "|---|---|---|---|",
    ]
    lines = [old_tone_style(x) for x in (held_out / "held_out_official.txt").read_text(encoding="utf-8").splitlines()]
    gold = [line for line in lines if len(line) > 20][-200:]
    for rate in RATES:
        rng = random.Random(11)
        lost = mended = damaged = 0
        for at in range(0, len(gold), 50):
            right = "\n".join(gold[at : at + 50])
            raw = slipped(right, rate, rng)
            triples = [_WORD.findall(text) for text in (right, raw, repair(raw).text)]
            for want, printed, got in zip(*triples, strict=True):
                lost += want != printed
                mended += want != printed and got == want
                damaged += want == printed != got
        out.append(f"| {rate:.1%} | {lost} | {mended / lost:.3f} | {damaged} |")
    note = (
        "Half of these paragraphs taught the weights, with other slips; what is damaged are mostly misprints of their own."
    )
    return [*out, "", note, ""]


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


def speed_on(text: str) -> float:
    """Syllables a second."""
    started = time.process_time()
    repair(text)
    return len(text.split()) / (time.process_time() - started)


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
    for size in (0.1, megabytes):
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


MOST_OF_ONE = 1_500
"""Edits of a document that count in full for the weights of scores: more of one document count together as so many."""


def scores(points: dict[str, Points]) -> list[str]:
    """Rows that tell what scores claim and what came of it, each document's by weights learned from the others."""
    signs = {document: np.array([x for x, _ in own]) for document, own in points.items()}
    right = {document: np.array([float(r) for _, r in own]) for document, own in points.items()}

    def learned(documents: list[str]) -> np.ndarray:
        shares = np.concatenate([np.full(len(right[d]), min(1.0, MOST_OF_ONE / len(right[d]))) for d in documents])
        return fit(
            np.concatenate([signs[d] for d in documents]), np.concatenate([right[d] for d in documents]), shares=shares
        )

    out = ["## Scores left out", "", "| document | edits | of 0.9 and more | they claim | right |", "|---|---|---|---|---|"]
    together: list[tuple[float, bool]] = []
    for document in points:
        claimed = 1 / (1 + np.exp(-signs[document] @ learned([d for d in points if d != document])))
        sure = claimed >= 0.9
        claim, came = claimed[sure].mean(), right[document][sure].mean()
        out.append(f"| {document} | {len(claimed)} | {sure.sum()} | {claim:.4f} | {came:.4f} |")
        together += zip(claimed.tolist(), right[document].astype(bool).tolist(), strict=True)
    out += ["", "| score | edits | mean score | right |", "|---|---|---|---|"]
    out += [f"| {name} | {n} | {mean:.3f} | {share:.3f} |" for name, n, mean, share in reliability(together)]
    weights = ", ".join(f"{w:.3f}" for w in learned(list(points)))
    note = "Each document is repaired twice, without itself and without its family; the weights of its scores were learned"
    return [*out, "", f"{note} from the others. From all of them: {weights}.", ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--cache", type=Path, required=True, help="the cache of scripts/train")
    parser.add_argument(
        "--long-line", type=float, default=10.0, metavar="MB", help="the longest line that is timed; 0: none"
    )
    args = parser.parse_args()
    pairs, held_out = args.cache / "pairs", args.cache / "lm"
    out = [
        "# Repair, measured",
        "",
        "Generated by `python -m benchmarks.repair`; seconds are processor time of one core, "
        "with whatever else runs beside it.",
        "",
    ]
    points = leave_one_out(args.shared, pairs, out)
    out += [
        "",
        "Channel: all hand-restored pairs but those left out, and the drawn pairs; fitted anew in this run. Model: "
        "shared/corpus, which holds none of them. Reach of the search and shares of the mixtures were "
        f"chosen on these documents. Drawn lines: {drawn_lines(pairs)}.",
        "",
    ]
    out += [*scores(points), *open_sets(args.shared), *right_text(args.shared, held_out), *slips_put_in(held_out)]
    out += ["## Marks stripped", "", "| text | syllables right | of |", "|---|---|---|"]
    texts = [*sorted((args.shared / "eval" / "stripped").glob("*_*.txt")), *sorted(held_out.glob("held_out_*.txt"))]
    for file in texts:
        share, total = stripped([x for x in file.read_text(encoding="utf-8").splitlines() if len(x) > 20][:200])
        out.append(f"| {file.stem.replace('held_out_', 'held out: ')} | {share:.4f} | {total} |")
    right = "\n".join((held_out / f"held_out_{name}.txt").read_text(encoding="utf-8") for name in ("official", "provincial"))
    out += ["", f"Right official text: {speed_on(right):,.0f} syllables per second.", ""]
    if args.long_line:
        out += [*beside_tesseract(args.shared), *long_lines(args.shared, args.long_line)]
    (Path(__file__).parent / "repair.md").write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
