"""Text that was stored before Unicode: which encoding is it in, and what does it say?

Bytes of TCVN3 (ABC), VNI, VPS, VISCII or Windows-1258 read as Latin-1 look like ``kÕ ho¹ch`` or ``keá hoaïch``. Converting
is exact once the encoding is known: from the fonts of a PDF (``encoding_of_font``) or from the text itself
(``detect_spans``), where every encoding is asked, token by token, whether its reading is Vietnamese. One file mixes
encodings, so the answer is a list of spans. Ordinary text in any language is left alone, and digits are never touched.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import regex

from documents.edits import Edit, Span, replay
from normalizers.exact import legacy_tables as tables
from normalizers.syllables import is_syllable

# --- converting ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Encoding:
    """``run`` finds stretches of the encoding's characters, ``decode`` converts one.

    ``whole`` says that nothing else than the encoding's own letters is left in such text; otherwise it is ordinary
    Unicode in which some letters are wrong.
    """

    run: regex.Pattern[str]
    decode: Callable[[str], str]
    whole: bool = True


def _run(characters: str) -> regex.Pattern[str]:
    return regex.compile(f"[A-Za-z{regex.escape(characters)}]+")


def _single_bytes(table: dict[int, str]) -> dict[int, str]:
    """``str.translate`` table from the characters that the bytes look like."""
    looks_like = {**tables.BYTE_OF, **tables.GLYPH_ALIASES}
    return {ord(character): table[byte] for character, byte in looks_like.items() if byte in table}


def _characters(table: dict[int, str]) -> str:
    return "".join(map(chr, table))


_CAPITAL_CODES = frozenset("¡¢£¤¥¦§")
_TCVN3 = _single_bytes(tables.TCVN3)
_QUOTES_AND_DASHES = "‘’“”–—…•"
_ANGLE_QUOTES = "«»·"
_LONE_O = "«"
"""Alone it is ô in TCVN3 ("ô nhiễm", "ô tô"): a font of that encoding has no such quotation mark to print. The other two
would be no words."""


def _between_quotes(word: str, table: dict[int, str], quotes: str) -> str:
    """``word`` read by ``table``, but for punctuation around it that is no letter of a syllable.

    >>> _between_quotes("“quy‰t", _VPS, _QUOTES_AND_DASHES), _between_quotes("”", _VPS, _QUOTES_AND_DASHES)
    ('“quyết', '”')
    >>> _between_quotes("hµnh»", _TCVN3, _ANGLE_QUOTES), _between_quotes("«ng", _TCVN3, _ANGLE_QUOTES)
    ('hành»', 'ông')
    >>> _between_quotes("«", _TCVN3, _ANGLE_QUOTES), _between_quotes("·", _TCVN3, _ANGLE_QUOTES)
    ('ô', '·')
    """
    read = word.translate(table)
    inner = word.strip(quotes)
    if not inner:
        return read if word == _LONE_O and table is _TCVN3 else word
    if (
        inner == word
        or is_syllable(read)
        or not (is_syllable(inner.translate(table)) or (len(inner) > 1 and inner.isascii()))
    ):
        return read
    left = word[: len(word) - len(word.lstrip(quotes))]
    return left + inner.translate(table) + word[len(left) + len(inner) :]


def _tcvn3(run: str) -> str:
    return "-".join(_hyphens_as_horned_u([_capitals_without_capital_font(part) for part in run.split("-")]))


def _hyphens_as_horned_u(parts: list[str]) -> list[str]:
    """The parts between hyphens, joined with ư where that, and only that, makes a syllable.

    ư is the soft hyphen of TCVN3, which PDF readers and mail gateways print as a plain one: "n-íc", "Trung -¬ng", "®Çu t-".

    >>> ["-".join(_hyphens_as_horned_u(w.split("-"))) for w in ("n-ớc", "-ơng", "t-", "kinh-tế", "QĐ-TTg", "-a")]
    ['nước', 'ương', 'tư', 'kinh-tế', 'QĐ-TTg', '-a']
    """
    joined = parts[:1]
    for right in parts[1:]:
        left = joined[-1]
        whole = left + "ư" + right
        broken = not is_syllable(left) and not is_syllable(right)
        if broken and 1 < len(whole) <= _LONGEST_SYLLABLE and right == right.lower() and is_syllable(whole):
            joined[-1] = whole
        else:
            joined.append(right)
    return joined


_LONGEST_SYLLABLE = 7  # nghiêng
# "-ơng", "-ơc", "-ơu" after a consonant: no rhymes of Vietnamese
_HORNED_U_DROPPED = regex.compile(r"(?<=[^\W\d_aăâeêioôơuưyAĂÂEÊIOÔƠUƯY])(?=[ơờớởỡợ](?:ng|c|u)$)", regex.IGNORECASE)


def _with_dropped_horned_u(word: str) -> str:
    """Converters that take ư for a soft hyphen drop it ("trêng"): it is put back where without it there is no rhyme.

    Elsewhere ("tr" for "trư", "mêi" for "mười") only the sentence can tell, and the word stays.

    >>> [_with_dropped_horned_u(w) for w in ("trờng", "nớc", "lơng", "mời", "ởng", "cơm")]
    ['trường', 'nước', 'lương', 'mời', 'ởng', 'cơm']
    """
    if is_syllable(word):
        return word
    restored = _HORNED_U_DROPPED.sub("ư", word)
    return restored if is_syllable(restored) else word


def _capitals_without_capital_font(word: str) -> str:
    """TCVN3 has no toned capitals, so without its capital font "VIỆT" is stored as "VIÖT": the other letters tell.

    >>> _capitals_without_capital_font("VIÖT"), _capitals_without_capital_font("ñY"), _capitals_without_capital_font("X·")
    ('VIỆT', 'ỦY', 'Xã')
    """
    plain = _with_dropped_horned_u(_between_quotes(word, _TCVN3, _ANGLE_QUOTES))
    # A capital after the first letter; "X·" may be "Xã" or "XÃ" and is settled by its neighbours.
    capital_inside = any(c in _CAPITAL_CODES or (c.isascii() and c.isupper()) for c in word[1:])
    return plain.upper() if capital_inside and not any(c.isascii() and c.islower() for c in word) else plain


def _tcvn3_capitals(word: str) -> str:
    return word.translate(_TCVN3).upper()


_VPS = _single_bytes(tables.VPS)
_SHARED_CODE = frozenset("ạặậẹệịọộợụựỵẩẫẵ")


def _vps(word: str) -> str:
    """Capitals with nặng share the code of the small letter: among other capitals they are capitals."""
    plain = _between_quotes(word, _VPS, _QUOTES_AND_DASHES)
    others = [c for c in plain if c not in _SHARED_CODE]
    return plain.upper() if len(others) > 1 and all(map(str.isupper, others)) else plain


_VISCII = _single_bytes(tables.VISCII)
_WINDOWS_1258 = _single_bytes(tables.WINDOWS_1258)
_VNI = regex.compile("|".join(sorted(map(regex.escape, tables.VNI), key=len, reverse=True)))
_VNI_CHARACTERS = "".join(sorted({c for pair in tables.VNI for c in pair if not c.isascii()}))


def _vni(word: str) -> str:
    return _VNI.sub(lambda m: tables.VNI[m[0]], word)


# UTF-8 read as code page 1252 or Latin-1: lead byte and what follows it, for the code points that Vietnamese text holds
# (Latin letters with their marks, general punctuation, no-break space, byte order mark).
_TAIL = "[" + regex.escape("".join(c for c, byte in tables.BYTE_OF.items() if 0x80 <= byte < 0xC0)) + "]"
_MOJIBAKE = regex.compile(rf"[ÃÄÅÆÌ]{_TAIL}|[áâï](?:{_TAIL}){{2}}|Â[\xa0-\xbf]|Ã ([^\W\d_]*)")
# A word for this purpose may hold the plain space that the no-break space of "Ã\xa0" (à) became.
_MOJIBAKE_RUN = regex.compile(r"(?:[\S\x85\xa0]|(?<=Ã) )+")


def _encoded_twice(match: regex.Match[str]) -> str:
    text = match[0]
    if match[1] is not None:
        joined = is_syllable("l" + "à" + match[1])  # any onset: could the rhyme "à…" go on so?
        return "à" + match[1] if joined else "à " + match[1]
    try:
        return bytes(tables.BYTE_OF[c] for c in text).decode("utf-8")
    except UnicodeDecodeError:
        return text


def _mojibake(word: str) -> str:
    return unicodedata.normalize("NFC", _MOJIBAKE.sub(_encoded_twice, word))


_ETH = {ord(a): b for a, b in tables.ETH.items()}
_SHIFTED_ETH = {ord(a): b for a, b in tables.SHIFTED_ETH.items()}
_LETTERS_RUN = regex.compile(r"[^\W\d_]+")

_ENCODINGS: dict[str, _Encoding] = {
    "tcvn3": _Encoding(_run(_characters(_TCVN3) + "-"), _tcvn3),
    "tcvn3_capitals": _Encoding(_run(_characters(_TCVN3)), _tcvn3_capitals),
    "vni": _Encoding(_run(_VNI_CHARACTERS), _vni),
    "vps": _Encoding(_run(_characters(_VPS)), _vps),
    "viscii": _Encoding(_run(_characters(_VISCII)), lambda run: _between_quotes(run, _VISCII, _QUOTES_AND_DASHES)),
    "windows1258": _Encoding(
        _run(_characters(_WINDOWS_1258)), lambda run: unicodedata.normalize("NFC", run.translate(_WINDOWS_1258))
    ),
    "utf8": _Encoding(_MOJIBAKE_RUN, _mojibake, whole=False),
    "eth": _Encoding(_LETTERS_RUN, lambda run: run.translate(_ETH), whole=False),
    "shifted_eth": _Encoding(_LETTERS_RUN, lambda run: run.translate(_SHIFTED_ETH), whole=False),
}

ENCODINGS = tuple(_ENCODINGS)


def to_unicode_edits(text: str, encoding: str) -> list[Edit]:
    """One edit per word of ``text`` that reads otherwise in ``encoding``; exact, so every score is 1.

    ``encoding`` is one of ``ENCODINGS``: "tcvn3", "tcvn3_capitals" (a font whose small letters look like capitals), "vni",
    "vps", "viscii", "windows1258", "utf8" (encoded twice), "eth" (ð for đ), "shifted_eth" (ñ for đ, ð for Đ).
    The result is NFC with the tone style of the source. Raises ``ValueError`` for any other name.

    >>> to_unicode_edits("Sè 115/2004/Q§-TTg", "tcvn3")[1]
    Edit(start=12, end=14, before='Q§', after='QĐ', rule='legacy:tcvn3', score=1.0)
    """
    if encoding not in _ENCODINGS:
        raise ValueError(f"unknown encoding {encoding!r}; known are {', '.join(ENCODINGS)}")
    chosen = _ENCODINGS[encoding]
    rule = f"legacy:{encoding}"
    edits = []
    for match in chosen.run.finditer(text):
        before = match[0]
        # Plain letters change in two cases only: under a capital font, and where a hyphen stands for ư.
        if before.isascii() and encoding != "tcvn3_capitals" and not (encoding == "tcvn3" and "-" in before):
            continue
        start, after = match.start(), chosen.decode(before)
        if after == before:
            continue
        # A hyphen that is kept divides words: QĐ-TTg is two.
        befores, afters = before.split("-"), after.split("-")
        if len(befores) != len(afters):
            befores, afters = [before], [after]
        for old, new in zip(befores, afters, strict=True):
            if old != new:
                edits.append(Edit(start, start + len(old), old, new, rule))
            start += len(old) + 1
    return _settle_capitals(text, edits, chosen) if encoding in ("tcvn3", "vps") else edits


def _settle_capitals(text: str, edits: list[Edit], encoding: _Encoding) -> list[Edit]:
    """Words such as "X·", "Xã" or "XÃ" in an encoding that lacks some capitals, follow their neighbours on the line.

    >>> to_unicode("UBND X· T¢N LËP, x· T©n LËp, UBND X· Xu©n", "tcvn3")
    'UBND XÃ TÂN LẬP, xã Tân Lập, UBND Xã Xuân'
    """
    return [_with_neighbours_case(text, edit, encoding) if _may_be_capital(edit) else edit for edit in edits]


def _may_be_capital(edit: Edit) -> bool:
    return edit.after[0].isupper() and edit.after[1:].islower() and not any(c.isascii() and c.islower() for c in edit.before)


def _with_neighbours_case(text: str, edit: Edit, encoding: _Encoding) -> Edit:
    left = _LAST_WORD.search(text, max(edit.start - _NEIGHBOUR_REACH, 0), edit.start)
    right = _FIRST_WORD.match(text, edit.end, edit.end + _NEIGHBOUR_REACH)
    # Syllables only: an abbreviation in capitals (UBND) stands beside small words too.
    neighbours = [word for word in (encoding.decode(m[1]) for m in (left, right) if m) if is_syllable(word)]
    capital = any(len(w) > 1 and w.isupper() for w in neighbours) and not any(w[1:].islower() for w in neighbours)
    return replace(edit, after=edit.after.upper()) if capital else edit


_NEIGHBOUR_REACH = 16  # longer than two syllables and the space between
_LAST_WORD = regex.compile(r"([^\s\d,;.:()]+)[ \t,]*\Z")
_FIRST_WORD = regex.compile(r"[ \t,]*([^\s\d,;.:()]+)")


def to_unicode(text: str, encoding: str) -> str:
    """``text`` read in ``encoding``.

    >>> to_unicode("kÕ ho¹ch", "tcvn3"), to_unicode("keá hoaïch", "vni"), to_unicode("Quyáº¿t Ä‘á»‹nh", "utf8")
    ('kế hoạch', 'kế hoạch', 'Quyết định')
    """
    return replay(text, to_unicode_edits(text, encoding))


# --- fonts -----------------------------------------------------------------------------------------------------------

_SUBSET = regex.compile(r"^[A-Z]{6}\+")
_STYLE = regex.compile(r"(?:[\s,_-]*(?:bold|italic|oblique|regular|normal|roman|mt|ps))+$", regex.IGNORECASE)
# The families of the ABC font set, which some converters store without their leading dot.
_ABC_FAMILY = regex.compile(
    r"^(?:\.vn|vn(?:time|arial|avant|aristote|bahamas|black|book|bodoni|century|clarendon|commercial|cooper|courier|exotic|free"
    r"|gothic|helvet|koala|lincoln|linus|lucida|memorandum|monotype|mystical|park|present|revue|shelley|southern|stamp|tek"
    r"|tifani|univers|vogue))",
    regex.IGNORECASE,
)
_OTHER_FONTS = (
    (regex.compile(r"^vni(?![a-z]*ted)[\s_-]?", regex.IGNORECASE), "vni"),
    (regex.compile(r"^vps[\s_-]?", regex.IGNORECASE), "vps"),
    # the font set of the TriChlor group
    (
        regex.compile(
            r"^(?:vi[\s_-]?(?:times|arial)|heo\s?may|hoang\s?yen|minh\s?quan|phuong\s?thao|tha\s?huong|u\s?hoai)", regex.I
        ),
        "viscii",
    ),
)


def encoding_of_font(name: str) -> str | None:
    """The legacy encoding that a PDF font name tells, or ``None``.

    >>> [encoding_of_font(n) for n in ("AARIQC+.VnTimeH,Bold", "VnTimeItalic", "VNI-Times", "TimesNewRoman")]
    ['tcvn3_capitals', 'tcvn3', 'vni', None]
    """
    name = _SUBSET.sub("", name).strip()
    if _ABC_FAMILY.match(name):
        return "tcvn3_capitals" if _STYLE.sub("", name).endswith(("H", "h")) else "tcvn3"
    return next((encoding for pattern, encoding in _OTHER_FONTS if pattern.match(name)), None)


# --- detecting -------------------------------------------------------------------------------------------------------

# Natural-log penalties. Two words that no language writes ("kÕ ho¹ch") or four that merely look foreign ("keá hoaïch")
# decide; names ("España", "Müller") and the é and ° of a garbled OCR layer stay. Raising _SWITCH loses short stray spans,
# lowering it "repairs" OCR noise: tried on the noisy OCR pages among the official texts and on encoded provincial ones.
_FOREIGN = 2.5  # a word of letters with regular case that is not Vietnamese
_IMPOSSIBLE = 6.0  # a symbol inside a word, small and capital letters mixed, a code that the encoding does not have
_ABBREVIATION = 0.5
_LONE_LETTER = 0.5  # says little: OCR specks are single letters too
_SWITCH = 4.0  # into or out of a legacy encoding
_SWITCH_KNOWN = 0.5  # the same, for an encoding that the text is known to hold
_PROVEN = 20.0  # gain over ordinary Unicode from which an encoding counts as known: eight foreign-looking words
# OCR noise repeats one letter ("Céc", "cé", "nhét") and makes as many wrong words as right ones: until it is proven, an
# encoding must show more than one of its letters and read nearly every word.
_DISTINCT_WORDS = 2
_DISTINCT_LETTERS = 2
_WRONG_SHARE = 0.25

_PLAIN = 0
_DETECTED = tuple(name for name in ENCODINGS if name != "tcvn3_capitals")

# Characters that ordinary Vietnamese text does not hold; without any of them there is nothing to detect.
_SUSPICIOUS = regex.compile(  # nearly one set, which is found four times as fast as a choice of strings
    "[\x80-\x9f¡-¦¨-¯±´-¶¸-¿ÄÅÆÇËÎÏÐÑÖ×ØÛÜÞßäåæçëîïðñö÷øûüþÿŒœŠšŽžŸƒˆ˜‰‹›†‡€™−∙]|§(?:(?<=[A-Z].)|(?=[A-Z]))"
    "|[ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ](?:(?<=[a-z].)|(?<=Ã)(?= ))|[êâùõÊÂÙÕ](?<=[Aa]ê|[AaEeOo]â|[AaEeOoUu][ùõ]|A[ÊÂÙÕ]|[EO][ÂÙÕ]|U[ÙÕ])"
)
# Stretches without spaces; cut where they are longer than any word, so that time stays linear in the text.
# The no-break space and the control code that Unicode counts as spaces are tail bytes where text was encoded twice.
_TOKEN = regex.compile(r"(?:[\S\x85\xa0]|(?<=Ã) ){1,64}")
_HORNLESS = regex.compile(r"(?<![^\W\d])[A-Za-z]{0,4}-[a-z]{0,3}(?![^\W\d])")
_WORD = regex.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
# A vowel and its mark as VNI writes them, which no language writes so; "où", "août", "naïf", "opiniões" are written.
_VNI_PAIR = regex.compile(r"[Aa][êÊâÂùÙøØõÕ]|[Ee][âÂùÙøØõÕ]|[Oo][âÂøØõÕ]|[Uu][ùÙøØõÕ]")
_SYMBOL_AT_LETTER = regex.compile(
    r"(?<=[^\W\d_])[\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf×÷]|[\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf×÷](?=[^\W\d_])"
)
# Symbols that stand beside a letter in ordinary text: m², Windows®, «mot», 5°C, N°, ·item, §a
_ORDINARY_SYMBOL = regex.compile(
    r"(?<=[A-Za-z])[²³®©™](?=\W*$)|^\W*[«·§©](?=\w)|(?<=\w)»(?=\W*$)|(?<=[\dNn])[°º]|(?<=\d)[×÷°±]|[×÷±](?=\d)"
)
_ABBREVIATED = regex.compile(r"[A-ZĐ]{1,8}s?|[A-ZĐ]{1,4}[a-zđ]?[A-ZĐ]{0,4}|đ")
# Stand-alone symbols that are bullets, quotation marks, units or footnote marks rather than a word of one letter.
_BARE_SYMBOLS = frozenset("·«»§°±²³¹©¬×÷")


def _reading_cost(text: str, *, whole: bool) -> float:
    """How unlike Vietnamese (or, unless ``whole``, unlike any written language) a token without spaces reads."""
    cost = 0.0
    for match in _WORD.finditer(text):
        word = match[0]
        if word.isascii() or is_syllable(word):
            if word[1:] != word[1:].lower() and word != word.upper() and not word.isascii():
                cost += _IMPOSSIBLE
        elif _ABBREVIATED.fullmatch(word):
            cost += _ABBREVIATION
        elif len(word) == 1:
            cost += _LONE_LETTER
        elif whole or not (word == word.upper() or word[1:] == word[1:].lower()) or _VNI_PAIR.search(word):
            cost += _IMPOSSIBLE
        else:
            cost += _FOREIGN
    ordinary = {m.start() for m in _ORDINARY_SYMBOL.finditer(text)}
    cost += _IMPOSSIBLE * sum(m.start() not in ordinary for m in _SYMBOL_AT_LETTER.finditer(text))
    return cost


_PUNCTUATION = frozenset("–—‘’“”…•›‹\xa0")


@lru_cache(maxsize=1 << 16)
def _costs(token: str) -> tuple[float, ...]:
    """Cost of reading ``token`` as it stands and in each of ``_DETECTED``."""
    costs = [_reading_cost(token, whole=False)]
    for name in _DETECTED:
        encoding = _ENCODINGS[name]
        read = encoding.run.sub(lambda m: encoding.decode(m[0]), token)  # noqa: B023
        cost = _reading_cost(read, whole=encoding.whole)
        if encoding.whole and any(
            not c.isascii() and c in read and c not in _PUNCTUATION for c in set(token) - set(_letters(name))
        ):
            cost += _IMPOSSIBLE
        costs.append(cost)
    return tuple(costs)


@cache
def _letters(name: str) -> frozenset[str]:
    """The characters that stand for something in the encoding ``name``."""
    codes = {"tcvn3": _TCVN3, "vps": _VPS, "viscii": _VISCII, "windows1258": _WINDOWS_1258}
    return frozenset(_VNI_CHARACTERS if name == "vni" else _characters(codes.get(name, {})))


def detect_spans(text: str) -> list[tuple[Span, str]]:
    """The spans of ``text`` in a legacy encoding, in order, each with the encoding's name.

    The best sequence of encodings over the tokens with letters beyond ASCII (Viterbi), each switch paid for; encodings
    that the whole text proves are then cheaper to switch to. Time is linear in the text; ordinary text costs one
    regular-expression search. A stray word or two of an encoding that the text does not otherwise hold is left alone.

    >>> text = "Theo QuyÕt ®Þnh sè 115/2004/Q§-TTg: café, déjà vu"
    >>> [(text[span.start : span.end], name) for span, name in detect_spans(text)]
    [('QuyÕt ®Þnh sè 115/2004/Q§', 'tcvn3')]
    """
    if not _SUSPICIOUS.search(text):
        return []
    tokens = [
        match
        for part in _suspicious_parts(text)
        for match in _TOKEN.finditer(text, part.start, part.end)
        if not match[0].isascii() or _HORNLESS.search(match[0])
    ]
    costs = [_costs(match[0]) for match in tokens]
    states = _supported_states(text, tokens, costs, frozenset())
    gains = [0.0] * (len(_DETECTED) + 1)
    for state, cost in zip(states, costs, strict=True):
        gains[state] += cost[_PLAIN] - cost[state]
    known = frozenset(state for state, gain in enumerate(gains) if gain >= _PROVEN)
    if known:
        states = _supported_states(text, tokens, costs, known)
    return _merged(tokens, states)


def _suspicious_parts(text: str) -> Iterator[Span]:
    """Runs of lines around suspicious characters, one line more on either side."""
    lines: list[Span] = []
    for match in _SUSPICIOUS.finditer(text):
        if lines and match.start() < lines[-1].end:
            continue
        start = text.rfind("\n", 0, max(text.rfind("\n", 0, match.start()), 0)) + 1
        next_line = text.find("\n", match.start())
        end = text.find("\n", next_line + 1) if next_line >= 0 else -1
        end = len(text) if end < 0 else end
        if lines and start <= lines[-1].end:
            lines[-1] = Span(lines[-1].start, end)
        else:
            lines.append(Span(start, end))
    yield from lines


def _best_states(costs: list[tuple[float, ...]], switch: list[float]) -> list[int]:
    """Viterbi: state 0 is ordinary Unicode, state i is ``_DETECTED[i - 1]``; ``switch`` is paid on entering and leaving it.

    Among equal paths the one that stays longest in a legacy encoding wins; ``_merged`` trims it by lines.
    """
    total = [0.0 if state == _PLAIN else switch[state] for state in range(len(switch))]
    back: list[list[int]] = []
    for cost in costs:
        leave = [t + switch[state] if state != _PLAIN else t for state, t in enumerate(total)]
        cheapest = min(range(len(leave)), key=leave.__getitem__)
        origins, new_total = [], []
        for state, t in enumerate(total):
            arrive = leave[cheapest] + (switch[state] if state != _PLAIN else 0.0)
            origins.append(cheapest if arrive < t or (arrive == t and state == _PLAIN) else state)
            new_total.append(min(arrive, t) + cost[state])
        # Keep the sums small, so that a text of any length compares them with the same precision.
        least = min(new_total)
        total = [t - least for t in new_total]
        back.append(origins)
    state = min(range(len(total)), key=lambda s: (total[s] + (switch[s] if s != _PLAIN else 0.0), s == _PLAIN))
    states = []
    for origins in reversed(back):
        states.append(state)
        state = origins[state]
    states.reverse()
    return states


def _supported_states(
    text: str, tokens: list[regex.Match[str]], costs: list[tuple[float, ...]], known: frozenset[int]
) -> list[int]:
    """The best states, without the runs that stand on one letter and without the borrowed ends of the others."""
    states = _best_states(costs, [_SWITCH_KNOWN if state in known else _SWITCH for state in range(len(_DETECTED) + 1)])
    end = 0
    while end < len(states):
        start, state = end, states[end]
        while end < len(states) and states[end] == state:
            end += 1
        if state == _PLAIN:
            continue
        sure = [i for i in range(start, end) if costs[i][_PLAIN] > costs[i][state]]
        wrong = sum(cost[state] >= _IMPOSSIBLE for cost in costs[start:end])
        name = _DETECTED[state - 1]
        if not sure or (
            state not in known and (wrong > len(sure) * _WRONG_SHARE or not _various([tokens[i] for i in sure], name))
        ):
            states[start:end] = [_PLAIN] * (end - start)
            continue
        # Tokens at the ends that read as well as they stand ("số", "HÓA") belong to the run only on its own lines.
        line_start = text.rfind("\n", 0, tokens[sure[0]].start()) + 1
        line_end = text.find("\n", tokens[sure[-1]].start())
        for i in range(start, sure[0]):
            if tokens[i].start() < line_start:
                states[i] = _PLAIN
        for i in range(sure[-1] + 1, end):
            if 0 <= line_end < tokens[i].start():
                states[i] = _PLAIN
    return states


def _various(tokens: list[regex.Match[str]], name: str) -> bool:
    """Do the words that ``name`` changes differ enough to be text rather than noise?"""
    words = {edit.before for token in tokens for edit in to_unicode_edits(token[0], name)}
    letters = {c for word in words for c in word if not c.isascii()}
    return len(words) >= _DISTINCT_WORDS and (len(letters) >= _DISTINCT_LETTERS or not _ENCODINGS[name].whole)


def _merged(tokens: list[regex.Match[str]], states: list[int]) -> list[tuple[Span, str]]:
    """Spans from the first to the last word of each run that its encoding changes; bare symbols divide runs."""
    spans: list[tuple[Span, str]] = []
    joined = False
    for token, state in zip(tokens, states, strict=True):
        if state == _PLAIN:
            joined = False
            continue
        name = _DETECTED[state - 1]
        for edit in to_unicode_edits(token[0], name):
            if edit.before in _BARE_SYMBOLS and not (name == "viscii" and edit.before == "·"):  # the word "ở" there
                joined = False
                continue
            start, end = token.start() + edit.start, token.start() + edit.end
            if joined and spans[-1][1] == name:
                spans[-1] = (Span(spans[-1][0].start, end), name)
            else:
                spans.append((Span(start, end), name))
            joined = True
    return spans
