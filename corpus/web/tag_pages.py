"""Tags and notes in the browser: on one document, or on all that a search found."""

from __future__ import annotations

from itertools import islice
from urllib.parse import parse_qs

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.search.query import QueryError
from corpus.search.selection import Chosen
from corpus.web.asking import Anything, ask, corpus_of, in_language, show, visitor_of, wrong, wrong_words
from corpus.web.form import Form
from corpus.web.gate import body_of
from corpus.web.review import back_to, write
from db.errors import CorpusError
from db.passing import pass_over
from db.reviews import NoSuchPlace, ReviewError
from db.store import Corpus
from db.tags import MOST_AT_ONCE, BadTag, add_note, all_tags, put_tag, take_tag


async def tags(datasette: Anything, request: Anything) -> Response:
    """All tags, each of which leads to its documents."""
    return await show(datasette, request, "room_tags.html", {"tags": await ask(datasette, all_tags)})


async def change(datasette: Anything, request: Anything, receive: Anything) -> Response:
    """Put a tag on a document or on all that a search found, take one off, or add a note."""
    visitor = visitor_of(request)
    if request.method != "POST" or visitor is None:
        return await wrong(datasette, request, 405, "refused")
    form = await body_of(receive) or {}
    what, key = request.url_vars["what"], form.get("key", "")
    found = Form.of({name: values[0] for name, values in parse_qs(form.get("found", "")).items()})
    after = found.address() if what == "found" else back_to(form)

    def make(corpus: Corpus) -> None:
        match what:
            case "put":
                put_tag(corpus, [key], form.get("tag", ""), visitor.name)
            case "take":
                take_tag(corpus, key, form.get("tag", ""))
            case "found":
                chosen = Chosen(corpus, found.selection()).documents()
                put_tag(corpus, [one.key for one in islice(chosen, MOST_AT_ONCE + 1)], form.get("tag", ""), visitor.name)
            case _:
                add_note(corpus, key, form.get("text", ""), visitor.name)
                if form.get("item"):  # what the note is about is done for this reviewer
                    pass_over(corpus, visitor.name, form["item"][:200])

    try:
        await write(corpus_of(datasette)[1], make)
    except QueryError as error:
        return await wrong_words(datasette, request, error)
    except BadTag:
        return await wrong(datasette, request, 400, "bad_tag")
    except NoSuchPlace:
        return await wrong(datasette, request, 400, "no_such_place")
    except ReviewError:
        return await wrong(datasette, request, 400, "too_many_to_tag" if what == "found" else "bad_note")
    except CorpusError:
        return await wrong(datasette, request, 503, "busy")
    return Response.redirect(in_language(request, after), status=303)
