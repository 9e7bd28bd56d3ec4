"""What became of a file: a processed document, or quarantined with a typed reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from documents.edits import Repaired
from documents.facts import Facts
from documents.page import Document


class Reason(StrEnum):
    """Why a file or a page could not be read."""

    EMPTY = "empty"
    NOT_A_DOCUMENT = "not_a_document"
    ENCRYPTED = "encrypted"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    CRASHED = "crashed"
    UNREADABLE = "unreadable"
    ENGINE_FAILED = "engine_failed"
    NEEDS_LIBREOFFICE = "needs_libreoffice"


@dataclass(frozen=True, slots=True)
class Processed:
    """A document that went through all rooms, as the store takes it: all of it or none of it.

    ``failed_pages`` says why a page is missing; a document with any is stored as partial. ``versions`` names
    what made it (engine, data, repair model, extractors), so that a later run knows what is out of date.
    """

    document: Document
    repaired: Repaired
    facts: Facts
    failed_pages: dict[int, tuple[Reason, str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that can't be read, and why. Nothing disappears without one of these."""

    sha256: str
    name: str
    size: int
    media_type: str
    reason: Reason
    detail: str
