"""Which text each page of the evaluation scans came from, how right it is, and what it cost.

    python -m benchmarks.reading [--out FOLDER]

Reads the scans that have a transcript, writes their texts to FOLDER before and after repair, scores both with the scorer of
the evaluation material, and writes ``benchmarks/reading.md``. Pages are kept in FOLDER and read again only when the version
of reading or of the engine changed.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from benchmarks.ocr import processor_seconds
from documents.page import Document, Line, Page, SourceFile
from pipeline.errors import PageFailed, UnreadableFile
from pipeline.files.intake import examine
from pipeline.layer.quality import Weighed, in_unicode, weigh
from pipeline.ocr import make_engine
from pipeline.process import repair_document
from pipeline.read import read_page
from pipeline.runs.versions import reading_digest
from pipeline.tables.overleaf import join_continued

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
TABLE = ROOT / "benchmarks" / "reading.md"
ENGINE = make_engine().version
SCANS, GOLD = SHARED / "scans", SHARED / "scans" / "gold"

# Looked at while the choice between text layer and image was built; all others were only scored.
DEVELOPED_ON = ("02", "03", "05", "07", "09", "11", "12", "14", "31", "33", "34", "36")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A scan after reading: its pages, or why there are none; seconds of processor time and of waiting."""

    name: str
    document: Document | None
    seconds: float = 0.0
    failure: str = ""


def read_file(path: Path, cache: Path) -> ReadFile:
    try:
        source = examine(path)
    except UnreadableFile as error:
        return ReadFile(path.name, None, failure=f"{error.reason}: {error.detail}")
    pages: list[Page] = []
    seconds = 0.0
    for number in range(1, source.pages + 1):
        page, taken = read_cached(path, source, number, cache)
        pages.append(page)
        seconds += taken
    return ReadFile(path.name, Document(source, join_continued(pages)), seconds)


def read_cached(path: Path, source: SourceFile, number: int, cache: Path) -> tuple[Page, float]:
    """The page and the seconds it took when it was read."""
    key = hashlib.sha256(f"{source.sha256} {number} {reading_digest()} {ENGINE}".encode()).hexdigest()
    kept = cache / f"{key[:20]}.pickle"
    if kept.exists():
        found: tuple[Page, float] = pickle.loads(kept.read_bytes())
        return found
    started = processor_seconds()
    try:
        page = read_page(path, source, number)
    except PageFailed as error:
        page = Page(number, reasons=(f"failed: {error.reason}: {error.detail}",))
    result = page, processor_seconds() - started
    kept.write_bytes(pickle.dumps(result))
    return result


def unrepaired(document: Document) -> str:
    """The raw text, legacy encodings converted, so that what reading did can be scored by itself."""
    return "\f".join("".join(line + "\n" for line in in_unicode(page.lines)) for page in document.pages)


