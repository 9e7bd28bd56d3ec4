"""Code tables of the encodings in which Vietnamese was stored before Unicode.

Each table is given in one fixed order, so that it can be read against its published chart: the twelve vowels, each
without tone, then with huyền, hỏi, ngã, sắc, nặng. Tables are keyed by the byte.

Sources: TCVN 5712:1993 (VN3, "ABC"; the free positions of VN3 carry the letters of VN1), RFC 1456 (VISCII 1.1), the
code pages that Microsoft publishes (1252, 1258), the VPS and VNI charts as distributed with the Vietnamese input
programs of the 1990s. TCVN3 and VISCII agree with those of the GNU C library.
"""

from __future__ import annotations

import unicodedata

from normalizers.forms import ACUTE, DOT, GRAVE, HOOK, TILDE

VOWELS = "aăâeêioôơuưy"
TONE_ORDER = ("", GRAVE, HOOK, TILDE, ACUTE, DOT)

# 72 letters: a à ả ã á ạ ă ằ …
LETTERS = tuple(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONE_ORDER)


def _table(lower: str, upper: str, d: str) -> dict[int, str]:
    """Byte -> letter; ".." stands for a letter without a code of its own. ``d`` holds đ and Đ."""
    letters: dict[int, str] = {}
    # Capitals first: where both cases share a code, it is the small letter's.
    for codes, case in ((upper, str.upper), (lower, str.lower)):
        for code, letter in zip(codes.split(), LETTERS, strict=True):
            if code != ".." and int(code, 16) >= 0x80:
                letters[int(code, 16)] = case(letter)
    small, capital = (int(code, 16) for code in d.split())
    return letters | {small: "đ", capital: "Đ"}


TCVN3 = _table(
    lower="""61 B5 B6 B7 B8 B9  A8 BB BC BD BE C6  A9 C7 C8 C9 CA CB  65 CC CE CF D0 D1
             AA D2 D3 D4 D5 D6  69 D7 D8 DC DD DE  6F DF E1 E2 E3 E4  AB E5 E6 E7 E8 E9
             AC EA EB EC ED EE  75 EF F1 F2 F3 F4  AD F5 F6 F7 F8 F9  79 FA FB FC FD FE""",
    upper="""41 .. .. .. .. ..  A1 AF BA BF C0 ..  A2 C1 C2 C3 C4 ..  45 .. .. .. .. ..
             A3 C5 CD D9 DA ..  49 .. .. .. .. ..  4F .. .. .. .. ..  A4 DB E0 F0 FF ..
             A5 .. .. .. .. ..  55 .. .. .. .. ..  A6 .. .. .. .. ..  59 .. .. .. .. ..""",
    d="AE A7",
)

VISCII = _table(
    lower="""61 E0 E4 E3 E1 D5  E5 A2 C6 C7 A1 A3  E2 A5 A6 E7 A4 A7  65 E8 EB A8 E9 A9
             EA AB AC AD AA AE  69 EC EF EE ED B8  6F F2 F6 F5 F3 F7  F4 B0 B1 B2 AF B5
             BD B6 B7 DE BE FE  75 F9 FC FB FA F8  DF D7 D8 E6 D1 F1  79 CF D6 DB FD DC""",
    upper="""41 C0 C4 C3 C1 80  C5 82 02 05 81 83  C2 85 86 06 84 87  45 C8 CB 88 C9 89
             CA 8B 8C 8D 8A 8E  49 CC 9B CE CD 98  4F D2 99 A0 D3 9A  D4 90 91 92 8F 93
             B4 96 97 B3 95 94  55 D9 9C 9D DA 9E  BF BB BC FF BA B9  59 9F 14 19 DD 1E""",
    d="F0 D0",
)

# Capitals with nặng and a few others have control codes, which no document carries: they share the small letter's code.
VPS = _table(
    lower="""61 E0 E4 E3 E1 E5  E6 A2 A3 A4 A1 A5  E2 C0 C4 C5 C3 C6  65 E8 C8 EB E9 CB
             EA 8A 8B CD 89 8C  69 EC CC EF ED CE  6F F2 D5 F5 F3 86  F4 D2 B0 87 D3 B6
             D6 A9 AA AB A7 AE  75 F9 FB DB FA F8  DC D8 BA BB D9 BF  79 FF 9B CF 9A 9C""",
    upper="""41 80 81 82 C1 ..  88 8E 8F F0 8D ..  C2 84 85 .. 83 ..  45 D7 DE FE C9 ..
             CA 93 94 95 90 ..  49 B5 B7 B8 B4 ..  4F BC BD BE B9 ..  D4 97 98 99 96 ..
             F7 9E 9F A6 9D ..  55 A8 D1 AC DA ..  D0 AF B1 .. AD ..  59 B2 FD B3 DD ..""",
    d="C7 F1",
)

