"""Bodies named in a sentence: found by the grammar of their names, resolved by the lexicon."""
