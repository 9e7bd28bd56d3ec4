"""The lexicon's data is well formed and its readings are dated."""

from __future__ import annotations

import unicodedata
from datetime import date
from importlib.resources import files

import pytest

from normalizers.forms import fold, old_tone_style
from normalizers.lexicon.lexicon import AbbreviationKind, NameKind, abbreviations, expand, names

READINGS = [reading for found in abbreviations().values() for reading in found]


def test_every_entry_is_clean_and_has_a_source() -> None:
    for entry in [*READINGS, *names()]:
        text = entry.expansion if hasattr(entry, "expansion") else entry.name
        assert text == old_tone_style(text) == " ".join(text.split()), text
        assert entry.source
        assert entry.valid_from is None or entry.valid_to is None or entry.valid_from <= entry.valid_to


@pytest.mark.parametrize("file", ["abbreviations.tsv", "names.tsv"])
def test_files_are_sorted_without_doubles_and_in_nfc(file: str) -> None:
    text = files("normalizers").joinpath("data", file).read_text(encoding="utf-8")
    rows = text.splitlines()[2:]
    assert len(set(rows)) == len(rows)
    assert [row.split("\t")[0] for row in rows] == sorted(row.split("\t")[0] for row in rows)
    assert unicodedata.is_normalized("NFC", text)


# Abbreviations of foreign words, by sound or by convention: their letters are not the initials of the expansion.
CONVENTIONAL = {
    "LGSP",
    "PAR",
    "SIPAS",
    "PCI",
    "PAPI",
    "DTI",
    "DDCI",
    "GRDP",
    "GDP",
    "ODA",
    "FDI",
    "PPP",
    "OCOP",
    "VCCI",
    "VNĐ",
    "TCVN",
    "QCVN",
}


@pytest.mark.parametrize("reading", READINGS, ids=lambda r: f"{r.short}-{r.expansion}")
def test_letters_of_an_abbreviation_begin_words_of_its_expansion(reading) -> None:
    if reading.short in CONVENTIONAL:
        return
    # in order, if not all of them; ư of "trung ương" is written w
    letters = iter(fold(reading.expansion.replace("ương", "wơng")))
    assert all(letter in letters for letter in fold(reading.short))


def test_readings_follow_the_day() -> None:
    assert [r.expansion for r in expand("BTS", date(2006, 1, 1))] == ["Bộ Thủy sản"]
    assert expand("BTS", date(2026, 1, 1)) == []
    assert [r.expansion for r in expand("BNNMT", date(2026, 1, 1))] == ["Bộ Nông nghiệp và Môi trường"]
    assert expand("BNNMT", date(2024, 1, 1)) == []


@pytest.mark.parametrize(
    ("short", "expansion"),
    [
        ("UBND", "Ủy ban nhân dân"),
        ("QĐ", "Quyết định"),
        ("TTr", "Tờ trình"),
        ("GD&ĐT", "giáo dục và đào tạo"),
        ("cchc", "cải cách hành chính"),
    ],
)
def test_expand(short: str, expansion: str) -> None:
    assert expansion in [reading.expansion for reading in expand(short)]


def test_unknown_abbreviation_has_no_reading() -> None:
    assert expand("XYZW") == expand("") == []


def test_kinds_are_all_in_use() -> None:
    assert {reading.kind for reading in READINGS} == set(AbbreviationKind)
    assert {name.kind for name in names()} == set(NameKind)
