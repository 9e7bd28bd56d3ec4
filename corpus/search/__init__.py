"""Searching a corpus: query, candidates, ranking, snippets."""
