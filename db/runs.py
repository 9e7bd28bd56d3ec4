"""Runs: when they began and ended, and what became of each file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from db import codec
from db.reading import CorpusFile
from db.writing import now


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
        "sources", "confidence", "facts", "seconds"}], "totals": {...}}``; raises ``ValueError`` for an unknown run.
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
        return {
            "run": run_id,
            "started_at": run["started_at"],
            "finished_at": run["finished_at"],
            "arguments": json.loads(run["arguments"]),
            "versions": json.loads(run["versions"]),
            "files": files,
            "totals": _totals(files),
        }


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
