"""What a run came to: a row per file, totals, the worst pages first; as JSON, as CSV, or as a page to print and sign."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any, BinaryIO

from corpus.export.writers import csv_text
from corpus.languages import catalogue
from corpus.languages.forms import said_in_vietnamese
from db.store import Corpus

FORMATS = ("json", "csv", "html")
# Pages a person can look at in a sitting; the corpus has all of them.
WORST = 50

_COLUMNS = ("path", "outcome", "reason", "detail", "pages", "sources", "confidence", "facts", "seconds")


def whole_report(corpus: Corpus, run: int, *, worst: int = WORST) -> dict[str, Any]:
    """``Corpus.report`` with ``worst_pages`` (failed ones first, then the least sure; none that is beyond doubt) and
    ``same_documents``, and ``secret_documents`` (those with a mark of secrecy, which do not belong into such a corpus).

    Raises ``ValueError`` for an unknown run.
    """
    pages = corpus.rows(
        'SELECT d.document, d."key", p.number AS page, p.source, p.confidence, f.reason, f.detail FROM pages p'
        " JOIN documents d ON d.id = p.document_id LEFT JOIN failed_pages f ON f.document_id = d.id AND f.page = p.number"
        " WHERE d.sha256 IN (SELECT sha256 FROM run_files WHERE run_id = ?) AND p.confidence < 1"
        " ORDER BY p.source = 'failed' DESC, p.confidence, d.\"key\", p.number LIMIT ?",
        [run, worst],
    )
    same = corpus.rows(
        "SELECT legal_key, group_concat(name, '; ') AS names FROM"
        " (SELECT * FROM same_documents ORDER BY legal_key, preference) GROUP BY legal_key"
        " HAVING max(document_id IN (SELECT d.id FROM documents d JOIN run_files USING (sha256) WHERE run_id = ?))",
        [run],
    )
    secret = corpus.rows(
        'SELECT d.document, d."key", coalesce(d.secrecy, max(p.secrecy)) AS secrecy FROM documents d'
        " LEFT JOIN parts p ON p.document_id = d.id AND p.secrecy IS NOT NULL"
        " WHERE d.sha256 IN (SELECT sha256 FROM run_files WHERE run_id = ?) GROUP BY d.id"
        ' HAVING coalesce(d.secrecy, max(p.secrecy)) IS NOT NULL ORDER BY d.document, d."key"',
        [run],
    )
    told = corpus.report(run)
    more = {"worst_pages": pages, "same_documents": same, "secret_documents": secret}
    return told | more | {"decided_by": _decided_by(told["versions"])}


_DECIDED = ("targets", "deadlines", "assignments")


def _decided_by(versions: Mapping[str, str]) -> dict[str, str]:
    """Which decision found each kind of fact: "shipped", or "learned" with its name and what taught it.

    >>> _decided_by({"facts": "5f21; learned targets 8a7b (61 reviews)"})
    {'targets': 'learned 8a7b (61 reviews)', 'deadlines': 'shipped', 'assignments': 'shipped'}
    """
    learned = [part.partition(" ") for part in versions.get("facts", "").partition("; learned ")[2].split(", ")]
    return dict.fromkeys(_DECIDED, "shipped") | {kind: f"learned {which}" for kind, _, which in learned if kind}


def write_report(report: Mapping[str, Any], format_: str, stream: BinaryIO, *, language: str = "en") -> None:
    """Write a report of ``whole_report`` in one of ``FORMATS``; ``language`` ("en", "vi") is that of the printed page."""
    if format_ == "csv":
        _write_csv(report, stream)
    elif format_ == "html":
        stream.write(_html(report, language).encode())
    else:
        stream.write(json.dumps(report, ensure_ascii=False, indent=2).encode() + b"\n")


def _write_csv(report: Mapping[str, Any], stream: BinaryIO) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for file in report["files"]:
        writer.writerow([csv_text(_cell(file[column])) for column in _COLUMNS])
    text.detach()


def _cell(value: object) -> str:
    """What a person reads in a cell; counts as "ocr 3, text_layer 2"."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {count}" for name, count in sorted(value.items()))
    return "" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)


