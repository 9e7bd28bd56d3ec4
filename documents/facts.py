"""What a document states: its header, and facts with span, quote, value, rule and confidences."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from documents.edits import Span
from documents.page import Box


class FactKind(StrEnum):
    TARGET = "targets"
    DEADLINE = "deadlines"
    ASSIGNMENT = "assignments"
    CITATION = "citations"


FACT_KINDS: tuple[str, ...] = tuple(kind.value for kind in FactKind)
"""Their names, which are those of the tables in the corpus, of the files of gold and of the kinds that are exported."""


def date_precision(date: str | None) -> str | None:
    """How much of a date is known, by its ISO form.

    >>> date_precision("2023-03-21"), date_precision("2023-03"), date_precision("2023"), date_precision("")
    ('day', 'month', 'year', None)
    """
    return {10: "day", 7: "month", 4: "year"}.get(len(date or ""))


@dataclass(frozen=True, slots=True)
class Target:
    """A quantity to be reached, reached, or required ("chỉ tiêu")."""

    kind: str
    value: float
    unit: str
    comparator: str
    indicator: str | None = None
    value_max: float | None = None
    of: float | None = None
    scope: str | None = None
    due: str | None = None
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit of an obligation ("thời hạn")."""

    type: str
    iso: str
    relation: str
    obligation: str | None = None
    responsible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Work given to a unit ("phân công")."""

    unit: str
    role: str
    task: str
    output: str | None = None
    time: str | None = None
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A document referred to by number ("viện dẫn")."""

    number: str
    type: str | None = None
    issuer: str | None = None
    date: str | None = None
    relation: str | None = None


Value = Target | Deadline | Assignment | Citation


@dataclass(frozen=True, slots=True)
class Found:
    """A fact where it stands: ``span`` in the repaired text of the document.

    ``quote`` is the clause with line ends as single spaces, ``confidence`` how sure the extraction is,
    ``reading_confidence`` how sure the text under it is. ``line``/``line_end`` count from 1 over the whole text.
    """

    value: Value
    span: Span
    quote: str
    line: int
    line_end: int
    rule: str
    page: int = 1
    confidence: float = 1.0
    reading_confidence: float = 1.0
    box: Box | None = None

    @property
    def kind(self) -> FactKind:
        return _KIND_OF_VALUE[type(self.value)]


_KIND_OF_VALUE: dict[type, FactKind] = {
    Target: FactKind.TARGET,
    Deadline: FactKind.DEADLINE,
    Assignment: FactKind.ASSIGNMENT,
    Citation: FactKind.CITATION,
}


@dataclass(frozen=True, slots=True)
class Header:
    """The document about itself (field names of the exported records). What it does not say is ``None``.

    ``date`` is an ISO day, or year and month, or the year alone, as ``date_precision`` ("day", "month", "year") says;
    ``number`` begins with "…" where its figures cannot be read ("…/QĐ-UBND"). ``probabilities`` tells how likely each
    field is right; ``doubtful`` names the fields for which that is under one half and those whose parts contradict
    each other (a date filled in by hand, a notation that is not of the type). ``header_sources`` says by what second
    source a field was decided or confirmed, ``candidates`` holds readings of a field that nothing has decided yet,
    each with its probability.
    """

    number: str | None = None
    type: str | None = None
    issuer: str | None = None
    province: str | None = None
    place: str | None = None
    date: str | None = None
    title: str | None = None
    signer: str | None = None
    signer_title: str | None = None
    recipients: tuple[str, ...] = ()
    language: str = "vi"
    doubtful: tuple[str, ...] = ()
    date_precision: str | None = None
    title_plain: str | None = None
    """The title in sentence case where it is printed in capitals."""
    signer_rank: str | None = None
    """Rank or degree before the name ("Thượng tướng", "TS."), no part of ``signer``."""
    cosigners: tuple[str, ...] = ()
    """Names of those who sign beside the signer."""
    secrecy: str | None = None
    urgency: str | None = None
    arrival_number: str | None = None
    arrival_date: str | None = None
    copy_mark: str | None = None
    """What kind of copy it is ("Sao y", "Sao lục", "Trích sao")."""
    draft_mark: str | None = None
    """"Dự thảo", with the number of the draft where it has one."""
    probabilities: dict[str, float] = field(default_factory=dict, hash=False)
    header_sources: dict[str, str] = field(default_factory=dict, hash=False)
    candidates: dict[str, dict[str, float]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a file that may hold several ("văn bản trong tệp"): a proposal, never a cut.

    Pages count from 1, both ends within. ``score`` is the probability that a document begins on ``first_page``
    (1 for the first page of the file), ``reasons`` names what speaks for it and against it.
    """

    first_page: int
    last_page: int
    score: float = 1.0
    reasons: tuple[str, ...] = ()
    header: Header = Header()


@dataclass(frozen=True, slots=True)
class PossibleStart:
    """A page (from 1) on which a document begins with a probability below one half."""

    page: int
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """All that extraction found in one file; ``header_spans`` tells where each header field stands.

    ``parts`` are the documents that the file seems to hold, in order; one where it holds but one. ``possible_starts`` are
    pages on which a document may begin although more speaks against it: no parts, but shown to who cuts the file.
    """

    header: Header = Header()
    found: tuple[Found, ...] = ()
    header_spans: dict[str, Span] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    possible_starts: tuple[PossibleStart, ...] = ()