def scores(folder: Path) -> dict[str, tuple[float, ...]]:
    """cer, wer, found, marks by name, from the scorer of the evaluation material."""
    command = [sys.executable, str(SHARED / "eval" / "score_ocr.py"), str(GOLD), str(folder)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {}
    for line in printed.splitlines():
        numbers = re.findall(r"(?:cer|wer|found|marks) +([\d.]+)", line)
        found[line.split()[0]] = tuple(map(float, numbers))
    return found


def without_spaces(stem: str, text: str) -> tuple[int, int]:
    """Errors and letters when white space counts nowhere: one transcript has it inside words ("200 3", "l ý")."""
    right, read = (re.sub(r"\s", "", unicodedata.normalize("NFC", each)) for each in (transcript(stem), text))
    return Levenshtein.distance(right, read), len(right)


def transcript(stem: str) -> str:
    return (GOLD / f"{stem}.txt").read_text(encoding="utf-8")


# --- voting -----------------------------------------------------------------------------------------------------------

# Confusions of a better scanner's software, as seen in the layers of 07 and 09 ("sô/số", "đât/đất", "tố/tổ", "quyên/quyền").
_SLIPS = (
    ("ố", "ô"),
    ("ổ", "ố"),
    ("ấ", "â"),
    ("ề", "ê"),
    ("ồ", "ô"),
    ("ạ", "a"),
    ("ợ", "ọ"),
    ("ư", "u"),
    ("ầ", "â"),
    ("ế", "ê"),
)


def with_slips(line: Line, every: int, offset: int) -> Line:
    """``line`` with one letter in ``every`` marked ones mistaken, the same ones each time."""
    count = offset
    words = []
    for word in line.words:
        letters = list(word.text)
        for i, letter in enumerate(letters):
            for right, wrong in _SLIPS:
                if letter == right:
                    count += 1
                    letters[i] = wrong if count % every == 0 else letter
        words.append(replace(word, text="".join(letters)))
    return replace(line, text=" ".join(word.text for word in words), words=tuple(words))


def vote(pages: Sequence[Page]) -> Iterator[tuple[str, int, int, int]]:
    """Words wrong before weighing OCR against a text layer, after it, and of how many.

    The lines of ``pages`` with slips play OCR, the same with other slips the layer.
    """
    for name, every in (("one marked letter in 15 wrong in either", 15), ("one in 40", 40)):
        before = after = words = 0
        for page in pages:
            truth = [line for line in page.lines if line.words and line.box]
            ours = [with_slips(line, every, n) for n, line in enumerate(truth)]
            layer = [with_slips(line, every, n + every // 2) for n, line in enumerate(truth)]
            weighed: Weighed = weigh(ours, layer)
            for right, read, made in zip(truth, ours, weighed.lines, strict=True):
                before += wrong_words(right, read)
                after += wrong_words(right, made)
                words += len(right.words)
        yield name, before, after, words


def wrong_words(right: Line, read: Line) -> int:
    return sum((Counter(right.text.split()) - Counter(read.text.split())).values())


# --- the table --------------------------------------------------------------------------------------------------------


def row(
    file: ReadFile, raw: dict[str, tuple[float, ...]], repaired: dict[str, tuple[float, ...]], spaceless: tuple[int, int]
) -> str:
    stem = Path(file.name).stem
    use = "developed on" if file.name.startswith(DEVELOPED_ON) else "reported"
    if file.document is None:
        return f"| {stem} | {use} | | {file.failure} | | | | | | |"
    pages = file.document.pages
    sources = ", ".join(f"{count} {source}" for source, count in Counter(page.source for page in pages).items())
    before, after = raw.get(stem[:40], ()), repaired.get(stem[:40], ())
    cells = [f"{before[0]:.4f}" if before else "", f"{spaceless[0] / spaceless[1]:.4f}", f"{after[0]:.4f}" if after else ""]
    cells += [f"{after[2]:.4f}", f"{after[3]:.4f}"] if after else ["", ""]
    return f"| {stem} | {use} | {len(pages)} | {sources} | {' | '.join(cells)} | {file.seconds / len(pages):.2f} |"


HEAD = """# Reading: which text each page came from, and how right it is

Written by `python -m benchmarks.reading`; reading {version}, {engine}.

`cer` before repair, the same without any white space, and after repair (legacy encodings are converted in all), `found` and
`marks` after it, seconds of processor time per page for reading alone. The transcript of 34 has white space inside words,
as an extractor prints it ("200 3", "l ý"), and page numbers, which count as errors here. One process held {memory:.0f} MB at
most. “Developed on” were looked at while the choice between text layer and image was built, the others only scored.

| file | use | pages | source of the text | cer | without spaces | cer repaired | found | marks | s/page |
|---|---|---|---|---|---|---|---|---|---|
"""
VOTING_HEAD = """
## A mildly wrong layer beside OCR

The OCR readings of the pages above, with slips of accents put in by rule at different places into two copies: one plays
OCR, the other the text layer. Words wrong before and after weighing the two word by word:

| slips | words | wrong before | wrong after |
|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "vanban-reading")
    arguments = parser.parse_args()
    cache = arguments.out / "pages"
    cache.mkdir(parents=True, exist_ok=True)
    folders = {name: arguments.out / name for name in ("raw", "repaired")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    files = []
    spaceless: dict[str, tuple[int, int]] = {}
    for path in sorted(SCANS.glob("*.pdf")):
        if (GOLD / f"{path.stem}.txt").exists():
            file = read_file(path, cache)
            files.append(file)
            spaceless[file.name] = without_spaces(path.stem, unrepaired(file.document) if file.document else "")
            if file.document is not None:
                (folders["raw"] / f"{path.stem}.txt").write_text(unrepaired(file.document), encoding="utf-8")
                repaired = repair_document(file.document).text
                (folders["repaired"] / f"{path.stem}.txt").write_text(repaired, encoding="utf-8")
            print(path.name, f"{file.seconds:.1f} s", file.failure, flush=True)
    raw, repaired_scores = scores(folders["raw"]), scores(folders["repaired"])
    total, total_repaired = raw["total"], repaired_scores["total"]
    scanned = [page for file in files if file.document for page in file.document.pages if page.source == "ocr"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    head = HEAD.format(version=reading_digest(), engine=ENGINE, memory=memory)
    of_all = sum(errors for errors, _ in spaceless.values()) / sum(letters for _, letters in spaceless.values())
    sums = f"{total[0]:.4f} | {of_all:.4f} | {total_repaired[0]:.4f} | {total_repaired[2]:.4f} | {total_repaired[3]:.4f}"
    rows = [*(row(file, raw, repaired_scores, spaceless[file.name]) for file in files), f"| **total** | | | | {sums} | |"]
    votes = [f"| {name} | {words} | {before} | {after} |" for name, before, after, words in vote(scanned)]
    lines = [head + "\n".join(rows), VOTING_HEAD + "\n".join(votes), ""]
    TABLE.write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