# --- the page to print ------------------------------------------------------------------------------------------------

# Columns in which names of ours stand.
_NAMED = frozenset({"outcome", "outcomes", "reason", "reasons", "source", "sources", "facts"})
_STYLE = """
body { font: 10pt/1.35 "Noto Serif", "Times New Roman", serif; margin: 2em auto; max-width: 60em; padding: 0 1em }
h1 { font-size: 15pt } h2 { font-size: 12pt; margin-top: 1.6em; break-after: avoid }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group }
th, td { border-bottom: 0.5pt solid #999; padding: 0.2em 0.5em; text-align: left; vertical-align: top }
td { overflow-wrap: anywhere }
td.number { white-space: nowrap; text-align: right }
tr { break-inside: avoid }
@page { size: A4; margin: 18mm 15mm }
@media print { body { margin: 0; max-width: none; padding: 0 } }
"""


def _html(report: Mapping[str, Any], language: str) -> str:
    """One page that needs nothing else: no script, no link, no picture."""

    def say(word: str, **values: object) -> str:
        return catalogue("report")[word].in_language(language).format(**values)

    def cell(column: str, value: object) -> str:
        if column in _NAMED and isinstance(value, Mapping):
            return _shown({name_of(name): count for name, count in value.items()})
        if column == "detail" and language == "vi":
            return _shown(said_in_vietnamese(str(value or "")))
        return _shown(name_of(value) if column in _NAMED and value else value)

    def name_of(value: object) -> str:
        names = catalogue("report_value")
        return names[str(value)].in_language(language) if value in names else str(value)

    def table(title: str, rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> str:
        columns = tuple(columns)
        body = "".join("<tr>" + "".join(_td(row[c], cell(c, row[c])) for c in columns) + "</tr>\n" for row in rows)
        head = "".join(f"<th>{_shown(say(column))}</th>" for column in columns)
        heading = f"<h2>{_shown(say(title))}</h2>"
        return f"{heading}<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n" if body else ""

    def pairs(values: Mapping[str, Any]) -> str:
        rows = "".join(f"<tr><th>{_shown(say(name))}</th><td>{cell(name, v)}</td></tr>\n" for name, v in values.items())
        return f"<table><tbody>\n{rows}</tbody></table>\n"

    not_whole = [file for file in report["files"] if file["outcome"] in ("partial", "quarantined")]
    versions = {name: report["versions"][name] for name in ("reading", "repair", "facts") if name in report["versions"]}
    title = _shown(say("title", run=report["run"]))
    times = _shown(
        say(
            "times",
            start=_time(report["started_at"]),
            end=_time(report["finished_at"]) if report["finished_at"] else say("stopped"),
        )
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1><p>{times}</p>"
        f"<h2>{_shown(say('totals'))}</h2>{pairs(report['totals'])}"
        f"<h2>{_shown(say('versions'))}</h2>{pairs(versions)}"
        f"<h2>{_shown(say('decided_by'))}</h2>{pairs(report['decided_by'])}"
        + table("not_whole", not_whole, ("path", "outcome", "reason", "detail"))
        + table("worst_pages", report["worst_pages"], ("document", "page", "source", "confidence", "reason", "detail"))
        + table("same", report["same_documents"], ("names", "legal_key"))
        + table("files", report["files"], ("path", "outcome", "pages", "sources", "confidence", "facts", "seconds"))
        + "</body></html>\n"
    )


def _td(value: object, shown: str) -> str:
    return f'<td class="number">{shown}</td>' if isinstance(value, int | float) else f"<td>{shown}</td>"


def _time(stamp: str) -> str:
    """The local time of this machine.

    >>> len(_time("2026-11-23T03:31:53+00:00"))
    16
    """
    return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"


def _shown(value: object) -> str:
    """Names of files can hold markup, line ends and text direction overrides."""
    text = _cell(value)
    return escape("".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in text))
