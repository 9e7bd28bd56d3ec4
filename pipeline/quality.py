"""Which text to trust: a text layer judged by what it says, and weighed line by line against OCR of the same page.

Measured on the evaluation scans (share of letters that carry a Vietnamese mark): garbled layers 0.00 – 0.08, TCVN3
0.08 – 0.11 with many Latin-1 letters, good text 0.23 – 0.32; but mildly wrong layers of better scanner software have
0.27 – 0.32 as well, and only a language model sees that "sô" should be "số".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import regex
from rapidfuzz.distance import Levenshtein

from corpus.model import Box, Line, Word, enclosing_box
from normalizers.fluency import fluency, known
from normalizers.forms import strip_marks
from normalizers.legacy import detect_spans, to_unicode


class Verdict(StrEnum):
    GOOD = "good"
    LEGACY = "legacy"
    """Stored in an encoding older than Unicode: exact once converted."""
    MILD = "mild"
    """Somebody's OCR, mostly right: worth weighing line by line."""
    GARBLED = "garbled"
    CAPTION = "caption"
    """A few words that are not the page's text: signature captions, copy marks."""
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on the text layer of a page and its reasons in words."""

    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """What can be counted in a text. Shares are between 0 and 1; ``fluency`` is the mean over lines, by their length."""

    letters: int
    marked: float
    known: float
    unmapped: float
    fluency: float


# Fewer letters than this can't be judged by shares: one binomial standard error of a share of 0.25 is then 0.05.
ENOUGH_LETTERS = 75
# Half way between garbled (0.08 at most) and good text (0.23 at least); tables full of abbreviations have 0.2.
MARKED_SHARE = 0.15
# Shares of known words: good text 0.95 and more (names, codes and abbreviations are the rest), mildly wrong layers 0.9,
# garbled ones 0.25 to 0.7, since stripped syllables often are syllables too.
KNOWN_SHARE = 0.8
KNOWN_SHARE_BORN_DIGITAL = 0.5
# A page without text has a caption of at most this many letters on it ("Ký bởi …, Cơ quan …, Thời gian ký …" have 150).
CAPTION_LETTERS = 400
# A single unmapped glyph is a bullet or a logo; one in fifty means that a font has no Unicode map.
UNMAPPED_SHARE = 0.02

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]+")


def measure(lines: Sequence[str]) -> Measures:
    """Counts over the lines of a page, already in Unicode."""
    text = "\n".join(lines)
    letters = [c for c in text if c.isalpha()]
    words = _WORD.findall(text)
    visible = [c for c in text if not c.isspace()]
    weights = [(len(line), fluency(line)) for line in lines if line.strip()]
    return Measures(
        letters=len(letters),
        marked=_share(sum(strip_marks(c) != c for c in letters), len(letters)),
        known=_share(sum(known(word) for word in words), len(words)),
        unmapped=_share(sum(_is_unmapped(c) for c in visible), len(visible)),
        fluency=sum(n * f for n, f in weights) / max(sum(n for n, _ in weights), 1),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _is_unmapped(character: str) -> bool:
    return character == "\N{REPLACEMENT CHARACTER}" or unicodedata.category(character) in ("Co", "Cn", "Cc")


def in_unicode(text: str, encodings: Sequence[str] = ()) -> str:
    """``text`` converted from the legacy encoding that its font tells or that its letters betray; for judging only."""
    if encodings and encodings[0]:
        return to_unicode(text, encodings[0])
    for span, encoding in reversed(detect_spans(text)):
        text = text[: span.start] + to_unicode(text[span.start : span.end], encoding) + text[span.end :]
    return text


def judge(lines: Sequence[Line], *, hidden: bool) -> Judgement:
    """The verdict on the page's own lines (captions and notes taken out).

    ``hidden`` says that the layer lies invisibly over the image of the page: then it is what somebody's OCR read.
    """
    raw = [line.text for line in lines]
    unicode = [line_in_unicode(line) for line in lines]
    measures = measure(unicode)
    if not measures.letters:
        return Judgement(Verdict.ABSENT, ("no text layer",))
    if measures.unmapped > UNMAPPED_SHARE:
        return Judgement(
            Verdict.GARBLED, (f"{measures.unmapped:.0%} of the glyphs have no letter: a font without a Unicode map",)
        )
    shares = f"{measures.marked:.0%} of the letters carry Vietnamese marks, {measures.known:.0%} of the words are known"
    converted = sum(a != b for a, b in zip(raw, unicode, strict=True))
    if hidden:
        if measures.letters >= ENOUGH_LETTERS and (measures.marked < MARKED_SHARE or measures.known < KNOWN_SHARE):
            return Judgement(Verdict.GARBLED, (f"hidden layer of scanner software is garbled: {shares}",))
        return Judgement(Verdict.MILD, (f"hidden layer of scanner software is mostly right: {shares}",))
    if measures.letters >= ENOUGH_LETTERS and measures.known < KNOWN_SHARE_BORN_DIGITAL and measures.marked < MARKED_SHARE:
        return Judgement(Verdict.GARBLED, (f"printed text layer can't be read: {shares}",))
    if converted > len(raw) / 10:
        return Judgement(Verdict.LEGACY, (f"legacy encoding in {converted} of {len(raw)} lines; after conversion {shares}",))
    return Judgement(Verdict.GOOD, (f"born-digital text layer: {shares}",))


def line_in_unicode(line: Line) -> str:
    """The text of ``line`` as it will read after conversion; for judging and for layout only."""
    if not any(word.encoding for word in line.words):
        return in_unicode(line.text)
    pieces: list[str] = []
    at = 0
    for word in line.words:
        pieces += line.text[at : word.start], in_unicode(word.text, [word.encoding])
        at = word.end
    return "".join(pieces) + line.text[at:]


# --- weighing two readings --------------------------------------------------------------------------------------------

# A reading must be more fluent by this much (natural log per token) to be taken over the OCR of ours: below it the two are
# as good as equal, and ours comes with measured confidences.
MARGIN = 0.05
# Two independent readers that print the same figure are wrong together about once in a hundred figures; where they
# differ, one of them is wrong for certain.
AGREED_CONFIDENCE = 0.99
DISPUTED_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """The outcome of weighing: the lines, and how many of them came from the layer or were read alike by both."""

    lines: tuple[Line, ...]
    from_layer: int
    alike: int


def weigh(
    ocr: Sequence[Line], layer: Sequence[Line], *, engine: str = "text layer", score: Callable[[str], float] = fluency
) -> Weighed:
    """The better reading of every line of OCR, where the words of the text layer at the same place read otherwise.

    Words of the layer are matched to lines by their boxes; ``score`` (higher is better) decides. Figures on which the two
    readings differ keep the OCR's print with a confidence that shows the doubt.
    """
    words = [word for line in layer for word in line.words if word.box is not None]
    lines, from_layer, alike = [], 0, 0
    for line in ocr:
        other = _reading_at(line.box, words) if line.box is not None else ()
        text = " ".join(word.text for word in other)
        if not text or not _same_line(line.text, text):
            lines.append(line)
            continue
        if text == line.text:
            alike += 1
            lines.append(replace(line, engines=(*line.engines, engine), words=tuple(_surer(word) for word in line.words)))
            continue
        taken = _merge(line, other, prefer_other=score(text) > score(line.text) + MARGIN)
        from_layer += taken.text != line.text
        lines.append(taken)
    return Weighed(tuple(lines), from_layer, alike)


def _reading_at(box: Box, words: Sequence[Word]) -> tuple[Word, ...]:
    inside = [word for word in words if word.box is not None and _holds(box, word.box)]
    return tuple(sorted(inside, key=lambda word: word.box.left if word.box else 0.0))


def _holds(line: Box, word: Box) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return line.left <= x <= line.right and line.top <= y <= line.bottom


def _same_line(one: str, other: str) -> bool:
    """Do the two readings, marks ignored, look like the same print? Misplaced layers must not be mixed in."""
    return Levenshtein.normalized_similarity(strip_marks(one).lower(), strip_marks(other).lower()) > 0.6


def _surer(word: Word) -> Word:
    return replace(word, confidence=max(word.confidence, AGREED_CONFIDENCE)) if not word.handwritten else word


def _merge(line: Line, other: Sequence[Word], *, prefer_other: bool) -> Line:
    """The words of ``line``, or of ``other`` where it is preferred; words with figures are always the line's own."""
    ours, theirs = [w.text for w in line.words], [w.text for w in other]
    merged: list[Word] = []
    for step in Levenshtein.opcodes(ours, theirs):
        i1, i2, j1, j2 = step.src_start, step.src_end, step.dest_start, step.dest_end
        if step.tag == "equal":
            merged += (_surer(word) for word in line.words[i1:i2])
            continue
        figures = any(c.isdigit() for text in ours[i1:i2] + theirs[j1:j2] for c in text)
        if figures:
            merged += (replace(word, confidence=min(word.confidence, DISPUTED_CONFIDENCE)) for word in line.words[i1:i2])
        elif prefer_other:
            merged += (replace(word, confidence=line.confidence) for word in other[j1:j2])
        else:
            merged += line.words[i1:i2]
    return relined(line, merged)


def relined(line: Line, words: Sequence[Word]) -> Line:
    """``line`` with other words: text joined by single spaces, offsets counted anew."""
    placed, at = [], 0
    for word in words:
        placed.append(replace(word, start=at, end=at + len(word.text)))
        at += len(word.text) + 1
    confidence = sum(w.confidence * len(w.text) for w in placed) / max(sum(len(w.text) for w in placed), 1)
    box = enclosing_box([line.box, *(word.box for word in placed)])
    return replace(line, text=" ".join(w.text for w in placed), words=tuple(placed), confidence=confidence, box=box)
