"""One function per address: reads the request, asks the corpus in a thread, fills a template."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeVar
from urllib.parse import quote, urlencode

import regex
from datasette.utils import sqlite_timelimit  # type: ignore[import-untyped]
from datasette.utils.asgi import AsgiStream, Response  # type: ignore[import-untyped]
from sqlite_utils import Database

from corpus.acceptance import SampleError, acceptance, printable, sampled_pages
from corpus.export import FORMATS, ExportError, export
from corpus.facts import FactQuery, search_facts
from corpus.fields import FACT_KINDS, KINDS
from corpus.hocr import page_hocr
from corpus.originals import find_file
from corpus.package import write_package
from corpus.search import FACETS, Filters, QueryError, search
from corpus.snippets import Snippet
from corpus.web import QUERY_MILLISECONDS
from corpus.web import review as reviewing
from corpus.web.document import ShownPage, fact_summary, find_document, page_of_line, show_page
from corpus.web.images import page_image as draw_page
from corpus.web.markup import lines_html
from corpus.web.overview import overview_of
from corpus.web.words import LANGUAGES, Words, choose_language
from db.errors import CorpusError
from db.reviews import HEADER_FIELDS, ReviewConflict, ReviewError, history
from db.store import Corpus

PER_PAGE = 10
FACTS_PER_PAGE = 50
FACT_SORTS = {
    "targets": ("target", "result", "reference"),
    "deadlines": ("date", "year", "period", "recurring", "relative"),
    "assignments": ("lead", "coordinate"),
    "citations": (),
}
EXPORT_MILLISECONDS = 600_000
"""Time limit of an export: it may walk the whole corpus."""

_CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "ics": "text/calendar; charset=utf-8",
}
_log = logging.getLogger("vanban.web")
T = TypeVar("T")
Anything = Any


@dataclass(frozen=True, slots=True)
class Form:
    """What the search form holds; as parameters of an address it says the same search again."""

    q: str = ""
    type: str = ""
    issuer: str = ""
    province: str = ""
    signer: str = ""
    year_from: str = ""
    year_to: str = ""
    has: str = ""
    sort: str = ""
    p: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Form:
        return cls(**{name: (arguments.get(name) or "").replace("\x00", " ").strip()[:300] for name in cls.__slots__})

    def address(self, path: str = "/search", **changed: str) -> str:
        """The address of this form with some fields changed; a changed search starts at its first page."""
        form = replace(self, **({"p": ""} | changed))
        fields = {name: value for name, value in asdict(form).items() if value}
        return f"{path}?{urlencode(fields)}" if fields else path

    def filters(self) -> Filters:
        return Filters(
            type=self.type or None,
            issuer=self.issuer or None,
            province=self.province or None,
            signer=self.signer or None,
            year_from=_number(self.year_from),
            year_to=_number(self.year_to),
            has=(self.has,) if self.has in FACT_KINDS else (),
        )

    @property
    def page(self) -> int:
        return max(1, min(_number(self.p) or 1, 500))

    @property
    def empty(self) -> bool:
        return not any(asdict(replace(self, p="", sort="")).values())


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


class TooSlow(RuntimeError):
    """A query took longer than its limit."""


async def ask(datasette: Anything, question: Callable[[Corpus], T], milliseconds: int = QUERY_MILLISECONDS) -> T:
    """Put a question to the corpus on one of Datasette's read-only connections, in its thread. Raises ``TooSlow``."""
    path = Path(datasette.plugin_config("vanban")["path"])

    def in_thread(connection: sqlite3.Connection) -> T:
        connection.row_factory = None
        corpus = Corpus(Database(connection, execute_plugins=False, recursive_triggers=False), path, read_only=True)
        try:
            with sqlite_timelimit(connection, milliseconds):
                return question(corpus)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_INTERRUPT":
                raise TooSlow from error
            raise
        finally:
            connection.row_factory = sqlite3.Row  # as Datasette's own pages expect it

    answer: T = await datasette.get_database().execute_fn(in_thread)
    return answer


def _language(request: Anything) -> str:
    return choose_language(request.args.get("lang"), request.headers.get("accept-language", ""))


