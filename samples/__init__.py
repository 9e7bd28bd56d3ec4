"""Sample documents that may be published, and the drawing room that makes them."""
