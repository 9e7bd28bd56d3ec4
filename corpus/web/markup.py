"""The lines of a page as HTML: made here rather than in a template, since a page may have tens of thousands."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from corpus.web.document import Segment, ShownLine
from corpus.web.words import Words


def lines_html(lines: Iterable[ShownLine], words: Words, *, edit: str | None = None) -> Markup:
    """Every line with its number as a link to itself; marks as elements around their pieces.

    ``edit`` is the address of the page for reviewers, where each line gets a link to its form.

    ``Markup.format`` would escape by itself but takes 30 µs a line; here every value goes through ``escape`` by hand.
    """
    word = escape(words["line"])
    return Markup(
        "".join(
            f'<div class="line {escape(line.kind)}" id="L{line.number:d}">'
            f'<a class="n" href="#L{line.number:d}" aria-label="{word} {line.number:d}">{line.number:d}</a>'
            f'<span class="t">{"".join(_segment(segment, words) for segment in line.segments)}</span>'
            f"{_edit_link(edit, line.number, words) if edit else ''}</div>\n"
            for line in lines
        )
    )


def _edit_link(address: str, line: int, words: Words) -> str:
    label = f"{words['correct']}: {words['line']} {line:d}"
    return f'<a class="edit" href="{escape(address)}?review=1&amp;line={line:d}#after" aria-label="{escape(label)}">✎</a>'


def _segment(segment: Segment, words: Words) -> str:
    html = str(escape(segment.text))
    if segment.repaired is not None:
        html = f'<span class="repaired" title="{escape(words.say("read_as", raw=segment.repaired))}">{html}</span>'
    if segment.doubt is not None:
        html = f'<span class="doubt" tabindex="0" title="{escape(_doubt(segment.doubt, words))}">{html}</span>'
    if segment.hit:
        html = f"<mark>{html}</mark>"
    if segment.fact is not None:
        html = f'<a class="fact" href="#{escape(segment.fact)}">{html}</a>'
    return html


def _doubt(doubt: dict[str, object], words: Words) -> str:
    note = words.say("doubt_of", confidence=doubt["confidence"])
    return f"{note}; {words.say('suggestion', suggestion=doubt['suggestion'])}" if doubt["suggestion"] else note
