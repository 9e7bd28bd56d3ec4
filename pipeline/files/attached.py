"""Files that hang on another file: on a mail, or in a PDF."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """Its name and its bytes."""

    name: str
    data: bytes
