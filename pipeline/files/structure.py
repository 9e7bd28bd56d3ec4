"""What the objects of a PDF say of all of it: pages that its tree miscounts, forms that only Acrobat draws, portfolios."""

from __future__ import annotations

import contextlib

from pipeline.files.fields import references
from pipeline.files.mupdf import Mu

# Nodes of a page tree that are looked at: 3,000 pages have some hundred; a hostile file can close its tree to a ring.
_MOST_NODES = 20_000


def mend_page_tree(document: Mu) -> None:
    """Let the tree count the pages that hang on it where it counts fewer; the rest would be lost without a word.

    The document changes in memory only.
    """
    with contextlib.suppress(Exception):  # what can't be parsed is told when its pages are asked for
        kind, root = document.xref_get_key(document.pdf_catalog(), "Pages")
        if kind != "xref":
            return
        counts: dict[int, int] = {}
        leaves = _count(document, int(root.split()[0]), counts, 0)
        if leaves > document.page_count:
            for node, pages in counts.items():
                document.xref_set_key(node, "Count", str(pages))


def _count(document: Mu, xref: int, counts: dict[int, int], depth: int) -> int:
    if xref in counts or depth > 50 or len(counts) > _MOST_NODES or not 0 < xref < document.xref_length():
        return 0
    kind, kids = document.xref_get_key(xref, "Kids")
    if kind == "xref":
        kids = document.xref_object(int(kids.split()[0]), compressed=True)
    if kind == "null":
        return int(document.xref_get_key(xref, "Type")[1] == "/Page" or document.xref_get_key(xref, "Contents")[0] != "null")
    counts[xref] = 0  # a node that is met again within itself adds nothing
    counts[xref] = sum(_count(document, kid, counts, depth + 1) for kid in references(kids))
    return counts[xref]


def needs_acrobat(document: Mu) -> bool:
    """Is it a dynamic XFA form (Adobe's XML forms), whose pages in the file only say "Please wait"?"""
    catalog = document.pdf_catalog()
    if document.xref_get_key(catalog, "AcroForm/XFA")[0] == "null":
        return False
    if document.xref_get_key(catalog, "NeedsRendering")[1] == "true":
        return True
    with contextlib.suppress(Exception):
        return document.page_count == 1 and "please wait" in document[0].get_text().lower()
    return False


def is_portfolio(document: Mu) -> bool:
    """Is the file an envelope of others, its page a mere cover?"""
    return bool(document.xref_get_key(document.pdf_catalog(), "Collection")[0] != "null" and document.embfile_count())
