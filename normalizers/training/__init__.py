"""Estimation of the repair model: pure functions from counts and pairs to tables. Nothing here is needed at run time."""
