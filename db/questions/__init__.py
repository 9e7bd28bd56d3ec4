"""What the reading rooms ask a corpus, by subject: the only place outside writing that knows tables and columns."""
