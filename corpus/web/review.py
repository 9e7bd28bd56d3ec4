"""Review in the browser: who is asking, whether the request comes from our own page, and what is to be changed.

Reviewers log in with HTTP Basic, which needs neither script nor cookies. A request that changes anything must come from a
page of this very server: browsers say so in ``Sec-Fetch-Site`` or ``Origin``, and no foreign page can forge either.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from datasette.utils.asgi import Response  # type: ignore[import-untyped]

from corpus.export.fields import FIELDS
from corpus.export.records import record
from corpus.reports.acceptance import transcribe
from corpus.web.figures import plain_number
from corpus.web.words import Words
from db.codec import dump
from db.reviewers import is_reviewer
from db.reviews import ReviewError, correct_header, correct_line, decide_fact
from db.store import Corpus

MOST_BODY = 64_000
"""Bytes of a form; its fields are capped far below that."""

FACT_FIELDS = {
    "targets": ("kind", "value", "value_max", "of", "unit", "comparator", "indicator", "scope", "due", "responsible"),
    "deadlines": ("type", "iso", "relation", "obligation", "responsible"),
    "assignments": ("unit", "role", "task", "output", "time"),
    "citations": ("number", "type", "issuer", "date", "relation"),
}
_MUST = {"kind", "value", "unit", "comparator", "type", "iso", "relation", "role", "task", "number"}

_CHALLENGE = {"www-authenticate": 'Basic realm="vanban", charset="UTF-8"'}
_KNOWN_LOGINS = 64
_pepper = secrets.token_bytes(16)
_logins: OrderedDict[bytes, str] = OrderedDict()
"""Fingerprints of logins that were right, so that a password is stretched once and not with every page."""

Request = Any


def enabled(datasette: Any) -> bool:  # noqa: ANN401  # Datasette has no types
    return bool((datasette.plugin_config("vanban") or {}).get("review"))


def reviewer_of(corpus: Corpus, request: Request) -> str | None:
    """The reviewer who sends the request; ``None`` without a login or with a wrong one."""
    scheme, _, coded = (request.headers.get("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    fingerprint = hashlib.sha256(_pepper + str(corpus.path).encode() + b"\0" + coded.encode()).digest()
    if _logins.get(fingerprint) == name and corpus.row("SELECT 1 FROM reviewers WHERE name = ?", [name]):
        return name
    with Corpus.open(corpus.path, read_only=True) as own:  # visitors' connections can't read passwords
        if not is_reviewer(own, name, password):
            return None
    _logins[fingerprint] = name
    while len(_logins) > _KNOWN_LOGINS:
        _logins.popitem(last=False)
    return name


def from_own_page(headers: Mapping[str, str], host: str) -> bool:
    """Whether a request that changes something was sent by a page of this server."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return bool(host) and origin.partition("://")[2] == host


def challenge(words: Words) -> Response:
    return Response.text(words["log_in"], status=401, headers=_CHALLENGE)


async def body_of(receive: Callable[[], Any]) -> dict[str, str] | None:
    """The fields of a posted form; ``None`` when it is too large or no form at all."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY:
            return None
    try:
        return {
            name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True, max_num_fields=60).items()
        }
    except ValueError:
        return None


async def write(path: Path, change: Callable[[Corpus], None]) -> None:
    """Make a change on a connection of its own, in a thread."""

    def in_thread() -> None:
        with Corpus.open(path) as corpus:
            change(corpus)

    await asyncio.get_running_loop().run_in_executor(None, in_thread)


def change_of(what: str, form: Mapping[str, str], reviewer: str) -> Callable[[Corpus], None]:
    """The change that a form asks for. Raises ``ReviewError`` when a field is missing or is no number."""
    try:
        if what == "line":
            page, line = int(form["page"]), int(form["line"])
            return lambda corpus: correct_line(
                corpus, form["key"], page, line, before=form["before"], after=form["after"], reviewer=reviewer
            )
        if what == "header":
            return lambda corpus: correct_header(
                corpus, form["key"], form["field"], before=form["before"], after=form["after"], reviewer=reviewer
            )
        if what == "transcript":
            sample, page = int(form["sample"]), int(form["page"])
            return lambda corpus: transcribe(corpus, sample, form["key"], page, form["transcript"], reviewer)
        fact, decision, before = form["id"], form["decision"], form["before"]
    except (KeyError, ValueError) as error:
        raise ReviewError(f"incomplete form: {error}") from error
    if decision != "corrected":
        return lambda corpus: decide_fact(corpus, fact, decision, before=before, reviewer=reviewer)
    return lambda corpus: decide_fact(
        corpus, fact, decision, before=before, reviewer=reviewer, values=_values(corpus, fact, form)
    )


def _values(corpus: Corpus, fact: str, form: Mapping[str, str]) -> dict[str, object]:
    """The corrected fields as they are stored."""
    there = record(corpus, fact)
    if there is None:
        raise ReviewError(f"no fact {fact}")
    types = {field.name: field.type for field in FIELDS[there["record"]]}
    return {
        name: _stored(name, types[name], form[f"value_{name}"].strip())
        for name in FACT_FIELDS[there["record"]]
        if f"value_{name}" in form
    }


def _stored(name: str, type: str, typed: str) -> object:
    if type == "list":
        return dump([part.strip() for part in typed.split(";") if part.strip()])
    if not typed:
        if name in _MUST:
            raise ReviewError(f"{name} can't be empty")
        return None
    if type == "number":
        try:
            return float(typed.replace(",", "."))
        except ValueError as error:
            raise ReviewError(f"{name}: {typed} is no number") from error
    return typed


def back_to(form: Mapping[str, str]) -> str:
    """Where the page goes on after a change: its own document, never an address that the form brings along."""
    if form.get("sample", "").isdigit():
        return f"/sample/{form['sample']}"
    key, page, line = form.get("key", ""), form.get("page", "1"), form.get("show", "")
    page = page if page.isdigit() else "1"
    place = f"#L{line}" if line.isdigit() else ""
    return f"/document/{key}/page/{page}?{urlencode({'review': '1'})}{place}" if key.isalnum() else "/"


def fact_inputs(kind: str, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and present values of the fields that a reviewer may correct, as text."""
    shown = []
    for name in FACT_FIELDS[kind]:
        value = row[name]
        if isinstance(value, str) and name == "responsible":
            value = json.loads(value)
        text = (
            "; ".join(value)
            if isinstance(value, list)
            else ""
            if value is None
            else plain_number(value)
            if isinstance(value, float)
            else str(value)
        )
        shown.append((name, text))
    return shown
