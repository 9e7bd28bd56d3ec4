"""Dossiers made: one of each folder, of a list, or by hand.

File names that begin with BIA are scanned covers, those with MLVB or MUCLUC scanned lists of documents, as contractors name
them; they belong to the dossier and are no documents of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

import regex

from corpus.archive.covers import read_cover
from corpus.archive.lists import ListedDossier, read_list
from db.dossiers import DossierError, keep_catalogue_value, keep_dossier, keep_list, place_documents
from db.store import Corpus
from normalizers.document_numbers import number_key
from normalizers.forms import fold

_COVER = regex.compile(r"(?:bia|cover)(?:[^\p{L}].*)?", regex.IGNORECASE)
_CONTENTS = regex.compile(r"(?:mlvb|muc[ _-]?luc)(?:[^\p{L}].*)?", regex.IGNORECASE)
_CODE_AND_ORDINAL = regex.compile(r"(.+\.[^.]+)\.(\d{1,7})")


@dataclass(slots=True)
class MadeDossiers:
    """What was made: codes, how many documents were placed, and rows or files for which no place was found."""

    codes: list[str] = field(default_factory=list)
    documents: int = 0
    not_found: list[str] = field(default_factory=list)


def role_of(stem: str) -> str:
    """What a file is to its dossier: "document", "cover" (bìa) or "list" (mục lục văn bản).

    >>> role_of("BIA_01"), role_of("MLVB_hoso01"), role_of("Mục lục"), role_of("bia_mau.001"), role_of("05_qd_ubnd")
    ('cover', 'list', 'list', 'cover', 'document')
    """
    plain = fold(stem)
    return "cover" if _COVER.fullmatch(plain) else "list" if _CONTENTS.fullmatch(plain) else "document"


def from_folders(corpus: Corpus, under: Sequence[Path | str] = ()) -> MadeDossiers:
    """One dossier of each folder that files were read from, or of those within ``under``; documents in order of names.

    The code is what the names of its files have in common before their ordinals (``{code}.{n}.pdf``), else the name of the
    folder. Documents that were in the dossier stay where a person put them; new ones follow. Raises ``DossierError`` when
    nothing was read from there.
    """
    folders: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sql = 'SELECT p.path, p.name, d."key" FROM paths p JOIN documents d USING (sha256) WHERE p.current ORDER BY p.path'
    for row in corpus.iterate(sql):
        folder = str(PurePath(row["path"]).parent)
        if not under or any(_is_within(folder, one) for one in under):
            folders[folder].append(row)
    if not folders:
        raise DossierError("no documents of the corpus lie in a folder there; ingest it first")
    names = Counter(PurePath(folder).name for folder in folders)
    made = MadeDossiers()
    for folder, rows in folders.items():
        rows.sort(key=lambda row: _natural(row["name"]))
        name = PurePath(folder).name if names[PurePath(folder).name] == 1 else ".".join(PurePath(folder).parts[-2:])
        code = common_code([PurePath(row["name"]).stem for row in rows]) or name or "hoso"
        dossier = keep_dossier(corpus, code, {}, made_from=folder)
        keys = [row["key"] for row in rows if role_of(PurePath(row["name"]).stem) == "document"]
        place_documents(corpus, dossier, [*_placed(corpus, dossier), *keys])
        _read_covers(corpus, code, [row["key"] for row in rows if role_of(PurePath(row["name"]).stem) == "cover"])
        made.codes.append(code)
        made.documents += len(keys)
    return made


def _read_covers(corpus: Corpus, code: str, keys: Sequence[str]) -> None:
    """What the scanned covers of a dossier say, where nobody has stated it yet."""
    for key in keys:
        pages = corpus.tuples(
            "SELECT t.repaired FROM page_texts t JOIN pages p ON p.id = t.page_id JOIN documents d ON d.id = p.document_id"
            ' WHERE d."key" = ? ORDER BY p.number',
            [key],
        )
        said = read_cover("\n".join(text for (text,) in pages))
        stated = corpus.row("SELECT * FROM dossiers WHERE code = ?", [code]) or {}
        keep_dossier(corpus, code, {name: value for name, value in said.items() if not stated[name]})


def _is_within(folder: str, place: Path | str) -> bool:
    wanted = {str(place).rstrip("/"), str(Path(place).absolute())}
    return any(folder == one or folder.startswith(one + "/") for one in wanted)


def common_code(stems: Sequence[str]) -> str:
    """The code of the dossier that the names of its files begin with; empty where they do not agree.

    >>> common_code(["001.H30.81.2024.K4.01.001", "001.H30.81.2024.K4.01.002"]), common_code(["a.1", "b.2"])
    ('001.H30.81.2024.K4.01', '')
    """
    found = {m[1] for stem in stems if role_of(stem) == "document" and (m := _CODE_AND_ORDINAL.fullmatch(stem))}
    documents = sum(role_of(stem) == "document" for stem in stems)
    matched = sum(bool(_CODE_AND_ORDINAL.fullmatch(stem)) for stem in stems if role_of(stem) == "document")
    return found.pop() if len(found) == 1 and matched == documents else ""


_FIGURES = regex.compile(r"(\d+)")


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Sorts "2.pdf" before "10.pdf"."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in _FIGURES.split(name.casefold()) if part]


def _placed(corpus: Corpus, dossier: int) -> list[str]:
    """What is in a dossier, in its order; a file that was replaced by other bytes since has these in its place."""
    sql = (
        'SELECT document_key, (SELECT n."key" FROM documents o JOIN paths p ON p.sha256 = o.sha256 JOIN paths q USING (path)'
        ' JOIN documents n ON n.sha256 = q.sha256 WHERE o."key" = document_key AND NOT p.current AND q.current'
        " AND NOT EXISTS (SELECT 1 FROM paths c WHERE c.sha256 = o.sha256 AND c.current)) AS successor"
        " FROM dossier_documents WHERE dossier_id = ? ORDER BY position"
    )
    return [successor or key for key, successor in corpus.tuples(sql, [dossier])]


def from_list(corpus: Corpus, path: Path) -> MadeDossiers:
    """The dossiers of an Excel or CSV list, with the documents of the corpus that its rows name by file, or else by number.

    Rows of which no document is in the corpus are kept as well, and reported: they are what is missing
    (``corpus.archive.reconciling``). Raises ``ListError``, ``DossierError`` and ``OSError``.
    """
    made = MadeDossiers()
    for listed in read_list(path):
        code = listed.code or path.stem
        dossier = keep_dossier(corpus, code, listed.values, made_from=path.name)
        keep_list(corpus, dossier, path.name, listed.documents)
        keys = _keys_of(corpus, listed, made.not_found)
        place_documents(corpus, dossier, [*keys, *_placed(corpus, dossier)])
        made.codes.append(code)
        made.documents += len(keys)
    return made


def _keys_of(corpus: Corpus, listed: ListedDossier, not_found: list[str]) -> list[str]:
    keys: list[str] = []
    for document in listed.documents:
        key = _key_by_file(corpus, document.get("file", "")) or _key_by_number(corpus, document)
        if key is None:
            not_found.append(document.get("file") or f"{document.get('number', '')} {document.get('about', '')}".strip())
            continue
        keys.append(key)
        for name in ("sheet", "note", "autograph", "keywords"):
            if document.get(name):
                keep_catalogue_value(corpus, key, 1, name, document[name])
    return keys


_PATH_SEPARATOR = regex.compile(r"[\\/]+")


def _key_by_file(corpus: Corpus, written: str) -> str | None:
    """The document whose path ends as the list writes it; a name that several have must be written with its folder."""
    parts = [part for part in _PATH_SEPARATOR.split(written) if part and part != "."]
    if not parts:
        return None
    rows = corpus.rows(
        'SELECT DISTINCT d."key", p.path FROM paths p JOIN documents d USING (sha256) WHERE p.name = ? AND p.current',
        [parts[-1]],
    )
    for count in range(len(parts), 0, -1):
        ends = {row["key"] for row in rows if list(PurePath(row["path"]).parts[-count:]) == parts[-count:]}
        if len(ends) == 1:
            return str(ends.pop())
    return None


def _key_by_number(corpus: Corpus, document: dict[str, str]) -> str | None:
    """The one document of this number, and of this date where several have it."""
    key = number_key(document.get("number", ""))
    if not key:
        return None
    rows = corpus.rows('SELECT "key", date FROM documents WHERE number_key = ?', [key])
    dated = [row for row in rows if row["date"] == document.get("date")]
    chosen = dated if dated else rows
    return str(chosen[0]["key"]) if len(chosen) == 1 else None
