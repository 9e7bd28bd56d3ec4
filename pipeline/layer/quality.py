"""Which text to trust: a text layer judged by what it says, and weighed line by line against OCR of the same page.

Measured on the evaluation scans (share of letters that carry a Vietnamese mark): garbled layers 0.00 – 0.08, TCVN3
0.08 – 0.11 with many Latin-1 letters, good text 0.23 – 0.32; but mildly wrong layers of better scanner software have
0.27 – 0.32 as well, and only a language model sees that "sô" should be "số".
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

import regex
from rapidfuzz.distance import Levenshtein

from documents.page import LINE_END, Box, Line, Word, enclosing_box
from normalizers.exact.legacy import detect_spans, to_unicode
from normalizers.fluency import fluency, known
from normalizers.forms import nfc, old_tone_style, strip_marks


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
    """A verdict on the text layer of a page and its reasons in words.

    ``suspect``: it was printed with the page, but its words look wrong, as fonts leave them that map letters to others.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    suspect: bool = False


@dataclass(frozen=True, slots=True)
class Measures:
    """What can be counted in a text. Shares are between 0 and 1.

    ``known`` counts runs of letters, ``sound`` whole words: one with a hole in it is none. ``unsound`` is their number.

    Fluency is not among them: over a page it tells garbled text no better than these, and mildly wrong layers (-2.5 to
    -3.4 on the evaluation scans) not from good text about unusual things (-2.2 to -5.3).
    """

    letters: int
    marked: float
    known: float
    unmapped: float
    sound: float
    unsound: int


# Fewer letters than this can't be judged by shares: one binomial standard error of a share of 0.25 is then 0.05.
ENOUGH_LETTERS = 75
# Half way between garbled (0.08 at most) and good text (0.23 at least); tables full of abbreviations have 0.2.
MARKED_SHARE = 0.15
# Shares of known words: good text 0.95 and more (names, codes and abbreviations are the rest), mildly wrong layers 0.9,
# garbled ones 0.25 to 0.7, since stripped syllables often are syllables too.
KNOWN_SHARE = 0.8
KNOWN_SHARE_BORN_DIGITAL = 0.5
# Of the words of born-digital pages 0.98 and more are sound; fonts with holes or shifted codes leave 0.1 to 0.55, marks that
# are missing 0.82. What lies below is looked at, which costs the time of a scan and does no harm.
SOUND_SHARE = 0.95
# Fewer wrong words are a name or an abbreviation.
FEW_UNSOUND = 2
# Letters from which on missing marks say something: three words without a mark are a title, ten are no Vietnamese.
SOME_LETTERS = 25
# A page without text has a caption of at most this many letters on it ("Ký bởi …, Cơ quan …, Thời gian ký …" have 150).
CAPTION_LETTERS = 400
# Lists have a bullet of a symbol font in ten to thirty letters; more means that the font of the text has no Unicode map.
UNMAPPED_SHARE = 0.25

# Rows of ornaments and check boxes are shorter.
_LINE_OF_GLYPHS = 6

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]+")


