"""Notes and form fields of a PDF page: where they are, and what kind of words they add to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pipeline.files.mupdf import Mu, Part, Rect


class Kind(Enum):
    VALUE = "value"
    """Filled in: part of the text."""
    TYPED = "typed"
    """Free text over the page."""
    CAPTION = "caption"
    """What a signature or a button shows."""
    NOTE = "note"
    """Stamps and remarks."""
    TICKED = "ticked"
    UNTICKED = "unticked"


@dataclass(frozen=True, slots=True)
class Place:
    """The rectangle of a note or field, the rotation of the page not applied."""

    rect: Rect
    kind: Kind
    value: str = ""
    """What is filled in, whether its appearance shows it or leaves it to the viewer ("NeedAppearances")."""


TICK = "☑"
_VALUES = ("Text", "ComboBox", "ListBox")
_BOXES = ("CheckBox", "RadioButton")


def places(page: Mu, part: Part) -> list[Place]:
    """Of all notes, or of all fields, of a page; the rectangles of notes that nobody sees are among them."""
    derotate = page.derotation_matrix
    if part is Part.NOTES:
        return [
            Place(tuple(note.rect * derotate), Kind.TYPED if note.type[1] == "FreeText" else Kind.NOTE)
            for note in page.annots()
        ]
    return [
        Place(tuple(field.rect * derotate), kind := _kind(field), _value(field) if kind is Kind.VALUE else "")
        for field in page.widgets()
        if not field.rect.is_empty
    ]


def _value(field: Mu) -> str:
    """The value of a text field or a choice that is shown; of passwords and hidden fields none."""
    hidden = field.field_display in (_HIDDEN, _NO_VIEW) or int(field.field_flags or 0) & _PASSWORD
    return "" if hidden or not isinstance(field.field_value, str) else field.field_value.strip()


_HIDDEN, _NO_VIEW, _PASSWORD = 1, 3, 1 << 13  # PyMuPDF's display of a field; ISO 32000-1, table 228


def _kind(field: Mu) -> Kind:
    kind = field.field_type_string
    if kind in _VALUES:
        return Kind.VALUE
    if kind in _BOXES:
        return Kind.TICKED if str(field.field_value) not in ("Off", "False", "None", "") and _is_on(field) else Kind.UNTICKED
    return Kind.CAPTION


def _is_on(field: Mu) -> bool:
    """Radio buttons of one group share the value, which names the one that is pressed."""
    value = field.field_value
    return value is True or str(value) in ("True", "Yes", str(field.on_state()))


def keep_appearances(document: Mu, number: int) -> None:
    """Let the signature fields of page ``number`` show what they hold; MuPDF draws "SIGN" into those without a signature.

    Signing programs put the number and the date of a document into such fields. The document changes in memory only.
    """
    kind, notes = document.xref_get_key(document.page_xref(number - 1), "Annots")
    if kind == "xref":
        notes = document.xref_object(int(notes.split()[0]), compressed=True)
    for xref in references(notes):
        if not 0 < xref < document.xref_length() or document.xref_get_key(xref, "Subtype")[1] != "/Widget":
            continue
        if _inherited(document, xref, "FT") == "/Sig" and _inherited(document, xref, "V") == "null":
            document.xref_set_key(xref, "V", "<</Type/Sig/Contents(-)>>")


def _inherited(document: Mu, xref: int, key: str) -> str:
    """A value of a field, or of the one that it is a part of; "null" when neither has it."""
    kind, value = document.xref_get_key(xref, key)
    if kind == "null":
        kind, parent = document.xref_get_key(xref, "Parent")
        if kind == "xref":
            value = document.xref_get_key(int(parent.split()[0]), key)[1]
    return str(value)


def references(array: str) -> list[int]:
    """Object numbers of "[12 0 R 13 0 R]".

    >>> references("[12 0 R 13 0 R]")
    [12, 13]
    """
    parts = array.strip().strip("[]").split()
    return [int(a) for a, b in zip(parts[0::3], parts[2::3], strict=False) if b == "R" and a.isdigit()]
