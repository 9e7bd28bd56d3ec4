"""Lines in another language: a repair that knows Vietnamese only must leave them alone.

Provincial documents quote titles, addresses and whole paragraphs in English; to a model of Vietnamese, English looks like
Vietnamese read badly ("can be" → "cán bệ"). A line counts as foreign by its frequent English words and endings, which
garbled Vietnamese hardly ever shows in number.
"""

from __future__ import annotations

import regex

# Frequent English words that garbled Vietnamese does show: "the", "an", "to", "in", "on", "can", "may", "each", "than",
# "not" are also syllables that lost or changed their marks. By general knowledge of the language.
_FREQUENT = frozenset(
    regex.findall(
        r"\w+",
        """
        and are was were been being has have had having does did will would shall should could might must which what
        when where while who whose whom with without within that this these those there their them they from for not
        you your our ours his her hers its itself into onto upon over under about above below between through during
        before after again against because until every both either neither other another such same some any all many
        much more most few less least only also just even still very well often never always here how why but nor yet
        one two three first second last new old own out off down back make made makes use used uses using work works
        year years people government development public service services project information ministry department
        committee province provincial district economic international national vietnam management education technology
        company limited bank world act article law section page file files text line lines word words number name
        names data image images corpus document documents
        """,
    )
)
_ENDING = regex.compile(r"[a-z]{3,}(?:tion|ment|ness|ity|ous|able|ible|ance|ence|ing|ally|ized|ised|ated|ship|ers|ies)s?")
_WORD = regex.compile(r"\p{L}[\p{L}'’]*")

# Share of the words of a line that must look English, and how many at least. On the five raw seeds (1,900 lines of
# garbled Vietnamese) no line reaches half of it; English prose has 0.4 to 0.7. tests/normalizers/test_foreign.py.
_SHARE = 0.3
_AT_LEAST = 3
# Words from which on a line says something about the language of its text.
_LONG = 6


def is_foreign(line: str) -> bool:
    """Is this line English?

    >>> is_foreign("trusted, facts that can be cited, and a corpus that can be searched."), is_foreign("the nao an to in on")
    (True, False)
    """
    words = _WORD.findall(line.lower())
    english = _english(words)
    return english >= _AT_LEAST and english >= _SHARE * len(words)


def _english(words: list[str]) -> int:
    """How many of the words, in lower case, look English."""
    return sum(word in _FREQUENT or (word.isascii() and _ENDING.fullmatch(word) is not None) for word in words)


def _goes_along(line: str) -> bool:
    """In a text that is mostly foreign: has the line fewer marked words than English ones, or none?"""
    words = _WORD.findall(line.lower())
    return sum(not word.isascii() for word in words) <= _english(words)


def mask_foreign(text: str) -> str:
    """``text`` with every letter of its foreign lines replaced by a space: same length, same line ends.

    Where most lines are foreign, those that show no more Vietnamese than English (headings, names) go with them.

    >>> mask_foreign("cong tac cai cach hanh chinh\\nfacts that were cited and found\\n")
    'cong tac cai cach hanh chinh\\n                               \\n'
    """
    lines = text.split("\n")
    foreign = [is_foreign(line) for line in lines]
    if not any(foreign):
        return text
    long = [is_it for line, is_it in zip(lines, foreign, strict=True) if len(_WORD.findall(line)) >= _LONG]
    mostly = sum(long) > len(long) / 2
    return "\n".join(
        "".join("\f" if c == "\f" else " " for c in line) if is_it or (mostly and _goes_along(line)) else line
        for line, is_it in zip(lines, foreign, strict=True)
    )
