"""IIIF for viewers: Presentation 3 manifests of documents and dossiers, Content Search 2, an Image service of level 1.

Canvases have the size of the page image that the reading room draws, so that boxes and pixels agree. The text of a page is
there as annotations, one per line, and as ALTO with the words (``seeAlso``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from corpus.archive.dossiers import Dossier, Item, items, items_of
from corpus.archive.fields import vietnamese_date
from corpus.pages.placed import PlacedLine, PlacedPage, placed_page, placed_pages
from corpus.search.query import parse
from corpus.search.snippets import highlights
from db.store import Corpus
from documents.page import Box, enclosing_box

PRESENTATION = "http://iiif.io/api/presentation/3/context.json"
SEARCH = "http://iiif.io/api/search/2/context.json"
SEARCH_1, SEARCH_1_PROFILE = "http://iiif.io/api/search/1/context.json", "http://iiif.io/api/search/1/search"
"""The older version, which is the only one that Mirador 4 asks."""
IMAGE = "http://iiif.io/api/image/3/context.json"
ALTO_PROFILE = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"

CANVAS_WIDTH = 1400
"""Pixels, as ``corpus.web.images.WIDTH`` draws pages; a test holds the two together."""

MOST_HITS = 500
"""Of one answer of the search within a manifest: a viewer marks them all on its pages."""

Json = dict[str, Any]


def document_manifest(corpus: Corpus, key: str, base: str) -> Json | None:
    """The manifest of a file, whole or with its parts as ranges; ``None`` when there is no such document.

    ``base`` is the address of the reading room, without a slash at its end.
    """
    held = list(items_of(corpus, [key]))
    if not held:
        return None
    label = held[0].about or held[0].document
    return _manifest(corpus, f"{base}/iiif/{key}/manifest.json", f"{base}/iiif/{key}", label, held, base)


def dossier_manifest(corpus: Corpus, dossier: Dossier, base: str) -> Json:
    """The manifest of a dossier: the pages of its documents in their order, a range for each document."""
    held = items(corpus, dossier)
    place = f"{base}/iiif/hoso/{dossier.id}"
    return _manifest(corpus, f"{place}/manifest.json", place, dossier.title or dossier.code, held, base)


def _manifest(corpus: Corpus, id: str, place: str, label: str, held: Sequence[Item], base: str) -> Json:
    first = held[0] if held else None
    manifest: Json = {
        "@context": [SEARCH, PRESENTATION],
        "id": id,
        "type": "Manifest",
        "label": {"vi": [label]},
        "metadata": _metadata(first) if first and len({item.key for item in held}) == 1 else [],
        "behavior": ["paged" if len(held) == 1 else "individuals"],
        "items": [canvas for item in held for canvas in _canvases(corpus, item, base)],
        "service": [
            {"id": f"{place}/search", "type": "SearchService2"},
            {"@context": SEARCH_1, "@id": f"{place}/search1", "@type": "SearchService1", "profile": SEARCH_1_PROFILE},
        ],
    }
    if len(held) > 1:
        manifest["structures"] = [
            {
                "id": f"{place}/range/{item.ordinal}",
                "type": "Range",
                "label": {"vi": [" ".join(part for part in (item.number, item.about) if part) or item.document]},
                "items": [{"id": canvas_id(base, item.key, page), "type": "Canvas"} for page in item.pages],
            }
            for item in held
        ]
    if first and len({item.key for item in held}) == 1:
        pdf = {"id": f"{base}/document/{first.key}/searchable.pdf", "type": "Text", "format": "application/pdf"}
        manifest["rendering"] = [pdf | {"label": {"vi": ["PDF tìm kiếm được"]}}]
    return manifest


def _metadata(item: Item) -> list[Json]:
    rows = (
        ("Số, ký hiệu", item.number),
        ("Loại văn bản", item.type),
        ("Ngày ban hành", vietnamese_date(item.date)),
        ("Cơ quan ban hành", item.issuer),
        ("Trích yếu", item.subject),
    )
    return [{"label": {"vi": [name]}, "value": {"vi": [value]}} for name, value in rows if value]


def canvas_id(base: str, key: str, page: int) -> str:
    return f"{base}/iiif/{key}/canvas/{page}"


def canvas_height(width: float, height: float) -> int:
    """Of a page of these points, at ``CANVAS_WIDTH`` pixels across.

    >>> canvas_height(595, 842)
    1981
    """
    return max(1, round(CANVAS_WIDTH * height / width)) if width else 1


def _canvases(corpus: Corpus, item: Item, base: str) -> Iterator[Json]:
    sizes = {
        number: (width, height)
        for number, width, height in corpus.tuples(
            'SELECT p.number, p.width, p.height FROM pages p JOIN documents d ON d.id = p.document_id WHERE d."key" = ?',
            [item.key],
        )
    }
    for at, page in enumerate(item.pages, item.first):
        if page not in sizes:
            continue
        id = canvas_id(base, item.key, page)
        height = canvas_height(*sizes[page])
        size = {"width": CANVAS_WIDTH, "height": height}
        service = {"id": f"{base}/iiif/image/{item.key}/{page}", "type": "ImageService3", "profile": "level1"}
        body = {"id": f"{base}/iiif/image/{item.key}/{page}/full/max/0/default.jpg", "type": "Image", "format": "image/jpeg"}
        thumbnail = {"id": f"{base}/document/{item.key}/page/{page}/thumbnail", "type": "Image", "format": "image/jpeg"}
        painting = {"id": f"{id}/image", "type": "Annotation", "motivation": "painting", "target": id}
        alto = {"id": f"{base}/document/{item.key}/page/{page}/alto", "type": "Dataset", "format": "application/xml"}
        yield {
            "id": id,
            "type": "Canvas",
            "label": {"vi": [f"Trang {at}"]},
            **size,
            "thumbnail": [thumbnail],
            "items": [
                {
                    "id": f"{id}/painting",
                    "type": "AnnotationPage",
                    "items": [painting | {"body": body | size | {"service": [service]}}],
                }
            ],
            "annotations": [{"id": f"{id}/text", "type": "AnnotationPage"}],
            "seeAlso": [alto | {"profile": ALTO_PROFILE, "label": {"vi": ["ALTO"]}}],
        }


def page_text(corpus: Corpus, key: str, page: int, base: str) -> Json | None:
    """The lines of a page as an annotation page of its canvas; ``None`` when there is no such page."""
    placed = placed_page(corpus, key, page)
    if placed is None:
        return None
    id = canvas_id(base, key, page)
    return {
        "@context": PRESENTATION,
        "id": f"{id}/text",
        "type": "AnnotationPage",
        "items": [
            {
                "id": f"{id}/text/{line.number}",
                "type": "Annotation",
                "motivation": "supplementing",
                "body": {"type": "TextualBody", "value": _text(line), "format": "text/plain", "language": "vi"},
                "target": _target(id, line.box, placed),
            }
            for line in placed.lines
            if line.words
        ],
    }


def _text(line: PlacedLine) -> str:
    return " ".join(word.text for word in line.words)


def _target(id: str, box: Box | None, page: PlacedPage) -> str:
    if box is None or not page.width:
        return id
    scale = CANVAS_WIDTH / page.width
    left, top = round(box.left * scale), round(box.top * scale)
    return f"{id}#xywh={left},{top},{max(1, round(box.width * scale))},{max(1, round(box.height * scale))}"


def search_within(corpus: Corpus, keys: Sequence[str], words: str, base: str, address: str) -> Json:
    """Content Search 2: where the words stand on the pages of these documents, each hit with its place on a canvas.

    ``address`` is that of this very answer. Raises ``corpus.search.query.QueryError``.
    """
    query = parse(words)
    found: list[Json] = []
    for key in dict.fromkeys(keys):
        for page in placed_pages(corpus, key) if query is not None else ():
            for line in page.lines:
                text = _text(line)
                for span in highlights(text, query) if query is not None else ():
                    if len(found) < MOST_HITS:
                        found.append(_hit(base, key, page, line, span.start, span.end, text))
    return {"@context": SEARCH, "id": address, "type": "AnnotationPage", "items": found}


def as_search_1(found: Json) -> Json:
    """The answer of ``search_within`` as Content Search 1 words it."""
    resources = [
        {
            "@id": one["id"],
            "@type": "oa:Annotation",
            "motivation": "oa:highlighting",
            "resource": {"@type": "cnt:ContentAsText", "chars": one["body"]["value"]},
            "on": one["target"],
        }
        for one in found["items"]
    ]
    return {
        "@context": ["http://iiif.io/api/presentation/2/context.json", SEARCH_1],
        "@id": found["id"],
        "@type": "sc:AnnotationList",
        "within": {"@type": "sc:Layer", "total": len(resources)},
        "resources": resources,
        "hits": [
            {
                "@type": "search:Hit",
                "annotations": [one["@id"]],
                "match": one["resource"]["chars"],
                "before": "",
                "after": "",
            }
            for one in resources
        ],
    }


def _hit(base: str, key: str, page: PlacedPage, line: PlacedLine, start: int, end: int, text: str) -> Json:
    at, boxes = 0, []
    for word in line.words:
        if at < end and at + len(word.text) > start:
            boxes.append(word.box)
        at += len(word.text) + 1
    id = canvas_id(base, key, page.number)
    return {
        "id": f"{id}/hit/{line.number}-{start}",
        "type": "Annotation",
        "motivation": "highlighting",
        "body": {"type": "TextualBody", "value": text[start:end], "format": "text/plain", "language": "vi"},
        "target": _target(id, enclosing_box(boxes) or line.box, page),
    }


def image_information(base: str, key: str, page: int, width: float, height: float) -> Json:
    """``info.json`` of a page image: level 1, of which the whole page in the size that is drawn is the largest."""
    size = {"width": CANVAS_WIDTH, "height": canvas_height(width, height)}
    return {
        "@context": IMAGE,
        "id": f"{base}/iiif/image/{quote(key)}/{page}",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level1",
        **size,
        "sizes": [size],
    }
