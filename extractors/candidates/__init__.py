"""Everything a person might take for a fact, with what can be seen of it. What is one, the decision says."""
