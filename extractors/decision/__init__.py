"""The learned decision: which candidates are facts, of which kind, and how sure that is."""
