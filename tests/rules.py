"""Whether the words of rules have examples: which words of a compiled pattern no example goes through.

Every word of a pattern gets an empty group behind it; one search of all examples then tells which words lay on the way of
a match. Words that only forbid (in negative look-arounds) lie on no way, and patterns that end with ``$`` look at what
stands in front of something: for those the pattern is compiled with the word made impossible, and what is found in the
examples has to change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from types import ModuleType

import regex

from normalizers.forms import fold

# What is no word of the language: classes, escapes, names of groups, comments; then the words.
_WORDS = regex.compile(r"\[(?:[^\]\\]|\\.)*+\]|\\p\{\w+\}|\\.|\(\?P?[<=]\w+[>)]|\(\?[a-z]+[:)]|#[^\n]*|(?P<word>\p{L}{2,})")
_IMPOSSIBLE = "ⱦ"
Pattern = re.Pattern[str] | regex.Pattern[str]


def patterns_of(module: ModuleType) -> dict[str, Pattern]:
    """The compiled patterns that a module itself holds, by name."""
    held = {name: value for name, value in vars(module).items() if isinstance(value, re.Pattern | regex.Pattern)}
    return {name: value for name, value in held.items() if _words(value)}


def words_without_example(
    module: ModuleType, name: str, examples: Iterable[str], read: Callable[[str], object], forget: Callable[[], None]
) -> list[str]:
    """Words of the module's pattern ``name`` that could be made impossible without any example noticing.

    ``read`` finds in a text what the module finds; ``forget`` empties its caches.
    """
    pattern, texts, found = patterns_of(module)[name], list(examples), cache(read)
    unseen = set(range(len(_words(pattern)))) - _gone_through(pattern, texts)
    left = []
    for i in sorted(unseen):
        start, end = _words(pattern)[i]
        may_change = [text for text in texts if fold(pattern.pattern[start:end]) in fold(text)]
        before = [found(text) for text in may_change]
        setattr(module, name, _compiled(pattern, pattern.pattern[:start] + _IMPOSSIBLE + pattern.pattern[start:]))
        forget()
        try:
            if all(read(text) == was for text, was in zip(may_change, before, strict=True)):
                left.append(f"{pattern.pattern[max(0, start - 30) : start]}»{pattern.pattern[start : end + 30]}")
        finally:
            setattr(module, name, pattern)
            forget()
    return left


def _words(pattern: Pattern) -> list[tuple[int, int]]:
    verbose = pattern.flags & re.VERBOSE if isinstance(pattern, re.Pattern) else pattern.flags & regex.VERBOSE
    found = [match.span() for match in _WORDS.finditer(pattern.pattern) if match["word"]]
    return (
        found if verbose else [match.span() for match in _WORDS.finditer(pattern.pattern.replace("#", "=")) if match["word"]]
    )


def _compiled(pattern: Pattern, source: str) -> Pattern:
    return (re if isinstance(pattern, re.Pattern) else regex).compile(source, pattern.flags)


def _gone_through(pattern: Pattern, texts: list[str]) -> set[int]:
    if pattern.pattern.rstrip().endswith("$"):
        return set()
    source, pieces, at = pattern.pattern, [], 0
    for i, (start, end) in enumerate(_words(pattern)):
        marker = f"(?P<_{i}>)"
        quantified = source[end : end + 1] in ("?", "*", "+", "{")  # which must go on binding the word's last letter
        pieces += [source[at:start], marker, source[start:end]] if quantified else [source[at:end], marker]
        at = end
    marked = _compiled(pattern, "".join([*pieces, source[at:]]))
    seen: set[int] = set()
    for text in texts:
        for match in marked.finditer(text):
            seen |= {int(name[1:]) for name, value in match.groupdict().items() if name[0] == "_" and value is not None}
    return seen
