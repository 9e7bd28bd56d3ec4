"""The spaCy pipeline of fact extraction: one registered component per kind of fact, each usable alone.

Every component reads ``doc._.structure`` (made on demand) and leaves its result in an extension of the doc:

``vanban_structure``    ``doc._.structure``    :class:`extractors.structure.blocks.Structure`
``vanban_header``       ``doc._.header``       :class:`documents.facts.Header`, ``doc._.header_spans``, ``doc._.parts``
``vanban_targets``      ``doc._.targets``      list of :class:`documents.facts.Found`
``vanban_deadlines``    ``doc._.deadlines``
``vanban_assignments``  ``doc._.assignments``
``vanban_citations``    ``doc._.citations``
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import regex
from spacy.language import Language
from spacy.tokens import Doc

from documents.edits import Repaired, Span
from documents.facts import FACT_KINDS, Assignment, Deadline, Facts, Found, Header, Part, PossibleStart, Target
from documents.page import Document
from extractors import citations, decided, tokenizer
from extractors.boundaries import find_starts, pages_of, possible_starts, propose_starts, with_ends
from extractors.confidence import Ground
from extractors.decision.model import Decision
from extractors.header import find_header
from extractors.header.pieces import sheets_of
from extractors.in_tables import deadlines as table_deadlines
from extractors.structure.analysis import analyse, structure_of
from extractors.structure.blocks import Structure
from extractors.words import units

"""Module of this package, extension of the doc and (with ``vanban_``) name of the component, all alike."""


def _structure_of_doc(doc: Doc) -> Structure:
    """The structure of the doc's text, made once."""
    if doc._.vanban_structure is None:
        document: Document | None = doc._.vanban_document
        repaired: Repaired | None = doc._.vanban_repaired
        if document is not None and repaired is not None:
            made = structure_of(document, repaired)
        else:
            made = analyse(repaired.text if repaired is not None else doc.text)
        doc._.vanban_structure = made
    structure: Structure = doc._.vanban_structure
    return structure


def _ground_of_doc(doc: Doc) -> Ground:
    """The words under the doc's text, gathered once."""
    if doc._.vanban_ground is None:
        repaired: Repaired | None = doc._.vanban_repaired
        if repaired is None:
            repaired = Repaired(doc.text, doc.text)
        doc._.vanban_ground = Ground.of(doc._.vanban_document, repaired)
    ground: Ground = doc._.vanban_ground
    return ground


def _register_extensions() -> None:
    for name in ("vanban_document", "vanban_repaired", "vanban_structure", "vanban_ground", "header"):
        Doc.set_extension(name, default=None, force=True)
    Doc.set_extension("vanban_decisions", default={}, force=True)
    Doc.set_extension("structure", getter=_structure_of_doc, force=True)
    for name in FACT_KINDS:
        Doc.set_extension(name, default=[], force=True)
    Doc.set_extension("header_spans", default={}, force=True)
    Doc.set_extension("parts", default=(), force=True)
    Doc.set_extension("possible_starts", default=(), force=True)


_register_extensions()


@Language.component("vanban_structure")
def _structure(doc: Doc) -> Doc:
    _structure_of_doc(doc)
    return doc


@Language.component("vanban_header", assigns=["doc._.header"])
def _header(doc: Doc) -> Doc:
    document: Document | None = doc._.vanban_document
    repaired: Repaired | None = doc._.vanban_repaired
    if document is None or repaired is None or len(document.pages) < 2:
        doc._.header, doc._.header_spans = find_header(doc._.structure, document, repaired, _ground_of_doc(doc))
        doc._.parts = (Part(1, 1, header=doc._.header),) if document is not None and document.pages else ()
        return doc
    sheets = sheets_of(doc._.structure, document, repaired)
    scored = find_starts(sheets)
    starts = propose_starts(scored)
    read = [_read_pages(doc, document, repaired, start.page, end) for start, end in with_ends(starts, len(sheets))]
    doc._.header, doc._.header_spans = read[0]
    doc._.parts = tuple(
        Part(start.page, end, start.score, start.reasons, header)
        for (start, end), (header, _) in zip(with_ends(starts, len(sheets)), read, strict=True)
    )
    doc._.possible_starts = tuple(PossibleStart(s.page, round(s.score, 4), s.reasons) for s in possible_starts(scored))
    return doc