async def _page(
    datasette: Anything, request: Anything, template: str, context: Mapping[str, object], status: int = 200
) -> Response:
    words = Words(_language(request))
    other = LANGUAGES[1 - LANGUAGES.index(words.language)]
    kept = {name: request.args[name] for name in request.args if name != "lang"}
    keep = {"lang": request.args["lang"]} if request.args.get("lang") in LANGUAGES else {}

    def at(address: str) -> str:
        """The address with the chosen language carried on."""
        if not keep:
            return address
        path, hash_, place = address.partition("#")
        return f"{path}{'&' if '?' in path else '?'}{urlencode(keep)}{hash_}{place}"

    everything = {
        "w": words,
        "at": at,
        "lang": words.language,
        "chosen_language": keep.get("lang", ""),
        "other_language": f"{request.path}?{urlencode(kept | {'lang': other})}",
        "other": other,
        "kinds": KINDS,
        "fact_kinds": FACT_KINDS,
        "form": Form(),
        **context,
    }
    html = await datasette.render_template([template], everything, request=request)
    return Response.html(html, status=status, headers={"vary": "accept-language"})


async def _wrong(datasette: Anything, request: Anything, status: int, word: str, detail: str = "") -> Response:
    words = Words(_language(request))
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "status": status, "error": detail or words[word]}, status=status)
    return await _page(datasette, request, "room_error.html", {"message": words[word], "detail": detail}, status)


async def failure(datasette: Anything, request: Anything, exception: BaseException) -> Response:
    """The answer to what went wrong. Visitors are told that it did; what exactly goes to the log."""
    status = int(getattr(exception, "status", 500))
    if status == 404:
        return await _wrong(datasette, request, 404, "not_found")
    if status >= 500:
        _log.error("%s failed", request.path, exc_info=exception)
        return await _wrong(datasette, request, status, "went_wrong")
    return await _wrong(datasette, request, status, "refused", str(exception))


def _json(value: object) -> Response:
    body = json.dumps(value, ensure_ascii=False, default=str)
    return Response(body, content_type="application/json; charset=utf-8")


async def home(datasette: Anything, request: Anything) -> Response:
    totals = await ask(datasette, lambda corpus: corpus.totals())
    return await _page(datasette, request, "room_home.html", {"totals": totals})


async def search_page(datasette: Anything, request: Anything) -> Response:
    form = Form.of(request.args)
    options = asdict(form.filters())

    def question(corpus: Corpus) -> Any:  # noqa: ANN401
        del options["confidence_from"]
        sort = "date" if form.sort == "date" else "relevance"
        return search(corpus, form.q, limit=PER_PAGE, offset=(form.page - 1) * PER_PAGE, sort=sort, **options)

    try:
        result = await ask(datasette, question)
    except QueryError as error:
        word = "only_excludes" if "leave out" in str(error) else "bad_query"
        return await _wrong(datasette, request, 400, word)
    except TooSlow:
        return await _wrong(datasette, request, 503, "too_slow")
    if request.url_vars["json"]:
        return _json({"ok": True, **asdict(result)})
    context = {
        "form": form,
        "result": result,
        "facets": {name: result.facets.get(name, []) for name in FACETS},
        "facet_address": lambda name, value: form.address(
            **({"year_from": value, "year_to": value} if name == "year" else {name: value})
        ),
        "pieces": _pieces,
        "next_page": form.address(p=str(form.page + 1)) if form.page * PER_PAGE < result.documents and result.hits else None,
        "previous_page": form.address(p=str(form.page - 1)) if form.page > 1 else None,
        "json_address": form.address("/search.json", p=form.p),
        "did_you_mean_address": form.address(q=result.did_you_mean) if result.did_you_mean else None,
    }
    return await _page(datasette, request, "room_search.html", context)


def _pieces(text: str, marks: Any) -> list[tuple[str, bool]]:  # noqa: ANN401
    """A snippet as pieces of text, each marked or not, for the template to escape."""
    cut = Snippet(text, tuple(marks), 0)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in cut.marks:
        pieces += [(cut.text[at:start], False), (cut.text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (cut.text[at:], False)] if piece[0]]


