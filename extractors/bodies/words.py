"""The words that names of bodies are made of: heads, offices, levels, and what ends a name (``data/body_words.json``).

All are lower case, old tone style; a name of several syllables is written with single spaces.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


def _read(name: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(files("extractors").joinpath(f"data/{name}.json").read_text(encoding="utf-8"))
    return words


_WORDS = _read("body_words")

NAMED_HEADS: tuple[str, ...] = tuple(_WORDS["named_heads"])
"""What a proper name of a body begins with; in capitals, or behind "các"."""
COMMON_HEADS: tuple[str, ...] = tuple(_WORDS["common_heads"])
"""What a class of bodies begins with, in small letters."""
ATTRIBUTES: tuple[str, ...] = tuple(_WORDS["attributes"])
"""What narrows a class without naming one body ("có liên quan")."""
OFFICES: tuple[str, ...] = tuple(_WORDS["offices"])
"""An office-holder stands for the office."""
DISTRICTS: tuple[str, ...] = tuple(_WORDS["districts"])
COMMUNES: tuple[str, ...] = tuple(_WORDS["communes"])
ABBREVIATED: dict[str, str] = _WORDS["abbreviated"]
"""Abbreviations within names, written out so that both spellings are one body."""


@cache
def ends_of_names() -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    """Words in small letters that end a name: always, and unless they stand right behind the head of the name.

    Verbs of duty end a name, but for those that are nouns in names ("vệ sinh") and those that begin names as often as
    they end them ("Trung tâm Khai thác …").
    """
    duties = _read("duty_verbs")
    verbs = {*duties["verbs"], *duties["adverbs"]} - {*_WORDS["within"], *_WORDS["naming"]}
    always = {tuple(w.split()) for w in (*_WORDS["ends"], *verbs)}
    return frozenset(always), frozenset(tuple(w.split()) for w in _WORDS["within"])
