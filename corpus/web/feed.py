"""A search as an Atom feed (RFC 4287): whoever subscribes learns of new documents that it finds."""

from __future__ import annotations

from dataclasses import asdict
from xml.sax.saxutils import escape, quoteattr

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.search.query import QueryError
from corpus.search.search import SearchResult, search
from corpus.web.asking import Anything, TooSlow, ask, language, not_understood, wrong, wrong_words
from corpus.web.form import Form
from corpus.web.words import Words
from db.store import Corpus

ENTRIES = 50


async def search_feed(datasette: Anything, request: Anything) -> Response:
    form = Form.of(request.args)
    problems = form.problems(request.args)
    if problems:
        return await not_understood(datasette, request, problems)

    def question(corpus: Corpus) -> SearchResult:
        return search(corpus, form.q, limit=ENTRIES, sort="date", **asdict(form.filters()))

    try:
        result = await ask(datasette, question)
    except QueryError as error:
        return await wrong_words(datasette, request, error)
    except TooSlow:
        return await wrong(datasette, request, 503, "too_slow")
    base = f"{request.scheme}://{request.host}"
    text = feed_of(result, form, base, Words(language(request)))
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def feed_of(result: SearchResult, form: Form, base: str, words: Words) -> str:
    """The feed of a search; the times are the days of the documents, so that the same documents make the same feed."""
    title = (
        " · ".join([form.q, *(f"{words.get(name)}: {value}" for name, value in form.conditions())]) or words["reading_room"]
    )
    latest = max((hit.date for hit in result.hits if hit.date and len(hit.date) == 10), default="1970-01-01")
    entries = "".join(
        f"<entry><id>urn:vanban:{hit.key}</id><title>{escape(_title(hit.type, hit.number, hit.title, hit.document))}</title>"
        f"<link href={quoteattr(f'{base}/document/{hit.key}')}/><updated>{_time(hit.date)}</updated>"
        f"<author><name>{escape(hit.issuer or '–')}</name></author>"
        f"<summary>{escape(hit.pages[0].snippet if hit.pages else '')}</summary></entry>\n"
        for hit in result.hits
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="vi">'
        f"<id>{escape(base + form.address('/search.atom', sort=''))}</id><title>{escape(title)}</title>"
        f'<link rel="self" href={quoteattr(base + form.address("/search.atom", sort=""))}/>'
        f"<link href={quoteattr(base + form.address('/search', sort=''))}/><updated>{_time(latest)}</updated>\n"
        f"{entries}</feed>\n"
    )


def _title(*parts: str | None) -> str:
    return " ".join(part for part in parts[:3] if part) or str(parts[3])


def _time(date: str | None) -> str:
    return f"{date if date and len(date) == 10 else '1970-01-01'}T00:00:00+07:00"