async def document_page(datasette: Anything, request: Anything) -> Response:
    key, number = request.url_vars["key"], int(request.url_vars.get("page") or 1)
    words = Form.of(request.args).q

    wants_review = bool(request.args.get("review")) and reviewing.enabled(datasette)

    def question(corpus: Corpus) -> tuple[ShownPage | None, bool, str | None, list[dict[str, Any]]]:
        page = show_page(corpus, key, number, words)
        has_file = page is not None and find_file(corpus, page.document["sha256"]) is not None
        reviewer = reviewing.reviewer_of(corpus, request) if wants_review else None
        return page, has_file, reviewer, history(corpus, key)

    try:
        shown, has_file, reviewer, said = await ask(datasette, question)
    except TooSlow:
        return await _wrong(datasette, request, 503, "too_slow")
    if shown is None:
        return await _wrong(datasette, request, 404, "not_found")
    if request.url_vars.get("json"):
        return _json({"ok": True, **asdict(shown)})
    if wants_review and reviewer is None:
        return reviewing.challenge(Words(_language(request)))
    media_type = shown.document["media_type"]
    edited = _number(request.args.get("line") or "")
    at_hand = [line for line in shown.lines if line.number == edited] if reviewer else []
    context = {
        "shown": shown,
        "lines": lines_html(
            shown.lines, Words(_language(request)), edit=f"/document/{key}/page/{number}" if reviewer else None
        ),
        "reviewer": reviewer,
        "may_review": reviewing.enabled(datasette),
        "edited": at_hand[0] if at_hand else None,
        "edited_text": "".join(segment.text for segment in at_hand[0].segments) if at_hand else "",
        "header_fields": HEADER_FIELDS,
        "fact_inputs": reviewing.fact_inputs,
        "said": said,
        "number": number,
        "has_file": has_file,
        "has_image": has_file and (media_type == "application/pdf" or media_type.startswith("image/")),
        "address": f"/document/{key}",
        "q": words,
        "page_address": lambda n: f"/document/{key}/page/{n}" + (f"?{urlencode({'q': words})}" if words else ""),
    }
    return await _page(datasette, request, "room_document.html", context)


async def log_in(datasette: Anything, request: Anything) -> Response:
    """Asks for name and password, then goes back to the document."""
    if not reviewing.enabled(datasette):
        return await _wrong(datasette, request, 404, "not_found")
    name = await ask(datasette, lambda corpus: reviewing.reviewer_of(corpus, request))
    if name is None:
        return reviewing.challenge(Words(_language(request)))
    return Response.redirect(reviewing.back_to(request.args))


