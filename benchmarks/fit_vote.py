"""Fits what the vote of the readers rests on: their curves of confidence, the weights of their differences, the confidence
in a word.

    python -m benchmarks.fit_vote

Prints the curves for ``pipeline.ocr.network`` and ``trueocr``, then the weights for ``pipeline.ocr.ensemble``, and what they
give on the scans that nothing is fitted on. The pages: 23 born-digital ones of the evaluation material drawn anew at 200
dpi and worn in two of fourteen ways each (their text layer is the truth), and the three transcribed scans that were looked
at all along; all other transcribed scans are only reported. Takes some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np
import pymupdf
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks.ocr import GOLD, SCANS, images, isotonic
from documents.edits import replay
from normalizers.exact.exact import exact_edits
from normalizers.fluency import logps
from pipeline.files.intake import examine
from pipeline.image.images import PageImage, straighten
from pipeline.ocr import ensemble, network, trueocr
from pipeline.ocr.base import ReadLine
from pipeline.ocr.ctc import line_of_steps
from pipeline.ocr.evidence import Question, preferences
from pipeline.ocr.vote import MODEL_MOST, align, merge
from pipeline.read import read_page
from samples import wear

BORN_DIGITAL = {
    "31_angiang_102-kh-ubnd_2020": (1, 2, 3, 4, 5),
    "33_laichau_1629-qd-ubnd_2025": (3, 5),
    "34_mpi_bao-cao-ktxh_2005_tcvn3": (3, 9, 15, 21, 27, 33, 39, 45, 51, 56),
    "36_ttg_115-2004-qd_tcvn3": (1, 2),
    "11_hcm_1351-qd-ubnd_2025": (1, 2, 3, 7),
}
WORN = (
    "as it is", "skewed 1°", "bilevel 300 dpi, specks", "bilevel 200 dpi, specks", "bilevel, too light", "bilevel, too dark",
    "100 dpi JPEG", "72 dpi JPEG", "fax, 100 dpi bilevel", "out of focus", "faint print", "old paper", "photograph",
    "skewed -3.5°",
)  # fmt: skip
LOOKED_AT = ("cv_3722_metro", "nq_115_ba_vi", "14_quangngai_23-bc-ubnd_2025_cctthc")
REPORTED = (
    "hanoi_tb_453_flag", "qd_707_ttg", "tt_21_bct_fuel", "02_binhduong_06-tb-ubnd_2016", "26_dongnai_1219-vpdk_2025_96dpi",
    "r07_uit_2014_faint", "r08_cantho_873_2023_table", "r10_kg_2128_2017_table", "r13_danang_pa83_margin",
)  # fmt: skip
REAL = 3
"""Times that a real scan counts against a drawn page: there are few of them, and they are what matters."""
FLAT = ((0.0, 0.0), (1.0, 1.0))

Pair = tuple[ReadLine, ReadLine]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The pairs of lines that the two readers made of a page, and its true text on one line."""

    pairs: list[Pair]
    truth: str
    times: int = 1


def same_style(text: str) -> str:
    return replay(text, exact_edits(text))


def drawn_pages() -> Iterator[tuple[PageImage, str]]:
    kinds = cycle(WORN)
    for name, numbers in BORN_DIGITAL.items():
        path = SCANS / f"{name}.pdf"
        source = examine(path)
        with pymupdf.open(path) as document:
            for number in numbers:
                pixmap = document[number - 1].get_pixmap(dpi=200, colorspace=pymupdf.csGRAY)
                rows = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.h, pixmap.stride)
                truth = same_style(read_page(path, source, number, ocr="never").text)
                for kind in islice(kinds, 2):
                    worn = wear.DAMAGES[kind](rows[:, : pixmap.w].copy(), 200.0)
                    yield PageImage(worn.pixels, worn.dpi), truth


def scanned_pages(names: Sequence[str]) -> Iterator[tuple[PageImage, str]]:
    for name in names:
        truth = same_style((GOLD / f"{name}.txt").read_text(encoding="utf-8"))
        yield from ((image, truth) for image in images(name))


def read(pages: Iterator[tuple[PageImage, str]], times: int = 1) -> list[ReadPage]:
    first, second = network.Network(), trueocr.TrueOcr()
    found = []
    for image, truth in pages:
        grey = straighten(image, second.quarter_turns).grey
        boxes = second.find_lines(grey)
        pairs = list(zip(first.recognise(grey, boxes), second.recognise(grey, boxes), strict=True))
        found.append(ReadPage(pairs, " ".join(truth.split()), times))
    return found


def place_of(text: str, truth: str, least: float, around: int) -> str | None:
    """Where ``text`` stands in ``truth``, or ``None`` when nothing like it does."""
    if not 2 <= len(text) <= len(truth):
        return None
    found = fuzz.partial_ratio_alignment(text, truth)
    if found is None or found.score < least:
        return None
    return truth[max(0, found.dest_start - around) : found.dest_end + around]


def right_words(texts: Sequence[str], truth: str) -> list[bool]:
    right = [False] * len(texts)
    for op in Levenshtein.opcodes([same_style(text) for text in texts], truth.split()):
        if op.tag == "equal":
            right[op.src_start : op.src_end] = [True] * (op.src_end - op.src_start)
    return right