def measure(lines: Sequence[str]) -> Measures:
    """Counts over the lines of a page, already in Unicode."""
    text = "\n".join(lines)
    letters = [c for c in text if c.isalpha()]
    words = _WORD.findall(text)
    visible = [c for c in text if not c.isspace()]
    whole = [_is_sound(part) for word in text.split() for part in _parts(word)]
    return Measures(
        letters=len(letters),
        marked=_share(sum(strip_marks(c) != c for c in letters), len(letters)),
        known=_share(sum(known(word) for word in words), len(words)),
        unmapped=_share(sum(_is_unmapped(c) for c in visible), len(visible)),
        sound=_share(sum(whole), len(whole)) if whole else 1.0,
        unsound=len(whole) - sum(whole),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _is_unmapped(character: str) -> bool:
    return character == "\N{REPLACEMENT CHARACTER}" or unicodedata.category(character) in ("Co", "Cn", "Cc")


# What stands between the words of a run without spaces, and what may stand beside a word.
_BETWEEN = regex.compile(r"[\s/\-\u2010-\u2015.,;:()\[\]{}\"\u201c\u201d\u2018\u2019'<>=+*\u2026|_&]+")
_AT_END = "?!%\u00b0\u00b2\u00b3\u00b9"
_WORD_WITH_FIGURES = regex.compile(r"[\p{L}\p{N}%]+")


def _parts(word: str) -> Iterator[str]:
    """The parts of a run without spaces that should be words: with two letters at least, or with a hole."""
    for part in _BETWEEN.split(word):
        part = part.strip(_AT_END)
        letters = sum(map(str.isalpha, part))
        if letters > 1 or (letters and has_hole(part)):
            yield part


def _is_sound(part: str) -> bool:
    if part.isalpha():
        return known(part)
    return _WORD_WITH_FIGURES.fullmatch(part) is not None


def has_hole(word: str) -> bool:
    """Does a glyph of the word stand for no letter? A bullet before it is none of its glyphs.

    >>> has_hole("Quy\ufffdt"), has_hole("\uf0b7Thực"), has_hole("Thực")
    (True, False, False)
    """
    bare = word.lstrip("\uf0b7\uf0a7\uf0fc\uf0d8\uf076\uf02d\uf0e0")  # bullets of Symbol and Wingdings as Word stores them
    return any(map(_is_unmapped, bare)) and any(map(str.isalpha, bare))


def disagreement(layer: Sequence[Line], read: Sequence[Line]) -> tuple[int, int]:
    """How many words of the layer OCR of the same page has nowhere, of how many; capitals, tone style and order aside."""
    seen = Counter(word for line in read for word in _compared(line.text))
    words = [word for line in in_unicode(layer) for word in _compared(line)]
    return (Counter(words) - seen).total(), len(words)


_BETWEEN_WORDS = regex.compile(r"[^\p{L}\p{M}\p{N}\ufffd\p{Co}]+")


def _compared(line: str) -> list[str]:
    """The words of a line without what stands beside them."""
    return [word for word in _BETWEEN_WORDS.split(old_tone_style(line).lower()) if word]


def judge(lines: Sequence[Line], *, hidden: bool) -> Judgement:
    """The verdict on the page's own lines (captions and notes taken out).

    ``hidden`` says that the layer lies invisibly over the image of the page: then it is what somebody's OCR read.
    """
    raw = [line.text for line in lines]
    unicode = in_unicode(lines)
    measures = measure(unicode)
    if not "".join(raw).strip():
        return Judgement(Verdict.ABSENT, ("no text layer",))
    if measures.unmapped > UNMAPPED_SHARE:
        return Judgement(
            Verdict.GARBLED, (f"{measures.unmapped:.0%} of the glyphs have no letter: a font without a Unicode map",)
        )
    shares = f"{measures.marked:.0%} of the letters carry Vietnamese marks, {measures.known:.0%} of the words are known"
    converted = sum(nfc(a) != b for a, b in zip(raw, unicode, strict=True))
    if hidden:
        if measures.letters >= ENOUGH_LETTERS and (measures.marked < MARKED_SHARE or measures.known < KNOWN_SHARE):
            return Judgement(Verdict.GARBLED, (f"hidden layer of scanner software is garbled: {shares}",))
        return Judgement(Verdict.MILD, (f"hidden layer of scanner software is mostly right: {shares}",))
    if measures.letters >= ENOUGH_LETTERS and measures.known < KNOWN_SHARE_BORN_DIGITAL and measures.marked < MARKED_SHARE:
        return Judgement(Verdict.GARBLED, (f"printed text layer can't be read: {shares}",))
    suspect = _looks_wrong(measures, unicode)
    shares = f"{measures.marked:.0%} of the letters carry Vietnamese marks, {measures.sound:.0%} of the words are sound"
    wrong = "; it looks wrong" if suspect else ""
    if converted > len(raw) / 10:
        reason = f"legacy encoding in {converted} of {len(raw)} lines; after conversion {shares}{wrong}"
        return Judgement(Verdict.LEGACY, (reason,), suspect)
    return Judgement(Verdict.GOOD, (f"born-digital text layer: {shares}{wrong}",), suspect)


def _looks_wrong(measures: Measures, unicode: Sequence[str]) -> bool:
    holes = sum(has_hole(word) for line in unicode for word in line.split())
    unsound = measures.unsound >= FEW_UNSOUND and measures.sound < SOUND_SHARE
    unmarked = measures.letters >= SOME_LETTERS and measures.marked < MARKED_SHARE
    return holes > 0 or unsound or unmarked


def in_unicode(lines: Sequence[Line]) -> list[str]:
    """The texts of ``lines`` as they will read after conversion, for judging and for layout only.

    Words whose font tells an encoding are converted from it; elsewhere the letters of all lines together may tell one.
    """
    text = LINE_END.join(_by_fonts(line) for line in lines)
    for span, encoding in reversed(detect_spans(text)):
        text = text[: span.start] + to_unicode(text[span.start : span.end], encoding) + text[span.end :]
    return nfc(text).split(LINE_END)[: len(lines)]


def _by_fonts(line: Line) -> str:
    pieces: list[str] = []
    at = 0
    for word in line.words:
        pieces += line.text[at : word.start], to_unicode(word.text, word.encoding) if word.encoding else word.text
        at = word.end
    return "".join(pieces) + line.text[at:]


# --- weighing two readings --------------------------------------------------------------------------------------------

# The words of the layer must make the line more fluent by this much (natural log per word) to be taken over ours, which
# come with measured confidences: below it the two are as good as equal (a comma, a capital letter).
MARGIN = 0.05
# Two independent readers that print the same word are wrong together about once in a hundred words; where figures
# differ, one of them is wrong for certain.
AGREED_CONFIDENCE = 0.99
DISPUTED_CONFIDENCE = 0.5
# Below this similarity (marks and case ignored) the layer has other print at this place than the line: misplaced layers
# and stamps must not be mixed in. Readings of the same line, even garbled, are above 0.75.
_SAME_PRINT = 0.6
# The same for single words, which have fewer letters to be alike in.
_SAME_LETTERS = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """The outcome of weighing: the lines, how many were read alike by both, and how many took words from the layer."""

    lines: tuple[Line, ...]
    alike: int
    mended: int


def weigh(
    ocr: Sequence[Line], layer: Sequence[Line], *, name: str = "text layer", score: Callable[[str], float] = fluency
) -> Weighed:
    """The lines of OCR, with the words of the text layer at the same place where those read better.

    Words of the layer are matched to lines by their boxes; where the two readings differ, ``score`` of the whole line
    (higher is better) decides word by word. Words with figures stay as OCR printed them, and where the layer has other
    figures their confidence shows the doubt. ``name`` joins the engines of the lines on which both agree.
    """
    words = [word for line in layer for word in line.words if word.box is not None]
    lines, alike, mended = [], 0, 0
    for line in ocr:
        other = _words_in(line.box, words) if line.box is not None else ()
        if not other or not _same_print(line.text, " ".join(word.text for word in other)):
            lines.append(line)
            continue
        merged = _merged(line, other, score)
        if [word.text for word in other] == [word.text for word in line.words]:
            merged = replace(merged, engines=(*merged.engines, name))
            alike += 1
        mended += merged.text != line.text
        lines.append(merged)
    return Weighed(tuple(lines), alike, mended)


def _words_in(box: Box, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words whose middle lies in ``box``, left to right."""

    def inside(word: Box) -> bool:
        x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
        return box.left <= x <= box.right and box.top <= y <= box.bottom

    return tuple(sorted((w for w in words if w.box and inside(w.box)), key=lambda w: w.box.left if w.box else 0.0))


def _same_print(one: str, other: str) -> bool:
    return Levenshtein.normalized_similarity(strip_marks(one).lower(), strip_marks(other).lower()) > _SAME_PRINT


def _merged(line: Line, other: Sequence[Word], score: Callable[[str], float]) -> Line:
    """``line`` with those words of ``other`` that make it more fluent, tried one difference after the other."""
    chosen: list[list[Word]] = []
    open_steps: list[tuple[int, list[Word]]] = []
    for ours, theirs in _differences(line.words, other):
        if [word.text for word in ours] == [word.text for word in theirs]:
            chosen.append([_surer(word) for word in ours])
            continue
        figures, other_figures = _figures(ours), _figures(theirs)
        if not _same_letters(ours, theirs) and not (figures and other_figures):
            chosen.append(list(ours))  # a word of the line above, or one that only OCR saw: nothing is put in or taken out
            continue
        if figures or other_figures:
            chosen.append([_doubted(word) for word in ours] if figures != other_figures else list(ours))
            continue
        open_steps.append((len(chosen), [replace(word, confidence=line.confidence) for word in theirs]))
        chosen.append(list(ours))
    best = score(_text_of(chosen)) if open_steps else 0.0
    for position, theirs in open_steps:
        ours_before, chosen[position] = chosen[position], theirs
        tried = score(_text_of(chosen))
        if tried > best + MARGIN:
            best = tried
        else:
            chosen[position] = ours_before
    return relined(line, [word for words in chosen for word in words])


def _differences(ours: Sequence[Word], theirs: Sequence[Word]) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Both readings side by side, in pieces: word by word where they have as many words, else as many as it takes."""
    steps = Levenshtein.opcodes([w.text for w in ours], [w.text for w in theirs])
    for equal, run in groupby(steps, key=lambda step: step.tag == "equal"):
        joined = list(run)
        one = ours[joined[0].src_start : joined[-1].src_end]
        other = theirs[joined[0].dest_start : joined[-1].dest_end]
        if equal or len(one) == len(other):
            yield from (([a], [b]) for a, b in zip(one, other, strict=True))
        else:
            yield one, other


def _same_letters(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Can both be readings of one piece of print, spaces and marks ignored?"""
    one, other = ("".join(strip_marks(word.text).lower() for word in words) for words in (ours, theirs))
    return bool(one and other) and Levenshtein.normalized_similarity(one, other) >= _SAME_LETTERS


def _text_of(pieces: Sequence[Sequence[Word]]) -> str:
    return " ".join(word.text for piece in pieces for word in piece)


def _figures(words: Sequence[Word]) -> str:
    return "".join(c for word in words for c in word.text if c.isdigit())


def _surer(word: Word) -> Word:
    return word if word.handwritten else replace(word, confidence=max(word.confidence, AGREED_CONFIDENCE))


def _doubted(word: Word) -> Word:
    return replace(word, confidence=min(word.confidence, DISPUTED_CONFIDENCE)) if _figures([word]) else word


def is_unmapped(line: Line) -> bool:
    """Do most glyphs of the line stand for no letter? A bullet or two before text do not count."""
    visible = [c for c in line.text if not c.isspace()]
    return len(visible) >= _LINE_OF_GLYPHS and _share(sum(map(_is_unmapped, visible)), len(visible)) > 0.5


def is_readable(line: Line, least: float) -> bool:
    """Are at least the share ``least`` of the line's words known, and two of them? Pictures and noise read as less."""
    words = _WORD.findall(_by_fonts(line))
    known_words = sum(known(word) for word in words)
    return known_words >= 2 and known_words >= least * len(words)


def relined(line: Line, words: Sequence[Word]) -> Line:
    """``line`` with other words: text joined by single spaces, offsets counted anew."""
    placed, at = [], 0
    for word in words:
        placed.append(replace(word, start=at, end=at + len(word.text)))
        at += len(word.text) + 1
    confidence = sum(w.confidence * len(w.text) for w in placed) / max(sum(len(w.text) for w in placed), 1)
    box = enclosing_box([line.box, *(word.box for word in placed)])
    return replace(
        line, text=" ".join(w.text for w in placed), words=tuple(placed), confidence=round(confidence, 4), box=box
    )