async def review(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Makes one correction and shows the document again."""
    if not reviewing.enabled(datasette):
        return await _wrong(datasette, request, 404, "not_found")
    if request.method != "POST":
        return await _wrong(datasette, request, 405, "refused")
    if not reviewing.from_own_page(request.headers, request.host):
        return await _wrong(datasette, request, 403, "refused", "cross-site request")
    name = await ask(datasette, lambda corpus: reviewing.reviewer_of(corpus, request))
    if name is None:
        return reviewing.challenge(Words(_language(request)))
    form = await reviewing.body_of(receive)
    if form is None:
        return await _wrong(datasette, request, 413, "refused")
    try:
        change = reviewing.change_of(request.url_vars["what"], form, name)
        await reviewing.write(Path(datasette.plugin_config("vanban")["path"]), change)
    except ReviewConflict as conflict:
        context = {
            "message": Words(_language(request))["conflict"],
            "detail": "",
            "conflict": conflict.current,
            "form_sent": form,
        }
        return await _page(datasette, request, "room_error.html", context | {"back": reviewing.back_to(form)}, 409)
    except (ReviewError, SampleError) as error:
        return await _wrong(datasette, request, 400, "refused", str(error))
    except CorpusError as error:
        return await _wrong(datasette, request, 503, "went_wrong", str(error))
    return Response.redirect(reviewing.back_to(form), status=303)


async def sample(datasette: Anything, request: Anything) -> Response:
    """The drawn pages of a sample, or one of them beside an empty field: what was read is not shown, so as not to sway."""
    if not reviewing.enabled(datasette):
        return await _wrong(datasette, request, 404, "not_found")
    number = int(request.url_vars["sample"])

    def question(corpus: Corpus) -> tuple[str | None, list[Any], Any]:
        name = reviewing.reviewer_of(corpus, request)
        return name, sampled_pages(corpus, number), acceptance(corpus, number)

    try:
        name, pages, result = await ask(datasette, question)
    except SampleError:
        return await _wrong(datasette, request, 404, "not_found")
    if name is None:
        return reviewing.challenge(Words(_language(request)))
    key, page = request.url_vars.get("key"), request.url_vars.get("page")
    chosen = next((one for one in pages if (one.key, str(one.page)) == (key, page)), None)
    if key and chosen is None:
        return await _wrong(datasette, request, 404, "not_found")
    context = {"sample": number, "pages": pages, "chosen": chosen, "result": result, "reviewer": name}
    return await _page(datasette, request, "room_sample.html", context)


async def acceptance_report(datasette: Anything, request: Anything) -> Response:
    """The printable report of a sample. Its inner style sheet is the one thing that needs a policy of its own."""
    try:
        html = await ask(datasette, lambda corpus: printable(corpus, int(request.url_vars["sample"])), EXPORT_MILLISECONDS)
    except SampleError:
        return await _wrong(datasette, request, 404, "not_found")
    return _download_text(html, f"acceptance-{request.url_vars['sample']}.html")


def _download_text(text: str, name: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(text, content_type="text/html; charset=utf-8", headers=headers)


async def page_image(datasette: Anything, request: Anything) -> Response:
    key, number = request.url_vars["key"], int(request.url_vars["page"])

    def question(corpus: Corpus) -> bytes | None:
        document = find_document(corpus, key)
        page = document and corpus.row(
            "SELECT number, rotation, skew FROM pages WHERE document_id = ? AND number = ?", [document["id"], number]
        )
        path = find_file(corpus, document["sha256"]) if document and page else None
        if document is None or page is None or path is None:
            return None
        return draw_page(path, document["sha256"], document["media_type"], page)

    jpeg = await ask(datasette, question, EXPORT_MILLISECONDS)
    if jpeg is None:
        return await _wrong(datasette, request, 404, "not_found")
    return Response(jpeg, content_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})


async def line(datasette: Anything, request: Anything) -> Response:
    """The permanent address of a line leads to its place on its page."""
    key, number = request.url_vars["key"], int(request.url_vars["line"])

    def question(corpus: Corpus) -> int | None:
        document = find_document(corpus, key)
        return page_of_line(corpus, document["id"], number) if document else None

    page = await ask(datasette, question)
    if page is None:
        return await _wrong(datasette, request, 404, "not_found")
    return Response.redirect(f"/document/{key}/page/{page}#L{number}")


async def fact(datasette: Anything, request: Anything) -> Response:
    """The permanent address of a fact leads to its place on its page."""
    wanted = request.url_vars["id"]

    def question(corpus: Corpus) -> dict[str, Any] | None:
        for kind in FACT_KINDS:
            row = corpus.row(
                f'SELECT d."key", page FROM {kind} f JOIN documents d ON d.id = document_id WHERE f.id = ?', [wanted]
            )
            if row is not None:
                return row
        return None

    row = await ask(datasette, question)
    if row is None:
        return await _wrong(datasette, request, 404, "not_found")
    return Response.redirect(f"/document/{row['key']}/page/{row['page']}#{wanted}")


async def document_text(datasette: Anything, request: Anything) -> Response:
    """The whole text, pages parted by form feeds, as ``vanban text`` prints it."""
    column = "repaired" if request.url_vars["layer"] == "text" else "raw"

    def question(corpus: Corpus) -> str | None:
        document = find_document(corpus, request.url_vars["key"])
        if document is None:
            return None
        rows = corpus.tuples(
            f"SELECT {column} FROM page_texts JOIN pages ON pages.id = page_id WHERE document_id = ? ORDER BY number",
            [document["id"]],
        )
        return "\f".join(text for (text,) in rows)

    text = await ask(datasette, question)
    if text is None:
        return await _wrong(datasette, request, 404, "not_found")
    return Response.text(text)


async def document_file(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """The original file, always as a download: what strangers wrote is never shown as a page of ours."""

    def question(corpus: Corpus) -> tuple[Path, str] | None:
        document = find_document(corpus, request.url_vars["key"])
        path = find_file(corpus, document["sha256"]) if document else None
        return (path, document["name"]) if document and path else None

    found = await ask(datasette, question)
    if found is None:
        return await _wrong(datasette, request, 404, "not_found")
    return _download(found[0].open("rb"), found[1], "application/octet-stream")


async def export_records(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """Records of the documents that pass the filters of the address."""
    kind, format_ = request.url_vars["kind"], request.url_vars["format"]
    filters = Form.of(request.args).filters()
    document = request.args.get("document")
    if kind not in KINDS or format_ not in FORMATS:
        return await _wrong(datasette, request, 404, "not_found")

    def question(corpus: Corpus) -> IO[bytes]:
        spooled = tempfile.SpooledTemporaryFile(max_size=1 << 22)  # noqa: SIM115  # closed when it has been sent
        export(corpus, kind, format_, spooled, filters=filters, document=document)  # type: ignore[arg-type]
        spooled.seek(0)
        return spooled

    try:
        spooled = await ask(datasette, question, EXPORT_MILLISECONDS)
    except ExportError as error:
        return await _wrong(datasette, request, 400, "bad_query", str(error))
    except TooSlow:
        return await _wrong(datasette, request, 503, "too_slow")
    return _download(spooled, f"{kind}.{format_}", _CONTENT_TYPES[format_])


async def data_package(datasette: Anything, request: Anything) -> Response | AsgiStream:
    """Everything that passes the filters, as one data package."""
    filters = Form.of(request.args).filters()

    def question(corpus: Corpus) -> IO[bytes]:
        spooled = tempfile.SpooledTemporaryFile(max_size=1 << 22)  # noqa: SIM115  # closed when it has been sent
        write_package(corpus, spooled, filters=filters)  # type: ignore[arg-type]
        spooled.seek(0)
        return spooled

    try:
        spooled = await ask(datasette, question, EXPORT_MILLISECONDS)
    except TooSlow:
        return await _wrong(datasette, request, 503, "too_slow")
    return _download(spooled, "datapackage.zip", "application/zip")


async def hocr(datasette: Anything, request: Anything) -> Response | AsgiStream:
    key, number = request.url_vars["key"], int(request.url_vars["page"])
    text = await ask(datasette, lambda corpus: page_hocr(corpus, key, number))
    if text is None:
        return await _wrong(datasette, request, 404, "not_found")
    return _download(io.BytesIO(text.encode()), f"{key}-{number}.hocr", "application/xhtml+xml; charset=utf-8")


def _download(stream: IO[bytes], name: str, content_type: str) -> AsgiStream:
    async def send(writer: Anything) -> None:
        with stream:
            while piece := stream.read(1 << 16):
                await writer.write(piece)

    # AsgiStream's writer takes text; bytes need its raw way
    return _ByteStream(
        send,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
        content_type=content_type,
    )


class _ByteStream(AsgiStream):  # type: ignore[misc]
    """Datasette's stream, for bytes."""

    async def asgi_send(self, send: Anything) -> None:
        headers = {**self.headers, "content-type": self.content_type}
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [[name.encode(), value.encode()] for name, value in headers.items()],
            }
        )

        class Writer:
            async def write(self, piece: bytes) -> None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})

        await self.stream_fn(Writer())
        await send({"type": "http.response.body", "body": b""})


