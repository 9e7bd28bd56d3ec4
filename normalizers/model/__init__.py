"""The packaged model: data only."""
