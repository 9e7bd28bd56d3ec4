"""The noisy channel: what engines print for what was written, and the search for what was written."""
