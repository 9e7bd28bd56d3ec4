"""The page that describes the corpus file names every table, view and column there is."""

from __future__ import annotations

import re
from pathlib import Path

from db.store import Corpus

PAGE = Path(__file__).resolve().parents[2] / "docs" / "schema.md"
OWN_TABLES = (
    "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'page_index_%'"
    " AND name NOT LIKE 'title_index_%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_%' ESCAPE '\\'"
)


def test_schema_page_names_every_table_and_column(tmp_path: Path) -> None:
    described = set(re.findall(r"`([a-z_0-9]+)`", PAGE.read_text(encoding="utf-8")))
    with Corpus.open(tmp_path / "c.db", create=True) as corpus:
        for table in [row["name"] for row in corpus.rows(OWN_TABLES)]:
            columns = {row["name"] for row in corpus.rows("SELECT name FROM pragma_table_info(?)", [table])}
            assert {table} | columns <= described, f"{table}: {({table} | columns) - described} not in docs/schema.md"
