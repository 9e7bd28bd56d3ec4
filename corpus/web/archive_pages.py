"""Pages of dossiers: the list, one dossier with its fields and documents, its check, its files; cutting; and IIIF."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import unquote

from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]

from corpus.archive import iiif
from corpus.archive.catalogue import PROBLEMS, Catalogue, Problem, catalogue, composed_title
from corpus.archive.catalogue_files import write_46_columns, write_catalogue
from corpus.archive.completeness import KINDS, Finding, completeness, completeness_form
from corpus.archive.cutting import ProposedPart, possible_starts, proposal
from corpus.archive.dossiers import Dossier, Item, cut_of, document_keys, dossiers, dossiers_of, items, lost_keys
from corpus.archive.fields import CODES, iso_date
from corpus.archive.forms import write_forms
from corpus.archive.iiif_images import NoSuchImage, asked_image
from corpus.archive.inventories import documents_form, dossiers_form, incoming_form, outgoing_form
from corpus.archive.lists import ListError
from corpus.archive.making import MadeDossiers, from_folders, from_list
from corpus.archive.packages import Incomplete, write_dossier_package
from corpus.pages.searchable import NoPageImages, PdfaUnavailable, makes_pdfa
from corpus.search.query import QueryError
from corpus.search.selection import EVERYTHING
from corpus.web.asking import Anything, TooSlow, ask, corpus_of, in_language, json_answer, show, visitor_of, wrong
from corpus.web.document import find_document
from corpus.web.document_page import page_image
from corpus.web.downloads import download, made
from corpus.web.form import whole_number
from corpus.web.gate import body_of
from corpus.web.review import write
from corpus.web.uploads import BadUpload, receive_upload
from db.dossiers import (
    CATALOGUE_FIELDS,
    DossierError,
    keep_catalogue_value,
    keep_cut,
    keep_dossier,
    place_documents,
    remove_dossier,
)
from db.migrations import DOSSIER_FIELDS
from db.questions.documents import page_form
from db.questions.overview import code_of_dossier, dossiers_with_sizes
from db.store import Corpus

MOST_COMPOSED = 100
"""Titles that are composed from the documents for one page: some milliseconds each."""

CHECK_MILLISECONDS = 60_000
"""Of a check, which looks at every page image of a dossier."""

_CODED = {
    **{"retention": "maintenance", "access": "mode", "language": "language", "physical": "format"},
    **{"confidence_level": "confidenceLevel", "backup": "riskRecovery", "backup_status": "riskRecoveryStatus"},
}
"""Fields of a dossier that have one of few values, with the table of these."""

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "zip": "application/zip",
}


async def dossier_list(datasette: Anything, request: Anything) -> Response:
    """All dossiers."""

    def question(corpus: Corpus) -> list[dict[str, Any]]:
        rows = dossiers_with_sizes(corpus)
        untitled = [row for row in rows if not row["title"]][:MOST_COMPOSED]
        for row, dossier in zip(
            untitled, dossiers(corpus, [row["code"] for row in untitled]) if untitled else (), strict=True
        ):
            row["composed"] = composed_title(dossier, items(corpus, dossier))
        return rows

    return await show(datasette, request, "room_dossiers.html", {"dossiers": await ask(datasette, question)})


async def make(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """A new dossier, or one of each folder."""
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    form = await body_of(receive) or {}
    code, made = form.get("code", "").strip(), "/archive"
    try:
        if form.get("folders"):
            await write(corpus_of(datasette)[1], lambda corpus: from_folders(corpus))
        else:
            made = f"/archive/hoso/{await write(corpus_of(datasette)[1], lambda corpus: keep_dossier(corpus, code, {}))}"
    except DossierError:
        return await _not_saved(datasette, request)
    return Response.redirect(in_language(request, made), status=303)


async def _not_saved(datasette: Anything, request: Anything) -> Response:
    return await wrong(datasette, request, 400, "bad_dossier")


async def make_from_list(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """The dossiers of an Excel or CSV list that is sent; rows without a document are named."""
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    with tempfile.TemporaryDirectory(prefix="vanban-") as folder:
        try:
            lists = await receive_upload(request.headers.get("content-type", ""), receive, Path(folder))
            if not lists:
                return await wrong(datasette, request, 400, "no_files")
            made = await write(corpus_of(datasette)[1], lambda corpus: from_list(corpus, lists[0]))
        except BadUpload as error:
            return await wrong(datasette, request, 400, error.word)
        except (ListError, DossierError):
            return await wrong(datasette, request, 400, "bad_list")
    return await show(
        datasette, request, "room_dossiers_made.html", {"made": made, "dossiers": await _coded(datasette, made)}
    )


async def _coded(datasette: Anything, made: MadeDossiers) -> list[Dossier]:
    codes = list(dict.fromkeys(made.codes))
    return await ask(datasette, lambda corpus: dossiers(corpus, codes))


async def put(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Puts documents, named one a line by number or by file, at the end of a dossier."""
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    form, id = await body_of(receive) or {}, request.url_vars["id"]
    dossier = await ask(datasette, lambda corpus: _dossier(corpus, id))
    if dossier is None:
        return await wrong(datasette, request, 404, "not_found")
    named = [line.strip() for line in form.get("documents", "").splitlines() if line.strip()]
    unclear = await ask(datasette, lambda corpus: [name for name in named if not _names_one(corpus, name)])
    if unclear or not named:
        return await wrong(datasette, request, 400, "names_no_document", "; ".join(unclear)[:500])
    await write(corpus_of(datasette)[1], lambda corpus: _add(corpus, dossier, document_keys(corpus, named)))
    return Response.redirect(in_language(request, f"/archive/hoso/{id}"), status=303)


