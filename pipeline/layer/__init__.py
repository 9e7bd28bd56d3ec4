"""Text layers of PDF pages: are they good, and what lines do they hold."""
