"""Runs: when they began and ended, and what became of each file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from db import codec
from db.reading import CorpusFile
from db.writing import now
from documents.facts import FACT_KINDS


class Runs(CorpusFile):
    """A corpus file that remembers its runs."""

    def begin_run(self, arguments: Mapping[str, object] | None = None, versions: Mapping[str, str] | None = None) -> int:
        """A run's row stays without an end when the run is killed."""
        with self.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO runs(started_at, arguments, versions) VALUES (?, ?, ?)",
                [now(), codec.dump(dict(arguments or {})), codec.dump(dict(versions or {}))],
            )
            return int(cursor.lastrowid or 0)

    def finish_run(self, run_id: int) -> None:
        """Note the end and tidy the index a little (at most some hundred milliseconds)."""
        with self.transaction() as connection:
            connection.execute("UPDATE runs SET finished_at = ? WHERE id = ?", [now(), run_id])
            connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('merge', 500)")

    def report(self, run_id: int) -> dict[str, Any]:
        """What a run did: one row per file, and totals.

        ``{"run", "started_at", "finished_at", "files": [{"path", "sha256", "outcome", "reason", "detail", "pages",
        "sources", "confidence", "facts", "seconds"}], "totals": {...}}``; of files that were left as they were, what the
        corpus holds of them now, which the totals leave out. Raises ``ValueError`` for an unknown run.
        """
        run = self.row("SELECT * FROM runs WHERE id = ?", [run_id])
        if run is None:
            raise ValueError(f"{self.path}: no run {run_id}")
        files = self.rows(
            "SELECT path, sha256, outcome, reason, detail, pages, sources, confidence, facts, seconds"
            " FROM run_files WHERE run_id = ? ORDER BY path",
            [run_id],
        )
        for file in files:
            file["sources"] = json.loads(file["sources"])
            file["facts"] = json.loads(file["facts"])
        totals = _totals(files)
        self._add_what_is_held(run_id, files)
        return {
            "run": run_id,
            "started_at": run["started_at"],
            "finished_at": run["finished_at"],
            "arguments": json.loads(run["arguments"]),
            "versions": json.loads(run["versions"]),
            "files": files,
            "totals": totals,
        }

    def _add_what_is_held(self, run_id: int, files: Sequence[dict[str, Any]]) -> None:
        """Fill in sources, confidence and facts of unchanged files from the documents of an earlier run."""
        unchanged: dict[str, list[dict[str, Any]]] = {}
        for file in files:
            if file["outcome"] == "unchanged":
                unchanged.setdefault(file["sha256"], []).append(file)
        if not unchanged:
            return
        of_run = "d.sha256 IN (SELECT sha256 FROM run_files WHERE run_id = ? AND outcome = 'unchanged')"
        counted = {"sources": "SELECT d.sha256, t.source, count(*) FROM pages t"}
        counted |= {kind: f"SELECT d.sha256, '{kind}', count(*) FROM {kind} t" for kind in FACT_KINDS}
        for name, counts in counted.items():
            sql = f"{counts} JOIN documents d ON d.id = t.document_id WHERE {of_run} GROUP BY d.id, 2"
            for sha256, what, count in self.tuples(sql, [run_id]):
                for file in unchanged[sha256]:
                    file["sources" if name == "sources" else "facts"][what] = count
        for sha256, confidence in self.tuples(f"SELECT sha256, text_confidence FROM documents d WHERE {of_run}", [run_id]):
            for file in unchanged[sha256]:
                file["confidence"] = confidence


def _totals(files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    sources: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    for file in files:
        sources.update(file["sources"])
        facts.update(file["facts"])
    return {
        "files": len(files),
        "outcomes": dict(sorted(Counter(file["outcome"] for file in files).items())),
        "reasons": dict(sorted(Counter(file["reason"] for file in files if file["reason"]).items())),
        "pages": sum(file["pages"] for file in files),
        "sources": dict(sorted(sources.items())),
        "facts": dict(sorted(facts.items())),
        "seconds": round(sum(file["seconds"] for file in files), 3),
    }