def _read_pages(doc: Doc, document: Document, repaired: Repaired, first: int, last: int) -> tuple[Header, dict[str, Span]]:
    """The header of some pages read by themselves, so that nothing is taken from the next document of a file."""
    part, its_repair = pages_of(document, repaired, first, last)
    if part is document:
        return find_header(doc._.structure, document, repaired, _ground_of_doc(doc))
    return find_header(structure_of(part, its_repair), part, its_repair, Ground.of(part, its_repair))


Decisions = Mapping[str, Decision]
"""Kind of fact to the decision that is to be used in place of the shipped one."""

_FINDERS: dict[str, tuple[Callable[[Structure, Decisions], list[Found]], ...]] = {
    "targets": (lambda structure, learned: decided.find_targets(structure, learned.get("targets")),),
    "deadlines": (
        lambda structure, learned: decided.find_deadlines(structure, learned.get("deadlines"), learned.get("assignments")),
        lambda structure, _: table_deadlines.find(structure),
    ),
    "assignments": (lambda structure, learned: decided.find_assignments(structure, learned.get("assignments")),),
    "citations": (lambda structure, _: citations.find(structure),),
}


def _component(kind: str) -> Callable[[Doc], Doc]:
    def find(doc: Doc) -> Doc:
        ground = _ground_of_doc(doc)
        learned: Decisions = doc._.vanban_decisions
        found = [fact for finder in _FINDERS[kind] for fact in finder(doc._.structure, learned)]
        setattr(doc._, kind, [ground.stand(fact) for fact in found])
        return doc

    return find


for _kind in FACT_KINDS:
    Language.component(f"vanban_{_kind}", assigns=[f"doc._.{_kind}"], func=_component(_kind))


def blank() -> Language:
    """The language with its tokenizer and no components."""
    nlp = tokenizer.AdministrativeVietnamese()
    nlp.max_length = 2**31 - 1  # the limit is there for parsers; nothing here needs more than linear memory
    return nlp


@cache
def full() -> Language:
    """The language with all components."""
    nlp = blank()
    for name in ("structure", "header", *FACT_KINDS):
        nlp.add_pipe(f"vanban_{name}")
    return nlp


def extract(document: Document, repaired: Repaired, decisions: Decisions | None = None) -> Facts:
    """All facts of a document; line ``i`` of ``repaired.text`` is line ``i`` of the document's pages.

    ``decisions`` stand in for the shipped ones of their kinds.

    Facts come in the order of the text. Raises ``ValueError`` when ``repaired`` is not of this document's length in lines.
    """
    lines = sum(len(page.lines) for page in document.pages)
    if repaired.text.count("\n") != lines:
        raise ValueError(f"the document has {lines} lines, its repaired text {repaired.text.count(chr(10))}")
    return _facts(document, repaired, decisions or {})


def extract_text(text: str) -> Facts:
    """All facts of a plain text, taken as it stands."""
    return _facts(None, Repaired(raw=text, text=text), {})


def _facts(document: Document | None, repaired: Repaired, decisions: Decisions) -> Facts:
    nlp = full()
    doc = nlp.make_doc(repaired.text)
    doc._.vanban_document, doc._.vanban_repaired, doc._.vanban_decisions = document, repaired, decisions
    doc = nlp(doc)
    found = sorted(
        (fact for kind in FACT_KINDS for fact in getattr(doc._, kind)), key=lambda f: (f.span.start, f.span.end, f.kind)
    )
    if _is_of_a_city(doc._.header):
        found = [_in_city(fact) for fact in found]
    return Facts(doc._.header, tuple(found), dict(doc._.header_spans), doc._.parts, doc._.possible_starts)


def _is_of_a_city(header: Header) -> bool:
    """Does a city that is run by the centre, or one of its bodies, issue the document?"""
    return bool(header.province and header.issuer and f"thành phố {header.province}" in header.issuer)


_PROVINCE = regex.compile(r"(?i)\btỉnh\b")


def _in_city(fact: Found) -> Found:
    """The fact with the names that bodies have in a city, unless it speaks of a province."""
    value = fact.value
    if _PROVINCE.search(fact.quote):
        return fact
    if isinstance(value, Assignment):
        return replace(fact, value=replace(value, unit=units.in_city(value.unit)))
    if isinstance(value, Target | Deadline):
        return replace(fact, value=replace(value, responsible=tuple(map(units.in_city, value.responsible))))
    return fact
