"""What the lexicon says of a name that the grammar found: the canonical name and the body's id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from extractors.bodies.words import ABBREVIATED
from extractors.words.units import lexicon
from normalizers.case import first_capital
from normalizers.forms import fold, old_tone_style


@dataclass(frozen=True, slots=True)
class Entry:
    """A body of the lexicon under its canonical name."""

    name: str
    id: str


_CONNECTORS = frozenset(("va", "&", "-", "–", ",", "—"))
_MOST = 14
_SYLLABLE = regex.compile(r"\p{L}[\p{L}\d]*|\d+|[^\s]")
Tries = dict[str, Entry]


@lru_cache(maxsize=8192)
def _bare(word: str) -> str:
    return fold(old_tone_style(word))


def _key(form: str) -> str:
    return " ".join(w for w in (_bare(s.lower()) for s in _SYLLABLE.findall(form)) if w not in _CONNECTORS)


@cache
def _names() -> tuple[dict[str, Entry], frozenset[str]]:
    """Keys of whole names of bodies other than departments and ministries, and all beginnings of keys."""
    names: dict[str, Entry] = {}
    for unit in lexicon().values():
        entry = Entry(unit.name, unit.id)
        if unit.kind == "body":
            for form in (unit.name, *unit.forms, unit.name.removesuffix(" tỉnh")):
                names.setdefault(_key(form), entry)
    return names, _beginnings(names)


@cache
def _fields(name: str) -> tuple[dict[str, Entry], frozenset[str]]:
    """Keys of what may follow "Sở" or "Bộ"."""
    kind = {"sở": "department", "bộ": "ministry"}[name]
    fields: dict[str, Entry] = {}
    for unit in lexicon().values():
        if unit.kind in ("department", "ministry"):
            field = unit.name.split(" ", 1)[1]
            full = f"{name.capitalize()} {field}"
            entry = Entry(full, unit.id if unit.kind == kind else "")
            for form in (field, *unit.forms):
                if unit.kind == kind:
                    fields[_key(form)] = entry
                else:
                    fields.setdefault(_key(form), entry)
            for letters in unit.abbreviations:
                fields.setdefault(_key(letters), entry)
                if "PTNT" in letters:
                    fields.setdefault("nong nghiep ptnt", entry)
                    fields.setdefault("nn ptnt", entry)
    return fields, _beginnings(fields)


def _beginnings(keys: dict[str, Entry]) -> frozenset[str]:
    return frozenset(" ".join(k.split()[:n]) for k in keys for n in range(1, len(k.split()) + 1))


def _longest(
    keys: dict[str, Entry], beginnings: frozenset[str], printed: Sequence[str], lower: Sequence[str], i: int
) -> tuple[Entry | None, int]:
    best: Entry | None = None
    taken, key = 0, ""
    for k in range(i, min(len(lower), i + _MOST)):
        word = _bare(lower[k])
        if word in _CONNECTORS:
            if not key:
                break
            continue
        key = f"{key} {word}" if key else word
        if key not in beginnings:
            glued = key.replace(" ", "")
            if glued in keys and printed[k].isupper():
                best, taken = keys[glued], k + 1 - i
            break
        if key in keys:
            best, taken = keys[key], k + 1 - i
    return best, taken


def longest_name(printed: Sequence[str], lower: Sequence[str], i: int) -> tuple[Entry | None, int]:
    """The body of the lexicon whose name is the longest beginning of the words from ``i`` on, and its length in words."""
    names, beginnings = _names()
    if _bare(lower[i]) not in beginnings:
        return None, 0
    return _longest(names, beginnings, printed, lower, i)


def longest_field(head: str, printed: Sequence[str], lower: Sequence[str], i: int) -> tuple[Entry | None, int]:
    """As ``longest_name`` for what follows "Sở" or "Bộ"; abbreviations too ("KH&ĐT")."""
    fields, beginnings = _fields(head)
    entry, n = _longest(fields, beginnings, printed, lower, i)
    if entry is None and i < len(printed) and printed[i].isupper():
        letters = ""
        for k in range(i, min(len(lower), i + 7)):
            word = _bare(lower[k])
            if word in _CONNECTORS or word == ".":
                continue
            if not printed[k].isupper():
                break
            letters += word
            if letters in fields:
                entry, n = fields[letters], k + 1 - i
    return entry, n


def without_level(name: str) -> str:
    """ "Cục Thuế tỉnh" without its level, for the name of a place to follow."""
    return name.removesuffix(" tỉnh").removesuffix(" thành phố")


_PEOPLES_COUNCIL = regex.compile(r"(?i)hội đồng nhân dân")
_PEOPLES_COMMITTEE = regex.compile(r"(?i)[uủ][yỷ] ban nhân dân")


def written_out(printed: str) -> str:
    """A printed name in one spelling: "&" is "và", usual abbreviations are written out.

    >>> written_out("Nông nghiệp & PTNT"), written_out("Văn phòng HĐND - Ủy ban nhân dân tỉnh")
    ('Nông nghiệp và Phát triển nông thôn', 'Văn phòng HĐND - UBND tỉnh')
    """
    words = [_expanded(w) for w in " ".join(printed.split()).replace(" & ", " và ").replace("&", " và ").split(" ")]
    name = " ".join(words)
    name = _PEOPLES_COMMITTEE.sub("UBND", name)
    return _PEOPLES_COUNCIL.sub("HĐND", name)


def _expanded(word: str) -> str:
    full = ABBREVIATED.get(word.lower()) if word.isupper() and word != "HTX" else None
    return first_capital(full) if full else word
