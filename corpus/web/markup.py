"""The lines of a page as HTML: made here rather than in a template, since a page may have tens of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from corpus.web.document import Block, Segment, ShownCell, ShownLine, ShownTable
from corpus.web.words import Words


@dataclass(frozen=True, slots=True)
class Editing:
    """For reviewers: the address of the page, the line that is being corrected, and what its form sends along."""

    address: str
    line: int | None = None
    action: str = ""
    hidden: Mapping[str, str] | None = None


def blocks_html(
    blocks: Iterable[Block], words: Words, *, editing: Editing | None = None, chosen: str | None = None
) -> Markup:
    """Every line with its number as a link to itself; tables as tables; marks as elements around their pieces.

    ``chosen`` is the id of the one fact that is outlined. ``Markup.format`` would escape by itself but takes 30 µs a line;
    here every value goes through ``escape`` by hand.
    """
    writer = _Writer(words, editing, chosen)
    return Markup("".join(writer.table(block) if isinstance(block, ShownTable) else writer.line(block) for block in blocks))


class _Writer:
    def __init__(self, words: Words, editing: Editing | None, chosen: str | None) -> None:
        self._word = escape(words["line"])
        self._correct = escape(words["correct"])
        self._words, self._editing, self._chosen = words, editing, chosen

    def line(self, line: ShownLine) -> str:
        number = f"{line.number:d}"
        pieces = "".join(map(self._segment, line.segments))
        return (
            f'<div class="line {escape(line.kind)}" id="L{number}">'
            f'<a class="n" href="#L{number}" tabindex="-1" aria-label="{self._word} {number}">{number}</a>'
            f'<span class="t">{pieces}</span>{self._edit_link(number)}</div>\n{self._form(line)}'
        )

    def table(self, table: ShownTable) -> str:
        rows = "".join(f"<tr>{''.join(map(self._cell, row))}</tr>\n" for row in table.rows)
        return f'<div class="table-frame" tabindex="0"><table class="printed">{rows}</table></div>\n'

    def _cell(self, cell: ShownCell) -> str:
        tag = "th" if cell.heads and cell.lines else "td"
        spans = "".join(
            f' {name}="{count:d}"'
            for name, count in (("rowspan", cell.row_span), ("colspan", cell.column_span))
            if count > 1
        )
        return f"<{tag}{spans}>{''.join(map(self.line, cell.lines))}</{tag}>"

    def _edit_link(self, number: str) -> str:
        if self._editing is None:
            return ""
        address = f"{escape(self._editing.address)}?review=1&amp;line={number}#after"
        return f'<a class="edit" href="{address}" aria-label="{self._correct}: {self._word} {number}">✎</a>'

    def _form(self, line: ShownLine) -> str:
        editing = self._editing
        if editing is None or editing.line != line.number:
            return ""
        text = escape("".join(segment.text for segment in line.segments))
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in {**(editing.hidden or {}), "before": text}.items()
        )
        return (
            f'<form class="line-form" method="post" action="{escape(editing.action)}">{hidden}'
            f'<label for="after">{escape(self._words.say("correct_line", line=line.number))}</label><div class="row">'
            f'<input id="after" name="after" value="{text}" lang="vi" autocomplete="off" spellcheck="false">'
            f"<button>{escape(self._words['save'])}</button></div></form>\n"
        )

    def _segment(self, segment: Segment) -> str:
        html = str(escape(segment.text))
        if segment.repaired is not None:
            html = f'<span class="repaired">{html}</span>'
        if segment.doubt is not None:
            html = f'<span class="doubt" tabindex="-1">{html}</span>'
        if segment.hit:
            html = f"<mark>{html}</mark>"
        if segment.fact is not None:
            chosen = " chosen" if segment.fact == self._chosen else ""
            html = f'<span class="fact{chosen}" data-fact="{escape(segment.fact)}">{html}</span>'
        return html