def _names_one(corpus: Corpus, name: str) -> bool:
    try:
        return bool(document_keys(corpus, [name]))
    except DossierError:
        return False


def _add(corpus: Corpus, dossier: Dossier, keys: list[str]) -> None:
    there = [item.key for item in items(corpus, dossier)]
    place_documents(corpus, dossier.id, [*there, *lost_keys(corpus, dossier), *keys])


async def put_one(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Puts the document of this page into the dossier of the code that was typed."""
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    key, code = request.url_vars["key"], (await body_of(receive) or {}).get("code", "").strip()
    if await ask(datasette, lambda corpus: find_document(corpus, key)) is None:
        return await wrong(datasette, request, 404, "not_found")

    def change(corpus: Corpus) -> int:
        id = keep_dossier(corpus, code, {})
        _add(corpus, dossiers(corpus, [code])[0], [key])
        return id

    try:
        id = await write(corpus_of(datasette)[1], change)
    except DossierError:
        return await _not_saved(datasette, request)
    return Response.redirect(in_language(request, f"/archive/hoso/{id}"), status=303)


def _dossier(corpus: Corpus, id: str) -> Dossier | None:
    code = code_of_dossier(corpus, int(id))
    return None if code is None else dossiers(corpus, [code])[0]


async def dossier_page(datasette: Anything, request: Anything) -> Response:
    """One dossier: its fields, its documents, what is missing; reviewers see them as a form."""
    id = request.url_vars["id"]

    def question(corpus: Corpus) -> tuple[Dossier, Catalogue] | None:
        dossier = _dossier(corpus, id)
        return (dossier, catalogue(corpus, dossier)) if dossier else None

    found = await ask(datasette, question)
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    dossier, made_of = found
    context = {
        "dossier": dossier,
        "stated": asdict(dossier),
        "catalogue": made_of,
        "fields": DOSSIER_FIELDS,
        "problems": [
            (meaning, PROBLEMS[kind], where if documents else [])
            for (meaning, kind, documents), where in _gathered(made_of.problems).items()
        ],
        "choices": {name: CODES[table] for name, table in _CODED.items()},
        "stated_of_documents": [name for name in CATALOGUE_FIELDS if name not in ("sheet", "note")],
        "address": f"/archive/hoso/{id}",
        "complete": not any(problem.kind == "missing" for problem in made_of.problems) and bool(made_of.items),
    }
    return await show(datasette, request, "room_dossier.html", context)


def _gathered(problems: Iterable[Problem]) -> dict[tuple[str, str, bool], list[int]]:
    """What is wrong with a field of the dossier, or of documents (True), with the ordinals of these."""
    found: dict[tuple[str, str, bool], list[int]] = {}
    for one in problems:
        found.setdefault((one.meaning, one.kind, bool(one.ordinal)), []).append(one.ordinal)
    return found


async def change(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Keeps what the form of a dossier holds."""
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    form = await body_of(receive)
    id = request.url_vars["id"]
    dossier = await ask(datasette, lambda corpus: _dossier(corpus, id))
    if dossier is None or form is None:
        return await wrong(datasette, request, *((404, "not_found") if form is not None else (413, "refused")))
    try:
        if form.get("remove"):
            await write(corpus_of(datasette)[1], lambda corpus: remove_dossier(corpus, dossier.code))
            return Response.redirect(in_language(request, "/archive"), status=303)
        await write(corpus_of(datasette)[1], lambda corpus: _apply(corpus, dossier, form))
    except DossierError:
        return await _not_saved(datasette, request)
    return Response.redirect(in_language(request, f"/archive/hoso/{id}"), status=303)


def _apply(corpus: Corpus, dossier: Dossier, form: dict[str, str]) -> None:
    """Fields, the order of the files, which are taken out, what is stated of each; only what the form holds and changes."""
    values = {name: form[f"hoso_{name}"] for name in DOSSIER_FIELDS if f"hoso_{name}" in form}
    for name in ("start_date", "end_date"):
        if values.get(name):
            values[name] = iso_date(values[name]) or values[name]
    keep_dossier(corpus, dossier.code, values)
    held = items(corpus, dossier)
    for item in held:
        for name in CATALOGUE_FIELDS:
            typed = form.get(f"{name}_{item.key}_{item.pages[0]}")
            if typed is not None and typed.strip() != item.stated.get(name, ""):
                keep_catalogue_value(corpus, item.key, item.pages[0], name, typed)
    first = {item.key: item.ordinal for item in reversed(held)}
    old = sorted(first, key=first.__getitem__)
    new = reordered([(key, first[key], whole_number(form.get(f"order_{key}", ""))) for key in old])
    new = [key for key in new if not form.get(f"out_{key}")]
    if new != old:
        place_documents(corpus, dossier.id, [*new, *lost_keys(corpus, dossier)])


Thing = TypeVar("Thing")


def reordered(places: Iterable[tuple[Thing, int, int | None]]) -> list[Thing]:
    """Things, each with the place it has and the place typed for it, in their new order: what stands there gives way.

    >>> reordered([("a", 1, 1), ("b", 2, 2), ("c", 3, 1)]), reordered([("a", 1, 3), ("b", 2, None), ("c", 3, 3)])
    (['c', 'a', 'b'], ['b', 'c', 'a'])
    """

    def place(one: tuple[Thing, int, int | None]) -> float:
        _, old, typed = one
        return old if typed is None or typed == old else typed + (0.5 if typed > old else -0.5)

    return [one[0] for one in sorted(places, key=place)]


async def dossier_check(datasette: Anything, request: Anything) -> Response:
    """The check of one dossier, as a page."""
    id = request.url_vars["id"]

    def question(corpus: Corpus) -> tuple[Dossier, list[Finding]] | None:
        dossier = _dossier(corpus, id)
        return (dossier, completeness(corpus, dossier)) if dossier else None

    try:
        found = await ask(datasette, question, CHECK_MILLISECONDS)
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    context = {"dossier": found[0], "findings": found[1], "called": KINDS, "address": f"/archive/hoso/{id}"}
    return await show(datasette, request, "room_dossier_check.html", context)


async def dossier_file(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """A list, a catalogue, the check or a package of one dossier."""
    id, what, format = (request.url_vars[name] for name in ("id", "what", "format"))
    dossier = await ask(datasette, lambda corpus: _dossier(corpus, id))
    maker = _MAKERS.get((what, format))
    if dossier is None or maker is None:
        return await wrong(datasette, request, 404, "not_found")
    try:
        content = await made(datasette, lambda corpus, stream: maker(corpus, dossier, stream))
    except Incomplete:
        return await wrong(datasette, request, 409, "cannot_pack")
    except (NoPageImages, PdfaUnavailable):
        return await wrong(datasette, request, 409, "no_page_images")
    return download(content, f"{dossier.code}-{what}.{format}", CONTENT_TYPES[format])


Maker = Callable[[Corpus, Dossier, BinaryIO], object]


def _package(kind: str) -> Maker:
    def make(corpus: Corpus, dossier: Dossier, stream: BinaryIO) -> None:
        with tempfile.TemporaryDirectory(prefix="vanban-") as folder:
            packed = write_dossier_package(corpus, dossier, kind, Path(folder), pdfa=makes_pdfa(), zipped=True)
            stream.write(packed.path.read_bytes())

    return make


def _forms(make: Callable[[Corpus, Dossier], Any], format: str) -> Maker:
    return lambda corpus, dossier, stream: write_forms([make(corpus, dossier)], format, stream)


def _catalogue(format: str) -> Maker:
    return lambda corpus, dossier, stream: write_catalogue([(dossier, catalogue(corpus, dossier))], format, stream)


_MAKERS: dict[tuple[str, str], Maker] = {
    **{("muc-luc", format): _forms(documents_form, format) for format in ("xlsx", "docx")},
    **{
        ("kiem-tra", format): _forms(lambda corpus, dossier: completeness_form(completeness(corpus, dossier)), format)
        for format in ("xlsx", "docx")
    },
    **{("bien-muc", format): _catalogue(format) for format in ("xlsx", "csv", "xml")},
    ("bien-muc-46", "xlsx"): lambda corpus, dossier, stream: write_46_columns(
        [(dossier, catalogue(corpus, dossier))], stream
    ),
    **{(kind.lower(), "zip"): _package(kind) for kind in ("SIP", "AIP")},
}


async def archive_file(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """The list of all dossiers, or a register of all documents."""
    what, format = request.url_vars["what"], request.url_vars["format"]

    def written(corpus: Corpus, stream: BinaryIO) -> None:
        forms = {
            "muc-luc-ho-so": lambda: dossiers_form(corpus, dossiers(corpus)),
            "so-van-ban-di": lambda: outgoing_form(corpus, EVERYTHING),
            "so-van-ban-den": lambda: incoming_form(corpus, EVERYTHING),
        }
        write_forms([forms[what]()], format, stream)

    return download(await made(datasette, written), f"{what}.{format}", CONTENT_TYPES[format])


# --- cutting -------------------------------------------------------------------------------------------------------------


_Cutting = tuple[dict[str, Any], list[ProposedPart], list[tuple[int, ...]], dict[int, float]]
"""A document, its proposed parts, the cut that was decided, and pages that may begin a document."""


async def cut_page(datasette: Anything, request: Anything) -> Response:
    """The pages of a file as thumbnails, each with a box to tick where a document begins, and its place."""
    key = request.url_vars["key"]

    def question(corpus: Corpus) -> tuple[_Cutting, list[dict[str, Any]]] | None:
        document = find_document(corpus, key)
        if not document:
            return None
        cutting = (document, proposal(corpus, key), cut_of(corpus, key), possible_starts(corpus, key))
        return cutting, dossiers_of(corpus, key)

    found = await ask(datasette, question)
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    (document, proposed, decided, possible), belongs_to = found
    order = [page for part in decided for page in part] or list(range(1, document["pages"] + 1))
    starts = {part[0] for part in decided} or {part.first_page for part in proposed if part.score >= 0.5} | {1}
    context = {
        "document": document,
        "order": order,
        "starts": starts,
        "scores": {part.first_page: part for part in proposed[1:]},
        "possible": possible,
        "decided": decided,
        "dossiers": belongs_to,
        "address": f"/document/{key}",
    }
    return await show(datasette, request, "room_cut.html", context)


async def cut(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Cuts a file as the form says, or takes the cut back."""
    if request.method != "POST":
        return await wrong(datasette, request, 405, "refused")
    form, key, visitor = await body_of(receive), request.url_vars["key"], visitor_of(request)
    if form is None or visitor is None:
        return await wrong(datasette, request, 413, "refused")
    document = await ask(datasette, lambda corpus: find_document(corpus, key))
    if document is None:
        return await wrong(datasette, request, 404, "not_found")
    parts = [] if form.get("undo") else parts_of(form, document["pages"])
    try:
        await write(corpus_of(datasette)[1], lambda corpus: keep_cut(corpus, key, parts, cut_by=visitor.name))
    except DossierError:
        return await _not_saved(datasette, request)
    return Response.redirect(in_language(request, f"/document/{key}/cut"), status=303)


def parts_of(form: dict[str, str], pages: int) -> list[list[int]]:
    """The parts that a form of pages asks for: ordered by ``place_N``, begun anew where ``start_N`` is ticked.

    The fields ``place_N`` come in the order in which the pages were shown.

    >>> parts_of({"place_1": "1", "place_2": "3", "place_3": "2", "start_2": "1"}, 3)
    [[1, 3], [2]]
    """
    shown = [page for name in form if name.startswith("place_") and (page := whole_number(name[6:])) and page <= pages]
    old = list(dict.fromkeys([*shown, *range(1, pages + 1)]))
    order = reordered((page, place, whole_number(form.get(f"place_{page}", ""))) for place, page in enumerate(old, 1))
    parts: list[list[int]] = []
    for page in order:
        if not parts or form.get(f"start_{page}"):
            parts.append([])
        parts[-1].append(page)
    return parts


# --- IIIF ----------------------------------------------------------------------------------------------------------------


def _base(request: Anything) -> str:
    return f"{request.scheme}://{request.host}"


async def iiif_document(datasette: Anything, request: Anything) -> Response:
    key, what = request.url_vars["key"], request.url_vars["what"]
    if what in ("search", "search1"):
        return await _search(datasette, request, lambda corpus: [key])
    manifest = await ask(datasette, lambda corpus: iiif.document_manifest(corpus, key, _base(request)))
    return json_answer(manifest) if manifest else await wrong(datasette, request, 404, "not_found")


async def iiif_dossier(datasette: Anything, request: Anything) -> Response:
    id, what = request.url_vars["id"], request.url_vars["what"]

    def question(corpus: Corpus) -> tuple[iiif.Json, list[str]] | None:
        dossier = _dossier(corpus, id)
        if dossier is None:
            return None
        held: list[Item] = items(corpus, dossier)
        return iiif.dossier_manifest(corpus, dossier, _base(request)), [item.key for item in held]

    found = await ask(datasette, question)
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    if what in ("search", "search1"):
        return await _search(datasette, request, lambda corpus: found[1])
    return json_answer(found[0])


async def _search(datasette: Anything, request: Anything, keys: Callable[[Corpus], list[str]]) -> Response:
    words, address = request.args.get("q") or "", f"{_base(request)}{request.path}?{request.query_string}"
    try:
        found = await ask(datasette, lambda corpus: iiif.search_within(corpus, keys(corpus), words, _base(request), address))
    except QueryError:
        return await wrong(datasette, request, 400, "bad_query")
    return json_answer(iiif.as_search_1(found) if request.url_vars["what"] == "search1" else found)


async def iiif_text(datasette: Anything, request: Anything) -> Response:
    key, page = request.url_vars["key"], int(request.url_vars["page"])
    text = await ask(datasette, lambda corpus: iiif.page_text(corpus, key, page, _base(request)))
    return json_answer(text) if text else await wrong(datasette, request, 404, "not_found")


async def iiif_image(datasette: Anything, request: Anything) -> Response:
    """``info.json``, or the part of the page image that is asked for."""
    key, page, what = request.url_vars["key"], int(request.url_vars["page"]), unquote(request.url_vars["what"])

    def size(corpus: Corpus) -> tuple[float, float] | None:
        form = page_form(corpus, key, page)
        return None if form is None else (form["width"], form["height"])

    found = await ask(datasette, size)
    if found is None:
        return await wrong(datasette, request, 404, "not_found")
    if what == "info.json":
        return json_answer(iiif.image_information(_base(request), key, page, *found))
    request.scope["url_route"]["kwargs"]["size"] = "image"
    drawn = await page_image(datasette, request)
    if drawn.status != 200:
        return drawn
    try:
        jpeg = await asyncio.get_running_loop().run_in_executor(None, asked_image, drawn.body, what)
    except NoSuchImage:
        return await wrong(datasette, request, 400, "not_found")
    return Response(jpeg, content_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})
