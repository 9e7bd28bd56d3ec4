"""Numbers, dates, quantities and names of units in text."""
