"""Names of places, bodies and offices."""
