"""Runs over many files: workers, jobs, versions, watching."""
