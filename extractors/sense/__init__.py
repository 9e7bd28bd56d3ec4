"""What a sentence says, whatever facts are made of it."""
