"""The list of places at the top of every page. A new page gets its route in ``corpus.web.routes`` and a line here."""

from __future__ import annotations

from typing import NamedTuple

from corpus.web.accounts import Visitor


class Place(NamedTuple):
    """``word`` names it in ``corpus.web.words``; ``covers`` are beginnings of addresses that belong to it as well."""

    address: str
    word: str
    covers: tuple[str, ...] = ()
    reviewers_only: bool = False


PLACES = (
    Place("/search", "search", ("/search", "/document", "/help", "/saved")),
    Place("/facts/targets", "facts", ("/facts",)),
    Place("/indicators", "compare", ("/indicators", "/reported")),
    Place("/calendar", "calendar", ("/calendar",)),
    Place("/archive", "dossiers", ("/archive",)),
    Place("/overview", "overview", ("/overview", "/api", "/tags", "/tag/")),
    Place("/queue", "queue", ("/queue", "/reviews", "/history"), reviewers_only=True),
    Place("/samples", "acceptance", ("/sample",), reviewers_only=True),
    Place("/intake", "intake", ("/intake", "/runs"), reviewers_only=True),
)


def navigation_for(visitor: Visitor | None) -> tuple[Place, ...]:
    """The places that somebody may go to."""
    return tuple(place for place in PLACES if not place.reviewers_only or (visitor is not None and visitor.may_review))