def curve(pages: Sequence[ReadPage], which: int) -> list[tuple[float, float, int]]:
    """Share of words right at what a reader (0, 1) says of itself."""
    pairs: list[tuple[float, bool]] = []
    alphabet = (network.Network()._alphabet, trueocr.TrueOcr()._alphabet)[which]
    for page in pages:
        for pair in page.pairs:
            if (evidence := pair[which].evidence) is None:
                continue
            line = line_of_steps(evidence.logps, alphabet, pair[which].box, (0, 1), FLAT, "")
            if (truth := place_of(line.text, page.truth, 60, 8)) is not None:
                right = right_words([word.text for word in line.words], truth)
                pairs += [(word.confidence, ok) for word, ok in zip(line.words, right, strict=True)]
    return [block for block in isotonic(pairs) if block[2] >= 30]


def logistic(features: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression with a unit Gaussian prior (Newton's method)."""
    weights = np.zeros(features.shape[1])
    for _ in range(100):
        chance = 1 / (1 + np.exp(-(features @ weights)))
        slope = features.T @ (chance - right) + weights
        curvature = (features * (chance * (1 - chance))[:, np.newaxis]).T @ features + np.eye(len(weights))
        weights -= np.linalg.solve(curvature, slope)
    return weights


def differences(page: ReadPage) -> Iterator[tuple[list[float], float]]:
    """For each difference that decides whether a line is right: the features of the vote, and whether the first is right."""
    for first, second in page.pairs:
        if not first.words or not second.words or first.evidence is None or second.evidence is None:
            continue
        truth = place_of(first.text, page.truth, 75, 3)
        stretches = align(first.text, second.text)
        open_ones = [i for i, stretch in enumerate(stretches) if not stretch.agreed]
        if truth is None or not 0 < len(open_ones) <= 25:
            continue

        def spelt(i: int, k: int, stretches: Sequence[object] = stretches) -> str:
            return "".join(s.texts[k if j == i else 0] for j, s in enumerate(stretches))  # type: ignore[attr-defined]

        for i in open_ones:
            texts, starts = stretches[i].texts, stretches[i].starts
            far = [Levenshtein.distance(same_style(spelt(i, k)), truth) for k in (0, 1)]
            if far[0] == far[1]:
                continue
            asked = [Question(first.evidence, starts[0], *texts), Question(second.evidence, starts[1], *texts[::-1])]
            own, other = preferences(asked)
            model = float(np.clip(np.subtract(*logps([spelt(i, 0), spelt(i, 1)])), -MODEL_MOST, MODEL_MOST))
            spaced = (len(texts[0]) > len(texts[1])) - (len(texts[0]) < len(texts[1]))
            space = spaced if texts[0].replace(" ", "") == texts[1].replace(" ", "") else 0
            digit = not space and any(letter.isdigit() for letter in texts[0] + texts[1])
            odd = [not ensemble.ODD_SIGNS.isdisjoint(text) for text in texts]
            yield [own, -other, model, space, -float(digit), odd[1] - odd[0]], float(far[0] < far[1])


def words(page: ReadPage) -> Iterator[tuple[tuple[float, ...], float]]:
    """For each word of the merged lines: the features of its confidence, and whether it is right."""
    seen: list[tuple[float, ...]] = []

    def note(*given: object) -> float:
        seen.append(ensemble.features(*given))  # type: ignore[arg-type]
        return 0.5

    for pair in page.pairs:
        seen.clear()
        (line,) = merge([pair], logps, ensemble.weigh, note)
        if (truth := place_of(line.text, page.truth, 60, 8)) is not None:
            right = right_words([word.text for word in line.words], truth)
            yield from zip(seen, map(float, right), strict=True)


def fitted(rows: Sequence[tuple[Sequence[float], float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    features, right = zip(*rows, strict=True)
    return np.array(features, float), np.array(right, float)


def report(label: str, weights: NDArray[np.float64], features: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    chance = np.clip(1 / (1 + np.exp(-(features @ weights))), 1e-9, 1 - 1e-9)
    loss = -np.mean(right * np.log(chance) + (1 - right) * np.log(1 - chance))
    correct = ((chance > 0.5) == (right > 0.5)).mean()
    print(
        f"{label}: {len(right)}, {right.mean():.4f} true, {chance.mean():.4f} expected, {correct:.4f} told, loss {loss:.4f}"
    )


def main() -> int:
    if not SCANS.is_dir():
        print("the evaluation material is not beside the checkout", file=sys.stderr)
        return 2
    fit_on = [*read(drawn_pages()), *read(scanned_pages(LOOKED_AT), REAL)]
    reported = read(scanned_pages(REPORTED))
    for which, name in enumerate(("network", "trueocr")):
        print(f"curve of {name}: {curve(fit_on, which)}")
    for label, rows_of in (("differences", differences), ("words", words)):
        rows = [row for page in fit_on for row in list(rows_of(page)) * page.times]
        others = [row for page in reported for row in rows_of(page)]
        weights = logistic(*fitted(rows))
        print(f"weights of {label}: {np.round(weights, 3).tolist()}")
        report(f"{label} fitted on", weights, *fitted(rows))
        report(f"{label} reported", weights, *fitted(others))
    return 0


if __name__ == "__main__":
    sys.exit(main())
