"""ZIP packages of office files: parts by name, and no more of them than fits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import regex

from documents.outcome import Reason
from pipeline.errors import UnreadableFile

Element = ElementTree.Element

# The text of 3,000 pages in WordprocessingML has some 100 MB; a package can claim a thousand times its own size.
MAX_PART_BYTES = 200 * 1024**2
_DECLARES = regex.compile(rb"<!DOCTYPE", regex.IGNORECASE)


class Package:
    """An open package. Parts are parsed when they are asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._archive.namelist())

    def part(self, name: str) -> Element | None:
        """The root of an XML part; ``None`` when the package has none of that name. Raises ``UnreadableFile``."""
        if name not in self.names:
            return None
        if self._archive.getinfo(name).file_size > MAX_PART_BYTES:
            raise UnreadableFile(Reason.TOO_LARGE, f"{name} has {self._archive.getinfo(name).file_size / 1e6:.0f} MB")
        data = self._archive.read(name)
        if _DECLARES.search(data[:4096]):
            raise UnreadableFile(Reason.DAMAGED, f"{name} declares entities, which no office program writes")
        return ElementTree.fromstring(data)

    def bytes_of(self, name: str) -> bytes:
        return self._archive.read(name) if name in self.names else b""


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Raises ``UnreadableFile`` for what is no whole package."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Package(archive)
    except zipfile.BadZipFile as error:
        raise UnreadableFile(Reason.TRUNCATED, "the directory at the end of the package is missing or damaged") from error
    except (zlib.error, ElementTree.ParseError, EOFError, NotImplementedError, KeyError, IndexError, ValueError) as error:
        raise UnreadableFile(Reason.DAMAGED, f"a part of the package can't be read: {error}") from error
    except RuntimeError as error:  # what zipfile raises for parts under a password
        raise UnreadableFile(Reason.ENCRYPTED, "opens with a password only") from error


def local(element: Element) -> str:
    """The name of an element without its name space."""
    return str(element.tag).rsplit("}", 1)[-1]


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """An attribute by its name without name space."""
    if element is None:
        return default
    return next((value for key, value in element.attrib.items() if key.rsplit("}", 1)[-1] == name), default)


def child(element: Element | None, *names: str) -> Element | None:
    """The child of a child … by names without name space."""
    for name in names:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def children(element: Element | None, name: str) -> list[Element]:
    return [inner for inner in element if local(inner) == name] if element is not None else []


def inside(element: Element | None, name: str) -> list[Element]:
    """The children of the child ``name``."""
    inner = child(element, name)
    return list(inner) if inner is not None else []