# Windows-1258 writes tones as combining marks after the vowel; only letters that differ from code page 1252 stand here.
WINDOWS_1258 = {
    **{0xC3: "Ă", 0xE3: "ă", 0xD5: "Ơ", 0xF5: "ơ", 0xDD: "Ư", 0xFD: "ư", 0xD0: "Đ", 0xF0: "đ", 0xFE: "₫"},
    **{0xCC: GRAVE, 0xD2: HOOK, 0xDE: TILDE, 0xEC: ACUTE, 0xF2: DOT},
    **{code: bytes([code]).decode("cp1252") for code in b"\xc0\xc1\xc2\xc8\xc9\xca\xcd\xd3\xd4\xd9\xda"},
    **{code: bytes([code]).decode("cp1252") for code in b"\xe0\xe1\xe2\xe8\xe9\xea\xed\xf3\xf4\xf9\xfa"},
}

# VNI (Windows): a letter, then at most one mark. ô and ö are ơ and ư, which take the tones of o and u.
_VNI_TONES = {"ø": GRAVE, "ù": ACUTE, "û": HOOK, "õ": TILDE, "ï": DOT}
_VNI_HAT = {"â": "", "à": GRAVE, "á": ACUTE, "å": HOOK, "ã": TILDE, "ä": DOT}
_VNI_BREVE = {"ê": "", "è": GRAVE, "é": ACUTE, "ú": HOOK, "ü": TILDE, "ë": DOT}
_VNI_SINGLE = {"ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư", "ñ": "đ"}


def _vni() -> dict[str, str]:
    pairs = dict(_VNI_SINGLE)
    for base, letter in (("a", "a"), ("e", "e"), ("o", "o"), ("u", "u"), ("y", "y"), ("ô", "ơ"), ("ö", "ư")):
        pairs |= {base + mark: letter + tone for mark, tone in _VNI_TONES.items()}
    for base, letter in (("a", "â"), ("e", "ê"), ("o", "ô")):
        pairs |= {base + mark: letter + tone for mark, tone in _VNI_HAT.items()}
    pairs |= {"a" + mark: "ă" + tone for mark, tone in _VNI_BREVE.items()}
    # The case of the pair is that of its letter; both cases of the mark occur after a capital ("HOÄI", "Hoäi", "Aâu").
    both = {}
    for pair, letter in pairs.items():
        letter = unicodedata.normalize("NFC", letter)
        both[pair] = letter
        both[pair.upper()] = letter.upper()
        if len(pair) == 2:
            both[pair[0].upper() + pair[1]] = letter.upper()
    return both


VNI = _vni()

# đ stored as Icelandic eth, its look-alike in code page 1258; and as ñ/ð, where fonts kept only the low byte of U+0110/0111.
ETH = {"Ð": "Đ", "ð": "đ"}
SHIFTED_ETH = {"ñ": "đ", "Ñ": "Đ", "ð": "Đ", "Ð": "Đ"}

# What PDF readers print for a code when they go by the glyph's name instead (Adobe Glyph List), and what word processors
# turn it into. The soft hyphen is ư in TCVN3.
GLYPH_ALIASES = {
    "\N{MINUS SIGN}": 0xAD,
    "\N{HYPHEN}": 0xAD,
    "\N{NON-BREAKING HYPHEN}": 0xAD,
    "\N{BULLET OPERATOR}": 0xB7,
    "\N{GREEK ANO TELEIA}": 0xB7,
    "\N{GREEK SMALL LETTER MU}": 0xB5,
    "\N{MODIFIER LETTER MACRON}": 0xAF,
}


def _byte_of_character() -> dict[str, int]:
    codes = {chr(code): code for code in range(0x80, 0x100)}  # Latin-1 and the control codes, as raw bytes come
    for code in range(0x80, 0xA0):
        try:
            codes[bytes([code]).decode("cp1252")] = code
        except UnicodeDecodeError:
            continue  # five codes that code page 1252 leaves free
    return codes


# The byte a character stands for when bytes were read as Latin-1 or code page 1252.
BYTE_OF = _byte_of_character()
