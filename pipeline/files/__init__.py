"""Files as they come: what they are, where they lie, how pages are taken out of them."""