async def facts(datasette: Anything, request: Anything) -> Response:
    """Facts of one kind as a table, under conditions of their own beside those of their documents."""
    form = Form.of(request.args)
    own = {
        name: (request.args.get(name) or "").strip()[:100]
        for name in ("unit", "responsible", "due", "from", "to", "sort_of")
    }
    kind = request.url_vars["kind"]
    query = FactQuery(
        kind=kind,
        words=form.q,
        unit=own["unit"],
        responsible=own["responsible"],
        due=own["due"] if regex.fullmatch(r"\d{4}(-\d\d)?", own["due"]) else "",
        value_from=_decimal(own["from"]),
        value_to=_decimal(own["to"]),
        sort_of=own["sort_of"],
        filters=replace(form.filters(), has=()),
    )
    try:
        result = await ask(
            datasette,
            lambda corpus: search_facts(corpus, query, limit=FACTS_PER_PAGE, offset=(form.page - 1) * FACTS_PER_PAGE),
        )
    except TooSlow:
        return await _wrong(datasette, request, 503, "too_slow")
    if request.url_vars["json"]:
        return _json({"ok": True, **asdict(result)})
    here = {
        **{name: value for name, value in asdict(form).items() if value and name != "p"},
        **{n: v for n, v in own.items() if v},
    }
    more = form.page * FACTS_PER_PAGE < result.total
    context = {
        "form": form,
        "own": own,
        "kind": kind,
        "result": result,
        "summary": lambda row: fact_summary(kind, row),
        "sorts": FACT_SORTS[kind],
        "next_page": f"{request.path}?{urlencode(here | {'p': form.page + 1})}" if more else None,
        "previous_page": f"{request.path}?{urlencode(here | {'p': form.page - 1})}" if form.page > 1 else None,
    }
    return await _page(datasette, request, "room_facts.html", context)


def _decimal(text: str) -> float | None:
    return float(text.replace(",", ".")) if regex.fullmatch(r"-?\d{1,15}([.,]\d{1,6})?", text) else None


async def overview(datasette: Anything, request: Anything) -> Response:
    today = date.today().isoformat()
    try:
        figures = await ask(datasette, lambda corpus: overview_of(corpus, today))
    except TooSlow:
        return await _wrong(datasette, request, 503, "too_slow")
    return await _page(datasette, request, "room_overview.html", {"figures": figures})
