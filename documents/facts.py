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

    ``doubtful`` names the fields whose words were more likely read wrong than right, such as a date filled in by hand.
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


@dataclass(frozen=True, slots=True)
class Facts:
    """All that extraction found in one document; ``spans`` tells where each header field stands."""

    header: Header = Header()
    found: tuple[Found, ...] = ()
    header_spans: dict[str, Span] = field(default_factory=dict)
